// Where a recording has no samples: packets that were lost, electrodes off.
#pragma once

#include <span>
#include <vector>

#include "recording/interval.hpp"

namespace telltale {

/// The shortest stretch without samples in which a beat may go unseen, in s: half a QRS complex.
inline constexpr double hiding_gap_s = 0.05;

/// Stretches of at least hiding_gap_s in which no lead has a number, in time order, in samples.
/// `leads` of equal length, NaN for missing; `rate` in Hz.
[[nodiscard]] std::vector<Interval> missing_stretches(std::span<const std::span<const float>> leads,
                                                      double rate);

}  // namespace telltale
