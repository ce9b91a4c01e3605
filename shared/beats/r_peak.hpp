// The R peak of a beat that the detection signal has found.
#pragma once

#include <cstddef>
#include <span>

namespace telltale::beats {

/// Places beat after beat of one lead on the dominant deflection. Which way that goes is
/// remembered, so that complexes with two deflections of nearly one size are all marked on the same
/// one.
class RPeak {
public:
    /// The index of the dominant deflection in mv[first, last): the sample farthest from the level
    /// around the complex (the median of a dozen samples spread over all of `mv`), those in the
    /// middle preferred. NaN is passed over; the middle where all is NaN.
    [[nodiscard]] std::size_t place(std::span<const float> mv, std::size_t first, std::size_t last);

private:
    float habit_ = 0;  // -1: beats of late go down, 1: up
};

}  // namespace telltale::beats
