// The evidence that a candidate is a beat, from the measures that describe it.
#pragma once

#include <array>
#include <cstddef>

namespace telltale::beats {

/// Measures of a candidate. Heights are compared as log2 of their ratio.
inline constexpr std::size_t measure_count = 28;
using MeritMeasures = std::array<float, measure_count>;

/// The natural logarithm of the odds that the candidate is a beat. A network of two hidden layers
/// whose weights come from half of the MIT-BIH records (docs/detector.md says which and how).
[[nodiscard]] float evidence(const MeritMeasures& measures);

}  // namespace telltale::beats
