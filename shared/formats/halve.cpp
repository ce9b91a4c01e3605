#include "formats/halve.hpp"

#include <cmath>
#include <limits>

namespace telltale::formats {
namespace {

// Taps at the odd distances 1, 3, ... 15 from the middle, in 2^-16; the middle one is 1/2, those
// at even distances are 0.
constexpr double taps[] = {20741, -6495, 3431, -2010, 1182, -661, 333, -137};
constexpr std::size_t reach = 15;

}  // namespace

void Halver::push(std::span<const float> samples, std::vector<float>& out) {
    if (samples.empty()) return;
    if (held_.empty()) {
        if (std::isfinite(samples.front())) last_ = samples.front();
        held_.assign(reach, last_);
        missing_.assign(reach, 1);
        next_ = reach;
    }
    std::size_t at = held_.size();
    held_.resize(at + samples.size());
    missing_.resize(held_.size());
    for (const float sample : samples) {
        const bool absent = !std::isfinite(sample);
        if (!absent) last_ = sample;
        held_[at] = last_;
        missing_[at++] = absent;
    }
    inputs_ += samples.size();
    emit(out);
}

void Halver::emit(std::vector<float>& out) {
    for (; next_ + reach < held_.size() && outputs_ < (inputs_ + 1) / 2; next_ += 2, ++outputs_) {
        if (missing_[next_]) {
            out.push_back(std::numeric_limits<float>::quiet_NaN());
            continue;
        }
        const float* middle = held_.data() + next_;
        double sum = 0;
        for (std::size_t k = 0; k < std::size(taps); ++k) {
            const auto distance = static_cast<std::ptrdiff_t>(2 * k + 1);
            sum += taps[k] *
                   (static_cast<double>(middle[-distance]) + static_cast<double>(middle[distance]));
        }
        out.push_back(static_cast<float>((sum + 32768 * static_cast<double>(*middle)) * 0x1p-16));
    }
    if (next_ <= reach) return;
    const auto done = static_cast<std::ptrdiff_t>(next_ - reach);
    held_.erase(held_.begin(), held_.begin() + done);
    missing_.erase(missing_.begin(), missing_.begin() + done);
    next_ = reach;
}

void Halver::finish(std::vector<float>& out) {
    if (held_.empty()) return;
    held_.insert(held_.end(), reach + 1, last_);
    missing_.insert(missing_.end(), reach + 1, 1);
    emit(out);
}

}  // namespace telltale::formats
