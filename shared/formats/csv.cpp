#include "formats/csv.hpp"

#include <algorithm>

#include "formats/csv_table.hpp"
#include "formats/text.hpp"

namespace telltale::formats {

bool looks_like_table(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    if (!looks_like_text(text)) return false;
    auto layout = csv::layout_of(text);
    if (!layout) return false;
    int rows = 0;
    while (rows < 3 && !layout->rows.empty()) {
        const std::string_view line =
            csv::trimmed_row(next_line(layout->rows), layout->dialect.separator);
        if (trimmed(line).empty() || csv::is_comment(line)) continue;
        const auto cells = csv::cells_of(line, layout->dialect.separator);
        for (std::size_t c = 0; c < std::min(cells.size(), layout->columns.size()); ++c)
            if (layout->columns[c].role != csv::Role::ignored &&
                csv::kind_of(cells[c], layout->dialect.decimal_point) == csv::Cell::text)
                return false;
        ++rows;
    }
    return rows >= 2;
}

Result<Recording> read_table(const NamedBytes& file, const ReadOptions& options) {
    auto layout = csv::layout_of(as_text(file.bytes));
    if (!layout)
        return fail(file.name, "", "no row of numbers was found, expected one row a sample");
    return csv::read_laid_out(file, std::move(*layout), options);
}

}  // namespace telltale::formats
