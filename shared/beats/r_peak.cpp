#include "beats/r_peak.hpp"

#include <algorithm>
#include <cmath>

namespace telltale::beats {
namespace {

constexpr float downward_weight = 0.8F;

}  // namespace

std::size_t r_peak(std::span<const float> mv, std::size_t first, std::size_t last,
                   std::vector<float>& scratch) {
    scratch.clear();
    for (const float x : mv)
        if (std::isfinite(x)) scratch.push_back(x);
    std::size_t best = first + (last - first) / 2;
    if (scratch.empty()) return best;
    const auto middle = scratch.begin() + static_cast<std::ptrdiff_t>(scratch.size() / 2);
    std::ranges::nth_element(scratch, middle);
    const float level = *middle;

    float largest = -1;
    for (std::size_t i = first; i < last; ++i) {
        if (!std::isfinite(mv[i])) continue;
        const float deflection = mv[i] - level;
        const float weighted = deflection >= 0 ? deflection : -downward_weight * deflection;
        if (weighted > largest) {
            largest = weighted;
            best = i;
        }
    }
    return best;
}

}  // namespace telltale::beats
