// Labelled rows that a network learns from, and how they are divided.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/card.hpp"
#include "network.hpp"
#include "recording/error.hpp"

namespace telltale::train {

/// All rows of a data set, training and test part together.
struct DataSet {
    std::string name;
    std::string source;  ///< One sentence for the model's card.
    std::vector<std::string> classes;
    Shape shape;                       ///< Of a row.
    std::vector<float> values;         ///< rows() x shape.channels x shape.length
    std::vector<std::uint8_t> labels;  ///< Index into classes, for each row.
    std::vector<std::uint32_t>
        groups;  ///< The record (patient) of each row; index into group_names.
    std::vector<std::string> group_names;
    std::vector<bool> test;     ///< In the official test part.
    classify::InputCard input;  ///< How a beat becomes a row.

    [[nodiscard]] std::size_t rows() const { return labels.size(); }
    [[nodiscard]] std::size_t width() const {
        return static_cast<std::size_t>(shape.channels * shape.length);
    }
    [[nodiscard]] std::span<const float> row(std::size_t i) const {
        return std::span(values).subspan(i * width(), width());
    }
};

/// Names that load_data_set knows.
[[nodiscard]] std::vector<std::string> data_set_names();

/// A data set without its rows: classes, shape, and how a beat becomes a row.
[[nodiscard]] Result<DataSet> data_set_outline(std::string_view name);

/// Reads a data set from the public files below `folder`. `progress` is called with lines for the
/// user to see.
[[nodiscard]] Result<DataSet> load_data_set(
    std::string_view name, const std::filesystem::path& folder,
    const std::function<void(std::string_view)>& progress = {});

/// Which rows are learnt from, chosen by, and judged by. No row is in two of them.
struct Split {
    std::vector<std::size_t> train, validation, test;
};

enum class SplitKind {
    official,  ///< The data set's own test part; validation is drawn beat by beat from the rest.
    ds1_ds2,   ///< AAMI inter-patient: records of DS1 against those of DS2, paced ones left out.
};

struct SplitOptions {
    SplitKind kind = SplitKind::official;
    /// Share of each class of the training part that becomes the validation part.
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

/// Rows of each class among `rows`.
[[nodiscard]] std::vector<std::size_t> class_counts(const DataSet& data,
                                                    std::span<const std::size_t> rows);

}  // namespace telltale::train
