#include "rhythm/network_lead.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "signal/band_pass.hpp"
#include "signal/exact_math.hpp"

namespace telltale::rhythm {
namespace {

/// A Butterworth high-pass of order 2 by the bilinear transform, run forwards.
class HighPass {
public:
    HighPass(double corner, double rate) {
        const double k = signal::exact_tan(std::numbers::pi * corner / rate);
        const double norm = 1 / (1 + std::numbers::sqrt2 * k + k * k);
        b_ = norm;
        a1_ = 2 * (k * k - 1) * norm;
        a2_ = (1 - std::numbers::sqrt2 * k + k * k) * norm;
    }
    double operator()(double x) {
        const double y = b_ * x + first_;
        first_ = -2 * b_ * x - a1_ * y + second_;
        second_ = b_ * x - a2_ * y;
        return y;
    }

private:
    double b_ = 0, a1_ = 0, a2_ = 0;
    double first_ = 0, second_ = 0;
};

constexpr double baseline_hz = 0.5;

}  // namespace

std::size_t network_seconds(std::size_t samples, double rate) {
    return std::max<std::size_t>(
        1, static_cast<std::size_t>(static_cast<double>(samples) / rate + 0.5));
}

NetworkLead network_lead(std::span<const float> samples, double rate) {
    NetworkLead lead;
    const std::size_t seconds = network_seconds(samples.size(), rate);
    lead.missing.resize(seconds);
    lead.x.resize(seconds * network_rate);

    // The lead without its holes, counted from its first value: an offset of any size is no step.
    std::vector<float> held(samples.size());
    float origin = 0;
    for (const float sample : samples)
        if (signal::is_usable(sample)) {
            origin = sample;
            break;
        }
    float value = 0;
    for (std::size_t second = 0; second < seconds; ++second) {
        const auto begin = std::min(
            samples.size(), static_cast<std::size_t>(static_cast<double>(second) * rate + 0.5));
        const auto end = std::min(
            samples.size(), static_cast<std::size_t>(static_cast<double>(second + 1) * rate + 0.5));
        std::size_t holes = 0;
        for (std::size_t i = begin; i < end; ++i) {
            if (signal::is_usable(samples[i]))
                value = samples[i] - origin;
            else
                ++holes;
            held[i] = value;
        }
        if (end > begin)
            lead.missing[second] = static_cast<float>(holes) / static_cast<float>(end - begin);
        else
            lead.missing[second] = 1;
    }

    HighPass high_pass(baseline_hz, static_cast<double>(network_rate));
    const double step = rate / static_cast<double>(network_rate);
    const std::size_t last = held.empty() ? 0 : held.size() - 1;
    const auto at = [&](std::size_t i) {
        return held.empty() ? 0.0 : static_cast<double>(held[std::min(i, last)]);
    };
    for (std::size_t i = 0; i < lead.x.size(); ++i) {
        const double from = static_cast<double>(i) * step;
        const double to = static_cast<double>(i + 1) * step;
        const auto a = static_cast<std::size_t>(from);
        const auto b = static_cast<std::size_t>(to);
        double mean = at(a);
        if (a != b) {
            double sum = (static_cast<double>(a + 1) - from) * at(a);
            for (std::size_t k = a + 1; k < b; ++k) sum += at(k);
            sum += (to - static_cast<double>(b)) * at(b);
            mean = sum / step;
        }
        lead.x[i] = static_cast<float>(high_pass(mean));
    }
    return lead;
}

}  // namespace telltale::rhythm
