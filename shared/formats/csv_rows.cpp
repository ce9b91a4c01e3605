#include "formats/csv_rows.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

#include "formats/text.hpp"

namespace telltale::formats::csv {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

class Rows {
public:
    Rows(const Layout& layout, Table& table)
        : layout_(layout), table_(table), row_(layout.columns.size()), lists_(row_.size()) {}

    // One line; the line's number is for messages.
    void read(std::string_view rest, int line) {
        const std::size_t count = row_.size();
        const auto [separator, point] = layout_.dialect;
        std::size_t cells = 0, longest = 1;
        bool ended = false;
        while (!ended) {
            double value = nan;
            bool bad = false;
            std::string_view list;
            // Most cells are plain numbers, right up to the separator.
            while (!rest.empty() &&
                   (rest.front() == ' ' || (rest.front() == '\t' && separator != '\t')))
                rest.remove_prefix(1);
            if (separator == ' ' && rest.empty()) break;
            std::string_view ahead = rest;
            const auto plain = take_number(ahead, point);
            while (plain && separator != ' ' && !ahead.empty() && ahead.front() == ' ')
                ahead.remove_prefix(1);
            if (plain && (ahead.empty() || ahead.front() == separator ||
                          (separator == ' ' && is_blank(ahead.front())))) {
                value = *plain;
                rest = ahead;
                ended = rest.empty();
                if (!ended) rest.remove_prefix(1);
            } else {
                std::string_view cell;
                if (!next_cell(rest, separator, ended, cell)) break;
                value = of_cell(unquoted(cell), cells, list, bad);
                if (separator == ' ') ended = rest.empty();
            }
            // A separator at the end of the line makes no further cell.
            if (cells == count && ended && std::isnan(value) && !bad) break;
            // LabChart: "#* a remark" after the cells.
            if (cells == count && bad && line_has_remark_) break;
            // No voltage has as many digits; as a float it would be infinite.
            if (std::abs(value) > 1e30) {
                value = nan;
                bad = true;
            }
            if (cells < count) {
                row_[cells] = value;
                lists_[cells] = list;
                longest = std::max(longest, length_of(list));
                if (bad && layout_.columns[cells].role == Role::lead) ++table_.bad_cells;
            }
            ++cells;
        }
        const bool fits = cells == count;
        if (!fits && table_.bad_rows++ == 0) {
            table_.first_bad = line;
            table_.first_bad_cells = cells;
        }
        for (std::size_t i = 0; i < (fits ? longest : 1); ++i) add(fits);
    }

    [[nodiscard]] bool hopeless() const { return table_.bad_rows > 20 + table_.rows / 20; }

private:
    // What a cell that is no plain number says.
    double of_cell(std::string_view cell, std::size_t at, std::string_view& list, bool& bad) {
        const char point = layout_.dialect.decimal_point;
        line_has_remark_ = cell.starts_with('#');
        if (const auto quoted_number = number(cell, point)) return *quoted_number;
        if (cell.size() > 2 && cell.front() == '[' && cell.back() == ']') {
            list = cell;
            return nan;
        }
        if (const auto stamp = stamp_of(cell)) {
            if (at < row_.size()) {
                Times& times = table_.times[at];
                if (!times.stamps) times.first = *stamp;
                times.stamps = true;
                times.dated = stamp->has_date;
            }
            return stamp->seconds;
        }
        bad = !is_missing(cell);
        return nan;
    }

    [[nodiscard]] std::size_t length_of(std::string_view list) const {
        std::size_t length = 0;
        while (next_of_list(list, '.')) ++length;
        return length;
    }

    void add(bool fits) {
        ++table_.rows;
        for (std::size_t c = 0; c < row_.size(); ++c) {
            double value = fits ? row_[c] : nan;
            if (fits && !lists_[c].empty()) value = next_of_list(lists_[c], '.').value_or(nan);
            const Role role = layout_.columns[c].role;
            if (role == Role::time || role == Role::date || maybe_time(layout_, c)) {
                table_.times[c].values.push_back(value);
            } else if (role == Role::lead) {
                if (std::isnan(value)) ++table_.missing;
                table_.columns[c].push_back(static_cast<float>(value));
            }
        }
    }

    const Layout& layout_;
    Table& table_;
    std::vector<double> row_;
    std::vector<std::string_view> lists_;
    bool line_has_remark_ = false;
};

}  // namespace

bool maybe_time(const Layout& layout, std::size_t column) {
    return column == 0 && layout.columns.size() > 1 && layout.columns[0].role == Role::lead &&
           !layout.has_header;
}

Result<Table> read_rows(const std::string& file, const Layout& layout) {
    const std::size_t count = layout.columns.size();
    Table table;
    table.columns.resize(count);
    table.times.resize(count);
    // A row has at least two bytes a cell: room for what will most likely come.
    const std::size_t likely = layout.rows.size() / (6 * count) + 16;
    for (std::size_t c = 0; c < count; ++c)
        if (layout.columns[c].role == Role::lead && !maybe_time(layout, c))
            table.columns[c].reserve(likely);
    Rows rows(layout, table);
    std::string_view text = layout.rows;
    for (int line = layout.first_line; !text.empty() && !rows.hopeless(); ++line) {
        const std::string_view row = trimmed_row(next_line(text), layout.dialect.separator);
        if (trimmed(row).empty() || is_comment(row) || is_block_header(row)) continue;
        rows.read(row, line);
    }
    if (table.bad_rows > std::max<std::size_t>(3, table.rows / 100))
        return fail(file, std::format("line {}", table.first_bad),
                    std::format("the row has {} cells, expected {} as in line {} ({} such rows)",
                                table.first_bad_cells, count, layout.first_line, table.bad_rows));
    if (table.bad_cells > std::max<std::size_t>(3, table.rows * count / 20))
        return fail(
            file, "",
            std::format("{} of {} cells are no numbers", table.bad_cells, table.rows * count));
    return table;
}

}  // namespace telltale::formats::csv
