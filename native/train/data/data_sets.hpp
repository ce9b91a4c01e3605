// The data sets that dataset.cpp chooses from, one source file each.
#pragma once

#include <filesystem>
#include <vector>

#include "train/data/dataset.hpp"

namespace telltale::train {

/// A data set's outline, and how its rows are read into it. `files` are those whose change makes
/// cached rows stale.
struct DataSource {
    std::string_view name;
    Result<DataSet> (*outline)(const DataOptions&);
    Result<void> (*read)(DataSet&, const DataOptions&, const std::filesystem::path& folder,
                         const Log&);
    Result<std::vector<std::filesystem::path>> (*files)(const std::filesystem::path& folder);
};

extern const DataSource heartbeat_source;      ///< Kachuee et al. 2018, MIT-BIH
extern const DataSource heartbeat_ptb_source;  ///< Kachuee et al. 2018, PTB Diagnostic ECG Database
extern const DataSource ecg5000_source;        ///< UCR archive
extern const DataSource mitbih_source;         ///< MIT-BIH, cut as a recipe asks

/// Appends the rows of a file of beats (`heartbeat` CSV, UCR text). Its labels are whole numbers
/// from `first_label` on, one for each class of the set.
[[nodiscard]] Result<void> append_beat_file(DataSet& set, const std::filesystem::path& path,
                                            int first_label, bool test);

}  // namespace telltale::train
