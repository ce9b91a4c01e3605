// The R peak of a beat that the detection signal has found.
#pragma once

#include <cstddef>
#include <span>

namespace telltale::beats {

/// The index of the dominant deflection in mv[first, last): the sample farthest from the level
/// around the complex (the median of a dozen samples spread over all of `mv`). Upward deflections
/// are preferred: a downward one must be larger by a fourth to be taken. NaN is passed over; the
/// middle where all is NaN.
[[nodiscard]] std::size_t r_peak(std::span<const float> mv, std::size_t first, std::size_t last);

}  // namespace telltale::beats
