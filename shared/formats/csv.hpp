// Tables of samples as text: comma, semicolon, tab or blanks between the cells, decimal point or
// comma, one row a sample, one column a lead.
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

/// What the error of a table without a sampling rate says.
inline constexpr std::string_view no_sampling_rate =
    "no sampling rate was found, expected a time column, a line such as '# sampling_rate: 360' "
    "before the rows, or the rate given when opening";

/// True if the text has rows of numbers near its beginning.
[[nodiscard]] bool looks_like_table(const NamedBytes& file);

/// The table as a recording. Lead names and units come from the header line, the sampling rate
/// from a comment or header ("# sampling_rate: 360", "500 Hz"), from the time column, or from
/// the options; an error if there is none.
[[nodiscard]] Result<Recording> read_table(const NamedBytes& file, const ReadOptions& options);

}  // namespace telltale::formats
