// The evidence that a candidate is a beat, from the measures that describe it.
//
// Three small networks with two hidden layers of rectifiers. site/detector.md says what their
// weights were learnt from and how.
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

/// Measures of what several leads say of one candidate.
inline constexpr std::size_t fusion_count = 24;
using FusionMeasures = std::array<float, fusion_count>;

/// The natural logarithm of the odds that the candidate is a beat.
[[nodiscard]] float evidence(const MeritMeasures& measures);
[[nodiscard]] float evidence_in_context(const ContextMeasures& measures);
[[nodiscard]] float evidence_of_leads(const FusionMeasures& measures);

}  // namespace telltale::beats
