// Text for CSV files.
#pragma once

#include <string>
#include <string_view>

namespace telltale::report {

/// The text as a cell of a line of RFC 4180: in quotes where it holds commas, quotes or ends of
/// lines.
[[nodiscard]] std::string csv_cell(std::string_view text);

}  // namespace telltale::report
