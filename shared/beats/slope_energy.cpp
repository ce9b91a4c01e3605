#include "beats/slope_energy.hpp"

#include <algorithm>
#include <cmath>

namespace telltale::beats {
namespace {

// The slowest rate that still resolves a QRS complex's slopes.
constexpr double lowest_rate = 180;
constexpr double smooth_s = 0.022;
constexpr double lag_s = 0.022;
constexpr double average_s = 0.100;
// Half microvolts a millivolt. Levels go up to 33 V, so that sums of a few stay within 32 bits;
// slopes up to what no ECG exceeds, so that sums of their squares stay exact in a double.
constexpr float units = 2000;
constexpr float largest = 1 << 26;
constexpr std::int32_t steepest = 200000 * 16;
// A value is a spike if it leaves the median of the five around it by this much, and by several
// times what the signal moves meanwhile.
constexpr std::int32_t spike_size = 800;
constexpr std::int32_t spike_share = 4;

std::int64_t length(double seconds, double rate) {
    return std::max<std::int64_t>(1, std::llround(seconds * rate));
}

}  // namespace

SlopeEnergy::SlopeEnergy(double sampling_rate)
    : step_(std::max(1, static_cast<int>(sampling_rate / lowest_rate))),
      rate_(sampling_rate / step_),
      smooth_(length(smooth_s, rate_)),
      lag_(length(lag_s, rate_)),
      average_(length(average_s, rate_)),
      scale_(1.0 / (2.0 * static_cast<double>(smooth_) * std::sqrt(static_cast<double>(average_)))),
      raw_(static_cast<std::size_t>(2 * despike_reach)),
      values_(static_cast<std::size_t>(smooth_)),
      smoothed_(static_cast<std::size_t>(lag_)),
      squares_(static_cast<std::size_t>(average_)) {}

// Appends to values_, and notes in blanks_ where the signal starts or comes back.
void SlopeEnergy::average_down(std::span<const float> mv) {
    if (!begun_) {
        const auto first = std::ranges::find_if(mv, [](float x) { return x - x == 0; });
        begun_ = first != mv.end();
        if (begun_) origin_ = *first;
    }
    levels_.resize(mv.size());
    int numbers = 0;  // finite samples
    std::int32_t* levels = levels_.data();
    for (std::size_t i = 0; i < mv.size(); ++i) {
        const float x = (mv[i] - origin_) * units;
        float limited = x < largest ? x : largest;  // also where x is not a number
        limited = limited > -largest ? limited : -largest;
        levels[i] = static_cast<std::int32_t>(limited);
        numbers += mv[i] - mv[i] == 0 ? 1 : 0;
    }
    if (!missing_ && numbers == static_cast<int>(mv.size())) {
        if (!levels_.empty()) held_ = levels_.back();
    } else {
        fill_gaps(mv);
    }

    const std::size_t before = raw_.size();
    std::size_t i = 0;
    const auto step = static_cast<std::size_t>(step_);
    if (step == 2 && pending_count_ == 0) {
        raw_.resize(before + mv.size() / 2);
        std::int32_t* values = raw_.data() + before;
        for (std::size_t k = 0; k < mv.size() / 2; ++k)
            values[k] = (levels[2 * k] + levels[2 * k + 1]) / 2;
        i = mv.size() / 2 * 2;
    }
    for (; i < mv.size(); ++i) {
        pending_ += levels_[i];
        if (++pending_count_ < step_) continue;
        raw_.push_back(static_cast<std::int32_t>(pending_ / step_));
        pending_ = 0;
        pending_count_ = 0;
    }
    produced_ += static_cast<std::int64_t>(raw_.size() - before);
}

// Appends to values_ what raw_ allows, each spike replaced by the median of the five values around.
void SlopeEnergy::remove_spikes() {
    constexpr auto reach = static_cast<std::size_t>(despike_reach);
    const std::size_t count = raw_.size() - 2 * reach;
    const std::size_t at = values_.size();
    values_.resize(at + count);
    const auto order = [](std::int32_t& a, std::int32_t& b) {
        const std::int32_t low = std::min(a, b);
        b = std::max(a, b);
        a = low;
    };
    const std::int32_t* raw = raw_.data();
    std::int32_t* values = values_.data() + at;
    for (std::size_t i = 0; i < count; ++i) {
        std::int32_t a = raw[i], b = raw[i + 1], c = raw[i + 2], d = raw[i + 3], e = raw[i + 4];
        const std::int32_t here = c, moved = std::abs(e - a);
        // The median of five.
        order(a, b), order(d, e);
        order(a, d), order(b, e);
        order(b, c), order(c, d), order(b, c);
        values[i] = std::abs(here - c) > spike_size + spike_share * moved ? c : here;
    }
    raw_.erase(raw_.begin(), raw_.begin() + static_cast<std::ptrdiff_t>(count));
}

// Samples that are not finite numbers take the level of the last that was.
void SlopeEnergy::fill_gaps(std::span<const float> mv) {
    for (std::size_t i = 0; i < mv.size(); ++i) {
        if (mv[i] - mv[i] != 0) {
            levels_[i] = held_;
            missing_ = true;
            continue;
        }
        held_ = levels_[i];
        if (!missing_) continue;
        missing_ = false;
        // The value that this sample goes into.
        blanks_.push_back(produced_ + (pending_count_ + static_cast<std::int64_t>(i)) / step_);
    }
}

void SlopeEnergy::push(std::span<const float> mv, std::vector<float>& slope,
                       std::vector<double>& energy) {
    const std::int64_t first = produced_;
    blanks_.clear();
    average_down(mv);
    remove_spikes();
    const auto count = static_cast<std::size_t>(produced_ - first);
    const auto m = static_cast<std::size_t>(smooth_), k = static_cast<std::size_t>(lag_),
               a = static_cast<std::size_t>(average_);

    smoothed_.resize(k + count);
    std::int32_t sum = smoothed_last_;
    for (std::size_t i = 0; i < count; ++i) {
        sum += values_[m + i] - values_[i];
        smoothed_[k + i] = sum;
    }
    smoothed_last_ = sum;
    values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(count));

    const std::size_t at = slope.size();
    slope.resize(at + count);
    squares_.resize(a + count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t d = std::clamp(smoothed_[k + i] - smoothed_[i], -steepest, steepest);
        slope[at + i] = static_cast<float>(d);
        squares_[a + i] = static_cast<double>(d) * static_cast<double>(d);
    }
    smoothed_.erase(smoothed_.begin(), smoothed_.begin() + static_cast<std::ptrdiff_t>(count));
    // A gap is no slope: nothing is told of the values whose slope would span it.
    const auto blank = [&](std::int64_t from, std::int64_t to) {
        for (std::int64_t i = std::max(from, first); i < std::min(to, produced_); ++i) {
            slope[at + static_cast<std::size_t>(i - first)] = 0;
            squares_[a + static_cast<std::size_t>(i - first)] = 0;
        }
    };
    blank(first, blank_until_);
    for (const std::int64_t from : blanks_) {
        blank_until_ = from + 2 * despike_reach + smooth_ + lag_;
        blank(from, blank_until_);
    }

    const std::size_t e = energy.size();
    energy.resize(e + count);
    double total = energy_last_;
    for (std::size_t i = 0; i < count; ++i) {
        total += squares_[a + i] - squares_[i];
        energy[e + i] = total;
    }
    energy_last_ = total;
    squares_.erase(squares_.begin(), squares_.begin() + static_cast<std::ptrdiff_t>(count));
}

void SlopeEnergy::finish(std::vector<float>& slope, std::vector<double>& energy) {
    const float last = origin_ + static_cast<float>(held_) / units;
    const auto count = static_cast<std::size_t>((energy_delay_halves() / 2 + 1) * step_);
    push(std::vector<float>(count, last), slope, energy);
}

std::int64_t SlopeEnergy::sample_of_halves(std::int64_t halves) const {
    return std::max<std::int64_t>(0, (halves * step_ + step_ - 1) / 2);
}

}  // namespace telltale::beats
