#include "formats/csv.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

#include "formats/calibration.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr std::size_t max_columns = 256;
constexpr int max_preamble_lines = 200;

// How the cells of a row are told apart, and their numbers written.
struct Dialect {
    char separator = ',';  // ' ' stands for any number of blanks
    char decimal_point = '.';
};

std::string_view unquoted(std::string_view cell) {
    cell = trimmed(cell);
    if (cell.size() >= 2 && (cell.front() == '"' || cell.front() == '\'') &&
        cell.back() == cell.front())
        cell = trimmed(cell.substr(1, cell.size() - 2));
    return cell;
}

// Takes the next cell off the front of `rest`; false when the row has ended.
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

// Seconds of a time of day: "10:15:30.004", "0:00.003", "2024-05-01T10:15:30Z".
std::optional<double> clock(std::string_view cell, char decimal_point) {
    const std::size_t colon = cell.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::size_t before = cell.find_last_of(" T", colon);
    if (before != std::string_view::npos) {
        if (cell.find_first_not_of("0123456789-/.") < before) return std::nullopt;
        cell.remove_prefix(before + 1);
    }
    double seconds = 0;
    for (int part = 0; part < 3; ++part) {
        const auto value = take_number(cell, decimal_point);
        if (!value || *value < 0) return std::nullopt;
        seconds = seconds * 60 + *value;
        if (cell.empty() || cell.front() != ':') break;
        cell.remove_prefix(1);
    }
    // What may follow: a zone.
    if (!cell.empty() && cell.find_first_not_of("Z+-0123456789: ") != std::string_view::npos)
        return std::nullopt;
    return seconds;
}

bool is_comment(std::string_view line) {
    return line.starts_with('#') || line.starts_with('%') || line.starts_with("//");
}

// A row of numbers: every cell is a number, a missing value or a time of day, one is a number.
bool is_data(std::string_view line, Dialect dialect) {
    std::size_t numbers = 0, missing = 0;
    for (const std::string_view cell : cells_of(line, dialect.separator)) {
        if (number(cell, dialect.decimal_point))
            ++numbers;
        else if (is_missing(cell))
            ++missing;
        else if (!clock(cell, dialect.decimal_point))
            return false;
    }
    return numbers > 0 && missing <= numbers + 1;
}

// The dialect in which the line is a row of numbers, if there is one.
std::optional<Dialect> dialect_of(std::string_view line) {
    const auto has = [&](char c) { return line.find(c) != std::string_view::npos; };
    const auto try_one = [&](char separator, char point) -> std::optional<Dialect> {
        const Dialect d{separator, point};
        return is_data(line, d) ? std::optional(d) : std::nullopt;
    };
    // A decimal comma can only be told where something else separates the cells.
    for (const char separator : {'\t', ';'})
        if (has(separator)) {
            if (has(',') && !has('.'))
                if (const auto d = try_one(separator, ',')) return d;
            if (const auto d = try_one(separator, '.')) return d;
            if (const auto d = try_one(separator, ',')) return d;
        }
    // "0,004 0,123": blanks between numbers, a comma within.
    if (has(',') && has(' ') && !has('.') && line.find(", ") == std::string_view::npos)
        if (const auto d = try_one(' ', ',')) return d;
    if (has(','))
        if (const auto d = try_one(',', '.')) return d;
    return try_one(' ', '.');
}

// A number of Hz that a line tells: "sampling_rate: 360", "fs = 250", "Sample Rate,512 hertz".
std::optional<double> rate_in(std::string_view line) {
    const std::string text = lower(line);
    const auto positive = [](std::optional<double> v) -> std::optional<double> {
        return v && *v > 0 && *v <= 1e6 ? v : std::nullopt;
    };
    for (const std::string_view key :
         {"sampling_rate", "sampling rate", "samplingrate", "sample_rate", "sample rate",
          "samplerate", "sampling frequency", "sampling_frequency", "sfreq", "fs"}) {
        const std::size_t at = text.find(key);
        if (at == std::string::npos) continue;
        const bool starts = at == 0 || !(text[at - 1] >= 'a' && text[at - 1] <= 'z');
        std::string_view rest = std::string_view(text).substr(at + key.size());
        if (!starts || (!rest.empty() && rest[0] >= 'a' && rest[0] <= 'z')) continue;
        const std::size_t digit = rest.find_first_of("0123456789");
        if (digit == std::string_view::npos || digit > 20) continue;
        if (digit > 0 && rest[digit - 1] == '-') continue;
        rest.remove_prefix(digit);
        if (const auto rate = positive(take_number(rest))) return rate;
    }
    for (std::size_t at = text.find("hz"); at != std::string::npos; at = text.find("hz", at + 1)) {
        std::size_t end = at;
        if (end > 0 && text[end - 1] == ' ') --end;
        std::size_t first = end;
        while (first > 0 && (is_digit(text[first - 1]) || text[first - 1] == '.')) --first;
        if (first < end)
            if (const auto rate =
                    positive(number(std::string_view(text).substr(first, end - first))))
                return rate;
    }
    return std::nullopt;
}

enum class Role { lead, time, index, ignored };

struct Column {
    std::string name;
    std::string unit;
    Role role = Role::lead;
    double seconds = 0;  // of one unit of a time column; 0 where it must be guessed
};

// "II (mV)", "ecg [uV]", "II/mV", "ecg_mV", "time_ms": the name and the unit.
void split_unit(std::string_view text, Column& column) {
    text = unquoted(text);
    column.name = text;
    const auto open = text.find_last_of("([{");
    if (open != std::string_view::npos && open > 0) {
        const auto close = text.find_first_of(")]}", open);
        column.unit = trimmed(text.substr(open + 1, close - open - 1));
        column.name = trimmed(text.substr(0, open));
        return;
    }
    const auto split = text.find_last_of("/_ ");
    if (split == std::string_view::npos || split == 0) return;
    const std::string_view unit = text.substr(split + 1);
    const std::string small = lower(unit);
    const bool time_unit = small == "s" || small == "ms" || small == "us" || small == "ns" ||
                           small == "sec" || small == "seconds";
    if (millivolts_per(unit) == 0 && !time_unit) return;
    if (small == "v") return;  // "ecg v" is a lead
    column.unit = unit;
    column.name = trimmed(text.substr(0, split));
}

double seconds_per(std::string_view unit) {
    const std::string u = lower(unit);
    if (u == "s" || u == "sec" || u == "secs" || u == "second" || u == "seconds") return 1;
    if (u == "ms" || u == "msec" || u == "millisecond" || u == "milliseconds") return 1e-3;
    if (u == "us" || u == "\xC2\xB5s" || u == "\xCE\xBCs" || u == "microseconds") return 1e-6;
    if (u == "ns" || u == "nanoseconds") return 1e-9;
    return 0;
}

void find_role(Column& column) {
    const std::string name = lower(column.name);
    const auto is_one_of = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::find(names, name) != names.end();
    };
    if (name.find("time") != std::string::npos ||
        is_one_of({"t", "seconds", "sec", "ms", "zeit", "temps", "tiempo", "tempo", "tijd"})) {
        column.role = Role::time;
        column.seconds = seconds_per(column.unit.empty() ? name : column.unit);
    } else if (is_one_of({"sample", "samples", "sample #", "sample number", "index", "idx", "n",
                          "#", "no", "row"}) ||
               (name.empty() && column.unit.empty())) {
        column.role = Role::index;
    } else if (is_one_of({"label", "labels", "class", "annotation", "annotations", "beat", "event",
                          "marker", "symbol", "rpeak", "r_peak", "hr", "heart rate"})) {
        column.role = Role::ignored;
    }
}

// The layout of a table: what stands before its rows, and how its rows are read.
struct Layout {
    Dialect dialect;
    std::vector<Column> columns;
    std::vector<std::string> comments;
    std::optional<double> rate;
    bool has_header = false;
    std::string_view rows;  // from the first row of numbers on
    int first_line = 1;
};

// The header that libraries write over a table without names: ",0" or ",0,1,2".
bool counts_columns(std::string_view line) {
    const auto cells = cells_of(line, ',');
    if (cells.size() < 2 || !cells[0].empty()) return false;
    for (std::size_t c = 1; c < cells.size(); ++c)
        if (integer(cells[c]) != static_cast<std::int64_t>(c) - 1) return false;
    return true;
}

std::optional<Layout> layout_of(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    Layout layout;
    bool found = false;
    std::vector<std::string_view> before;
    for (; layout.first_line <= max_preamble_lines && !text.empty(); ++layout.first_line) {
        layout.rows = text;
        const std::string_view line = trimmed(next_line(text));
        if (line.empty()) continue;
        if (is_comment(line)) {
            const std::size_t start = line.find_first_not_of("#%/ ");
            if (start == std::string_view::npos) continue;
            const std::string_view comment = line.substr(start);
            if (!layout.rate) layout.rate = rate_in(comment);
            layout.comments.emplace_back(comment);
            before.push_back(comment);
            continue;
        }
        if (before.empty() && counts_columns(line)) continue;
        const auto dialect = dialect_of(line);
        if (!dialect) {
            if (!layout.rate) layout.rate = rate_in(line);
            before.push_back(line);
            continue;
        }
        layout.dialect = *dialect;
        found = true;
        break;
    }
    if (!found) return std::nullopt;

    std::string_view rest = layout.rows;
    const std::string_view first = trimmed(next_line(rest));
    std::size_t count = cells_of(first, layout.dialect.separator).size();
    // A header of one name over "1,25" says that the comma is a decimal one.
    if (layout.dialect.separator == ',' && count == 2 && !before.empty() &&
        cells_of(before.back(), ',').size() == 1 && first.find('.') == std::string_view::npos) {
        layout.dialect = {' ', ','};
        count = 1;
    }
    layout.columns.resize(count);

    // The header is the last line before the rows with as many cells; units may have their own.
    const auto fits = [&](std::size_t from_end) {
        std::vector<std::string_view> cells;
        if (from_end >= before.size()) return cells;
        const std::string_view line = before[before.size() - 1 - from_end];
        if (count == 1) return std::vector{line};
        // Columns that blanks align may have a header that is separated otherwise.
        for (const char separator : {layout.dialect.separator, '\t', ';', ','}) {
            cells = cells_of(line, separator);
            if (cells.size() + 1 == count) cells.insert(cells.begin(), std::string_view{});
            if (cells.size() == count) return cells;
        }
        return std::vector<std::string_view>{};
    };
    auto names = fits(0);
    const auto all_units = std::ranges::all_of(names, [](std::string_view cell) {
        const std::string u = lower(unquoted(cell));
        return u.empty() || millivolts_per(u) > 0 || seconds_per(u) > 0 || u.contains(':') ||
               u == "sample" || u == "samples" || u == "#" || u == "nu" || u == "mmhg";
    });
    if (const auto above = fits(1); all_units && !names.empty() && !above.empty()) {
        for (std::size_t c = 0; c < count; ++c) {
            layout.columns[c].name = unquoted(above[c]);
            layout.columns[c].unit = unquoted(names[c]);
        }
        layout.has_header = true;
    } else if (!names.empty()) {
        for (std::size_t c = 0; c < count; ++c) split_unit(names[c], layout.columns[c]);
        layout.has_header = true;
    }
    if (layout.has_header)
        for (Column& column : layout.columns) find_role(column);
    return layout;
}

struct Table {
    std::vector<std::vector<float>> columns;  // of each column that is a lead
    std::vector<std::vector<double>> times;   // of each time column, in its own unit
    std::size_t rows = 0;
    std::size_t missing = 0, bad_rows = 0, bad_cells = 0;
    int first_bad = 0;
    std::size_t first_bad_cells = 0;
};

// Reads the rows. Rows that do not fit become rows of missing samples, so that time goes on.
Result<Table> read_rows(const NamedBytes& file, const Layout& layout) {
    Table table;
    const std::size_t count = layout.columns.size();
    table.columns.resize(count);
    table.times.resize(count);
    std::vector<double> row(count);
    const char separator = layout.dialect.separator, point = layout.dialect.decimal_point;
    constexpr double missing_time = std::numeric_limits<double>::quiet_NaN();

    const char* p = layout.rows.data();
    const char* const end = p + layout.rows.size();
    for (int line = layout.first_line; p != end; ++line) {
        const char* line_end = p;
        while (line_end != end && *line_end != '\n' && *line_end != '\r') ++line_end;
        std::string_view rest(p, static_cast<std::size_t>(line_end - p));
        p = line_end;
        if (p != end) p += (*p == '\r' && p + 1 != end && p[1] == '\n') ? 2 : 1;
        rest = trimmed(rest);
        if (rest.empty() || is_comment(rest)) continue;

        std::size_t cells = 0;
        bool ended = false;
        while (!ended) {
            double value = missing_time;
            bool bad = false;
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
                cell = unquoted(cell);
                if (const auto quoted_number = number(cell, point))
                    value = *quoted_number;
                else if (const auto time = clock(cell, point))
                    value = *time;
                else
                    bad = !is_missing(cell);
                if (separator == ' ') ended = rest.empty();
            }
            // A separator at the end of the line makes no further cell.
            if (cells == count && ended && std::isnan(value) && !bad) break;
            // No voltage has as many digits; as a float it would be infinite.
            if (std::abs(value) > 1e30) {
                value = missing_time;
                bad = true;
            }
            if (cells < count) row[cells] = value;
            if (cells < count && bad && layout.columns[cells].role == Role::lead) ++table.bad_cells;
            ++cells;
        }
        ++table.rows;
        const bool fits = cells == count;
        if (!fits) {
            if (table.bad_rows++ == 0) {
                table.first_bad = line;
                table.first_bad_cells = cells;
            }
            if (table.bad_rows > 20 + table.rows / 20) break;
        }
        for (std::size_t c = 0; c < count; ++c) {
            const double value = fits ? row[c] : missing_time;
            if (layout.columns[c].role == Role::time) {
                table.times[c].push_back(value);
            } else {
                if (layout.columns[c].role == Role::lead && std::isnan(value)) ++table.missing;
                table.columns[c].push_back(static_cast<float>(value));
            }
        }
    }
    if (table.bad_rows > std::max<std::size_t>(3, table.rows / 100))
        return fail(file.name, std::format("line {}", table.first_bad),
                    std::format("the row has {} cells, expected {} as in line {} ({} such rows)",
                                table.first_bad_cells, count, layout.first_line, table.bad_rows));
    if (table.bad_cells > std::max<std::size_t>(3, table.rows * count / 20))
        return fail(
            file.name, "",
            std::format("{} of {} cells are no numbers", table.bad_cells, table.rows * count));
    return table;
}

// The usual step of a column of times; 0 if it does not go up.
struct Steps {
    double usual = 0;
    double span = 0;
    std::size_t odd = 0;  // steps that are far from the usual one
    std::size_t count = 0;
};

template <class T>
Steps steps_of(const std::vector<T>& times) {
    std::vector<double> steps;
    steps.reserve(times.size());
    for (std::size_t i = 1; i < times.size(); ++i) {
        const double step = static_cast<double>(times[i]) - static_cast<double>(times[i - 1]);
        if (std::isfinite(step)) steps.push_back(step);
    }
    Steps result;
    if (steps.empty()) return result;
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    result.usual = *middle;
    result.count = steps.size();
    for (const double step : steps) {
        result.span += step;
        if (std::abs(step - result.usual) > 0.5 * std::abs(result.usual)) ++result.odd;
    }
    return result;
}

// A first column without a name that goes up evenly is time (or, in whole steps, an index).
void find_unnamed_time(Layout& layout, Table& table) {
    if (layout.has_header || layout.columns.size() < 2 || table.rows < 3) return;
    const Steps steps = steps_of(table.columns[0]);
    if (!(steps.usual > 0) || steps.odd > steps.count / 100) return;
    if (steps.usual == 1 && steps.span == static_cast<double>(steps.count)) {
        layout.columns[0].role = Role::index;
        return;
    }
    layout.columns[0].role = Role::time;
    table.times[0].assign(table.columns[0].begin(), table.columns[0].end());
    table.columns[0].clear();
}

// Hz from the time column. Rates are nearly always round: the round one is taken if over the
// whole recording it is off by less than half a sample.
std::optional<double> rate_of_times(const Layout& layout, const Table& table,
                                    std::vector<std::string>& warnings) {
    // Of several, the one that goes up most evenly: a sensor's own clock rather than the time at
    // which a telephone took its packets.
    const Column* column = nullptr;
    Steps steps;
    for (std::size_t c = 0; c < layout.columns.size(); ++c) {
        if (layout.columns[c].role != Role::time || table.times[c].size() < 2) continue;
        const Steps these = steps_of(table.times[c]);
        if (!(these.usual > 0) || (column != nullptr && these.odd >= steps.odd)) continue;
        column = &layout.columns[c];
        steps = these;
    }
    if (column == nullptr) return std::nullopt;
    double unit = column->seconds;
    if (unit == 0) {
        // No ECG has fewer than two samples a second, so larger steps are milliseconds.
        unit = steps.usual < 0.5 ? 1.0 : 1e-3;
        if (unit != 1.0)
            warnings.push_back("The time column has no unit; its numbers are taken as ms.");
    }
    const bool even = steps.odd == 0;
    const double step = (even ? steps.span / static_cast<double>(steps.count) : steps.usual) * unit;
    double rate = 1 / step;
    const auto intervals = static_cast<double>(steps.count);
    for (const double grain : {1.0, 0.01}) {
        const double round = std::round(rate / grain) * grain;
        if (round > 0 && std::abs(intervals / round - intervals / rate) * round < 0.5) {
            rate = round;
            break;
        }
    }
    if (!even)
        warnings.push_back(
            std::format("The time column is uneven in {} places; samples are taken as evenly "
                        "spaced.",
                        steps.odd));
    return rate;
}

void scale_by(Lead& lead, double factor) {
    if (factor == 1) return;
    for (float& v : lead.samples) v = static_cast<float>(v * factor);
}

// Leads without a unit: ECG amplitudes tell which it can be.
void guess_unit(Lead& lead, std::vector<std::string>& warnings) {
    std::vector<float> some;
    const std::size_t stride = std::max<std::size_t>(1, lead.samples.size() / 20000);
    for (std::size_t i = 0; i < lead.samples.size(); i += stride)
        if (!std::isnan(lead.samples[i])) some.push_back(lead.samples[i]);
    if (some.empty()) return;
    std::ranges::sort(some);
    const double range = some[some.size() - 1 - some.size() / 200] - some[some.size() / 200];
    std::string_view unit = "mV";
    if (range > 30) unit = "\xC2\xB5V";
    if (range > 0 && range < 0.03) unit = "V";
    scale_by(lead, millivolts_per(unit));
    lead.calibration.assumed = true;
    warnings.push_back(
        std::format("{}: the file gives no unit; {} is assumed from the size of the numbers.",
                    lead.name, unit));
}

}  // namespace

bool looks_like_table(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    if (!looks_like_text(text)) return false;
    auto layout = layout_of(text);
    if (!layout) return false;
    int rows = 0;
    while (rows < 3 && !layout->rows.empty()) {
        const std::string_view line = trimmed(next_line(layout->rows));
        if (line.empty()) continue;
        if (!is_data(line, layout->dialect)) return false;
        ++rows;
    }
    return rows >= 2;
}

Result<Recording> read_table(const NamedBytes& file, const ReadOptions& options) {
    auto layout = layout_of(as_text(file.bytes));
    if (!layout)
        return fail(file.name, "", "no row of numbers was found, expected one row a sample");
    if (layout->columns.size() > max_columns)
        return fail(
            file.name, std::format("line {}", layout->first_line),
            std::format("it has more than {} columns, expected one column a lead", max_columns));
    auto table = read_rows(file, *layout);
    if (!table) return std::unexpected(table.error());
    find_unnamed_time(*layout, *table);

    Recording recording;
    recording.name = stem_of(file.name);
    recording.comments = layout->comments;
    std::optional<double> rate = rate_of_times(*layout, *table, recording.warnings);
    if (layout->rate) {
        if (rate && std::abs(*rate - *layout->rate) > 0.02 * *layout->rate)
            recording.warnings.push_back(
                std::format("The file says {:g} Hz, its time column {:g} Hz; the former is taken.",
                            *layout->rate, *rate));
        rate = layout->rate;
    }
    if (!rate) rate = options.sampling_rate;
    if (!rate) {
        rate = rate_in(file_of(file.name));
        if (rate)
            recording.warnings.push_back(
                std::format("The sampling rate of {:g} Hz is taken from the file's name.", *rate));
    }
    if (!rate || !(*rate > 0)) return fail(file.name, "", std::string(no_sampling_rate));
    recording.sampling_rate = *rate;

    std::size_t number_of_lead = 0;
    for (std::size_t c = 0; c < layout->columns.size(); ++c) {
        const Column& column = layout->columns[c];
        if (column.role != Role::lead) continue;
        Lead lead;
        lead.original_name = column.name.empty() ? std::format("column {}", c + 1) : column.name;
        ++number_of_lead;
        lead.name = column.name.empty() ? std::format("ECG{}", number_of_lead)
                                        : normalised_lead_name(column.name);
        lead.samples = std::move(table->columns[c]);
        if (std::ranges::all_of(lead.samples, [](float v) { return std::isnan(v); })) continue;
        lead.calibration = {.gain = 1000, .baseline = 0};
        if (column.unit.empty()) {
            guess_unit(lead, recording.warnings);
        } else if (const double scale = millivolts_per(column.unit); scale > 0) {
            scale_by(lead, scale);
        } else {
            lead.unit = column.unit;
        }
        recording.leads.push_back(std::move(lead));
    }
    if (recording.leads.empty() || recording.length() == 0)
        return fail(file.name, "", "no column holds samples, expected one column a lead");
    recording.damaged = table->bad_rows > 0 || table->missing > 0;
    if (table->bad_rows > 0)
        recording.warnings.push_back(std::format(
            "{} rows do not have {} cells (the first is line {}); their samples are missing.",
            table->bad_rows, layout->columns.size(), table->first_bad));
    if (table->bad_cells > 0)
        recording.warnings.push_back(
            std::format("{} cells are no numbers; their samples are missing.", table->bad_cells));
    if (table->missing > table->bad_cells)
        recording.warnings.push_back(
            std::format("{} samples are empty or not a number.", table->missing));
    return recording;
}

std::string write_csv(const Recording& recording) {
    std::string text = "time_s";
    for (const Lead& lead : recording.leads) {
        const bool quote = lead.name.find_first_of(",\"\n\r") != std::string::npos;
        std::string name;
        for (const char c : lead.name) {
            if (c == '"') name += '"';
            name += c == '\n' || c == '\r' ? ' ' : c;
        }
        text += quote ? std::format(",\"{} ({})\"", name, lead.unit)
                      : std::format(",{} ({})", name, lead.unit);
    }
    text += '\n';
    text.reserve(text.size() + recording.length() * (11 + 9 * recording.leads.size()));
    auto out = std::back_inserter(text);
    for (std::size_t i = 0; i < recording.length(); ++i) {
        std::format_to(out, "{:.6f}",
                       recording.sampling_rate > 0
                           ? static_cast<double>(i) / recording.sampling_rate
                           : static_cast<double>(i));
        for (const Lead& lead : recording.leads) {
            text += ',';
            if (!std::isnan(lead.samples[i])) std::format_to(out, "{}", lead.samples[i]);
        }
        text += '\n';
    }
    return text;
}

}  // namespace telltale::formats
