#include "beats/r_peak.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "beats/small_sort.hpp"

namespace telltale::beats {
namespace {

constexpr float downward_weight = 0.9F;
constexpr float habit_weight = 0.5F, habit_rate = 0.1F;
// A deflection at the edge of the search counts less by this share.
constexpr float edge_loss = 0.8F;
// A step of the climb to the peak, as a share of the search: 4 of 120 ms.
constexpr std::size_t climb_share = 30;

}  // namespace

std::size_t RPeak::place(std::span<const float> mv, std::size_t first, std::size_t last) {
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

    float up = 0, down = 0;
    std::size_t highest = best, lowest = best;
    const float middle = 0.5F * static_cast<float>(first + last - 1);
    const float half = 0.5F * static_cast<float>(last - first);
    for (std::size_t i = first; i < last; ++i) {
        const float aside = (static_cast<float>(i) - middle) / half;
        const float deflection = (mv[i] - level) * (1 - edge_loss * aside * aside);
        if (deflection > up) {
            up = deflection;
            highest = i;
        }
        if (-deflection > down) {
            down = -deflection;
            lowest = i;
        }
    }
    const bool upward = up >= down * (downward_weight - habit_weight * habit_);
    habit_ += ((upward ? 1.0F : -1.0F) - habit_) * habit_rate;
    // What is preferred in the middle is not always the peak itself: climb to it.
    const std::size_t reach = std::max<std::size_t>(1, (last - first) / climb_share);
    best = upward ? highest : lowest;
    for (std::size_t from = last; from != best;) {
        from = best;
        const std::size_t end = std::min(last, from + reach + 1);
        for (std::size_t i = std::max(first + reach, from) - reach; i < end; ++i)
            if (upward ? mv[i] > mv[best] : mv[i] < mv[best]) best = i;
    }
    return best;
}

}  // namespace telltale::beats
