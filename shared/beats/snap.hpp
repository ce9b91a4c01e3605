// The place of a beat that a person pointed at roughly.
#pragma once

#include <cstdint>
#include <span>

namespace telltale::beats {

/// The sample within `reach_s` seconds of `sample` where the lead is furthest from its middle level
/// nearby (the median of four times as far around). `samples` in any unit, NaN for missing, `rate`
/// in Hz. `sample` itself where nothing can be read.
[[nodiscard]] std::int64_t largest_deflection(std::span<const float> samples, double rate,
                                              std::int64_t sample, double reach_s = 0.06);

}  // namespace telltale::beats
