// The list of things to look at, and the table of hours: both gather what the others found.
#pragma once

#include <vector>

#include "rhythm/heart_rate.hpp"
#include "rhythm/rhythm.hpp"
#include "rhythm/series.hpp"

namespace telltale::rhythm {

[[nodiscard]] std::vector<Event> events_of(const Summary& summary);

[[nodiscard]] std::vector<Hour> hours_of(const Summary& summary, const Series& series,
                                         const AveragedRates& rates, bool classified);

/// Days, from 6 to 22 o'clock, and nights in a row; nothing of less than six hours. `begun_s`: the
/// time of day at the recording's start, in s after midnight.
[[nodiscard]] std::vector<Period> periods_of(const Summary& summary, const Series& series,
                                             const AveragedRates& rates, bool classified,
                                             double begun_s);

}  // namespace telltale::rhythm
