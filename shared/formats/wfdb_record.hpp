// WFDB records: header, signal files and reference annotations together.
#pragma once

#include "formats/file_set.hpp"
#include "formats/wfdb_header.hpp"

namespace telltale::formats::wfdb {

/// The header's record, with the reference annotations (.atr, else another annotator's) that lie
/// beside it. Marks the files it uses.
[[nodiscard]] Result<Recording> read_record(const Header& header, FileSet& files);

}  // namespace telltale::formats::wfdb
