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

}  // namespace telltale::rhythm
