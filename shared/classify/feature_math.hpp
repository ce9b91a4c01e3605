// Sums and order statistics of the features. The order of every addition is written down here, so
// that a compiler may use vectors and still give the same bits.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include "signal/exact_math.hpp"

namespace telltale::classify {

[[nodiscard]] inline float log_of(float x) {
    return static_cast<float>(signal::exact_log(x));
}

/// Sum of four interleaved partial sums.
[[nodiscard]] inline float sum_of(const float* a, std::size_t n) {
    float s[4] = {0, 0, 0, 0};
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (std::size_t k = 0; k < 4; ++k) s[k] += a[i + k];
    for (; i < n; ++i) s[0] += a[i];
    return (s[0] + s[1]) + (s[2] + s[3]);
}

[[nodiscard]] inline float dot(const float* a, const float* b, std::size_t n) {
    float s[4] = {0, 0, 0, 0};
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (std::size_t k = 0; k < 4; ++k) s[k] += a[i + k] * b[i + k];
    for (; i < n; ++i) s[0] += a[i] * b[i];
    return (s[0] + s[1]) + (s[2] + s[3]);
}

[[nodiscard]] inline float peak_to_peak(const float* a, std::size_t n) {
    const auto [low, high] = std::minmax_element(a, a + n);
    return *high - *low;
}

/// Takes the mean away; returns the sum of squares that is left.
inline float centre(float* a, std::size_t n) {
    const float mean = sum_of(a, n) / static_cast<float>(n);
    for (std::size_t i = 0; i < n; ++i) a[i] -= mean;
    return dot(a, a, n);
}

/// Takes the straight line of least squares away; returns the sum of squares that is left.
inline float detrend(float* a, std::size_t n) {
    centre(a, n);
    const float middle = static_cast<float>(n - 1) * 0.5F;
    float slope = 0;
    float norm = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const float x = static_cast<float>(i) - middle;
        slope += x * a[i];
        norm += x * x;
    }
    if (norm > 0) slope /= norm;
    for (std::size_t i = 0; i < n; ++i) a[i] -= slope * (static_cast<float>(i) - middle);
    return dot(a, a, n);
}

/// ab / sqrt(aa bb); 0 where either is nothing.
[[nodiscard]] inline float correlation_of(float ab, float aa, float bb) {
    const double norm = std::sqrt(static_cast<double>(aa) * static_cast<double>(bb));
    return norm > 1e-9 ? static_cast<float>(std::clamp(ab / norm, -1.0, 1.0)) : 0.0F;
}

/// A quantile of values in order, on the line between the two nearest; 0 of none.
[[nodiscard]] inline float quantile_of_sorted(std::span<const float> sorted, double q) {
    if (sorted.empty()) return 0;
    const double at = q * static_cast<double>(sorted.size() - 1);
    const auto i = static_cast<std::size_t>(at);
    if (i + 1 >= sorted.size()) return sorted.back();
    const auto part = static_cast<float>(at - static_cast<double>(i));
    return sorted[i] + (sorted[i + 1] - sorted[i]) * part;
}

/// A quantile; puts the values out of order.
[[nodiscard]] inline float quantile(std::span<float> values, double q) {
    if (values.empty()) return 0;
    const double at = q * static_cast<double>(values.size() - 1);
    const auto i = static_cast<std::size_t>(at);
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(i);
    std::ranges::nth_element(values, middle);
    if (i + 1 >= values.size()) return *middle;
    const float above = *std::min_element(middle + 1, values.end());
    return *middle + (above - *middle) * static_cast<float>(at - static_cast<double>(i));
}

[[nodiscard]] inline float median(std::span<float> values) {
    return quantile(values, 0.5);
}

/// Mean of the values i - half to i + half - 1, of as many as there are; sums[k] is the sum of the
/// first k values.
[[nodiscard]] inline float mean_around(std::span<const double> sums, std::size_t i,
                                       std::size_t half) {
    const std::size_t first = i > half ? i - half : 0;
    const std::size_t last = std::min(i + half, sums.size() - 1);
    return static_cast<float>((sums[last] - sums[first]) / static_cast<double>(last - first));
}

}  // namespace telltale::classify
