#include "beats/r_peak.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "beats/small_sort.hpp"

namespace telltale::beats {
namespace {

constexpr float downward_weight = 0.8F;

}  // namespace

std::size_t r_peak(std::span<const float> mv, std::size_t first, std::size_t last) {
    std::array<float, 13> spread;
    std::size_t count = 0;
    for (std::size_t k = 0; k < spread.size(); ++k) {
        const std::size_t i = k * (mv.size() - 1) / (spread.size() - 1);
        if (i < mv.size() && std::isfinite(mv[i])) spread[count++] = mv[i];
    }
    std::size_t best = first + (last - first) / 2;
    if (count == 0) return best;
    small_sort(std::span(spread).first(count));
    const float level = spread[count / 2];

    float largest = -1;
    for (std::size_t i = first; i < last; ++i) {
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
