#include "rhythm/episodes.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace telltale::rhythm {
namespace {

/// Mean of a signal over a window centred on each value, which ends with the signal.
std::vector<double> smoothed(const std::vector<double>& x, double window) {
    const auto reach = static_cast<std::int64_t>(window / 2);
    const auto n = static_cast<std::int64_t>(x.size());
    std::vector<double> sums(x.size() + 1), result(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) sums[i + 1] = sums[i] + x[i];
    for (std::int64_t i = 0; i < n; ++i) {
        const auto from = static_cast<std::size_t>(std::max<std::int64_t>(i - reach, 0));
        const auto to = static_cast<std::size_t>(std::min(i + reach + 1, n));
        result[static_cast<std::size_t>(i)] =
            (sums[to] - sums[from]) / static_cast<double>(to - from);
    }
    return result;
}

/// Stretches of seconds [first, last) by a rule.
std::vector<std::pair<std::size_t, std::size_t>> stretches(const std::vector<double>& x,
                                                           const EpisodeRule& rule) {
    const std::vector<double> mean = smoothed(x, rule.mean_s);
    const double shortest = std::min(rule.shortest_s, static_cast<double>(x.size()) / 1.5);
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (std::size_t i = 0; i < mean.size();) {
        if (mean[i] < rule.close) {
            ++i;
            continue;
        }
        std::size_t end = i;
        bool opened = false;
        for (; end < mean.size() && mean[end] >= rule.close; ++end)
            opened = opened || mean[end] >= rule.open;
        if (opened && static_cast<double>(end - i) >= shortest) found.emplace_back(i, end);
        i = end;
    }
    return found;
}

class Course {
public:
    Course(const EpisodeInput& input, const EpisodeRules& rules)
        : in_(input), rules_(rules), seconds_(input.answers.length()) {}

    RhythmCourse make() {
        RhythmCourse course;
        label_seconds();
        fill_gaps();
        join_seconds();
        doubt_regular();
        if (in_.classified) doubt_slow();
        add_paced();
        lay_over(Rhythm::noise, in_.unreadable);
        doubt_edges();
        lay_over(Rhythm::other, in_.untold);
        std::vector<Interval> standstills;
        std::ranges::copy_if(in_.quiet, std::back_inserter(standstills),
                             [this](const Interval& quiet) { return is_standstill(quiet); });
        lay_over(Rhythm::asystole, standstills);
        if (in_.classified) add_runs();
        course.episodes = std::move(episodes_);
        if (const auto& kinds = in_.answers.kinds;
            !kinds.empty() &&
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
    /// A rhythm's probabilities of all seconds; zeros where the model does not know it.
    [[nodiscard]] std::vector<double> of(Rhythm rhythm) const {
        const auto& names = in_.answers.rhythms;
        const auto found = std::ranges::find(names, name(rhythm));
        std::vector<double> x(seconds_);
        if (found == names.end()) return x;
        const auto column = static_cast<std::size_t>(found - names.begin());
        for (std::size_t s = 0; s < seconds_; ++s)
            x[s] = in_.answers.seconds[s * names.size() + column];
        return x;
    }

    static std::vector<double> sum(std::vector<double> a, const std::vector<double>& b) {
        for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
        return a;
    }

    /// Names every second: what is graver is named last and stays.
    void label_seconds() {
        labels_.assign(seconds_, Rhythm::other);
        const auto mark = [&](const std::vector<double>& x, const EpisodeRule& rule,
                              const auto& rhythm_of) {
            for (const auto& [first, last] : stretches(x, rule))
                for (std::size_t s = first; s < last; ++s) labels_[s] = rhythm_of(s);
        };
        const auto always = [](Rhythm rhythm) { return [rhythm](std::size_t) { return rhythm; }; };
        mark(of(Rhythm::sinus), rules_.sinus, always(Rhythm::sinus));
        mark(of(Rhythm::paced), rules_.paced, always(Rhythm::paced));
        mark(of(Rhythm::supraventricular_tachycardia), rules_.supraventricular,
             always(Rhythm::supraventricular_tachycardia));
        const auto af = of(Rhythm::atrial_fibrillation), flutter = of(Rhythm::atrial_flutter);
        const auto af_mean = smoothed(af, 31), flutter_mean = smoothed(flutter, 31);
        mark(sum(af, flutter), rules_.fibrillation, [&](std::size_t s) {
            return flutter_mean[s] > af_mean[s] ? Rhythm::atrial_flutter
                                                : Rhythm::atrial_fibrillation;
        });
        mark(of(Rhythm::noise), rules_.noise, always(Rhythm::noise));
        mark(of(Rhythm::asystole), rules_.asystole, always(Rhythm::asystole));
        const auto vt = of(Rhythm::ventricular_tachycardia),
                   vf = of(Rhythm::ventricular_fibrillation);
        const auto vt_mean = smoothed(vt, rules_.apart_s), vf_mean = smoothed(vf, rules_.apart_s);
        mark(sum(vt, vf), rules_.ventricular, [&](std::size_t s) {
            return vf_mean[s] > vt_mean[s] ? Rhythm::ventricular_fibrillation
                                           : Rhythm::ventricular_tachycardia;
        });
    }

    /// A few seconds between two episodes that no rule has given to either, as where a long mean
    /// ends, go to the one whose rhythm is the more probable there.
    void fill_gaps() {
        constexpr std::size_t longest = 5;
        for (std::size_t s = 0; s < seconds_;) {
            std::size_t end = s;
            while (end < seconds_ && labels_[end] == labels_[s]) ++end;
            if (labels_[s] == Rhythm::other && end - s <= longest && s > 0 && end < seconds_) {
                const Rhythm before = labels_[s - 1], after = labels_[end];
                const bool to_before = probability(before, sample_of(s), sample_of(end)) >=
                                       probability(after, sample_of(s), sample_of(end));
                std::fill(labels_.begin() + static_cast<std::ptrdiff_t>(s),
                          labels_.begin() + static_cast<std::ptrdiff_t>(end),
                          to_before ? before : after);
            }
            s = end;
        }
    }

    [[nodiscard]] bool is_standstill(const Interval& quiet) const {
        return static_cast<double>(quiet.last - quiet.first) >=
               rules_.asystole_s * in_.sampling_rate;
    }

    [[nodiscard]] std::int64_t sample_of(std::size_t second) const {
        if (second >= seconds_) return in_.length;
        return std::min(in_.length, static_cast<std::int64_t>(std::llround(
                                        static_cast<double>(second) * in_.sampling_rate)));
    }

    /// Mean probability of a rhythm over samples [first, last). VT and VFL count together, and so
    /// do AFIB and AFL: how sure the finding is, not which of the two. Of `other`, what no rhythm
    /// has.
    [[nodiscard]] double probability(Rhythm rhythm, std::int64_t first, std::int64_t last) {
        if (seconds_ == 0) return 0;
        std::vector<double>& x = known_[static_cast<std::size_t>(rhythm)];
        if (x.empty()) {
            switch (rhythm) {
                case Rhythm::ventricular_tachycardia:
                case Rhythm::ventricular_fibrillation:
                    x = sum(of(Rhythm::ventricular_tachycardia),
                            of(Rhythm::ventricular_fibrillation));
                    break;
                case Rhythm::atrial_fibrillation:
                case Rhythm::atrial_flutter:
                    x = sum(of(Rhythm::atrial_fibrillation), of(Rhythm::atrial_flutter));
                    break;
                default: x = of(rhythm); break;
            }
        }
        const auto begin = std::min(
            seconds_ - 1, static_cast<std::size_t>(static_cast<double>(first) / in_.sampling_rate));
        const auto end = std::clamp(
            static_cast<std::size_t>(std::ceil(static_cast<double>(last) / in_.sampling_rate)),
            begin + 1, seconds_);
        double total = 0;
        for (std::size_t s = begin; s < end; ++s) {
            if (rhythm == Rhythm::other) {
                float best = 0;
                const auto row =
                    std::span(in_.answers.seconds)
                        .subspan(s * in_.answers.rhythms.size(), in_.answers.rhythms.size());
                for (const float p : row) best = std::max(best, p);
                total += 1 - best;
            } else {
                total += x[s];
            }
        }
        return total / static_cast<double>(end - begin);
    }

    void join_seconds() {
        for (std::size_t s = 0; s < seconds_;) {
            std::size_t end = s;
            while (end < seconds_ && labels_[end] == labels_[s]) ++end;
            const std::int64_t first = sample_of(s), last = sample_of(end);
            if (last > first)
                episodes_.push_back(
                    {labels_[s], first, last, probability(labels_[s], first, last)});
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
                static_cast<double>(episode.last - episode.first) < sight_s * in_.sampling_rate) {
                episode.rhythm = Rhythm::other;
                episode.probability = probability(Rhythm::other, episode.first, episode.last);
            }
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
                is_regular(episode.first, episode.last)) {
                episode.rhythm = Rhythm::other;
                episode.probability = probability(Rhythm::other, episode.first, episode.last);
            }
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
            if (!gap && bpm < rules_.run_bpm) {
                episode.rhythm = Rhythm::other;
                episode.probability = probability(Rhythm::other, episode.first, episode.last);
            }
        }
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
    std::size_t seconds_;
    std::vector<Rhythm> labels_;
    std::array<std::vector<double>, all_rhythms.size()> known_;
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
