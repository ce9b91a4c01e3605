// The R peak of a beat that the detection signal has found.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace telltale::beats {

/// The index of the dominant deflection in mv[first, last): the sample farthest from the level
/// around the complex (the median of all of `mv`). Upward deflections are preferred: a downward
/// one must be larger by a fourth to be taken. NaN is passed over; the middle where all is NaN.
/// `scratch` is reused between calls.
[[nodiscard]] std::size_t r_peak(std::span<const float> mv, std::size_t first, std::size_t last,
                                 std::vector<float>& scratch);

}  // namespace telltale::beats
