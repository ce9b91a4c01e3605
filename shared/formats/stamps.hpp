// Times as the cells of tables write them.
#pragma once

#include <optional>
#include <string_view>

#include "recording/recording.hpp"

namespace telltale::formats {

/// A date, a time of day, or both. Zones are not taken into account: within a table they are alike.
struct Stamp {
    double seconds = 0;  ///< Of the time since midnight, and of the date since 1970-01-01.
    bool has_date = false;
    bool has_time = false;
};

/// "10:15:30.004", "0:00.003" (minutes), "10:08:30,004 PM", "10:08:30:004" (milliseconds),
/// "2024-05-01T10:15:30Z", "05.03.2024 10:15:30 +0100", "05/03/2024", "05-Mar-2024 10:15".
/// Nothing for plain numbers and other text.
[[nodiscard]] std::optional<Stamp> stamp_of(std::string_view cell);

/// The date and time of a stamp that has a date.
[[nodiscard]] std::optional<StartTime> start_of(const Stamp& stamp);

}  // namespace telltale::formats
