#include "signal/band_pass.hpp"

#include <algorithm>
#include <cmath>

#include "signal/exact_math.hpp"

namespace telltale::signal {
namespace {

constexpr double root2 = 1.4142135623730951;

}  // namespace

BandPass::BandPass(double low, double high, double rate) {
    const auto section = [&](bool passes_low, double corner) {
        const double w = exact_tan(3.141592653589793 * corner / rate);
        const double norm = 1 / (1 + root2 * w + w * w);
        Section s;
        s.b0 = (passes_low ? w * w : 1) * norm;
        s.b1 = passes_low ? 2 * s.b0 : -2 * s.b0;
        s.a1 = 2 * (w * w - 1) * norm;
        s.a2 = (1 - root2 * w + w * w) * norm;
        return s;
    };
    high_pass_ = section(false, low);
    low_pass_ = section(true, std::min(high, 0.45 * rate));
}

void BandPass::apply(std::span<double> stretch) const {
    if (stretch.empty()) return;
    // Transposed direct form II, both sections in one pass.
    const Section h = high_pass_;
    const Section l = low_pass_;
    double h1 = 0, h2 = 0, l1 = 0, l2 = 0;
    const auto step = [&](double x) {
        const double y = h.b0 * x + h1;
        h1 = h.b1 * x - h.a1 * y + h2;
        h2 = h.b0 * x - h.a2 * y;
        const double z = l.b0 * y + l1;
        l1 = l.b1 * y - l.a1 * z + l2;
        l2 = l.b0 * y - l.a2 * z;
        return z;
    };
    const double front = stretch.front();
    for (double& value : stretch) value = step(value - front);
    h1 = h2 = l1 = l2 = 0;
    const double back = stretch.back();
    for (std::size_t i = stretch.size(); i-- > 0;) stretch[i] = step(stretch[i] - back);
}

bool is_usable(float sample) {
    return std::fabs(sample) <= 1e9F;
}

void fill_stretch(std::span<const float> samples, std::int64_t first, std::int64_t last,
                  std::vector<double>& out) {
    const auto length = static_cast<std::int64_t>(samples.size());
    out.assign(static_cast<std::size_t>(last - first), 0.0);
    const std::int64_t begin = std::max<std::int64_t>(first, 0);
    const std::int64_t end = std::min(last, length);
    std::int64_t known = -1;  // last usable sample
    for (std::int64_t i = begin; i < end; ++i) {
        const float value = samples[static_cast<std::size_t>(i)];
        if (!is_usable(value)) continue;
        const auto at = static_cast<std::size_t>(i - first);
        out[at] = value;
        const std::int64_t from = known < 0 ? begin : known + 1;
        const double a = known < 0 ? value : samples[static_cast<std::size_t>(known)];
        const double steps = static_cast<double>(i - known);
        for (std::int64_t k = from; k < i; ++k)
            out[static_cast<std::size_t>(k - first)] =
                known < 0 ? value : a + (value - a) * (static_cast<double>(k - known) / steps);
        known = i;
    }
    if (known >= 0)
        for (std::int64_t k = known + 1; k < end; ++k)
            out[static_cast<std::size_t>(k - first)] = samples[static_cast<std::size_t>(known)];
    const auto at = [&](std::int64_t i) -> double& {
        return out[static_cast<std::size_t>(i - first)];
    };
    for (std::int64_t i = begin - 1; i >= first; --i)
        at(i) = 2 * at(begin) - at(std::min(2 * begin - i, end - 1));
    for (std::int64_t i = end; i < last; ++i)
        at(i) = 2 * at(end - 1) - at(std::max(2 * (end - 1) - i, begin));
}

}  // namespace telltale::signal
