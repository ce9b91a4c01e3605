// Sampling rates that the lines before a table tell.
#pragma once

#include <string_view>
#include <vector>

#include "formats/csv_header.hpp"

namespace telltale::formats::csv {

/// Seconds of a unit of time ("ms", "sec", "minutes"); 0 for what is none.
[[nodiscard]] double seconds_per(std::string_view unit);

/// Fills in layout.rate and layout.weak_rate.
void find_rates(const std::vector<std::string_view>& lines, Layout& layout);

}  // namespace telltale::formats::csv
