// Labelled rows that a network learns from. How they are divided: split.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/card.hpp"
#include "recording/error.hpp"
#include "train/networks/network.hpp"

namespace telltale::train {

/// Which rows: what the section [data] of a recipe says of them.
struct DataOptions {
    std::string set;  ///< One of data_set_names().

    // The set `mitbih` only: beats of MIT-BIH cut as the recipe likes.
    /// Beats of these WFDB codes ("N", "L", "A"), a class each; "AAMI" alone: the classes N S V F
    /// Q.
    std::vector<std::string> classes = {"AAMI"};
    /// Sampling rate, window and what is done against noise; always centred on the R peak.
    double sampling_rate = 360;                    ///< Hz
    double before = 0.5, after = 0.5;              ///< s
    double band_pass_low = 0, band_pass_high = 0;  ///< Hz; 0 and 0: none.
    classify::Denoise denoise = classify::Denoise::none;
    classify::Scaling scaling = classify::Scaling::none;
};

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
    /// Where each row is from, for people to find it again: with a sampling rate the beat's sample
    /// in its record, else the row's number in its file, from 1. mixture: of more than one row.
    std::vector<std::int64_t> places;
    double record_rate = 0;  ///< Hz, of the records that places are in; 0: places are of files.
    static constexpr std::int64_t mixture = -1;
    std::vector<bool> test;     ///< In the official test part; all false where there is none.
    classify::InputCard input;  ///< How a beat becomes a row.

    [[nodiscard]] std::size_t rows() const { return labels.size(); }
    [[nodiscard]] std::size_t width() const {
        return static_cast<std::size_t>(shape.channels * shape.length);
    }
    [[nodiscard]] std::span<const float> row(std::size_t i) const {
        return std::span(values).subspan(i * width(), width());
    }
};

using Log = std::function<void(std::string_view)>;

/// Names that load_data_set knows.
[[nodiscard]] std::vector<std::string> data_set_names();

/// A data set without its rows: classes, shape, and how a beat becomes a row. Errors: an unknown
/// set, class or window.
[[nodiscard]] Result<DataSet> data_set_outline(const DataOptions& options);

/// Reads a data set from the public files below `folder`. `log` is called with lines for the
/// user to see. `cache`, unless empty, is a folder where rows that were cut are kept, so that the
/// next time only the files' sizes and times are looked at.
[[nodiscard]] Result<DataSet> load_data_set(const DataOptions& options,
                                            const std::filesystem::path& folder,
                                            const Log& log = {},
                                            const std::filesystem::path& cache = {});

/// Rows of each class among `rows`.
[[nodiscard]] std::vector<std::size_t> class_counts(const DataSet& data,
                                                    std::span<const std::size_t> rows);
/// Rows of one class each, in the order given.
[[nodiscard]] std::vector<std::vector<std::size_t>> by_class(const DataSet& data,
                                                             std::span<const std::size_t> rows);

}  // namespace telltale::train
