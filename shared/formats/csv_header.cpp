#include "formats/csv_header.hpp"

#include <algorithm>
#include <cmath>

#include "formats/calibration.hpp"
#include "formats/csv_rate.hpp"
#include "formats/lead_names.hpp"
#include "formats/stamps.hpp"
#include "formats/text.hpp"

namespace telltale::formats::csv {
namespace {

constexpr int max_preamble_lines = 200;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

// Units that say that there is none.
bool is_no_unit(std::string_view unit) {
    return is_one_of(lower(unit), {"no units", "no unit", "none", "n/a", "na", "a.u.", "au", "nu",
                                   "unitless", "boolean", "bool", "-", "adu", "counts", "count",
                                   "raw", "sample", "samples", "#"});
}

bool is_unit(std::string_view text) {
    return millivolts_per(text) > 0 || seconds_per(text) > 0 || !measured_by(text).empty() ||
           is_no_unit(text);
}

// "II (mV)", "ecg [uV]", "II/mV", "ecg_mV", "time_ms", "ECG (.05 - 35 Hz) mV": name and unit.
void split_unit(std::string_view text, Column& column) {
    text = unquoted(text);
    column.name = text;
    const auto open = text.find_last_of("([{");
    const auto close = open == std::string_view::npos ? open : text.find_first_of(")]}", open);
    if (open != std::string_view::npos && open > 0) {
        const std::string_view inside = trimmed(text.substr(open + 1, close - open - 1));
        const bool last =
            close == std::string_view::npos || trimmed(text.substr(close + 1)).empty();
        // A band, "(.05 - 150 Hz)", belongs to the name, and so do numbers, "(1)".
        const bool band = inside.empty() || is_digit(inside.front()) || inside.front() == '.' ||
                          inside.front() == '-' || lower(inside).contains("hz");
        if (!band && (last || is_unit(inside))) {
            column.unit = inside;
            column.name = trimmed(text.substr(0, open));
            return;
        }
        if (band && last) return;
    }
    const auto split = text.find_last_of("/_ ");
    if (split == std::string_view::npos || split == 0) return;
    const std::string_view unit = text.substr(split + 1);
    const std::string small = lower(unit);
    const bool time_unit = is_one_of(small, {"s", "ms", "us", "ns", "sec", "seconds", "min"});
    if (millivolts_per(unit) == 0 && !time_unit) return;
    if (small == "v") return;  // "ecg v" is a lead
    column.unit = unit;
    column.name = trimmed(text.substr(0, split));
}

// "Shimmer_AB12_ECG_LL-RA_24BIT_CAL" -> "ECG_LL-RA"
void shorten(Column& column) {
    std::string_view name = column.name;
    if (!name.starts_with("Shimmer_")) return;
    const std::size_t second = name.find('_', 8);
    if (second == std::string_view::npos) return;
    name.remove_prefix(second + 1);
    for (const std::string_view ending : {"_CAL", "_RAW", "_UNCAL", "_24BIT", "_16BIT"})
        if (name.ends_with(ending)) name.remove_suffix(ending.size());
    if (!name.empty()) column.name = std::string(name);
}

void find_role(Column& column) {
    const std::string name = folded(column.name);
    if (is_one_of(name, {"date", "datum", "fecha", "data (date)", "\u65E5\u671F"})) {
        column.role = Role::date;
    } else if (name.contains("time") || name.contains("zeit") || name.contains("\u65F6\u95F4") ||
               name.contains("\u6642\u9593") || name.contains("\u0432\u0440\u0435\u043C\u044F") ||
               is_one_of(name,
                         {"t", "seconds", "sec", "ms", "min", "msec", "heure", "temps", "tiempo",
                          "hora", "tempo", "ora", "tijd", "tid", "clock", "elapsed"})) {
        column.role = Role::time;
        column.seconds = seconds_per(column.unit.empty() ? name : column.unit);
    } else if (is_one_of(name, {"sample", "samples", "sample #", "sample number", "sample index",
                                "index", "idx", "n", "#", "no", "row", "nseq", "seq"}) ||
               (name.empty() && column.unit.empty())) {
        column.role = Role::index;
    } else if (is_one_of(name,
                         {"label", "labels", "class", "annotation", "annotations", "beat", "event",
                          "marker", "symbol", "rpeak", "r_peak", "hr", "heart rate"})) {
        column.role = Role::ignored;
    }
}

// The header that libraries write over a table without names: ",0" or ",0,1,2".
bool counts_columns(std::string_view line) {
    const auto cells = cells_of(line, ',');
    if (cells.size() < 2 || !cells[0].empty()) return false;
    for (std::size_t c = 1; c < cells.size(); ++c)
        if (integer(cells[c]) != static_cast<std::int64_t>(c) - 1) return false;
    return true;
}

using Lines = std::vector<std::string_view>;

// AcqKnowledge: "4 msec/sample", "2 channels", then a line with the name and one with the unit of
// each; perhaps a line of columns ("min,CH1,CH2,") and one with the number of samples of each.
struct AcqKnowledge {
    Lines names, units;
    std::string_view columns;
};

std::optional<AcqKnowledge> acqknowledge(const Lines& before) {
    for (std::size_t i = 1; i < before.size(); ++i) {
        std::string_view rest = before[i];
        const auto count = take_integer(rest);
        if (!count || *count < 1 || *count > 200 || !trimmed(lower(rest)).starts_with("channel"))
            continue;
        if (!lower(before[i - 1]).contains("/sample") && !lower(before[i - 1]).contains("samples/"))
            continue;
        const std::size_t n = static_cast<std::size_t>(*count);
        if (before.size() < i + 1 + 2 * n) return std::nullopt;
        AcqKnowledge header;
        for (std::size_t c = 0; c < n; ++c) {
            header.names.push_back(before[i + 1 + 2 * c]);
            header.units.push_back(before[i + 2 + 2 * c]);
        }
        if (before.size() > i + 1 + 2 * n) header.columns = before[i + 1 + 2 * n];
        return header;
    }
    return std::nullopt;
}

// The line under an AcqKnowledge table's columns: ",5000,5000," counts the samples.
bool counts_samples(std::string_view line, const Lines& before) {
    if (before.empty() || !lower(before.back()).contains("ch") || !acqknowledge(before))
        return false;
    const std::size_t separator = line.find_first_of(",\t;");
    if (separator == std::string_view::npos) return false;
    std::optional<std::int64_t> count;
    for (const std::string_view cell : cells_of(line, line[separator])) {
        if (cell.empty()) continue;
        const auto value = integer(cell);
        if (!value || *value < 0 || (count && *count != *value)) return false;
        count = value;
    }
    return count.has_value() && (line[0] == line[separator] || line.back() == line[separator]);
}

// LabChart: lines of "Key=", a tab, and what belongs to it.
std::optional<Lines> labchart(const Lines& before, std::string_view key) {
    for (const std::string_view line : before)
        if (line.starts_with(key)) {
            Lines values = cells_of(line.substr(key.size()), '\t');
            if (!values.empty() && values[0].empty()) values.erase(values.begin());
            return values;
        }
    return std::nullopt;
}

// "10.000 mV" -> "mV"
std::string_view unit_of_range(std::string_view range) {
    (void)take_number(range);
    return trimmed(range);
}

void describe_channels(const Lines& names, const Lines& units, Layout& layout) {
    // A column more than there are channels is time, and stands first.
    const std::size_t count = layout.columns.size();
    if (names.size() > count) return;
    const std::size_t first = count > names.size() ? 1 : 0;
    if (first == 1) {
        layout.columns[0].role = Role::time;
        layout.columns[0].name = "time";
    }
    for (std::size_t c = 0; c < names.size() && first + c < count; ++c) {
        Column& column = layout.columns[first + c];
        column.name = names[c];
        if (c < units.size()) column.unit = units[c];
    }
    layout.has_header = true;
}

// The cells of a header line where they are as many as the columns, else none.
Lines fitting(const Lines& before, std::size_t from_end, const Layout& layout) {
    const std::size_t count = layout.columns.size();
    if (from_end >= before.size()) return {};
    const std::string_view line = before[before.size() - 1 - from_end];
    if (count == 1) {
        Lines cells = cells_of(line, layout.dialect.separator);
        while (cells.size() > 1 && cells.back().empty()) cells.pop_back();
        return cells.size() == 1 ? cells : Lines{line};
    }
    // Columns that blanks align may have a header that is separated otherwise.
    for (const char separator : {layout.dialect.separator, '\t', ';', ','}) {
        Lines cells = cells_of(line, separator);
        if (cells.size() == count + 1 && cells.back().empty()) cells.pop_back();
        if (cells.size() + 1 == count) cells.insert(cells.begin(), std::string_view{});
        if (cells.size() == count) return cells;
    }
    return {};
}

// The header is the last line before the rows with as many cells; units may have their own.
void describe_columns(const Lines& before, Layout& layout) {
    const Lines names = fitting(before, 0, layout);
    if (names.empty()) return;
    const Lines above = fitting(before, 1, layout);
    std::size_t units = 0, others = 0;
    for (const std::string_view cell : names) {
        if (is_unit(cell) || lower(cell).contains(':'))
            ++units;
        else if (!cell.empty())
            ++others;
    }
    if (!above.empty() && units > 0 && units >= others) {
        for (std::size_t c = 0; c < names.size(); ++c) {
            layout.columns[c].name = above[c];
            layout.columns[c].unit = names[c];
        }
    } else {
        for (std::size_t c = 0; c < names.size(); ++c) split_unit(names[c], layout.columns[c]);
    }
    layout.has_header = true;
}

// What the cells themselves say of their columns: times, dates and text are no leads.
void describe_by_cells(const Lines& cells, Layout& layout) {
    for (std::size_t c = 0; c < layout.columns.size() && c < cells.size(); ++c) {
        Column& column = layout.columns[c];
        const Cell kind = kind_of(cells[c], layout.dialect.decimal_point);
        if (kind == Cell::text) column.role = Role::ignored;
        if (kind != Cell::stamp) continue;
        const auto stamp = stamp_of(cells[c]);
        column.role = stamp->has_time ? Role::time : Role::date;
        column.seconds = 1;
    }
}

// Rows with cells of text among numbers ("8E;x;ECG;8085;13"), where no row of numbers alone is:
// three rows in a row with text in the same places.
bool begins_mixed_rows(std::string_view line, std::string_view following, char separator) {
    const Lines first = cells_of(line, separator);
    if (first.size() < 3) return false;
    std::vector<Cell> kinds;
    std::size_t numbers = 0;
    for (const std::string_view cell : first) {
        kinds.push_back(kind_of(cell, '.'));
        numbers += kinds.back() == Cell::number ? 1 : 0;
        if (kinds.back() == Cell::text && cell.size() > 40) return false;
    }
    if (numbers < 2) return false;
    for (int row = 0; row < 3; ++row) {
        if (following.empty()) return false;
        const Lines cells = cells_of(trimmed(next_line(following)), separator);
        if (cells.size() != kinds.size()) return false;
        for (std::size_t c = 0; c < cells.size(); ++c)
            if ((kind_of(cells[c], '.') == Cell::text) != (kinds[c] == Cell::text)) return false;
    }
    return true;
}

// Finds the first row; what stands before it goes to `before`.
bool find_rows(std::string_view text, bool mixed, Layout& layout, Lines& before) {
    for (; layout.first_line <= max_preamble_lines && !text.empty(); ++layout.first_line) {
        layout.rows = text;
        const std::string_view line = trimmed(next_line(text));
        if (line.empty()) continue;
        if (is_comment(line)) {
            const std::size_t start = line.find_first_not_of("#%/ ");
            if (start == std::string_view::npos) continue;
            const std::string_view comment = line.substr(start);
            layout.comments.emplace_back(comment);
            before.push_back(comment);
            continue;
        }
        if (lower(unquoted(line)).starts_with("sep=")) continue;
        if (before.empty() && counts_columns(line)) continue;
        if (counts_samples(line, before)) continue;
        if (mixed) {
            for (const char separator : {'\t', ';', ','})
                if (begins_mixed_rows(line, text, separator)) {
                    layout.dialect = {separator, '.'};
                    return true;
                }
        } else if (const auto dialect = dialect_of(line, text)) {
            layout.dialect = *dialect;
            return true;
        }
        before.push_back(line);
    }
    return false;
}

}  // namespace

bool is_block_header(std::string_view line) {
    for (const std::string_view key :
         {"Interval=", "ExcelDateTime=", "TimeFormat=", "DateFormat=", "ChannelTitle=", "Range=",
          "UnitName=", "TopValue=", "BottomValue="})
        if (line.starts_with(key)) return true;
    return false;
}

std::optional<Layout> layout_of(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    Layout layout;
    Lines before;
    if (!find_rows(text, false, layout, before)) {
        layout = {};
        before.clear();
        if (!find_rows(text, true, layout, before)) return std::nullopt;
    }
    std::string_view rest = layout.rows;
    const std::string_view first = next_line(rest);
    const char separator = layout.dialect.separator;
    Lines cells = cells_of(trimmed_row(first, separator), separator);
    // A separator that ends each of the first rows makes no cell.
    if (separator != ' ' && cells.size() > 1) {
        int rows = 0, ending = 0;
        for (std::string_view look = layout.rows; rows < 10 && !look.empty(); ++rows)
            ending += trimmed_row(next_line(look), separator).ends_with(separator) ? 1 : 0;
        layout.ends_with_separator = ending == rows;
        if (layout.ends_with_separator && cells.back().empty()) cells.pop_back();
    }
    // A header of one name over "1,25" says that the comma is a decimal one.
    if (separator == ',' && cells.size() == 2 && !before.empty() && !layout.ends_with_separator &&
        cells_of(before.back(), ',').size() == 1 && first.find('.') == std::string_view::npos) {
        layout.dialect = {' ', ','};
        cells.resize(1);
    }
    layout.columns.resize(cells.size());

    find_rates(before, layout);
    if (const auto titles = labchart(before, "ChannelTitle=")) {
        Lines units = labchart(before, "UnitName=").value_or(Lines{});
        if (units.empty())
            for (const std::string_view range : labchart(before, "Range=").value_or(Lines{}))
                units.push_back(unit_of_range(range));
        describe_channels(*titles, units, layout);
        if (const auto time = labchart(before, "ExcelDateTime="); time && !time->empty())
            if (const auto stamp = stamp_of(time->back())) layout.start = start_of(*stamp);
        if (layout.columns[0].role == Role::time) layout.columns[0].seconds = 1;
    } else if (const auto acq = acqknowledge(before)) {
        describe_channels(acq->names, acq->units, layout);
        if (layout.columns[0].role == Role::time)
            layout.columns[0].seconds =
                seconds_per(acq->columns.substr(0, acq->columns.find_first_of(",\t;")));
    } else {
        describe_columns(before, layout);
        if (layout.has_header)
            for (Column& column : layout.columns) {
                shorten(column);
                find_role(column);
            }
    }
    for (Column& column : layout.columns)
        if (is_no_unit(column.unit)) column.unit = "";
    describe_by_cells(cells, layout);
    return layout;
}

}  // namespace telltale::formats::csv
