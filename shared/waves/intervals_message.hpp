// Waves and intervals as messages.
#pragma once

#include <string>

#include "messages/intervals.hpp"
#include "waves/intervals.hpp"

namespace telltale::waves {

/// Without model and measured_s, which are not known here.
[[nodiscard]] messages::IntervalsInfo message_of(const Intervals& intervals,
                                                 const Recording& recording);
[[nodiscard]] messages::WavesInfo message_of(const WaveMarks& joined,
                                             std::span<const std::int64_t> r_peaks, double rate);

/// "PR 164 ms, QRS 92 ms, QT 392 ms, QTc 401 ms (Fridericia), medians of 34 normal beats"; what is
/// not known is said: "no P waves told", "no normal beats were measured".
[[nodiscard]] std::string in_words(const messages::IntervalsInfo& intervals);

}  // namespace telltale::waves
