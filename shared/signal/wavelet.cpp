#include "signal/wavelet.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "signal/exact_math.hpp"

namespace telltale::signal {
namespace {

constexpr std::size_t taps = 8;
// Daubechies' filter, the low-pass of the decomposition; all others are its mirror images.
constexpr std::array<double, taps> low = {
    -0.010597401785069032, 0.0328830116668852, 0.030841381835560764, -0.18703481171909309,
    -0.027983769416859854, 0.6308807679298589, 0.7148465705529157,   0.2303778133088965};

constexpr std::array<double, taps> make_high() {
    std::array<double, taps> high{};
    for (std::size_t j = 0; j < taps; ++j) high[j] = (j % 2 == 0 ? -1 : 1) * low[taps - 1 - j];
    return high;
}
constexpr std::array<double, taps> high = make_high();

// Index of the mirrored signal: ... 1 0 | 0 1 ... n-1 | n-1 n-2 ...
std::size_t mirrored(std::ptrdiff_t i, std::ptrdiff_t n) {
    i %= 2 * n;
    if (i < 0) i += 2 * n;
    return static_cast<std::size_t>(i < n ? i : 2 * n - 1 - i);
}

double median_of_magnitudes(std::vector<double> values) {
    for (double& value : values) value = std::fabs(value);
    std::ranges::sort(values);
    const std::size_t n = values.size();
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace

WaveletStep db4_split(std::span<const double> values) {
    WaveletStep step;
    if (values.empty()) return step;
    const auto n = static_cast<std::ptrdiff_t>(values.size());
    const std::size_t count = (values.size() + taps - 1) / 2;
    // Mirrored once, so that the sums below need not ask where they are.
    std::vector<double> extended(2 * count + taps);
    const std::ptrdiff_t lead = taps - 2;  // of values before the first
    for (std::size_t i = 0; i < extended.size(); ++i)
        extended[i] = values[mirrored(static_cast<std::ptrdiff_t>(i) - lead, n)];
    step.approximation.resize(count);
    step.detail.resize(count);
    for (std::size_t k = 0; k < count; ++k) {
        // values[2 k + 1 - j] against tap j.
        const double* const last = extended.data() + 2 * k + 1 + lead;
        double a = 0, d = 0;
        for (std::size_t j = 0; j < taps; ++j) {
            a += low[j] * *(last - j);
            d += high[j] * *(last - j);
        }
        step.approximation[k] = a;
        step.detail[k] = d;
    }
    return step;
}

std::vector<double> db4_join(std::span<const double> approximation, std::span<const double> detail,
                             std::size_t n) {
    std::vector<double> values(n);
    const std::size_t count = std::min(approximation.size(), detail.size());
    // The inverse filters are the forward ones read backwards: value i is the sum over k of
    // coefficient k times tap (2 k + 1 - i), wherever there is such a tap.
    for (std::size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (std::size_t k = i / 2; k < count && 2 * k + 1 - i < taps; ++k) {
            const std::size_t j = 2 * k + 1 - i;
            sum += low[j] * approximation[k] + high[j] * detail[k];
        }
        values[i] = sum;
    }
    return values;
}

void db4_denoise(std::span<float> values, int levels) {
    if (values.size() < 2 || levels < 1) return;
    std::vector<std::vector<double>> details;
    std::vector<std::size_t> lengths;
    std::vector<double> current(values.begin(), values.end());
    for (int level = 0; level < levels; ++level) {
        lengths.push_back(current.size());
        WaveletStep step = db4_split(current);
        current = std::move(step.approximation);
        details.push_back(std::move(step.detail));
    }
    const double sigma = median_of_magnitudes(details.front()) / 0.6745;
    const double threshold = sigma * std::sqrt(2 * exact_log(static_cast<double>(values.size())));
    for (std::size_t level = details.size(); level-- > 0;) {
        for (double& d : details[level]) {
            const double rest = std::max(std::fabs(d) - threshold, 0.0);
            d = d < 0 ? -rest : rest;
        }
        current = db4_join(current, details[level], lengths[level]);
    }
    std::ranges::transform(current, values.begin(),
                           [](double value) { return static_cast<float>(value); });
}

}  // namespace telltale::signal
