// Natural cubic spline, evaluated on an even grid.
#pragma once

#include <span>
#include <vector>

namespace telltale::rhythm {

/// Values at x[0], x[0] + step, ... up to x.back() of the natural cubic spline (second derivative
/// zero at both ends) through the points (x, y). `x` ascends strictly and holds at least two
/// values. Linear time.
[[nodiscard]] std::vector<double> resampled(std::span<const double> x, std::span<const double> y,
                                            double step);

}  // namespace telltale::rhythm
