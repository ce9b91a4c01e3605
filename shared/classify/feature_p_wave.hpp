// The P wave by itself: what stands before a QRS, whatever the other beats look like.
#pragma once

#include <array>
#include <cstddef>

namespace telltale::classify {

inline constexpr std::size_t p_values = 10;

/// Of a window of PreparedBeats (128 Hz, in units of the typical QRS):
///  0 ln of the peak-to-peak of the P part (its line removed) over the QRS's
///  1 ln of the P part's sd over the sd of the quietest 8 values before the QRS
///  2 the P part's largest deflection, with its sign, over the QRS's peak-to-peak
///  3 the largest correlation with a bump (a Gaussian of sd 22 ms; the line under it removed) at
///    lags -33 to -14 values, 4 its lag in tenths of a second, 5 its height over the QRS's,
///  6 the most negative such correlation
///  7, 8, 9 the largest correlation, its height and the most negative one at lags -58 to -34
[[nodiscard]] std::array<float, p_values> measure_p_wave(const float* window);

}  // namespace telltale::classify
