// What `telltale collect` tells of a recording: a row of a table.
#pragma once

#include <vector>

#include "cli/output.hpp"

namespace telltale::cli {

/// The names of the columns, in order.
[[nodiscard]] const std::vector<std::string>& table_columns();

/// The cells of one recording as `analyze --list` wrote it, by column; what is not known is null.
[[nodiscard]] Json table_row(const Json& recording);

}  // namespace telltale::cli
