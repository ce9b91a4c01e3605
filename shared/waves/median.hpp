// The middle of some values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace telltale::waves {

/// Of an even number of values the upper of the two in the middle; there is one value at least.
[[nodiscard]] inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

}  // namespace telltale::waves
