// The seconds of a recording by the rhythm network's answers alone, before the beats have a say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rhythm/episodes.hpp"

namespace telltale::rhythm {

/// The rhythm of each second of `answers`. `rate` in Hz, `length` of the recording in samples.
[[nodiscard]] std::vector<Rhythm> name_seconds(const RhythmAnswers& answers, double rate,
                                               std::int64_t length, const EpisodeRules& rules = {});

/// Where a second begins, in samples; the recording's end where there is no such second.
[[nodiscard]] std::int64_t sample_of_second(const RhythmAnswers& answers, std::size_t second,
                                            double rate, std::int64_t length);

/// Mean probability of a rhythm over samples [first, last). VT and VFL count together, and so do
/// AFIB and AFL: how sure the finding is, not which of the two. Of `other`, what no rhythm has.
[[nodiscard]] double mean_probability(const RhythmAnswers& answers, Rhythm rhythm, double rate,
                                      std::int64_t first, std::int64_t last);

}  // namespace telltale::rhythm
