// From a table's layout and rows to a recording; for every reader whose samples stand in rows.
#pragma once

#include "formats/csv_rows.hpp"
#include "formats/formats.hpp"

namespace telltale::formats::csv {

/// Reads the rows that the layout describes and places them in time: the rate from the time column,
/// else from what the file says, the options, the header's only number of Hz, the file's name.
[[nodiscard]] Result<Recording> read_laid_out(const NamedBytes& file, Layout layout,
                                              const ReadOptions& options);

}  // namespace telltale::formats::csv
