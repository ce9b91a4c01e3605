// Rows of a data set kept on disk, so that a second training starts in seconds.
//
// A file holds its key, the names of the records, and for each row its label, record, part and
// values. The key tells how the rows were cut and from which files (name, size, time of change):
// a file with another key, or one that is not whole, is as good as none.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "train/data/dataset.hpp"

namespace telltale::train {

[[nodiscard]] std::string cache_key(const DataSet& outline,
                                    std::span<const std::filesystem::path> files);
/// "mitbih-1a2b3c4d5e6f7081.beats": the set's name and a hash of its outline. Files that changed
/// give the same name, so that stale rows are written over.
[[nodiscard]] std::string cache_file_name(const DataSet& outline);

/// Adds the kept rows to an outline; false, and nothing added, where there are none of this key.
[[nodiscard]] bool read_cached(DataSet& set, const std::filesystem::path& file,
                               const std::string& key);
[[nodiscard]] Result<void> write_cached(const DataSet& set, const std::filesystem::path& file,
                                        const std::string& key);

}  // namespace telltale::train
