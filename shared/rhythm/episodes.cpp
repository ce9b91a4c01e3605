#include "rhythm/episodes.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "rhythm/named_seconds.hpp"

namespace telltale::rhythm {
namespace {

class Course {
public:
    Course(const EpisodeInput& input, const EpisodeRules& rules) : in_(input), rules_(rules) {}

    RhythmCourse make() {
        RhythmCourse course;
        join_seconds();
        doubt_regular();
        if (in_.classified) doubt_slow();
        doubt_narrow();
        add_paced();
        lay_over(Rhythm::noise, in_.unreadable);
        doubt_edges();
        lay_over(Rhythm::other, in_.untold);
        std::vector<Interval> standstills;
        std::ranges::copy_if(in_.quiet, std::back_inserter(standstills),
                             [this](const Interval& quiet) { return is_standstill(quiet); });
        lay_over(Rhythm::asystole, standstills);
        if (in_.classified) add_runs();
        lay_over(std::vector<RhythmEpisode>(in_.asserted.begin(), in_.asserted.end()));
        course.episodes = std::move(episodes_);
        if (const auto& kinds = in_.answers.kinds;
            !kinds.empty() && in_.asserted.empty() &&
            static_cast<double>(in_.length) <= rules_.recording_s * in_.sampling_rate) {
            std::vector<float> shares = in_.answers.recording;
            auto best = std::ranges::max_element(shares);
            const auto kind_of = [&] {
                return kinds[static_cast<std::size_t>(best - shares.begin())];
            };
            if (kind_of() == "A" && is_regular(0, in_.length)) {
                *best = 0;
                best = std::ranges::max_element(shares);
            }
            const std::string kind = kind_of();
            // "Sinus rhythm" must not stand above a tachycardia or an asystole.
            const bool lethal = std::ranges::any_of(course.episodes, [](const RhythmEpisode& e) {
                return e.rhythm <= Rhythm::ventricular_tachycardia;
            });
            if (kind != "N" || !lethal) course.recording = RecordingRhythm{kind, *best};
        }
        return course;
    }

private:
    [[nodiscard]] bool is_standstill(const Interval& quiet) const {
        return static_cast<double>(quiet.last - quiet.first) >=
               rules_.asystole_s * in_.sampling_rate;
    }

    [[nodiscard]] double probability(Rhythm rhythm, std::int64_t first, std::int64_t last) const {
        return mean_probability(in_.answers, rhythm, in_.sampling_rate, first, last);
    }

    /// Nobody can tell what it is.
    void doubt(RhythmEpisode& episode) const {
        episode.rhythm = Rhythm::other;
        episode.probability = probability(Rhythm::other, episode.first, episode.last);
    }

    void join_seconds() {
        std::vector<Rhythm> made;
        std::span<const Rhythm> labels = in_.seconds;
        if (labels.empty())
            labels = made = name_seconds(in_.answers, in_.sampling_rate, in_.length, rules_);
        const auto sample_of = [this](std::size_t second) {
            return sample_of_second(in_.answers, second, in_.sampling_rate, in_.length);
        };
        for (std::size_t s = 0; s < labels.size();) {
            std::size_t end = s;
            while (end < labels.size() && labels[end] == labels[s]) ++end;
            const std::int64_t first = sample_of(s), last = sample_of(end);
            if (last > first)
                episodes_.push_back({labels[s], first, last, probability(labels[s], first, last)});
            s = end;
        }
        if (episodes_.empty() && in_.length > 0)
            episodes_.push_back({Rhythm::other, 0, in_.length, 0});
    }

    /// The network sees some seconds at once: what it calls grave right beside a stretch that
    /// nobody can read, and no longer than it sees, it may have from there.
    void doubt_edges() {
        constexpr double sight_s = 5;
        const auto beside = [&](const RhythmEpisode& episode) {
            return std::ranges::any_of(in_.unreadable, [&](const Interval& dark) {
                return dark.last == episode.first || dark.first == episode.last;
            });
        };
        for (RhythmEpisode& episode : episodes_)
            if (episode.rhythm <= Rhythm::ventricular_tachycardia && beside(episode) &&
                static_cast<double>(episode.last - episode.first) < sight_s * in_.sampling_rate)
                doubt(episode);
        lay_over(std::vector<RhythmEpisode>{});
    }

    /// Whether the beats of [first, last) come as regularly as no fibrillating heart's; false where
    /// too few are there to say. Long intervals may hold a beat that nobody could see.
    [[nodiscard]] bool is_regular(std::int64_t first, std::int64_t last) const {
        constexpr std::size_t fewest = 8;
        constexpr double long_share = 1.6;
        const auto from = std::ranges::lower_bound(in_.beats, first, {}, &Beat::sample);
        const auto to = std::ranges::lower_bound(in_.beats, last, {}, &Beat::sample);
        std::vector<double> intervals;
        for (auto beat = from; beat != to; ++beat)
            if (beat != from)
                intervals.push_back(static_cast<double>(beat->sample - std::prev(beat)->sample));
        if (intervals.size() <= fewest) return false;
        std::vector<double> sorted = intervals;
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::ranges::nth_element(sorted, middle);
        const double median = *middle;
        const auto near = std::ranges::count_if(intervals, [&](double interval) {
            return std::fabs(interval - median) <= rules_.fast_spread * median;
        });
        if (median < rules_.fast_s * in_.sampling_rate && 10 * near >= 9 * std::ssize(intervals))
            return true;
        std::size_t steps = 0, small = 0;
        for (std::size_t i = 1; i < intervals.size(); ++i) {
            if (std::max(intervals[i - 1], intervals[i]) > long_share * median) continue;
            ++steps;
            small +=
                std::fabs(intervals[i] - intervals[i - 1]) < rules_.regular_step * median ? 1 : 0;
        }
        return steps >= fewest &&
               static_cast<double>(small) >= rules_.regular_share * static_cast<double>(steps);
    }

    /// Regular beats are no atrial fibrillation, whatever the network makes of gaps between them.
    void doubt_regular() {
        for (RhythmEpisode& episode : episodes_)
            if (episode.rhythm == Rhythm::atrial_fibrillation &&
                is_regular(episode.first, episode.last))
                doubt(episode);
        lay_over(std::vector<RhythmEpisode>{});
    }

    /// A ventricular tachycardia in which beats follow each other without a gap, but slowly, is
    /// another rhythm: paced, or an escape.
    void doubt_slow() {
        for (RhythmEpisode& episode : episodes_) {
            if (episode.rhythm != Rhythm::ventricular_tachycardia) continue;
            const auto from = std::ranges::lower_bound(in_.beats, episode.first, {}, &Beat::sample);
            const auto to = std::ranges::lower_bound(in_.beats, episode.last, {}, &Beat::sample);
            const auto count = to - from;
            if (count < 3) continue;
            const auto covered = static_cast<double>(std::prev(to)->sample - from->sample);
            const double bpm = 60.0 * static_cast<double>(count - 1) * in_.sampling_rate / covered;
            bool gap = covered < 0.7 * static_cast<double>(episode.last - episode.first);
            for (auto beat = std::next(from); beat != to; ++beat)
                gap = gap || static_cast<double>(beat->sample - std::prev(beat)->sample) >
                                 1.6 * 60 / bpm * in_.sampling_rate;
            if (!gap && bpm < rules_.run_bpm) doubt(episode);
        }
    }

    /// What is conducted as fast as only the heart's own paths do does not come from a ventricle.
    void doubt_narrow() {
        for (RhythmEpisode& episode : episodes_) {
            if (episode.rhythm != Rhythm::ventricular_tachycardia) continue;
            const auto from =
                std::ranges::lower_bound(in_.qrs, episode.first, {}, &QrsWidth::sample);
            const auto to = std::ranges::lower_bound(in_.qrs, episode.last, {}, &QrsWidth::sample);
            std::vector<double> widths;
            for (auto beat = from; beat != to; ++beat)
                if (beat->width_s) widths.push_back(*beat->width_s);
            const auto looked_at = static_cast<std::size_t>(to - from);
            if (looked_at < rules_.narrow_beats ||
                static_cast<double>(widths.size()) <
                    rules_.narrow_share * static_cast<double>(looked_at))
                continue;
            const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
            std::ranges::nth_element(widths, middle);
            if (*middle >= rules_.narrow_s) continue;
            doubt(episode);
        }
        lay_over(std::vector<RhythmEpisode>{});
    }

    /// Stretches of paced beats, whatever the network calls them. A few beats between two of them
    /// may be the heart's own, or paced without a spike that shows, but none of them ventricular.
    void add_paced() {
        constexpr std::size_t fewest = 4, between = 3;
        std::vector<Interval> paced;
        for (std::size_t i = 0; i < in_.beats.size();) {
            if (!in_.beats[i].paced) {
                ++i;
                continue;
            }
            std::size_t last = i, count = 1;
            for (std::size_t k = i + 1; k < in_.beats.size() && k - last <= between + 1; ++k) {
                const auto gap = in_.beats[k].sample - in_.beats[k - 1].sample;
                if (in_.beats[k].type == AamiClass::V ||
                    static_cast<double>(gap) > rules_.paced_gap_s * in_.sampling_rate)
                    break;
                if (in_.beats[k].paced) last = k, ++count;
            }
            if (count >= fewest) paced.push_back({in_.beats[i].sample, in_.beats[last].sample + 1});
            i = last + 1;
        }
        lay_over(Rhythm::paced, paced);
    }

    void lay_over(Rhythm rhythm, std::span<const Interval> intervals) {
        std::vector<RhythmEpisode> top;
        for (const Interval& i : intervals)
            top.push_back({rhythm, i.first, i.last, probability(rhythm, i.first, i.last)});
        lay_over(top);
    }

    /// Lays episodes, sorted and apart, over what is there; neighbours of a kind become one.
    void lay_over(const std::vector<RhythmEpisode>& top) {
        std::vector<RhythmEpisode> result;
        const auto add = [&](const RhythmEpisode& episode) {
            if (episode.first >= episode.last) return;
            if (result.empty() || result.back().rhythm != episode.rhythm) {
                result.push_back(episode);
                return;
            }
            RhythmEpisode& before = result.back();
            before.last = episode.last;
            before.probability = std::max(before.probability, episode.probability);
            before.from_beats = before.from_beats && episode.from_beats;
            before.person = before.person && episode.person;
        };
        std::size_t next = 0;  // of `top`: the first that does not end before what is laid down
        for (const RhythmEpisode& old : episodes_) {
            std::int64_t at = old.first;
            while (at < old.last) {
                while (next < top.size() && top[next].last <= at) ++next;
                const bool under = next < top.size() && top[next].first <= at;
                RhythmEpisode part = under ? top[next] : old;
                part.first = at;
                part.last = under               ? std::min(top[next].last, old.last)
                            : next < top.size() ? std::min(top[next].first, old.last)
                                                : old.last;
                add(part);
                at = part.last;
            }
        }
        episodes_ = std::move(result);
    }

    [[nodiscard]] Rhythm rhythm_at(std::int64_t sample) const {
        const auto after = std::ranges::upper_bound(episodes_, sample, {}, &RhythmEpisode::first);
        return after == episodes_.begin() ? Rhythm::other : std::prev(after)->rhythm;
    }

    /// Runs of ventricular beats. Where the trace is noise, or a pacemaker's wide beats, or
    /// something graver, they tell nothing.
    void add_runs() {
        std::vector<RhythmEpisode> runs;
        for (std::size_t i = 0; i < in_.beats.size();) {
            std::size_t end = i;
            while (end < in_.beats.size() && in_.beats[end].type == AamiClass::V &&
                   !in_.beats[end].unusable)
                ++end;
            if (end - i >= 3) {
                const std::int64_t first = in_.beats[i].sample, last = in_.beats[end - 1].sample;
                const double bpm = 60.0 * static_cast<double>(end - i - 1) * in_.sampling_rate /
                                   static_cast<double>(last - first);
                const Rhythm here = rhythm_at((first + last) / 2);
                const bool tells = here != Rhythm::noise && here != Rhythm::paced &&
                                   here != Rhythm::ventricular_fibrillation &&
                                   here != Rhythm::asystole;
                if (bpm > rules_.run_bpm && tells)
                    runs.push_back({Rhythm::ventricular_tachycardia, first, last + 1,
                                    probability(Rhythm::ventricular_tachycardia, first, last),
                                    true});
            }
            i = std::max(end, i + 1);
        }
        lay_over(runs);
    }

    const EpisodeInput& in_;
    const EpisodeRules& rules_;
    std::vector<RhythmEpisode> episodes_;
};

struct Named {
    std::string_view name, words;
};
// In the order of Rhythm.
constexpr std::array<Named, all_rhythms.size()> named = {
    {{"VFL", "ventricular flutter or fibrillation"},
     {"ASYS", "asystole"},
     {"VT", "ventricular tachycardia"},
     {"SVTA", "supraventricular tachycardia"},
     {"AFIB", "atrial fibrillation"},
     {"AFL", "atrial flutter"},
     {"other", "another rhythm, or no telling"},
     {"NOISE", "too noisy to say"},
     {"P", "paced rhythm"},
     {"N", "sinus rhythm"}}};

}  // namespace

std::string_view name(Rhythm rhythm) {
    return named[static_cast<std::size_t>(rhythm)].name;
}
std::string_view words(Rhythm rhythm) {
    return named[static_cast<std::size_t>(rhythm)].words;
}
bool is_grave(Rhythm rhythm) {
    return rhythm < Rhythm::other;
}
std::string_view words(const RecordingRhythm& rhythm) {
    if (rhythm.kind == "N") return "sinus rhythm";
    if (rhythm.kind == "A") return "atrial fibrillation";
    if (rhythm.kind == "O") return "another rhythm";
    return "too noisy to say";
}

RhythmCourse rhythm_course(const EpisodeInput& input, const EpisodeRules& rules) {
    return Course(input, rules).make();
}

}  // namespace telltale::rhythm
