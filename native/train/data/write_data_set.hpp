// Data sets as files, for people who train elsewhere.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "train/data/dataset.hpp"
#include "train/data/split.hpp"

namespace telltale::train {

enum class DataFormat {
    /// A line a beat: its values and then the number of its class, as `%.18e` writes them: the form
    /// in which `heartbeat` is in circulation.
    csv,
    /// NumPy files: NAME_beats.npy (float32, [beats, values] or [beats, leads, values]),
    /// NAME_labels.npy (uint8) and NAME_records.npy (uint16).
    npy,
};

/// A part of a data set and the name its files begin with.
struct NamedPart {
    std::string name;
    std::vector<std::size_t> rows;  ///< In the order in which they are written.
};

/// The parts as which a set is in circulation, under those names: `heartbeat` is mitbih_train and
/// mitbih_test, the latter in its official order; `heartbeat-ptb` a part for each class; others
/// NAME_train and NAME_test, or NAME alone where there is no official test part.
[[nodiscard]] std::vector<NamedPart> official_parts(const DataSet& data);
/// The parts of a recipe's split: NAME_train, NAME_validation, NAME_test.
[[nodiscard]] std::vector<NamedPart> split_parts(const std::string& name, const Split& split);

/// Writes the parts; NAME.html of the name given, which shows what they hold (data_report.hpp); and
/// NAME.json, which tells classes, records, how a beat became a row, and what each part holds.
/// Returns the files.
[[nodiscard]] Result<std::vector<std::filesystem::path>> write_data_set(
    const DataSet& data, const std::string& name, std::span<const NamedPart> parts,
    DataFormat format, const std::filesystem::path& folder, const Log& log = {});

}  // namespace telltale::train
