// WFDB records: header, signal files and reference annotations together.
#pragma once

#include "formats/file_set.hpp"
#include "formats/wfdb_header.hpp"

namespace telltale::formats::wfdb {

/// The header's record, with the reference annotations (.atr, else another annotator's) that lie
/// beside it. Marks the files it uses.
[[nodiscard]] Result<Recording> read_record(const Header& header, FileSet& files);

/// The warning where a header has no sampling frequency.
inline constexpr const char* assumed_rate =
    "The header gives no sampling frequency; 250 Hz are assumed, so times may be wrong.";

/// The annotations beside the header, at the recording's own rate; those outside are left out.
void read_annotations(const Header& header, FileSet& files, Recording& recording);

}  // namespace telltale::formats::wfdb
