// WFDB records in segments: a master header that lists other headers, one after the other.
#pragma once

#include "formats/wfdb_leads.hpp"

namespace telltale::formats::wfdb {

/// The segments joined, gaps and missing segments as NaN. With a layout segment (length 0) each
/// segment's signals go to the layout's signal of the same name; without one, by position.
/// Marks the files it uses, the segments' headers among them.
[[nodiscard]] Result<Leads> read_segments(const Header& master, FileSet& files,
                                          std::vector<std::string>& warnings);

}  // namespace telltale::formats::wfdb
