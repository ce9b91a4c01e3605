#include "rhythm/hrv.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <format>
#include <numeric>
#include <span>

#include "numbers/mixing.hpp"
#include "rhythm/heart_rate.hpp"
#include "rhythm/turbulence.hpp"

namespace telltale::rhythm {
namespace {

// The limits of an NN interval follow the recording's median: these shares of it are within them.
constexpr double usual_least = 0.6, usual_most = 1.6;
constexpr double longest_s = 10;  // whatever the median

double mean_of(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Standard deviation with n - 1; nothing below two values.
std::optional<double> deviation(std::span<const double> values) {
    if (values.size() < 2) return std::nullopt;
    const double mean = mean_of(values);
    double sum = 0;
    for (const double value : values) sum += (value - mean) * (value - mean);
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

std::optional<double> root_mean_square(std::span<const double> values) {
    if (values.empty()) return std::nullopt;
    double sum = 0;
    for (const double value : values) sum += value * value;
    return std::sqrt(sum / static_cast<double>(values.size()));
}

/// Successive differences within [first, last), in ms.
std::vector<double> differences(const NnSeries& nn, std::size_t first, std::size_t last) {
    std::vector<double> result;
    for (std::size_t i = first + 1; i < last; ++i)
        if (nn.follows[i])
            result.push_back(1000.0 * static_cast<double>(nn.rr[i] - nn.rr[i - 1]) / nn.rate);
    return result;
}

/// How many successive differences are strictly above so many seconds. The quotient of two integers
/// is rounded correctly, so a difference of exactly 50 ms is not above it.
std::array<std::size_t, 2> above(const NnSeries& nn, std::array<double, 2> seconds) {
    std::array<std::size_t, 2> count{};
    for (std::size_t i = 1; i < nn.size(); ++i) {
        if (!nn.follows[i]) continue;
        const double step = static_cast<double>(std::abs(nn.rr[i] - nn.rr[i - 1])) / nn.rate;
        count[0] += step > seconds[0] ? 1 : 0;
        count[1] += step > seconds[1] ? 1 : 0;
    }
    return count;
}

/// Histogram of NN intervals in bins of 1/128 s, the Task Force's choice.
struct Histogram {
    static constexpr double bins_per_second = 128;
    std::size_t offset = 0;  ///< Number of the first bin; bin b covers [b, b + 1) / 128 s.
    std::vector<std::size_t> count;
    std::size_t mode = 0;  ///< Index of the highest bin, the first of equals.
};

Histogram histogram(const NnSeries& nn) {
    const auto bin = [&](std::int64_t rr) {
        return static_cast<std::size_t>(static_cast<double>(rr) * Histogram::bins_per_second /
                                        nn.rate);
    };
    const auto [shortest, longest] = std::ranges::minmax(nn.rr);
    Histogram result{.offset = bin(shortest)};
    result.count.resize(bin(longest) - result.offset + 1);
    for (const std::int64_t rr : nn.rr) ++result.count[bin(rr) - result.offset];
    result.mode =
        static_cast<std::size_t>(std::ranges::max_element(result.count) - result.count.begin());
    return result;
}

/// Where one side of the best triangle meets the axis, in bins from the mode (at least 1): the
/// distance whose line from the mode's height down to zero fits the counts on that side with
/// least squared error. `side[k]` is the count k + 1 bins from the mode.
std::size_t triangle_side(const std::vector<double>& side, double height) {
    std::size_t best = 1;
    double best_error = -1;
    for (std::size_t base = 1; base <= side.size() + 1; ++base) {
        double error = 0;
        for (std::size_t k = 0; k < side.size(); ++k) {
            const double line = std::max(
                0.0, height * (1.0 - static_cast<double>(k + 1) / static_cast<double>(base)));
            error += (side[k] - line) * (side[k] - line);
        }
        if (best_error < 0 || error < best_error) {
            best_error = error;
            best = base;
        }
    }
    return best;
}

/// TINN (Task Force 1996): base of the triangle with the histogram's mode as its tip that fits
/// the histogram best. Both sides can be fitted by themselves, as they share only the tip.
double tinn_ms(const Histogram& histogram) {
    const auto height = static_cast<double>(histogram.count[histogram.mode]);
    std::vector<double> left, right;
    for (std::size_t k = histogram.mode; k-- > 0;)
        left.push_back(static_cast<double>(histogram.count[k]));
    for (std::size_t k = histogram.mode + 1; k < histogram.count.size(); ++k)
        right.push_back(static_cast<double>(histogram.count[k]));
    return 1000.0 / Histogram::bins_per_second *
           static_cast<double>(triangle_side(left, height) + triangle_side(right, height));
}

/// Of all that lomb_scargle() looks at.
std::uint64_t hash_of(const NnSeries& nn, std::size_t first, std::size_t last) {
    std::uint64_t hash = numbers::mixed(last - first);
    for (std::size_t i = first; i < last; ++i)
        for (const std::int64_t x : {nn.end[i], nn.rr[i]})
            hash = numbers::mixed(hash ^ static_cast<std::uint64_t>(x));
    return hash;
}

/// The five-minute segments and the figures that rest on them.
void add_segments(const NnSeries& nn, Hrv& result, Known& known) {
    const double step = segment_s * nn.rate;  // samples
    const double duration = static_cast<double>(nn.length);
    std::vector<double> means, deviations;
    Spectrum spectrum{.method = "Lomb-Scargle, mean removed", .segment_s = segment_s, .vlf_ms2 = 0};
    known.segments.resize(static_cast<std::size_t>(std::ceil(duration / step)) + 1);
    std::size_t first = 0;
    for (double k = 0; k * step < duration; ++k) {
        const auto begin = static_cast<std::int64_t>(std::ceil(k * step));
        const auto end = std::min(nn.length, static_cast<std::int64_t>(std::ceil((k + 1) * step)));
        std::size_t last = first;
        while (last < nn.size() && nn.end[last] < end) ++last;
        auto segment = messages::at_place<HrvSegment>(begin, end, nn.rate, {.nn = last - first});
        const auto values = std::span(nn.ms).subspan(first, last - first);
        if (!values.empty()) segment.mean_nn_ms = mean_of(values);
        segment.sdnn_ms = deviation(values);
        segment.rmssd_ms = root_mean_square(differences(nn, first, last));

        // A segment must be mostly NN intervals to stand for its five minutes.
        const double covered = std::accumulate(values.begin(), values.end(), 0.0) / 1000.0;
        std::int64_t gap = 0, before = begin;
        for (std::size_t i = first; i < last; ++i) {
            gap = std::max(gap, nn.end[i] - nn.rr[i] - before);
            before = nn.end[i];
        }
        gap = std::max(gap, end - before);
        const bool whole = static_cast<double>(end - begin) >= step - 1;
        if (whole && covered >= least_coverage * segment_s) {
            means.push_back(*segment.mean_nn_ms);
            if (segment.sdnn_ms) deviations.push_back(*segment.sdnn_ms);
            if (last - first >= 3 && static_cast<double>(gap) <= longest_gap_s * nn.rate) {
                Known::Segment& known_one = known.segments[static_cast<std::size_t>(k)];
                if (const std::uint64_t now = hash_of(nn, first, last); known_one.of != now)
                    known_one = {now, lomb_scargle(nn, first, last)};
                const BandPower& power = known_one.power;
                segment.lf_ms2 = power.lf;
                segment.hf_ms2 = power.hf;
                *spectrum.vlf_ms2 += power.vlf;
                spectrum.lf_ms2 += power.lf;
                spectrum.hf_ms2 += power.hf;
                ++spectrum.segments;
            }
        }
        result.segments.push_back(segment);
        first = last;
    }
    result.sdann_ms = deviation(means);
    if (!deviations.empty()) result.sdnn_index_ms = mean_of(deviations);
    if (spectrum.segments > 0) {
        const auto n = static_cast<double>(spectrum.segments);
        *spectrum.vlf_ms2 /= n;
        spectrum.lf_ms2 /= n;
        spectrum.hf_ms2 /= n;
        complete(spectrum);
        result.lomb_scargle = spectrum;
    }
}

}  // namespace

namespace {

/// |rr - m| <= share m, m being the median of `around`. It holds where more than half of an odd
/// number of values are as near: then the middle one is, and nothing has to be sorted.
bool near_median(double rr, std::span<const double> around, double share) {
    if (around.size() % 2 == 1) {
        int far = 0;
        for (const double x : around) far += std::abs(rr - x) > share * x ? 1 : 0;
        if (far <= static_cast<int>(around.size() / 2)) return true;
    }
    std::vector<double> sorted(around.begin(), around.end());
    std::ranges::sort(sorted);
    const double median = quantile(sorted, 0.5);
    return std::abs(rr - median) <= share * median;
}

}  // namespace

NnSeries nn_series(const Series& series, const Options& options) {
    NnSeries nn{.rate = series.rate, .length = series.length, .intervals = series.intervals()};
    std::vector<std::size_t> candidates;
    std::size_t next = 0;  // the first stretch of another rhythm that ends behind the beat
    for (std::size_t i = 0; i < series.intervals(); ++i) {
        const auto& others = series.not_sinus;
        while (next < others.size() && others[next].last <= series.beats[i].sample) ++next;
        const bool elsewhere =
            next < others.size() && others[next].first <= series.beats[i + 1].sample;
        if (!series.joined[i])
            ++nn.gap;
        else if (elsewhere || series.type(i) != AamiClass::N || series.type(i + 1) != AamiClass::N)
            ++nn.by_class;
        else
            candidates.push_back(i);
    }
    // A fast or slow heart's usual intervals are no outliers.
    double least = options.nn_min_s, most = options.nn_max_s;
    std::vector<double> rr_s;
    for (const std::size_t i : candidates) rr_s.push_back(series.rr_s(i));
    if (!candidates.empty()) {
        std::vector<double> all = rr_s;
        std::ranges::nth_element(all, all.begin() + std::ssize(all) / 2);
        const double usual = all[all.size() / 2];
        least = std::min(least, usual_least * usual);
        most = std::max(most, std::min(usual_most * usual, longest_s));
    }
    constexpr std::size_t reach = 5;  // candidates on either side that the median looks at
    for (std::size_t c = 0; c < candidates.size(); ++c) {
        const std::size_t i = candidates[c];
        const double rr = rr_s[c];
        const std::size_t from = c < reach ? 0 : c - reach;
        const std::size_t to = std::min(candidates.size(), c + reach + 1);
        if (!(rr >= least && rr <= most) ||
            (options.nn_max_deviation > 0 &&
             !near_median(rr, std::span(rr_s).subspan(from, to - from),
                          options.nn_max_deviation))) {
            ++nn.outlier;
            continue;
        }
        const bool follows = i > 0 && !nn.end.empty() && nn.end.back() == series.beats[i].sample;
        nn.follows.push_back(follows ? 1 : 0);
        nn.end.push_back(series.beats[i + 1].sample);
        nn.rr.push_back(series.rr(i));
        nn.ms.push_back(1000.0 * static_cast<double>(series.rr(i)) / series.rate);
    }
    return nn;
}

namespace {

/// Why variability is not told: of less than a minute of NN intervals it means nothing.
std::optional<std::string> too_few(const Hrv& hrv) {
    constexpr double least_s = 60;
    const double nn_s = static_cast<double>(hrv.nn) * hrv.mean_nn_ms.value_or(0) / 1000;
    if (nn_s >= least_s) return std::nullopt;
    return std::format(
        "Not told: {} intervals between normal beats, {:.0f} s in all, are too few. It takes "
        "{:.0f} s at least, and 5 minutes to compare with others.",
        hrv.nn, nn_s, least_s);
}

}  // namespace

std::optional<Hrv> hrv(const Series& series, const Options& options, Known& known) {
    if (series.intervals() == 0) return std::nullopt;
    const NnSeries nn = nn_series(series, options);
    Hrv result{.intervals = nn.intervals,
               .nn = nn.size(),
               .rejected_gap = nn.gap,
               .rejected_class = nn.by_class,
               .rejected_outlier = nn.outlier};
    result.rejected_percent =
        100.0 * static_cast<double>(nn.intervals - nn.size()) / static_cast<double>(nn.intervals);
    if (nn.size() > 0) result.mean_nn_ms = mean_of(nn.ms);
    result.untold = too_few(result);
    if (nn.size() == 0) return result;

    const std::span<const double> values = nn.ms;
    result.sdnn_ms = deviation(values);
    const std::vector<double> steps = differences(nn, 0, nn.size());
    result.rmssd_ms = root_mean_square(steps);
    result.sdsd_ms = deviation(steps);
    if (!steps.empty()) {
        const auto n = static_cast<double>(steps.size());
        const auto [above_50, above_20] = above(nn, {0.05, 0.02});
        result.nn50 = above_50;
        result.pnn50_percent = 100.0 * static_cast<double>(above_50) / n;
        result.pnn20_percent = 100.0 * static_cast<double>(above_20) / n;
    }
    if (std::accumulate(values.begin(), values.end(), 0.0) / 1000.0 >= options.histogram_min_s) {
        const Histogram bins = histogram(nn);
        result.triangular_index =
            static_cast<double>(nn.size()) / static_cast<double>(bins.count[bins.mode]);
        result.tinn_ms = tinn_ms(bins);
    }
    if (result.sdsd_ms) {
        result.sd1_ms = *result.sdsd_ms / std::sqrt(2.0);
        const double square =
            2.0 * *result.sdnn_ms * *result.sdnn_ms - *result.sdsd_ms * *result.sdsd_ms / 2.0;
        // Differences and intervals come from slightly different sets: no length below zero.
        if (square >= 0) result.sd2_ms = std::sqrt(square);
    }
    constexpr std::size_t least_decelerations = 500;  // some ten minutes of beats
    result.deceleration_capacity_ms = deceleration_capacity(nn, least_decelerations);
    const Turbulence answer = turbulence(series);
    result.turbulence_beats = answer.beats;
    result.turbulence_onset_percent = answer.onset_percent;
    result.turbulence_slope_ms = answer.slope_ms;
    add_segments(nn, result, known);
    result.welch = welch_spectrum(nn, known);
    return result;
}

}  // namespace telltale::rhythm
