// How a time is written, everywhere: from the recording's start, and by the clock where the file
// tells when it began.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "recording/recording.hpp"

namespace telltale {

/// Time from the start, or a length of time: "0:24:39", "0:24:39.5". Hours always, so that nobody
/// takes minutes for hours. What is below the last digit is cut off; below 0 is 0.
[[nodiscard]] std::string elapsed(double seconds, int decimals = 0);

/// The clock so many seconds later. Without a date the time goes round at midnight.
[[nodiscard]] StartTime later(const StartTime& start, double seconds);

/// "09:51:24", "09:51:24.5": two digits for the hours.
[[nodiscard]] std::string time_of_day(const StartTime& time, int decimals = 0);
/// "2024-05-03"; empty where no date is known.
[[nodiscard]] std::string date(const StartTime& time);
/// "2024-05-03 09:51:24", or the time alone. `between` stands between the two.
[[nodiscard]] std::string date_and_time(const StartTime& time, int decimals = 0,
                                        char between = ' ');
/// What date_and_time() wrote; nothing for other text.
[[nodiscard]] std::optional<StartTime> read_date_and_time(std::string_view text);

/// A place in a recording: "0:24:39", and with the clock, where that is known, "0:24:39
/// (09:51:24)".
[[nodiscard]] std::string place(const std::optional<StartTime>& start, double seconds,
                                int decimals = 0);

}  // namespace telltale
