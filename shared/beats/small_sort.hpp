// Sorting a handful of numbers, for which the library's sort is slower.
#pragma once

#include <cstddef>
#include <span>

namespace telltale::beats {

inline void small_sort(std::span<float> values) {
    for (std::size_t i = 1; i < values.size(); ++i) {
        const float x = values[i];
        std::size_t k = i;
        for (; k > 0 && values[k - 1] > x; --k) values[k] = values[k - 1];
        values[k] = x;
    }
}

}  // namespace telltale::beats
