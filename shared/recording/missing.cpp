#include "recording/missing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace telltale {

std::vector<Interval> missing_stretches(std::span<const std::span<const float>> leads,
                                        double rate) {
    std::vector<Interval> found;
    if (leads.empty()) return found;
    const std::size_t length = leads[0].size();
    const auto missing = [&](std::size_t i) {
        return std::ranges::none_of(leads, [i](auto lead) { return std::isfinite(lead[i]); });
    };
    for (std::size_t i = 0; i < length; ++i) {
        if (!missing(i)) continue;
        std::size_t end = i + 1;
        while (end < length && missing(end)) ++end;
        if (static_cast<double>(end - i) >= hiding_gap_s * rate)
            found.push_back({static_cast<std::int64_t>(i), static_cast<std::int64_t>(end)});
        i = end;
    }
    return found;
}

}  // namespace telltale
