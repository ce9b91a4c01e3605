#include "beats/snap.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace telltale::beats {

std::int64_t largest_deflection(std::span<const float> x, double rate, std::int64_t sample,
                                double reach_s) {
    const auto length = static_cast<std::int64_t>(x.size());
    const auto reach = std::llround(reach_s * rate);
    const auto around = [&](std::int64_t side) {
        const auto first = std::max<std::int64_t>(0, sample - side);
        const auto last = std::min(length, sample + side + 1);
        return x.subspan(static_cast<std::size_t>(first),
                         static_cast<std::size_t>(std::max<std::int64_t>(0, last - first)));
    };
    std::vector<float> level;
    for (const float v : around(4 * reach))
        if (std::isfinite(v)) level.push_back(v);
    if (level.empty()) return sample;
    const auto middle = level.begin() + static_cast<std::ptrdiff_t>(level.size() / 2);
    std::ranges::nth_element(level, middle);
    std::int64_t best = sample;
    float largest = -1;
    const auto near = around(reach);
    for (std::size_t i = 0; i < near.size(); ++i)
        if (const float d = std::abs(near[i] - *middle); d > largest) {
            largest = d;
            best = (near.data() - x.data()) + static_cast<std::int64_t>(i);
        }
    return best;
}

}  // namespace telltale::beats
