#include "formats/beat_set.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>
#include <map>

#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::size_t fewest_columns = 64;  // more than any recording has leads
constexpr std::size_t most_labels = 1000;
constexpr std::size_t heartbeat_columns = 188;

enum class Label { first, last, after_colon };

struct Layout {
    char separator = ',';  // ' ' for any run of blanks
    Label label = Label::last;
    std::string_view rows;
    int line = 1;  // of the first row
};

std::string_view next_cell(std::string_view& rest, char separator) {
    if (separator == ' ') return next_word(rest);
    const std::size_t end = rest.find(separator);
    const std::string_view cell = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return cell;
}

std::optional<float> value_of(std::string_view cell) {
    if (const auto v = number(cell)) return static_cast<float>(*v);
    if (cell == "?" || lower(cell) == "nan") return std::numeric_limits<float>::quiet_NaN();
    return std::nullopt;
}

std::vector<std::string_view> cells_of(std::string_view line, char separator) {
    std::vector<std::string_view> cells;
    std::string_view rest = trimmed(line);
    while (!rest.empty()) cells.push_back(next_cell(rest, separator));
    return cells;
}

bool is_whole(std::string_view cell) {
    const auto v = number(cell);
    return v && std::abs(*v) < 1e6 && *v == std::floor(*v);
}

// .ts and .arff: lines of description that start with '@', up to "@data".
Result<Layout> described(const NamedBytes& file, std::string_view rest) {
    Layout layout;
    bool colon = true;
    while (!rest.empty()) {
        const std::string_view line = trimmed(next_line(rest));
        ++layout.line;
        if (line.empty() || line.front() == '#' || line.front() == '%') continue;
        std::string_view words = line;
        const std::string key = lower(next_word(words)), value = lower(trimmed(words));
        const auto refuse = [&](std::string_view what) {
            return fail(file.name, std::format("line {}", layout.line - 1),
                        std::format("beats with {}, expected one row of values a beat", what));
        };
        if (key == "@timestamps" && value == "true") return refuse("time stamps");
        if (key == "@univariate" && value == "false") return refuse("several channels");
        if (key == "@classlabel" && value.starts_with("false")) return refuse("no labels");
        if (key == "@relation" || key == "@attribute") colon = false;
        if (key == "@data") {
            layout.label = colon ? Label::after_colon : Label::last;
            layout.rows = rest;
            return layout;
        }
        if (line.front() != '@') break;
    }
    return fail(file.name, "", "its description does not end, expected a line '@data'");
}

// Plain tables: where the label is follows from the first rows.
std::optional<Layout> plain(std::string_view text) {
    Layout layout{.rows = text};
    bool first_whole = true, last_whole = true;
    std::size_t columns = 0;
    for (int rows = 0; rows < 20 && !text.empty();) {
        const std::string_view line = trimmed(next_line(text));
        if (line.empty()) continue;
        if (rows == 0)
            layout.separator = line.find(',') != std::string_view::npos    ? ','
                               : line.find('\t') != std::string_view::npos ? '\t'
                                                                           : ' ';
        const auto cells = cells_of(line, layout.separator);
        if (rows == 0) columns = cells.size();
        if (cells.size() < fewest_columns || cells.size() != columns) return std::nullopt;
        if (!std::ranges::all_of(cells, [](auto c) { return value_of(c).has_value(); }))
            return std::nullopt;
        first_whole = first_whole && is_whole(cells.front());
        last_whole = last_whole && is_whole(cells.back());
        ++rows;
    }
    if (columns == 0 || (!first_whole && !last_whole)) return std::nullopt;
    const bool last = last_whole && (!first_whole || columns == heartbeat_columns);
    layout.label = last ? Label::last : Label::first;
    return layout;
}

bool is_described(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = trimmed(next_line(text));
        if (line.empty() || line.front() == '#' || line.front() == '%') continue;
        const std::string key =
            lower(line.substr(0, std::min(line.find_first_of(" \t"), line.size())));
        return key == "@problemname" || key == "@relation";
    }
    return false;
}

// "1.0000000e+00", "1.0" and "1" are one label.
std::string label_name(std::string_view cell) {
    const auto v = number(cell);
    if (v && *v == std::floor(*v) && std::abs(*v) < 1e6)
        return std::format("{}", static_cast<int>(*v));
    return std::string(cell.substr(0, 100));
}

}  // namespace

bool looks_like_beat_set(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    return looks_like_text(text) && (is_described(text) || plain(text));
}

Result<BeatSet> read_beat_set(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    Layout layout;
    if (is_described(text)) {
        auto found = described(file, text);
        if (!found) return std::unexpected(found.error());
        layout = *found;
    } else if (const auto found = plain(text)) {
        layout = *found;
    } else {
        return fail(file.name, "",
                    std::format("it is no set of beats, expected rows of at least {} numbers of "
                                "which the first or the last is a whole one, the label",
                                fewest_columns));
    }

    BeatSet set;
    set.name = stem_of(file.name);
    std::map<std::string, int, std::less<>> known;
    std::size_t missing = 0;
    std::string_view rest = layout.rows;
    for (int line = layout.line; !rest.empty(); ++line) {
        std::string_view row = trimmed(next_line(rest));
        if (row.empty() || row.front() == '#' || row.front() == '%') continue;
        const auto bad = [&](std::string message) {
            return fail(file.name, std::format("line {}", line), std::move(message));
        };
        std::string_view label;
        if (layout.label == Label::first) {
            label = next_cell(row, layout.separator);
        } else {
            const std::size_t at = layout.label == Label::after_colon ? row.rfind(':')
                                   : layout.separator == ' '          ? row.find_last_of(" \t")
                                                                      : row.rfind(layout.separator);
            if (at == std::string_view::npos) return bad("the row has no label");
            label = trimmed(row.substr(at + 1));
            row = row.substr(0, at);
        }
        if (label.empty()) return bad("the row has no label");
        const std::size_t before = set.values.size();
        while (!row.empty()) {
            const std::string_view cell = next_cell(row, layout.separator);
            const auto value = value_of(cell);
            if (!value)
                return bad(std::format("{} is no number, expected a beat's value", quoted(cell)));
            if (std::isnan(*value)) ++missing;
            set.values.push_back(*value);
        }
        const std::size_t width = set.values.size() - before;
        if (set.labels.empty()) set.width = width;
        if (width == 0 || width != set.width)
            return bad(std::format("the beat has {} values, expected {} as in the first row", width,
                                   std::max<std::size_t>(set.width, 1)));
        const auto [entry, added] =
            known.try_emplace(label_name(label), static_cast<int>(set.label_names.size()));
        if (added) set.label_names.push_back(entry->first);
        if (known.size() > most_labels)
            return bad(std::format("more than {} labels, expected classes", most_labels));
        set.labels.push_back(entry->second);
    }
    if (set.labels.empty()) return fail(file.name, "", "it holds no beats, expected one a row");
    if (missing > 0) set.warnings.push_back(std::format("{} values are missing.", missing));
    return set;
}

}  // namespace telltale::formats
