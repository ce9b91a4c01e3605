// Making classes of equal weight: which rows an epoch learns from.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "train/data/dataset.hpp"

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
    under,   ///< Random under-sampling: every class as small as the smallest.
    hybrid,  ///< Every class of `per_class` rows: larger ones sampled, smaller ones repeated.
    /// Synthetic minority over-sampling (Chawla et al. 2002): smaller classes are lifted to
    /// `per_class` rows by points between a row and one of its `neighbours` nearest of its class.
    smote,
};

struct BalanceOptions {
    Balancing method = Balancing::none;
    /// hybrid; smote, where 0 stands for the size of the largest class.
    std::size_t per_class = 0;
    std::size_t neighbours = 5;  ///< smote: k; fewer where a class has fewer other rows.
    /// smote: classes larger than this, after lifting, are cut to it if they needed no lifting;
    /// 0: never.
    std::size_t largest = 0;
    /// The whole data set is balanced, and divided only then: as published where a published
    /// protocol did so. Copies and mixtures of judged rows are then learnt from (leakage): of test
    /// rows too, unless the test part is an official one, which stays as it is.
    bool before_split = false;
};

/// The balanced rows, in no particular order. Sampling is without repetition as long as a class
/// has rows left: a class that is repeated holds each row floor(n / rows) times, and a random
/// choice of rows once more. SMOTE keeps all of a class's rows; a class of one row is repeated.
[[nodiscard]] std::vector<Row> balance(const DataSet& data, std::span<const std::size_t> rows,
                                       const BalanceOptions& options, std::uint64_t seed,
                                       int threads = 1);

/// Writes a row's values to `out`, which holds data.width() values.
void write_row(const DataSet& data, const Row& row, std::span<float> out);

/// A data set of the balanced rows themselves, for a split that comes after balancing. The record
/// of a mixture is that of its row `a`. An official test part is not balanced: its rows follow.
[[nodiscard]] DataSet balanced_data_set(const DataSet& data, const BalanceOptions& options,
                                        std::uint64_t seed, int threads);

/// The weight of each class in the loss: rows / (classes x rows of the class), 0 for a class
/// without rows; classes without rows do not count.
[[nodiscard]] std::vector<float> class_weights(const DataSet& data,
                                               std::span<const std::size_t> rows);

}  // namespace telltale::train
