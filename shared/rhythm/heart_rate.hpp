// Heart rate, pauses, slow and fast episodes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "rhythm/rhythm.hpp"
#include "rhythm/series.hpp"

namespace telltale::rhythm {

/// The rate over `over` successive readable intervals, once for each place where that many are.
struct AveragedRates {
    int over = 0;
    std::vector<std::size_t> start;  ///< First interval of each, ascending.
    std::vector<double> bpm;
};

/// Averages over `wanted` intervals, or over as many as the longest readable stretch has.
[[nodiscard]] AveragedRates averaged_rates(const Series& series, int wanted);

[[nodiscard]] std::optional<HeartRate> heart_rate(const Series& series, const AveragedRates& rates);
[[nodiscard]] std::optional<Pause> longest_interval(const Series& series);
[[nodiscard]] std::vector<Pause> pauses(const Series& series, double at_least_s);

/// Stretches of at least `least_s` in which the averaged rate is below (`slow`) or above the
/// threshold. Two that less than `merge_s` parts are one, if nothing unreadable lies between and
/// their mean over all of it is beyond the threshold too. So is every episode's mean.
[[nodiscard]] std::vector<Episode> rate_episodes(const Series& series, const AveragedRates& rates,
                                                 double threshold_bpm, bool slow, double least_s,
                                                 double merge_s);

/// What decides on rates beside the beats.
struct RateOptions {
    std::array<double, 6> values{};
    int intervals = 0;
    std::int64_t length = 0;  ///< Of the recording, in samples.
    bool operator==(const RateOptions&) const = default;
};
/// All of that, with what it rests on: the beats' places, not their classes.
struct RateFindings {
    std::vector<std::int64_t> samples;
    std::vector<std::uint8_t> joined;
    RateOptions options;
    AveragedRates rates;
    std::optional<HeartRate> heart_rate;
    std::optional<Pause> longest_rr;
    std::optional<std::vector<Pause>> pauses;
    std::optional<std::vector<Episode>> bradycardia, tachycardia;
};
/// Where `known` is of the same beats and options, it stays as it is.
void find_rates(const Series& series, const Options& options, RateFindings& known);

/// Mean rate over intervals [first, last) in bpm.
[[nodiscard]] double mean_rate(const Series& series, std::size_t first, std::size_t last);

/// The q-quantile (0 to 1) of sorted values, linear between the two nearest.
[[nodiscard]] double quantile(const std::vector<double>& sorted, double q);
/// The same of values in any order, which are put in another.
[[nodiscard]] double quantile_of(std::vector<double>& values, double q);

}  // namespace telltale::rhythm
