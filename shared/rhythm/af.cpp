// Sample entropy of the RR intervals (Richman and Moorman 2000), with templates of one interval
// and a tolerance relative to the intervals, over a sliding window: after the coefficient of
// sample entropy of Lake and Moorman (2011). In atrial fibrillation an interval says little about
// the next one, so the entropy is high; bigeminy and other ectopy repeat themselves and stay low.
//
// Intervals at ventricular, fusion and unclassifiable beats are left out. Supraventricular beats
// are not: classifiers take many beats of atrial fibrillation for premature ones.
//
// Window, tolerance and threshold were chosen on the records of the MIT-BIH Arrhythmia Database
// with odd numbers (but the paced ones), with the reference's beat classes and without any.
#include "rhythm/af.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "rhythm/heart_rate.hpp"

namespace telltale::rhythm {
namespace {

constexpr std::size_t window = 48;      // intervals
constexpr double tolerance = 0.06;      // of the mean of the two intervals compared
constexpr double threshold = 1.2;       // nats
constexpr double longest_break_s = 30;  // between intervals of one window
constexpr double bridge_s = 10;         // regular stretches shorter than this do not end an episode

/// Entropy around each of the intervals, which are one block of at least `window`: that of the
/// window centred on it, or of the first or last window near the ends. The pairs that match are
/// kept as counts from window to window, so this is linear in the intervals.
std::vector<double> entropies(const std::vector<double>& rr) {
    const auto alike = [&](std::size_t i, std::size_t k) {
        return std::abs(rr[i] - rr[k]) < tolerance * 0.5 * (rr[i] + rr[k]);
    };
    // Templates are the intervals that have a successor in the window.
    constexpr std::size_t templates = window - 1;
    double one = 0, two = 0;  // pairs alike in one interval, and in their successors too
    const auto count = [&](std::size_t i, std::size_t k, double sign) {
        if (!alike(i, k)) return;
        one += sign;
        if (alike(i + 1, k + 1)) two += sign;
    };
    const auto entropy = [&] { return -std::log((two + 0.5) / (one + 0.5)); };

    for (std::size_t i = 0; i < templates; ++i)
        for (std::size_t k = 0; k < i; ++k) count(i, k, 1);
    std::vector<double> windows{entropy()};
    for (std::size_t first = 1; first + window <= rr.size(); ++first) {
        for (std::size_t k = first; k < first + templates - 1; ++k) {
            count(first - 1, k, -1);
            count(first + templates - 1, k, 1);
        }
        windows.push_back(entropy());
    }
    std::vector<double> result(rr.size());
    for (std::size_t i = 0; i < rr.size(); ++i) {
        const std::size_t first = i < window / 2 ? 0 : i - window / 2;
        result[i] = windows[std::min(first, windows.size() - 1)];
    }
    return result;
}

}  // namespace

std::optional<AfCandidates> af_candidates(const Series& series, double least_s) {
    const auto usable = [&](std::size_t i) {
        const auto regular = [](AamiClass c) { return c == AamiClass::N || c == AamiClass::S; };
        return series.joined[i] && regular(series.type(i)) && regular(series.type(i + 1));
    };
    AfCandidates result;
    bool judged = false;
    std::vector<std::size_t> block;  // intervals
    std::vector<double> rr;

    const auto add_episode = [&](std::size_t first, std::size_t last) {  // intervals, inclusive
        const std::int64_t from = series.beats[first].sample, to = series.beats[last + 1].sample;
        const double seconds = static_cast<double>(to - from) / series.rate;
        if (seconds < least_s) return;
        const double bpm = mean_rate(series, first, last + 1);
        result.episodes.push_back({from, to, last - first + 2, bpm, bpm});
        result.seconds += seconds;
    };
    const auto judge_block = [&] {
        if (block.size() >= window) {
            judged = true;
            const std::vector<double> entropy = entropies(rr);
            std::size_t first = 0, last = 0;
            bool open = false;
            for (std::size_t i = 0; i < block.size(); ++i) {
                if (entropy[i] <= threshold) continue;
                const double quiet = open ? static_cast<double>(series.beats[block[i]].sample -
                                                                series.beats[last + 1].sample) /
                                                series.rate
                                          : 0.0;
                if (open && quiet > bridge_s) {
                    add_episode(first, last);
                    open = false;
                }
                if (!open) first = block[i];
                open = true;
                last = block[i];
            }
            if (open) add_episode(first, last);
        }
        block.clear();
        rr.clear();
    };
    double readable_s = 0;
    for (std::size_t i = 0; i < series.intervals(); ++i) {
        if (series.joined[i]) readable_s += series.rr_s(i);
        if (!usable(i)) continue;
        if (!block.empty() &&
            static_cast<double>(series.beats[i].sample - series.beats[block.back() + 1].sample) >
                longest_break_s * series.rate)
            judge_block();
        block.push_back(i);
        rr.push_back(series.rr_s(i));
    }
    judge_block();
    if (!judged) return std::nullopt;
    result.percent = 100.0 * result.seconds / readable_s;
    return result;
}

}  // namespace telltale::rhythm
