#include "beats/qrs_feature.hpp"

#include <algorithm>
#include <cmath>

namespace telltale::beats {
namespace {

// The slowest rate that still resolves a QRS complex's slopes.
constexpr double lowest_rate = 180;
constexpr double smooth_s = 0.022;
constexpr double slope_s = 0.022;
constexpr double average_s = 0.100;
// Beyond this no ECG goes, and squares of sums stay far inside 64 bits.
constexpr double largest_mv = 100;

std::int64_t length(double seconds, double rate) {
    return std::max<std::int64_t>(1, std::llround(seconds * rate));
}

}  // namespace

QrsFeature::QrsFeature(double sampling_rate)
    : step_(std::max(1, static_cast<int>(sampling_rate / lowest_rate))),
      rate_(sampling_rate / step_),
      smooth_(length(smooth_s, rate_)),
      slope_(length(slope_s, rate_)),
      average_(length(average_s, rate_)),
      smoothed_(static_cast<std::size_t>(smooth_)),
      delayed_(static_cast<std::size_t>(slope_)),
      energy_(static_cast<std::size_t>(average_)) {}

void QrsFeature::push(std::span<const float> mv, std::vector<float>& out) {
    const auto scale = static_cast<float>(smooth_ * step_);
    for (const float x : mv) {
        if (std::isfinite(x)) {
            const double limited = std::clamp(static_cast<double>(x), -largest_mv, largest_mv);
            level_ = static_cast<std::int64_t>(std::lround(limited * 1000));
            if (!origin_) origin_ = level_;
        }
        pending_ += level_ - origin_.value_or(level_);
        if (++pending_count_ < step_) continue;
        const std::int64_t smoothed = smoothed_.push(pending_);
        pending_ = 0;
        pending_count_ = 0;
        const std::int64_t slope = smoothed - delayed_.push(smoothed);
        const std::int64_t energy = energy_.push(slope * slope) / average_;
        out.push_back(std::sqrt(static_cast<float>(energy)) / scale);
    }
}

std::int64_t QrsFeature::sample_of(std::int64_t index) const {
    // The middle of what each stage looks back on, in half values.
    const std::int64_t delay_halves = (smooth_ - 1) + slope_ + (average_ - 1);
    const std::int64_t at = (2 * index - delay_halves) * step_ + (step_ - 1);
    return std::max<std::int64_t>(0, at / 2);
}

}  // namespace telltale::beats
