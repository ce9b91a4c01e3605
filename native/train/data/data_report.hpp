// What a data set holds, for people: counts, percentages and pictures.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "train/data/dataset.hpp"
#include "train/data/write_data_set.hpp"

namespace telltale::train {

/// Beats of each class in each part, with their share of the part.
[[nodiscard]] std::string parts_table(const DataSet& data, std::span<const NamedPart> parts);

/// Up to `a_class` of the rows of each class drawn, spread over the rows in their order. The first
/// channel, with its place.
[[nodiscard]] std::string sample_pictures(const DataSet& data, std::span<const std::size_t> rows,
                                          std::size_t a_class);

[[nodiscard]] std::span<const float> first_channel(const DataSet& data, std::size_t row);
/// Where a person finds a row's beat: "record 208, sample 74986 (3:28.29)", "row 12 of the test
/// file", "a mixture, of record 208 and others".
[[nodiscard]] std::string place_of(const DataSet& data, std::size_t row);

/// A page without outside references of a data set and its parts.
[[nodiscard]] std::string data_report(const DataSet& data, std::string_view name,
                                      std::span<const NamedPart> parts);

}  // namespace telltale::train
