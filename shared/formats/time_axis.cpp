#include "formats/time_axis.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>

namespace telltale::formats {
namespace {

constexpr double day_s = 86400;
// Rates that an ECG may have; the span is less than the step from one unit of time to the next.
constexpr double lowest_rate = 30, highest_rate = 30000;
// Where nothing else is asked for, gaps may add this multiple of the rows.
constexpr std::size_t most_growth_by_gaps = 100;

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double quantile(std::vector<double> values, double part) {
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

std::vector<double> steps_of(const std::vector<double>& t) {
    std::vector<double> steps;
    steps.reserve(t.size());
    for (std::size_t i = 1; i < t.size(); ++i) steps.push_back(t[i] - t[i - 1]);
    return steps;
}

// Rows without a stamp get that of the row before.
bool fill_missing(std::vector<double>& t) {
    const auto first = std::ranges::find_if(t, [](double v) { return std::isfinite(v); });
    if (first == t.end()) return false;
    double last = *first;
    for (double& v : t) v = last = std::isfinite(v) ? v : last;
    return true;
}

// Stretches of rows whose stamps go on without falling or leaping: packets.
struct Run {
    std::size_t first, end;
};

std::vector<Run> runs_of(const std::vector<double>& t, double leap) {
    std::vector<Run> runs;
    std::size_t first = 0;
    for (std::size_t i = 1; i <= t.size(); ++i)
        if (i == t.size() || t[i] < t[i - 1] || t[i] - t[i - 1] > leap) {
            runs.push_back({first, i});
            first = i;
        }
    return runs;
}

// Puts runs that lie side by side in time in order. False if they overlap: then a clock was set
// back or started again, and the rows' own order is all that is known.
bool sort_runs(std::vector<double>& t, std::vector<Run> sorted, std::vector<std::uint32_t>& order) {
    std::ranges::stable_sort(sorted,
                             [&](const Run& a, const Run& b) { return t[a.first] < t[b.first]; });
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (t[sorted[i].first] < t[sorted[i - 1].end - 1]) return false;
    std::vector<double> in_order;
    in_order.reserve(t.size());
    order.reserve(t.size());
    for (const Run& run : sorted)
        for (std::size_t i = run.first; i < run.end; ++i) {
            in_order.push_back(t[i]);
            order.push_back(static_cast<std::uint32_t>(i));
        }
    t = std::move(in_order);
    return true;
}

// Makes the stamps go up, by the order of packets or, where a clock was set back, by going on from
// there. False if there is no order to be found.
bool put_in_order(std::vector<double>& t, TimeAxis& axis) {
    std::vector<double> up = steps_of(t);
    const auto back =
        static_cast<std::size_t>(std::ranges::count_if(up, [](double s) { return s < 0; }));
    // Noise is no order: of a column that falls every few rows nothing can be learnt.
    if (back > t.size() / 3) return false;
    std::erase_if(up, [](double s) { return !(s > 0); });
    if (up.empty()) return false;
    if (back == 0) return true;
    const double usual = median(std::move(up));
    if (sort_runs(t, runs_of(t, 3 * usual), axis.order)) {
        axis.warnings.push_back(std::format(
            "The rows were not in the order of their time in {} places; they are put in order.",
            back));
        return true;
    }
    // The clock goes on from where it was, one usual step later.
    double shift = 0, before = t[0];
    for (std::size_t i = 1; i < t.size(); ++i) {
        if (t[i] < before) shift = t[i - 1] + usual - t[i];
        before = t[i];
        t[i] += shift;
    }
    axis.warnings.push_back(std::format(
        "The time column falls back in {} places; the rows are taken as they stand.", back));
    return true;
}

// Rows that one stamp speaks for: those with the same one, or a packet counted up from its arrival.
struct Group {
    std::size_t row = 0;  // the first
    double time = 0;
};

std::vector<Group> groups_of(const std::vector<double>& t) {
    std::vector<Group> groups;
    for (std::size_t i = 0; i < t.size(); ++i)
        if (i == 0 || t[i] > t[i - 1]) groups.push_back({i, t[i]});
    return groups;
}

// Packets: at least five stretches of (nearly) the same number of groups, between which more than
// a third of the time passes in leaps. Random losses leave stretches of all lengths.
std::vector<Group> packets_of(const std::vector<Group>& groups) {
    std::vector<double> steps;
    for (std::size_t g = 1; g < groups.size(); ++g)
        steps.push_back(groups[g].time - groups[g - 1].time);
    if (steps.size() < 10) return {};
    const double usual = median(steps);
    std::vector<Group> packets = {groups[0]};
    std::vector<double> sizes;
    double leaps = 0;
    std::size_t first = 0;
    for (std::size_t g = 1; g < groups.size(); ++g) {
        if (steps[g - 1] <= 3 * usual) continue;
        leaps += steps[g - 1];
        sizes.push_back(static_cast<double>(g - first));
        first = g;
        packets.push_back(groups[g]);
    }
    if (packets.size() < 5 || 3 * leaps < groups.back().time - groups[0].time) return {};
    const double size = median(sizes);
    const auto alike = std::ranges::count_if(
        sizes, [&](double s) { return std::abs(s - size) <= std::max(1.0, 0.1 * size); });
    if (size < 3 || 5 * alike < 4 * static_cast<std::ptrdiff_t>(sizes.size())) return {};
    return packets;
}

// The median slope (time a row) over some distance: gaps are in few of the pairs.
double median_slope(const std::vector<Group>& groups) {
    const std::size_t distance = std::clamp<std::size_t>(groups.size() / 3, 1, 50);
    const std::size_t stride = std::max<std::size_t>(1, groups.size() / 20000);
    std::vector<double> slopes;
    for (std::size_t g = 0; g + distance < groups.size(); g += stride)
        slopes.push_back((groups[g + distance].time - groups[g].time) /
                         static_cast<double>(groups[g + distance].row - groups[g].row));
    return median(std::move(slopes));
}

struct Fit {
    double slope = 0;               // time a row
    double unsure = 0;              // of a stamp, in time
    std::vector<std::size_t> cuts;  // groups before which there is a gap
    std::vector<double> leaps;      // time that the gap takes beyond a row's
    std::size_t steps_back = 0;     // lasting shifts the other way
};

// Finds the lasting shifts of the stamps against rows at this slope.
void find_gaps(const std::vector<Group>& groups, double rows_a_group, Fit& fit) {
    const auto rest = [&](std::size_t g) {
        return groups[g].time - fit.slope * static_cast<double>(groups[g].row);
    };
    std::vector<double> changes;
    for (std::size_t g = 1; g < groups.size(); ++g)
        changes.push_back(std::abs(rest(g) - rest(g - 1)));
    fit.unsure = quantile(changes, 0.9);
    const double threshold = std::max(0.75 * fit.slope, 2.5 * fit.unsure);
    const std::size_t ahead = rows_a_group > 1.5 ? 5 : 3;
    fit.cuts.clear();
    fit.leaps.clear();
    fit.steps_back = 0;
    std::size_t begin = 0;
    for (std::size_t g = 1; g < groups.size(); ++g) {
        if (std::abs(rest(g) - rest(g - 1)) <= threshold) continue;
        std::vector<double> before, after;
        for (std::size_t k = std::max(begin, g > 15 ? g - 15 : 0); k < g; ++k)
            before.push_back(rest(k));
        for (std::size_t k = g; k < std::min(groups.size(), g + ahead); ++k)
            after.push_back(rest(k));
        const double level = median(std::move(before));
        const auto [low, high] = std::ranges::minmax(after);
        if (low - level > threshold) {
            fit.cuts.push_back(g);
            // Late packets are caught up with, so the earliest of the next ones tells the time.
            fit.leaps.push_back((rows_a_group > 1.5 ? low : rest(g)) - level);
            begin = g;
        } else if (high - level < -threshold) {
            ++fit.steps_back;
            begin = g;
        }
    }
}

// The least-squares slope that all stretches between gaps share.
double shared_slope(const std::vector<Group>& groups, const std::vector<std::size_t>& cuts) {
    double with = 0, own = 0;
    std::size_t begin = 0, cut = 0;
    while (begin < groups.size()) {
        const std::size_t end = cut < cuts.size() ? cuts[cut++] : groups.size();
        const auto count = static_cast<double>(end - begin);
        double mean_row = 0, mean_time = 0;
        for (std::size_t g = begin; g < end; ++g) {
            mean_row += static_cast<double>(groups[g].row - groups[begin].row) / count;
            mean_time += (groups[g].time - groups[begin].time) / count;
        }
        for (std::size_t g = begin; g < end; ++g) {
            const double x = static_cast<double>(groups[g].row - groups[begin].row) - mean_row;
            with += x * (groups[g].time - groups[begin].time - mean_time);
            own += x * x;
        }
        begin = end;
    }
    return own > 0 ? with / own : 0;
}

// Seconds of the unit that gives the rate of an ECG; 0 if none does.
double unit_that_fits(double slope) {
    for (const double unit : {1.0, 1e-3, 1e-6, 1e-9})
        if (const double rate = 1 / (slope * unit); rate >= lowest_rate && rate < highest_rate)
            return unit;
    return 0;
}

std::string_view name_of_unit(double unit) {
    return unit == 1 ? "seconds" : unit == 1e-3 ? "ms" : unit == 1e-6 ? "\xC2\xB5s" : "ns";
}

double unit_of(double slope, double told, std::vector<std::string>& warnings) {
    const double fitting = unit_that_fits(slope);
    if (told == 0) {
        // Slow tables are no ECG, but tables: large steps are milliseconds.
        const double unit = fitting > 0 ? fitting : slope < 0.5 ? 1.0 : 1e-3;
        if (unit != 1)
            warnings.push_back(std::format(
                "The time column has no unit; its numbers are taken as {}.", name_of_unit(unit)));
        return unit;
    }
    const double rate = 1 / (slope * told);
    if ((rate >= 1 && rate <= 1e6) || fitting == 0) return told;
    warnings.push_back(std::format(
        "By the unit that it gives, the time column says {:g} Hz; its numbers are taken "
        "as {} instead.",
        rate, name_of_unit(fitting)));
    return fitting;
}

// Rates are nearly always round: the round one, if over all rows it is off by less than half a
// sample, or by less than the stamps are unsure.
double rounded(double rate, double rows, double unsure_s) {
    for (const double grain : {1.0, 0.01}) {
        const double round = std::round(rate / grain) * grain;
        if (!(round > 0)) continue;
        const double off = std::abs(rows / round - rows / rate);  // s, over all rows
        if (off * round < 0.5 || (grain == 1 && off < 1.5 * unsure_s)) return round;
    }
    return rate;
}

std::string clock_text(double seconds) {
    return seconds >= 60 ? std::format("{}:{:04.1f}", static_cast<std::int64_t>(seconds / 60),
                                       std::fmod(seconds, 60))
                         : std::format("{:.1f} s", seconds);
}

void place_gaps(const std::vector<Group>& groups, const Fit& fit, double unit, double rows_a_group,
                std::size_t most, TimeAxis& axis) {
    std::size_t total = 0;
    double longest = 0, first_at = 0, seconds = 0;
    bool refused = false;
    for (std::size_t i = 0; i < fit.cuts.size(); ++i) {
        double samples = fit.leaps[i] * unit * axis.rate;
        // What is lost of packets is whole packets.
        if (const double packets = samples / rows_a_group;
            rows_a_group > 1.5 && std::abs(packets - std::round(packets)) < 0.3)
            samples = std::round(packets) * rows_a_group;
        samples = std::round(samples);
        if (!(samples >= 1)) continue;
        if (samples > static_cast<double>(most - total)) {
            refused = true;
            continue;
        }
        const std::size_t row = groups[fit.cuts[i]].row;
        if (axis.gaps.empty()) first_at = static_cast<double>(row) / axis.rate;
        axis.gaps.push_back({row, static_cast<std::int64_t>(samples)});
        total += static_cast<std::size_t>(samples);
        longest = std::max(longest, samples / axis.rate);
        seconds += samples / axis.rate;
    }
    if (axis.gaps.size() == 1)
        axis.warnings.push_back(
            std::format("The time column has a gap of {} at {}: {} samples are missing there.",
                        clock_text(seconds), clock_text(first_at), total));
    else if (!axis.gaps.empty())
        axis.warnings.push_back(std::format(
            "The time column has {} gaps, the first at {}, the longest {}, together {}: {} samples "
            "are missing there.",
            axis.gaps.size(), clock_text(first_at), clock_text(longest), clock_text(seconds),
            total));
    if (refused)
        axis.warnings.push_back(
            "A gap of the time column is longer than the recording allows; what follows it stands "
            "right after it.");
}

}  // namespace

std::optional<TimeAxis> time_axis(std::vector<double> t, const StampOptions& options) {
    if (t.size() < 2 || !fill_missing(t)) return std::nullopt;
    TimeAxis axis;
    if (!put_in_order(t, axis)) return std::nullopt;

    std::vector<Group> groups = groups_of(t);
    if (groups.size() < 2) return std::nullopt;
    if (auto packets = packets_of(groups); !packets.empty()) groups = std::move(packets);
    const double rows_a_group = static_cast<double>(groups.back().row - groups[0].row) /
                                static_cast<double>(groups.size() - 1);
    Fit fit;
    fit.slope = median_slope(groups);
    if (!(fit.slope > 0) || !std::isfinite(fit.slope)) return std::nullopt;
    const double unit = unit_of(fit.slope, options.unit_s, axis.warnings);
    for (int round = 0; round < 3; ++round) {
        find_gaps(groups, rows_a_group, fit);
        const double slope = shared_slope(groups, fit.cuts);
        if (!(slope > 0.8 * fit.slope && slope < 1.25 * fit.slope)) break;
        fit.slope = slope;
    }
    axis.rate = rounded(1 / (fit.slope * unit),
                        static_cast<double>(groups.back().row - groups[0].row), fit.unsure * unit);
    if (!(axis.rate > 0) || !std::isfinite(axis.rate)) return std::nullopt;
    if (options.told_rate) {
        const double told = *options.told_rate;
        if (std::abs(axis.rate - told) > 0.02 * told) {
            axis.warnings.push_back(
                std::format("The file says {:g} Hz, its time column {:g} Hz; the former is taken.",
                            told, axis.rate));
            axis.rate = told;
            return axis;
        }
        axis.rate = told;
    }
    const std::size_t most =
        options.most_missing > 0 ? options.most_missing : most_growth_by_gaps * t.size();
    place_gaps(groups, fit, unit, rows_a_group, most, axis);
    return axis;
}

void pass_midnight(std::vector<double>& stamps) {
    double days = 0, last = std::numeric_limits<double>::quiet_NaN();
    for (double& v : stamps) {
        if (std::isnan(v)) continue;
        if (v < last - day_s / 2) days += day_s;
        last = v;
        v += days;
    }
}

double unevenness(const std::vector<double>& stamps) {
    std::vector<double> t = stamps;
    if (t.size() < 2 || !fill_missing(t)) return 1;
    const std::vector<double> steps = steps_of(t);
    const double usual = median(steps);
    if (!(usual >= 0) || !(t.back() > t.front())) return 1;
    if (usual == 0) return 0.99;
    const auto odd =
        std::ranges::count_if(steps, [&](double s) { return std::abs(s - usual) > 0.5 * usual; });
    return 0.98 * static_cast<double>(odd) / static_cast<double>(steps.size());
}

}  // namespace telltale::formats
