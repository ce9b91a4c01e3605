#include "formats/csv_cells.hpp"

#include <algorithm>

#include "formats/stamps.hpp"
#include "formats/text.hpp"

namespace telltale::formats::csv {

std::string_view unquoted(std::string_view cell) {
    cell = trimmed(cell);
    if (cell.size() >= 2 && (cell.front() == '"' || cell.front() == '\'') &&
        cell.back() == cell.front())
        cell = trimmed(cell.substr(1, cell.size() - 2));
    return cell;
}

std::string_view trimmed_row(std::string_view line, char separator) {
    if (separator != '\t') return trimmed(line);
    const auto is_end = [](char c) { return is_blank(c) && c != '\t'; };
    while (!line.empty() && is_end(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_end(line.back())) line.remove_suffix(1);
    return line;
}

bool next_cell(std::string_view& rest, char separator, bool& ended, std::string_view& cell) {
    if (ended) return false;
    if (separator == ' ') {
        cell = next_word(rest);
        ended = cell.empty();
        return !ended;
    }
    std::size_t end = 0;
    char quote = 0;
    for (; end < rest.size(); ++end) {
        if (quote) {
            if (rest[end] == quote) quote = 0;
        } else if (rest[end] == '"') {
            quote = rest[end];
        } else if (rest[end] == separator) {
            break;
        }
    }
    cell = rest.substr(0, end);
    ended = end == rest.size();
    rest.remove_prefix(ended ? end : end + 1);
    return true;
}

std::vector<std::string_view> cells_of(std::string_view line, char separator) {
    std::vector<std::string_view> cells;
    std::string_view cell;
    bool ended = false;
    while (cells.size() <= max_columns + 1 && next_cell(line, separator, ended, cell))
        cells.push_back(unquoted(cell));
    return cells;
}

bool is_missing(std::string_view cell) {
    if (cell.size() > 8) return false;
    if (cell.empty() || cell == "-" || cell == "?") return true;
    const std::string word = lower(cell);
    for (const std::string_view known : {"nan", "na", "n/a", "null", "none", "inf", "-inf", "-nan"})
        if (word == known) return true;
    return false;
}

std::optional<double> next_of_list(std::string_view& list, char decimal_point) {
    const std::size_t start = list.find_first_not_of(" \t,;[(");
    if (start == std::string_view::npos) return std::nullopt;
    list.remove_prefix(start);
    return take_number(list, decimal_point);
}

Cell kind_of(std::string_view cell, char decimal_point) {
    if (number(cell, decimal_point)) return Cell::number;
    if (is_missing(cell)) return Cell::missing;
    if (cell.size() > 2 && cell.front() == '[' && cell.back() == ']') {
        // Commas stand between its numbers.
        while (next_of_list(cell, '.')) {
        }
        return trimmed(cell) == "]" ? Cell::list : Cell::text;
    }
    return stamp_of(cell) ? Cell::stamp : Cell::text;
}

bool is_comment(std::string_view line) {
    return line.starts_with('#') || line.starts_with('%') || line.starts_with("//");
}

bool is_data(std::string_view line, const Dialect& dialect) {
    std::size_t numbers = 0, missing = 0;
    for (const std::string_view cell : cells_of(line, dialect.separator))
        switch (kind_of(cell, dialect.decimal_point)) {
            case Cell::number:
            case Cell::list: ++numbers; break;
            case Cell::missing: ++missing; break;
            case Cell::stamp: break;
            case Cell::text: return false;
        }
    return numbers > 0 && missing <= numbers + 1;
}

std::optional<Dialect> dialect_of(std::string_view line, std::string_view following) {
    const auto has = [&](char c) { return line.find(c) != std::string_view::npos; };
    // In the order in which they are believed. A decimal comma can only be told where something
    // else separates the cells, or where quotes hold it together.
    std::vector<Dialect> candidates;
    for (const char separator : {'\t', ';'})
        if (has(separator)) {
            if (has(',') && !has('.')) candidates.push_back({separator, ','});
            candidates.push_back({separator, '.'});
            candidates.push_back({separator, ','});
        }
    // "0,004 0,123": blanks between numbers, a comma within.
    if (has(',') && has(' ') && !has('.') && line.find(", ") == std::string_view::npos)
        candidates.push_back({' ', ','});
    if (has(',')) {
        candidates.push_back({',', '.'});
        if (has('"')) candidates.push_back({',', ','});
    }
    candidates.push_back({' ', '.'});

    std::optional<Dialect> best;
    int most = 0;
    for (const Dialect& candidate : candidates) {
        if (!is_data(line, candidate)) continue;
        const std::size_t cells = cells_of(line, candidate.separator).size();
        int rows = 1;
        std::string_view rest = following;
        for (int i = 0; i < 30 && !rest.empty(); ++i) {
            const std::string_view next = trimmed(next_line(rest));
            rows += is_data(next, candidate) && cells_of(next, candidate.separator).size() == cells
                        ? 1
                        : 0;
        }
        if (rows > most) {
            most = rows;
            best = candidate;
        }
    }
    return best;
}

}  // namespace telltale::formats::csv
