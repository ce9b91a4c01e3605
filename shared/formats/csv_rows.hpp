// The rows of a table as numbers.
#pragma once

#include <string>
#include <vector>

#include "formats/csv_header.hpp"
#include "formats/stamps.hpp"

namespace telltale::formats::csv {

/// A column of times or dates.
struct Times {
    std::vector<double> values;  ///< In the column's unit; seconds where they are stamps.
    bool stamps = false;         ///< Times of day rather than plain numbers.
    bool dated = false;          ///< The stamps have dates.
    Stamp first;
};

/// Every column has `rows` values; a row whose cells are lists of samples counts once a sample.
struct Table {
    std::vector<std::vector<float>> columns;  ///< Of each lead; NaN where missing.
    std::vector<Times> times;                 ///< Of each column of times or dates.
    std::size_t rows = 0;
    std::size_t missing = 0, bad_rows = 0, bad_cells = 0;
    int first_bad = 0;  ///< The line of the first bad row, and its cells.
    std::size_t first_bad_cells = 0;
};

/// Reads the rows. Rows that do not fit become rows of missing samples, so that time goes on; an
/// error where too many do not. A first column without a name is kept as times until it is known
/// whether it is one (see maybe_time()).
[[nodiscard]] Result<Table> read_rows(const std::string& file, const Layout& layout);

/// True for a first column that may be times: no header names it.
[[nodiscard]] bool maybe_time(const Layout& layout, std::size_t column);

}  // namespace telltale::formats::csv
