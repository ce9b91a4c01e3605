// Sorting a handful of numbers, for which the library's sort is slower.
#pragma once

#include <cstddef>
#include <span>

namespace telltale::beats {

/// Eight numbers, without a branch (Batcher's odd-even merge sort).
inline void sort_eight(std::span<float, 8> v) {
    const auto order = [&](std::size_t a, std::size_t b) {
        const float low = v[a] < v[b] ? v[a] : v[b];
        const float high = v[a] < v[b] ? v[b] : v[a];
        v[a] = low;
        v[b] = high;
    };
    order(0, 1), order(2, 3), order(4, 5), order(6, 7);
    order(0, 2), order(1, 3), order(4, 6), order(5, 7);
    order(1, 2), order(5, 6);
    order(0, 4), order(1, 5), order(2, 6), order(3, 7);
    order(2, 4), order(3, 5);
    order(1, 2), order(3, 4), order(5, 6);
}

inline void small_sort(std::span<float> values) {
    for (std::size_t i = 1; i < values.size(); ++i) {
        const float x = values[i];
        std::size_t k = i;
        for (; k > 0 && values[k - 1] > x; --k) values[k] = values[k - 1];
        values[k] = x;
    }
}

}  // namespace telltale::beats
