// The numbers of a sliding window in order, for its median and other quantiles.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace telltale::beats {

class SortedWindow {
public:
    void insert(float x) { sorted_.insert(std::ranges::upper_bound(sorted_, x), x); }
    /// `x` must be in the window.
    void erase(float x) { sorted_.erase(std::ranges::lower_bound(sorted_, x)); }
    /// The quantile numerator / denominator, of the numbers themselves. The window must not be
    /// empty.
    [[nodiscard]] float quantile(std::size_t numerator, std::size_t denominator) const {
        return sorted_[(sorted_.size() - 1) * numerator / denominator];
    }

private:
    std::vector<float> sorted_;
};

}  // namespace telltale::beats
