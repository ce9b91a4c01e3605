// Candidates for atrial fibrillation from the irregularity of the RR intervals.
#pragma once

#include <optional>

#include "rhythm/rhythm.hpp"
#include "rhythm/series.hpp"

namespace telltale::rhythm {

/// Stretches of at least `least_s` seconds in which the RR intervals do not repeat themselves.
/// Absent where there are too few intervals to tell. See af.cpp for the method.
[[nodiscard]] std::optional<AfCandidates> af_candidates(const Series& series, double least_s);

/// A course's episodes of atrial fibrillation, with the beats and the rate in them.
[[nodiscard]] AfCandidates af_episodes(const Series& series, const RhythmCourse& course);

}  // namespace telltale::rhythm
