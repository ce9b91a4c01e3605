// Rows of text as cells: how they are told apart, and what a cell is.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace telltale::formats::csv {

inline constexpr std::size_t max_columns = 256;

/// How the cells of a row are told apart, and their numbers written.
struct Dialect {
    char separator = ',';  ///< ' ' stands for any number of blanks.
    char decimal_point = '.';
    bool operator==(const Dialect&) const = default;
};

enum class Cell { number, missing, stamp, list, text };

/// Without blanks and quotes around it.
[[nodiscard]] std::string_view unquoted(std::string_view cell);

/// Without blanks at its ends, but for the separator: a tab there parts cells.
[[nodiscard]] std::string_view trimmed_row(std::string_view line, char separator);

/// Takes the next cell off the front of `rest`; false when the row has `ended`.
[[nodiscard]] bool next_cell(std::string_view& rest, char separator, bool& ended,
                             std::string_view& cell);

/// All cells, unquoted; at most two more than the columns that are allowed.
[[nodiscard]] std::vector<std::string_view> cells_of(std::string_view line, char separator);

[[nodiscard]] bool is_missing(std::string_view cell);

/// What an unquoted cell is. A list is samples in brackets: "[-101, -101, 7]".
[[nodiscard]] Cell kind_of(std::string_view cell, char decimal_point);

/// Takes the next number off a list; nothing at its end or where something else stands.
[[nodiscard]] std::optional<double> next_of_list(std::string_view& list, char decimal_point);

/// "# ...", "% ...", "// ..."
[[nodiscard]] bool is_comment(std::string_view line);

/// A row of numbers: every cell is a number, a missing value, a list or a time, one holds numbers.
[[nodiscard]] bool is_data(std::string_view line, const Dialect& dialect);

/// The dialect in which the line, and most of the rows of `following` too, are rows of numbers.
[[nodiscard]] std::optional<Dialect> dialect_of(std::string_view line, std::string_view following);

}  // namespace telltale::formats::csv
