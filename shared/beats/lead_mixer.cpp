#include "beats/lead_mixer.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "beats/log2.hpp"
#include "beats/small_sort.hpp"

namespace telltale::beats {
namespace {

constexpr std::int64_t side = 4;  // blocks
constexpr float lowest_level = 3.3F, lowest_floor = 1.0F, highest_contrast = 5.0F;
// Octaves that the first lead's beats must stand out to remain, and to become again, the main one.
constexpr float lost_contrast = 0.8F, regained_contrast = 1.3F;
// Among the others, one must stand out this much more to take over.
constexpr float clearly_better = 1.5F;

// 2^x to the nearest quarter octave: the same bits on every machine.
double power_of_2(float x) {
    constexpr std::array<double, 4> quarters = {1, 1.189207115002721, 1.4142135623730951,
                                                1.6817928305074292};
    const auto steps = static_cast<int>(std::lround(std::clamp(x, -30.0F, 30.0F) * 4));
    return std::ldexp(quarters[static_cast<std::size_t>(steps & 3)], steps >> 2);
}

}  // namespace

LeadMixer::LeadMixer(std::size_t leads, double rate, double scale)
    : block_(std::max<std::int64_t>(1, std::llround(rate))),
      scale_(static_cast<float>(scale)),
      inputs_(leads),
      leads_(leads) {}

void LeadMixer::mix(bool all, std::vector<double>& energy, std::vector<float>& slope) {
    if (leads_.size() == 1) {
        energy.insert(energy.end(), inputs_[0].energy.begin(), inputs_[0].energy.end());
        slope.insert(slope.end(), inputs_[0].slope.begin(), inputs_[0].slope.end());
        inputs_[0] = {};
        return;
    }
    pushed_ += static_cast<std::int64_t>(inputs_[0].energy.size());
    for (std::size_t i = 0; i < leads_.size(); ++i) {
        Lead& lead = leads_[i];
        lead.energy.insert(lead.energy.end(), inputs_[i].energy.begin(), inputs_[i].energy.end());
        lead.slope.insert(lead.slope.end(), inputs_[i].slope.begin(), inputs_[i].slope.end());
        inputs_[i].energy.clear();
        inputs_[i].slope.clear();
    }
    const std::int64_t whole = all ? (pushed_ + block_ - 1) / block_ : pushed_ / block_;
    for (; measured_ < whole; ++measured_)
        for (Lead& lead : leads_)
            measure(lead, measured_, std::min(block_, pushed_ - measured_ * block_));

    const std::int64_t first = mixed_;
    for (; mixed_ < (all ? whole : measured_ - side); ++mixed_)
        mix_block(mixed_, first,
                  static_cast<std::size_t>(std::min(block_, pushed_ - mixed_ * block_)), energy,
                  slope);
    const std::int64_t done = std::min((mixed_ - first) * block_, pushed_ - first * block_);
    for (Lead& lead : leads_) {
        lead.energy.erase(lead.energy.begin(),
                          lead.energy.begin() + static_cast<std::ptrdiff_t>(done));
        lead.slope.erase(lead.slope.begin(),
                         lead.slope.begin() + static_cast<std::ptrdiff_t>(done));
    }
}

void LeadMixer::measure(Lead& lead, std::int64_t block, std::int64_t length) {
    const double* energy = lead.energy.data() + (block - mixed_) * block_;
    const std::int64_t stride = std::max<std::int64_t>(1, block_ / 24);
    double peak = 0;
    scratch_.clear();
    for (std::int64_t i = 0; i < length; ++i) peak = std::max(peak, energy[i]);
    for (std::int64_t i = 0; i < length; i += stride)
        scratch_.push_back(static_cast<float>(energy[i]));
    small_sort(scratch_);
    const auto height = [&](float e) { return log2_of(std::sqrt(e) * scale_); };
    lead.measures.push_back(
        {height(static_cast<float>(peak)), height(scratch_[scratch_.size() / 2])});
}

void LeadMixer::mix_block(std::int64_t block, std::int64_t first, std::size_t length,
                          std::vector<double>& energy, std::vector<float>& slope) {
    const std::size_t count = leads_.size();
    std::vector<float> levels(count), contrasts(count);
    const auto from = static_cast<std::size_t>(std::max<std::int64_t>(0, block - side));
    const auto to = static_cast<std::size_t>(std::min(measured_, block + side + 1));
    const auto median = [&](const Lead& lead, auto member) {
        scratch_.clear();
        for (std::size_t b = from; b < to; ++b) scratch_.push_back(lead.measures[b].*member);
        small_sort(scratch_);
        return scratch_[scratch_.size() / 2];
    };
    for (std::size_t i = 0; i < count; ++i) {
        levels[i] = std::max(lowest_level, median(leads_[i], &Measure::peak));
        const float floor = std::max(lowest_floor, median(leads_[i], &Measure::floor));
        contrasts[i] =
            levels[i] <= lowest_level ? 0 : std::clamp(levels[i] - floor, 0.0F, highest_contrast);
    }
    const auto best =
        static_cast<std::size_t>(std::ranges::max_element(contrasts) - contrasts.begin());
    // The first lead as long as beats can be seen in it, so that marks stay on one lead.
    const std::size_t before = main_.empty() ? 0 : main_.back();
    std::size_t main = before;
    if (contrasts[0] > (before == 0 ? lost_contrast : regained_contrast))
        main = 0;
    else if (before == 0 || contrasts[best] > contrasts[before] + clearly_better)
        main = best;
    main_.push_back(static_cast<std::uint16_t>(main));

    const float highest = std::ranges::max(levels);
    double total = 0;
    std::vector<double> weights(count);
    for (std::size_t i = 0; i < count; ++i) {
        const float say = 4 * (contrasts[i] - contrasts[best]);
        total += power_of_2(say);
        weights[i] = power_of_2(say + 2 * (highest - levels[i]));
    }
    for (double& weight : weights) weight /= total;

    const auto at = static_cast<std::size_t>((block - first) * block_);
    const std::size_t old = energy.size();
    energy.resize(old + length);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t k = 0; k < length; ++k)
            energy[old + k] += weights[i] * leads_[i].energy[at + k];
    const auto gain = static_cast<float>(power_of_2(highest - levels[main]));
    for (std::size_t k = 0; k < length; ++k) slope.push_back(gain * leads_[main].slope[at + k]);
}

std::size_t LeadMixer::main_lead(std::int64_t index) const {
    const auto block = static_cast<std::size_t>(std::max<std::int64_t>(0, index) / block_);
    if (main_.empty()) return 0;
    return main_[std::min(block, main_.size() - 1)];
}

}  // namespace telltale::beats
