#include "formats/csv_table.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

#include "formats/calibration.hpp"
#include "formats/csv.hpp"
#include "formats/lead_names.hpp"
#include "formats/text.hpp"
#include "formats/time_axis.hpp"

namespace telltale::formats::csv {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

// A first column without a name is time if it goes up evenly (in whole steps of 1 an index), else
// a lead.
void find_unnamed_time(Layout& layout, Table& table) {
    if (!maybe_time(layout, 0)) return;
    const std::vector<double>& values = table.times[0].values;
    const double uneven = unevenness(values);
    bool by_one = values.size() > 1;
    for (std::size_t i = 1; i < values.size() && by_one; ++i)
        by_one = values[i] - values[i - 1] == 1;
    if (by_one) {
        layout.columns[0].role = Role::index;
    } else if (uneven <= 0.01 && values.size() >= 3) {
        layout.columns[0].role = Role::time;
    } else {
        for (const double v : values) {
            if (std::isnan(v)) ++table.missing;
            table.columns[0].push_back(static_cast<float>(v));
        }
        table.times[0].values.clear();
    }
}

// Times of day without a date get that of another column ("05.03.2024" and "10:15:30" in two), or
// pass midnight by themselves. The first stamp with both is the start.
void join_dates(const Layout& layout, Table& table, std::optional<StartTime>& start) {
    const Times* dates = nullptr;
    for (std::size_t c = 0; c < layout.columns.size() && dates == nullptr; ++c)
        if (layout.columns[c].role == Role::date && table.times[c].dated) dates = &table.times[c];
    for (std::size_t c = 0; c < layout.columns.size(); ++c) {
        Times& times = table.times[c];
        if (layout.columns[c].role != Role::time || !times.stamps) continue;
        if (!times.dated && dates != nullptr) {
            for (std::size_t i = 0; i < times.values.size(); ++i)
                times.values[i] += dates->values[i];
            times.first.seconds += dates->first.seconds;
            times.first.has_date = times.dated = true;
        } else if (!times.dated) {
            pass_midnight(times.values);
        }
        if (!start) start = start_of(times.first);
    }
}

// The column of times to go by: of several the most even one, a sensor's own clock rather than the
// time at which a telephone took its packets.
std::optional<TimeAxis> axis_of(const Layout& layout, Table& table, std::size_t file_size) {
    std::optional<std::size_t> best;
    double least = 1;
    for (std::size_t c = 0; c < layout.columns.size(); ++c) {
        if (layout.columns[c].role != Role::time) continue;
        const double uneven = unevenness(table.times[c].values);
        if (uneven >= least) continue;
        best = c;
        least = uneven;
    }
    if (!best) return std::nullopt;
    Times& times = table.times[*best];
    // Gaps cost nothing in the file, so what they add is bounded by its size.
    constexpr std::size_t most_bytes_a_byte = 40;
    const auto leads =
        static_cast<std::size_t>(std::ranges::count(layout.columns, Role::lead, &Column::role));
    return time_axis(
        std::move(times.values),
        {.unit_s = times.stamps ? 1 : layout.columns[*best].seconds,
         .told_rate = layout.rate,
         .most_missing = 1 + most_bytes_a_byte * file_size / (sizeof(float) * (leads + 1))});
}

// The samples at their places: rows in the order of time, gaps as missing samples.
std::vector<float> placed(std::vector<float> samples, const TimeAxis& axis) {
    if (axis.order.empty() && axis.gaps.empty()) return samples;
    std::size_t length = samples.size();
    for (const TimeGap& gap : axis.gaps) length += static_cast<std::size_t>(gap.samples);
    std::vector<float> result;
    result.reserve(length);
    std::size_t next = 0;
    for (std::size_t row = 0; row < samples.size(); ++row) {
        if (next < axis.gaps.size() && axis.gaps[next].row == row)
            result.insert(result.end(), static_cast<std::size_t>(axis.gaps[next++].samples),
                          missing);
        result.push_back(samples[axis.order.empty() ? row : axis.order[row]]);
    }
    return result;
}

void scale_by(Lead& lead, double factor, double zero = 0) {
    if (factor == 1 && zero == 0) return;
    for (float& v : lead.samples) v = static_cast<float>((v - zero) * factor);
}

// Leads without a unit: ECG amplitudes tell which it can be.
void guess_unit(Lead& lead, std::vector<std::string>& warnings) {
    const std::string_view unit = likely_unit(lead.samples);
    lead.calibration.assumed = true;
    if (unit.empty()) return;
    scale_by(lead, millivolts_per(unit));
    warnings.push_back(
        std::format("{}: the file gives no unit; {} is assumed from the size of the numbers.",
                    lead.name, unit));
}

void set_unit(Lead& lead, const Column& column, std::vector<std::string>& warnings) {
    lead.declared = column.declared;
    scale_by(lead, column.factor, column.zero);
    if (const double scale = millivolts_per(column.unit); scale > 0)
        scale_by(lead, scale);
    else if (!column.unit.empty() || kind_of_name(lead.original_name).kind == NameKind::other ||
             column.declared == Declared::other)
        lead.unit = column.unit;
    else
        guess_unit(lead, warnings);
}

void warn_of_damage(const Layout& layout, const Table& table, Recording& recording) {
    recording.damaged = table.bad_rows > 0 || table.missing > 0;
    if (table.bad_rows > 0)
        recording.warnings.push_back(std::format(
            "{} rows do not have {} cells (the first is line {}); their samples are missing.",
            table.bad_rows, layout.columns.size(), table.first_bad));
    if (table.bad_cells > 0)
        recording.warnings.push_back(
            std::format("{} cells are no numbers; their samples are missing.", table.bad_cells));
    if (table.missing > table.bad_cells)
        recording.warnings.push_back(
            std::format("{} samples are empty or not a number.", table.missing));
}

// The rate where no time column tells it.
Result<double> told_rate(const NamedBytes& file, const Layout& layout, const ReadOptions& options,
                         std::vector<std::string>& warnings) {
    if (layout.rate) return *layout.rate;
    if (options.sampling_rate && *options.sampling_rate > 0) return *options.sampling_rate;
    if (layout.weak_rate) {
        warnings.push_back(std::format(
            "The sampling rate of {:g} Hz is the only number of Hz that the file names.",
            *layout.weak_rate));
        return *layout.weak_rate;
    }
    if (const auto named = any_rate_in(file_of(file.name))) {
        warnings.push_back(
            std::format("The sampling rate of {:g} Hz is taken from the file's name.", *named));
        return *named;
    }
    return fail(file.name, "", no_sampling_rate);
}

}  // namespace

Result<Recording> read_laid_out(const NamedBytes& file, Layout layout, const ReadOptions& options) {
    if (layout.columns.size() > max_columns)
        return fail(
            file.name, std::format("line {}", layout.first_line),
            std::format("it has more than {} columns, expected one column a lead", max_columns));
    auto table = read_rows(file.name, layout);
    if (!table) return std::unexpected(table.error());
    find_unnamed_time(layout, *table);

    Recording recording;
    recording.name = stem_of(file.name);
    recording.comments = layout.comments;
    recording.start = layout.start;
    join_dates(layout, *table, recording.start);
    TimeAxis axis = axis_of(layout, *table, file.bytes.size()).value_or(TimeAxis{});
    recording.warnings = axis.warnings;
    if (!(axis.rate > 0)) {
        const auto told = told_rate(file, layout, options, recording.warnings);
        if (!told) return std::unexpected(told.error());
        axis.rate = *told;
    }
    recording.sampling_rate = axis.rate;

    std::size_t number_of_lead = 0;
    for (std::size_t c = 0; c < layout.columns.size(); ++c) {
        const Column& column = layout.columns[c];
        if (column.role != Role::lead) continue;
        Lead lead;
        lead.original_name = column.name.empty() ? std::format("column {}", c + 1) : column.name;
        ++number_of_lead;
        lead.name = column.name.empty() ? std::format("ECG{}", number_of_lead)
                                        : normalised_lead_name(column.name);
        if (std::ranges::all_of(table->columns[c], [](float v) { return std::isnan(v); })) continue;
        lead.samples = placed(std::move(table->columns[c]), axis);
        lead.calibration = {.gain = 1000, .baseline = 0};
        set_unit(lead, column, recording.warnings);
        recording.leads.push_back(std::move(lead));
    }
    if (recording.leads.empty() || recording.length() == 0)
        return fail(file.name, "", "no column holds samples, expected one column a lead");
    warn_of_damage(layout, *table, recording);
    return recording;
}

}  // namespace telltale::formats::csv
