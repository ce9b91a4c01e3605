// Making classes of equal weight: which rows an epoch learns from.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "dataset.hpp"

namespace telltale::train {

/// A row to learn from: row `a` of the data set, or a point on the line from `a` to `b`:
/// a + t (b - a). The label is a's.
struct Row {
    std::uint32_t a = 0, b = 0;
    float t = 0;
    bool copy = false;  ///< Not the first appearance of `a`: augmentation may concern only these.
};

enum class Balancing {
    none,    ///< Rows as they are.
    over,    ///< Random over-sampling: every class as large as the largest.
    hybrid,  ///< Every class of `per_class` rows: larger ones sampled, smaller ones repeated.
};

struct BalanceOptions {
    Balancing method = Balancing::none;
    std::size_t per_class = 0;  ///< hybrid only.
};

/// The balanced rows, in no particular order. Sampling is without repetition as long as a class
/// has rows left: a class that is repeated holds each row floor(n / rows) times, and a random
/// choice of rows once more.
[[nodiscard]] std::vector<Row> balance(const DataSet& data, std::span<const std::size_t> rows,
                                       const BalanceOptions& options, std::uint64_t seed);

}  // namespace telltale::train
