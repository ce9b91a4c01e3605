// How the rows of a data set are divided into what is learnt from and what is judged by.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "train/data/dataset.hpp"

namespace telltale::train {

/// Which rows are learnt from, chosen by, and judged by. No row is in two of them.
struct Split {
    std::vector<std::size_t> train, validation, test;
};

enum class SplitKind {
    official,  ///< The data set's own test part; validation is drawn beat by beat from the rest.
    beats,     ///< A share of each class's beats at random: patients are on both sides.
    patients,  ///< A share of the records at random, whole.
    ds1_ds2,   ///< AAMI inter-patient: records of DS1 against those of DS2, paced ones left out.
};

struct SplitOptions {
    SplitKind kind = SplitKind::official;
    double test = 0.2;  ///< beats, patients: share of each class, or of the records.
    /// Share of each class of the training part that becomes the validation part; of its records
    /// where the kind is `patients`.
    double validation = 0.1;
    /// ds1_ds2: the records of DS1 that become the validation part instead of a share of beats.
    std::vector<std::string> validation_groups;
    std::uint64_t seed = 1;
};

[[nodiscard]] Result<Split> split(const DataSet& data, const SplitOptions& options);

/// At most `limit` of the rows, keeping each class's share (at least one row each where there is
/// one).
[[nodiscard]] std::vector<std::size_t> limited(const DataSet& data,
                                               std::span<const std::size_t> rows, std::size_t limit,
                                               std::uint64_t seed);

}  // namespace telltale::train
