// The places of a recording that a reader wants to see whatever else there is: the slowest and the
// fastest rate, the longest RR interval, the longest and fastest runs, the first and longest of
// each rhythm, and of each hour a stretch as it usually is.
#pragma once

#include <vector>

#include "rhythm/rhythm.hpp"
#include "rhythm/series.hpp"

namespace telltale::rhythm {

/// How long a strip of paper is, in s: 180 mm at 25 mm/s. What lies within half of one is on it.
inline constexpr double strip_s = 7.2;

/// In time order; those that one strip would show are one, their words joined by "; ".
[[nodiscard]] std::vector<Extreme> extremes_of(const Summary& summary);

/// The first stretch of a strip's length in each hour in which all beats are normal, nothing is
/// set aside and sinus rhythm holds; nothing of an hour without one, nor of a recording of less
/// than two hours. In time order.
[[nodiscard]] std::vector<Extreme> baselines_of(const Summary& summary, const Series& series);

}  // namespace telltale::rhythm
