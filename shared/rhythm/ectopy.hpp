// Ectopic beats: how many, and in which patterns.
#pragma once

#include <cstdint>
#include <vector>

#include "rhythm/rhythm.hpp"
#include "rhythm/series.hpp"

namespace telltale::rhythm {

/// Patterns of the beats of one class (S or V).
[[nodiscard]] Ectopy ectopy(const Series& series, AamiClass type);

/// Samples of the ventricular beats that come within the estimated QT interval of a beat of
/// another class: RR <= qtc * cbrt(RR of the last normal intervals), all in s.
[[nodiscard]] std::vector<std::int64_t> r_on_t(const Series& series, double qtc_s);

}  // namespace telltale::rhythm
