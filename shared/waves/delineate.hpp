// From the wave network's probabilities to waves.
#pragma once

#include <cstdint>
#include <span>

#include "waves/wave_rows.hpp"
#include "waves/waves.hpp"

namespace telltale::waves {

/// The network's classes of a frame, in this order.
inline constexpr std::size_t class_none = 0, class_p = 1, class_qrs = 2, class_t = 3, classes = 4;

/// Waves of the beats whose R peak lies in samples [first, last), from a lead in mV and the
/// probabilities of the frames of `rows` [frames, classes]. A wave is a stretch where its
/// probability is above one half; its ends lie where a straight line between two frames crosses
/// that. A QRS is the stretch at the R peak; its T the weightiest one before the next QRS; its P
/// the last one between the T before and its onset, at most 0.6 s earlier. Waves that reach the end
/// of the rows, or hold missing samples, are left out, and so are stray P waves (p_evidence.hpp).
/// The peak of a QRS is its R wave where that has half the height of Q or S, else the deeper of
/// these.
[[nodiscard]] WaveMarks delineate(std::span<const float> samples, double rate,
                                  std::span<const std::int64_t> r_peaks, std::int64_t first,
                                  std::int64_t last, const WaveRows& rows,
                                  std::span<const float> probabilities);

}  // namespace telltale::waves
