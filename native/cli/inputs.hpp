// From what the user types to bytes that the readers take.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "formats/formats.hpp"
#include "formats/large.hpp"
#include "recording/error.hpp"

namespace telltale::cli {

struct LoadedFile {
    std::string name;  ///< As typed, or beside what was typed.
    std::vector<std::byte> bytes;
    /// Of a large file instead of bytes: it is read in pieces, so that it is not held beside its
    /// samples.
    std::shared_ptr<formats::ByteSource> source;
};

/// Reads the file that the user named, and those that belong to it: a WFDB header brings its
/// signal files, its segments and the reference annotations (.atr) beside it; a signal or
/// annotation file brings its header; a record's name without ending is its header; a
/// folder brings every file below it. A file that should be there and is not is left out: the
/// readers say what is missing.
[[nodiscard]] Result<std::vector<LoadedFile>> load(const std::filesystem::path& path);

/// Hands loaded files to the readers. The recordings do not refer to `files` any more.
[[nodiscard]] formats::ReadResult read(const std::vector<LoadedFile>& files,
                                       const formats::ReadOptions& options = {});

/// load() and read(): what one argument of the command line gives. Never empty on both sides.
/// The error of a file without a sampling rate speaks of --rate.
[[nodiscard]] formats::ReadResult open(const std::filesystem::path& path,
                                       const formats::ReadOptions& options = {});

/// The headers in a folder that have reference annotations (NAME.hea with NAME.atr, or another
/// annotator's ending), by name.
[[nodiscard]] Result<std::vector<std::filesystem::path>> annotated_records(
    const std::filesystem::path& folder, const std::string& annotator = "atr");

}  // namespace telltale::cli
