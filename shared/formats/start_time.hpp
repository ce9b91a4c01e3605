// Dates and times as files write them.
#pragma once

#include <optional>
#include <string_view>

#include "recording/recording.hpp"

namespace telltale::formats {

/// `width` digits of the text from `at` on as a number; -1 if they are not all there.
[[nodiscard]] int digits_at(std::string_view text, std::size_t at, std::size_t width);

/// Seconds, perhaps with a fraction, from `at` on; 0 if there are none.
[[nodiscard]] double seconds_at(std::string_view text, std::size_t at);

/// "20130125105919.5", as HL7 and DICOM write it; none if a part is missing or impossible.
[[nodiscard]] std::optional<StartTime> compact_time(std::string_view text);

/// "2016-06-01T18:15:25.777", with any sign between date and time; what follows is not read.
[[nodiscard]] std::optional<StartTime> iso_time(std::string_view text);

/// The time if all its parts are possible ones.
[[nodiscard]] std::optional<StartTime> checked(const StartTime& time);

}  // namespace telltale::formats
