// Sample entropy of the RR intervals over a sliding window (signal/sample_entropy.hpp).
//
// Intervals at ventricular, fusion and unclassifiable beats are left out. Supraventricular beats
// are not: classifiers take many beats of atrial fibrillation for premature ones.
//
// Window, tolerance and threshold were chosen on the records of the MIT-BIH Arrhythmia Database
// with odd numbers (but the paced ones), with the reference's beat classes and without any.
#include "rhythm/af.hpp"

#include <algorithm>
#include <vector>

#include "rhythm/heart_rate.hpp"
#include "signal/sample_entropy.hpp"

namespace telltale::rhythm {
namespace {

constexpr std::size_t window = 48;      // intervals
constexpr double tolerance = 0.06;      // of the mean of the two intervals compared
constexpr double threshold = 1.2;       // nats
constexpr double longest_break_s = 30;  // between intervals of one window
constexpr double bridge_s = 10;         // regular stretches shorter than this do not end an episode

/// Entropy around each of the intervals, which are one block of at least `window`: that of the
/// window centred on it, or of the first or last window near the ends.
std::vector<double> entropies(const std::vector<double>& rr) {
    const std::vector<double> windows = signal::sample_entropies(rr, window, tolerance);
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
        const double seconds =
            static_cast<double>(series.beats[last + 1].sample - series.beats[first].sample) /
            series.rate;
        if (seconds < least_s) return;
        const double bpm = mean_rate(series, first, last + 1);
        result.episodes.push_back(series.at<Episode>(
            first, last + 1, {.beats = last - first + 2, .mean_bpm = bpm, .extreme_bpm = bpm}));
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

AfCandidates af_episodes(const Series& series, const RhythmCourse& course) {
    AfCandidates result;
    double readable_s = 0;
    for (std::size_t i = 0; i < series.intervals(); ++i)
        if (series.joined[i]) readable_s += series.rr_s(i);
    for (const RhythmEpisode& e : course.episodes) {
        if (e.rhythm != Rhythm::atrial_fibrillation) continue;
        auto episode = messages::at_place<Episode>(e.first, e.last, series.rate);
        const auto first = std::ranges::lower_bound(series.beats, e.first, {}, &Beat::sample) -
                           series.beats.begin();
        const auto last = std::ranges::lower_bound(series.beats, e.last, {}, &Beat::sample) -
                          series.beats.begin();
        episode.beats = static_cast<std::size_t>(last - first);
        if (episode.beats > 1)
            episode.mean_bpm = episode.extreme_bpm = mean_rate(
                series, static_cast<std::size_t>(first), static_cast<std::size_t>(last - 1));
        result.seconds += static_cast<double>(e.last - e.first) / series.rate;
        result.episodes.push_back(episode);
    }
    if (readable_s > 0) result.percent = std::min(100.0, 100.0 * result.seconds / readable_s);
    return result;
}

}  // namespace telltale::rhythm
