#include "rhythm/heart_rate.hpp"

#include <algorithm>
#include <iterator>

namespace telltale::rhythm {

double mean_rate(const Series& series, std::size_t first, std::size_t last) {
    const auto samples = series.beats[last].sample - series.beats[first].sample;
    return 60.0 * static_cast<double>(last - first) * series.rate / static_cast<double>(samples);
}

double quantile(const std::vector<double>& sorted, double q) {
    const double place = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double quantile_of(std::vector<double>& values, double q) {
    const auto below =
        values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::ranges::nth_element(values, below);
    // The next one is the least of those behind it.
    if (std::next(below) != values.end())
        std::iter_swap(std::next(below), std::min_element(std::next(below), values.end()));
    return quantile(values, q);
}

AveragedRates averaged_rates(const Series& series, int wanted) {
    std::size_t longest = 0, run = 0;
    for (std::size_t i = 0; i < series.intervals(); ++i) {
        run = series.joined[i] ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    AveragedRates rates{.over =
                            static_cast<int>(std::min(longest, static_cast<std::size_t>(wanted)))};
    if (rates.over == 0) return rates;
    const auto over = static_cast<std::size_t>(rates.over);
    run = 0;
    for (std::size_t i = 0; i < series.intervals(); ++i) {
        run = series.joined[i] ? run + 1 : 0;
        if (run < over) continue;
        rates.start.push_back(i + 1 - over);
        rates.bpm.push_back(mean_rate(series, i + 1 - over, i + 1));
    }
    return rates;
}

std::optional<HeartRate> heart_rate(const Series& series, const AveragedRates& rates) {
    if (rates.over == 0) return std::nullopt;
    HeartRate result{.averaged_over = rates.over};
    std::int64_t samples = 0;
    for (std::size_t i = 0; i < series.intervals(); ++i) {
        if (!series.joined[i]) continue;
        samples += series.rr(i);
        ++result.intervals;
    }
    result.mean_bpm =
        60.0 * static_cast<double>(result.intervals) * series.rate / static_cast<double>(samples);
    const auto point = [&](std::size_t k) {
        const std::size_t first = rates.start[k];
        const std::size_t last = first + static_cast<std::size_t>(rates.over);
        return series.at<RatePoint>(first, last, {.bpm = rates.bpm[k]});
    };
    const auto [lowest, highest] = std::ranges::minmax_element(rates.bpm);
    result.minimum = point(static_cast<std::size_t>(lowest - rates.bpm.begin()));
    // minmax_element gives the last of equal maxima; the first is where a reader looks.
    result.maximum =
        point(static_cast<std::size_t>(std::ranges::find(rates.bpm, *highest) - rates.bpm.begin()));
    std::vector<double> bpm = rates.bpm;
    result.p5_bpm = quantile_of(bpm, 0.05);
    result.p95_bpm = quantile_of(bpm, 0.95);
    return result;
}

std::optional<Pause> longest_interval(const Series& series) {
    std::optional<Pause> longest;
    for (std::size_t i = 0; i < series.intervals(); ++i)
        if (series.joined[i] && (!longest || series.rr_s(i) > longest->seconds))
            longest = series.at<Pause>(i, i + 1, {.seconds = series.rr_s(i)});
    return longest;
}

std::vector<Pause> pauses(const Series& series, double at_least_s) {
    std::vector<Pause> found;
    for (std::size_t i = 0; i < series.intervals(); ++i)
        if (series.joined[i] && series.rr_s(i) >= at_least_s)
            found.push_back(series.at<Pause>(i, i + 1, {.seconds = series.rr_s(i)}));
    return found;
}

std::vector<Episode> rate_episodes(const Series& series, const AveragedRates& rates,
                                   double threshold_bpm, bool slow, double least_s,
                                   double merge_s) {
    // An averaged rate speaks for the interval in its middle: an episode of those beyond the
    // threshold begins and ends where the rate crosses it, and its own mean agrees with its name.
    struct Stretch {
        std::size_t first, last;  ///< Intervals [first, last).
        double extreme;
    };
    const auto beyond = [&](double bpm) {
        return slow ? bpm < threshold_bpm : bpm > threshold_bpm;
    };
    const auto seconds = [&](std::size_t first, std::size_t last) {
        return static_cast<double>(series.beats[last].sample - series.beats[first].sample) /
               series.rate;
    };
    const auto readable = [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i)
            if (!series.joined[i]) return false;
        return true;
    };
    std::vector<Stretch> stretches;
    const auto over = static_cast<std::size_t>(rates.over);
    for (std::size_t k = 0; k < rates.bpm.size(); ++k) {
        const double bpm = rates.bpm[k];
        if (!beyond(bpm)) continue;
        // At the ends of a readable stretch the first and the last rate speak for what is outside.
        const bool begins = k == 0 || rates.start[k - 1] + 1 != rates.start[k];
        const bool ends = k + 1 == rates.bpm.size() || rates.start[k + 1] != rates.start[k] + 1;
        const std::size_t first = rates.start[k] + (begins ? 0 : (over - 1) / 2);
        const std::size_t last = rates.start[k] + (ends ? over : over / 2 + 1);
        if (!stretches.empty()) {
            Stretch& before = stretches.back();
            const bool touches = first <= before.last;
            const bool near = !touches && seconds(before.last, first) <= merge_s &&
                              readable(before.last, first) &&
                              beyond(mean_rate(series, before.first, last));
            if (touches || near) {
                before.last = std::max(before.last, last);
                before.extreme =
                    slow ? std::min(before.extreme, bpm) : std::max(before.extreme, bpm);
                continue;
            }
        }
        stretches.push_back({first, last, bpm});
    }
    std::vector<Episode> episodes;
    for (Stretch s : stretches) {
        // An average tells the crossing to a few intervals: the intervals themselves tell it.
        const auto own = [&](std::size_t i) { return beyond(60 / series.rr_s(i)); };
        while (s.first < s.last && !own(s.first)) ++s.first;
        while (s.last > s.first && !own(s.last - 1)) --s.last;
        if (s.first == s.last) continue;
        while (s.first > 0 && series.joined[s.first - 1] && own(s.first - 1)) --s.first;
        while (s.last < series.intervals() && series.joined[s.last] && own(s.last)) ++s.last;
        const double mean = mean_rate(series, s.first, s.last);
        if (!beyond(mean) || seconds(s.first, s.last) < least_s) continue;
        episodes.push_back(series.at<Episode>(
            s.first, s.last,
            {.beats = s.last - s.first + 1, .mean_bpm = mean, .extreme_bpm = s.extreme}));
    }
    return episodes;
}

void find_rates(const Series& series, const Options& options, RateFindings& known) {
    const RateOptions asked{
        .values = {series.rate, options.pause_s, options.bradycardia_bpm, options.tachycardia_bpm,
                   options.rate_episode_s, options.rate_merge_s},
        .intervals = options.rate_intervals,
        .length = series.length};
    if (known.options == asked && known.joined == series.joined &&
        std::ranges::equal(known.samples, series.beats, {}, {}, &Beat::sample))
        return;
    known = {.samples = {}, .joined = series.joined, .options = asked};
    known.samples.reserve(series.beats.size());
    for (const Beat& beat : series.beats) known.samples.push_back(beat.sample);
    known.rates = averaged_rates(series, options.rate_intervals);
    if (known.rates.over == 0) return;
    known.heart_rate = heart_rate(series, known.rates);
    known.longest_rr = longest_interval(series);
    known.pauses = pauses(series, options.pause_s);
    const double duration_s = static_cast<double>(series.length) / series.rate;
    const double least_s = std::min(options.rate_episode_s, duration_s / 2);
    known.bradycardia = rate_episodes(series, known.rates, options.bradycardia_bpm, true, least_s,
                                      options.rate_merge_s);
    known.tachycardia = rate_episodes(series, known.rates, options.tachycardia_bpm, false, least_s,
                                      options.rate_merge_s);
}

}  // namespace telltale::rhythm
