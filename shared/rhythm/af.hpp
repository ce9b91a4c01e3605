// Candidates for atrial fibrillation from the irregularity of the RR intervals.
#pragma once

#include <optional>

#include "rhythm/rhythm.hpp"
#include "rhythm/series.hpp"

namespace telltale::rhythm {

/// Stretches of at least `least_s` seconds in which the RR intervals do not repeat themselves.
/// Absent where there are too few intervals to tell. See af.cpp for the method.
[[nodiscard]] std::optional<AfCandidates> af_candidates(const Series& series, double least_s);

}  // namespace telltale::rhythm
