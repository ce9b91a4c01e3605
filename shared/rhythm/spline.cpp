#include "rhythm/spline.hpp"

#include <cmath>
#include <cstddef>

namespace telltale::rhythm {
namespace {

/// Second derivatives at the points: the tridiagonal system of the natural spline, solved by
/// elimination (Press et al., Numerical Recipes, section 3.3, states the system).
std::vector<double> second_derivatives(std::span<const double> x, std::span<const double> y) {
    const std::size_t n = x.size();
    std::vector<double> second(n, 0.0), upper(n, 0.0);
    for (std::size_t i = 1; i + 1 < n; ++i) {
        const double left = x[i] - x[i - 1], right = x[i + 1] - x[i];
        const double bend = (y[i + 1] - y[i]) / right - (y[i] - y[i - 1]) / left;
        const double pivot = 2.0 * (left + right) - left * upper[i - 1];
        upper[i] = right / pivot;
        second[i] = (6.0 * bend - left * second[i - 1]) / pivot;
    }
    for (std::size_t i = n - 1; i-- > 1;) second[i] -= upper[i] * second[i + 1];
    return second;
}

}  // namespace

std::vector<double> resampled(std::span<const double> x, std::span<const double> y, double step) {
    const std::vector<double> second = second_derivatives(x, y);
    const auto count = static_cast<std::size_t>(std::floor((x.back() - x.front()) / step)) + 1;
    std::vector<double> values(count);
    std::size_t i = 0, known = x.size();
    double h = 0, share = 0, sixth = 0;  // of the interval in hand: 1 / h, h^2 / 6
    for (std::size_t k = 0; k < count; ++k) {
        const double at = x.front() + static_cast<double>(k) * step;
        while (i + 2 < x.size() && at > x[i + 1]) ++i;
        if (i != known) {
            known = i;
            h = x[i + 1] - x[i];
            share = 1 / h;
            sixth = h * h / 6.0;
        }
        const double a = (x[i + 1] - at) * share, b = (at - x[i]) * share;
        values[k] = a * y[i] + b * y[i + 1] +
                    ((a * a * a - a) * second[i] + (b * b * b - b) * second[i + 1]) * sixth;
    }
    return values;
}

}  // namespace telltale::rhythm
