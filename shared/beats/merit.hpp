// The evidence that a candidate is a beat, from the measures that describe it.
#pragma once

#include <array>
#include <cstddef>

namespace telltale::beats {

/// Measures of a candidate by itself and among its neighbours. Heights are compared as log2 of
/// their ratio.
inline constexpr std::size_t measure_count = 30;
using MeritMeasures = std::array<float, measure_count>;

/// Measures of a candidate among the beats that the first network believes in.
inline constexpr std::size_t context_count = 30;
using ContextMeasures = std::array<float, context_count>;

/// The natural logarithm of the odds that the candidate is a beat. Networks of two hidden layers
/// whose weights come from half of the MIT-BIH records (site/detector.md says which and how).
[[nodiscard]] float evidence(const MeritMeasures& measures);
[[nodiscard]] float evidence_in_context(const ContextMeasures& measures);

}  // namespace telltale::beats
