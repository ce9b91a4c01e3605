#include "signal/pyramid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace telltale::signal {
namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

// NaN stands for "nothing yet": a comparison with it is false, so the other value wins.
void widen(float& minimum, float& maximum, float low, float high) {
    if (std::isnan(low)) return;
    if (!(minimum <= low)) minimum = low;
    if (!(maximum >= high)) maximum = high;
}

Level first_level(std::span<const float> samples) {
    Level level{Pyramid::finest_bin, {}};
    level.min_max.reserve((samples.size() + Pyramid::finest_bin - 1) / Pyramid::finest_bin * 2);
    for (std::size_t start = 0; start < samples.size(); start += Pyramid::finest_bin) {
        float minimum = none, maximum = none;
        const std::size_t count = std::min(Pyramid::finest_bin, samples.size() - start);
        for (const float v : samples.subspan(start, count)) widen(minimum, maximum, v, v);
        level.min_max.push_back(minimum);
        level.min_max.push_back(maximum);
    }
    return level;
}

Level next_level(const Level& finer) {
    Level level{finer.samples_per_bin * Pyramid::factor, {}};
    const std::size_t bins = finer.bins();
    level.min_max.reserve((bins + Pyramid::factor - 1) / Pyramid::factor * 2);
    for (std::size_t start = 0; start < bins; start += Pyramid::factor) {
        float minimum = none, maximum = none;
        const std::size_t end = std::min(bins, start + Pyramid::factor);
        for (std::size_t b = start; b < end; ++b)
            widen(minimum, maximum, finer.min_max[2 * b], finer.min_max[2 * b + 1]);
        level.min_max.push_back(minimum);
        level.min_max.push_back(maximum);
    }
    return level;
}

}  // namespace

Pyramid Pyramid::build(std::span<const float> samples) {
    Pyramid pyramid;
    pyramid.levels_.push_back(first_level(samples));
    while (pyramid.levels_.back().bins() > coarsest_bins)
        pyramid.levels_.push_back(next_level(pyramid.levels_.back()));
    return pyramid;
}

}  // namespace telltale::signal
