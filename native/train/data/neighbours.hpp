// Nearest neighbours among rows, exactly, by comparing all of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/data/dataset.hpp"

namespace telltale::train {

/// For each of `rows`, the `k` others among them of the smallest Euclidean distance, nearest first
/// (equal distances by place), as places in `rows`: [rows.size(), k]. k is less than rows.size().
/// Distances are those of single precision. Time: rows^2 x width; `threads` share it and do not
/// change the result.
[[nodiscard]] std::vector<std::uint32_t> nearest_neighbours(const DataSet& data,
                                                            std::span<const std::size_t> rows,
                                                            std::size_t k, int threads);

}  // namespace telltale::train
