#include "rhythm/conclusion.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "recording/clock.hpp"

namespace telltale::rhythm {
namespace {

/// "8 s", "3 min 20 s", "2 h 5 min"
std::string duration(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (seconds < 9.95) return std::format("{:.1f} s", seconds);
    if (whole < 60) return std::format("{} s", whole);
    if (whole < 3600)
        return whole % 60 == 0 ? std::format("{} min", whole / 60)
                               : std::format("{} min {} s", whole / 60, whole % 60);
    const std::int64_t minutes = (whole + 30) / 60;
    return std::format("{} h {} min", minutes / 60, minutes % 60);
}

std::string times(std::size_t count, const char* one, const char* many) {
    return count == 1 ? std::format("1 {}", one) : std::format("{} {}", count, many);
}

class Writer {
public:
    Writer(const Summary& summary, const Options& options) : s_(summary), options_(options) {}

    std::vector<std::string> write() {
        rhythms();
        pauses();
        ectopy(s_.ventricular, "ventricular", s_.r_on_t ? s_.r_on_t->size() : 0);
        ectopy(s_.supraventricular, "supraventricular", 0);
        rate();
        readable();
        return std::move(text_);
    }

private:
    template <class... Values>
    void say(std::format_string<Values...> text, Values&&... values) {
        text_.push_back(std::format(text, std::forward<Values>(values)...));
        // A sentence begins with a capital.
        char& first = text_.back().front();
        if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
    }

    [[nodiscard]] double seconds(std::int64_t samples) const {
        return static_cast<double>(samples) / s_.sampling_rate;
    }
    [[nodiscard]] std::string at(std::int64_t sample) const { return elapsed(seconds(sample)); }

    void rhythms() {
        if (!s_.course) {
            say("Which rhythm holds when was not judged.");
            return;
        }
        double untold = 0;
        bool grave = false;
        for (const Rhythm rhythm : all_rhythms) {
            std::size_t count = 0, by_person = 0;
            double total = 0;
            const RhythmEpisode* longest = nullptr;
            for (const RhythmEpisode& e : s_.course->episodes) {
                if (e.rhythm != rhythm) continue;
                ++count;
                by_person += e.person ? 1 : 0;
                total += seconds(e.last - e.first);
                if (longest == nullptr || e.last - e.first > longest->last - longest->first)
                    longest = &e;
            }
            if (longest == nullptr) continue;
            if (rhythm == Rhythm::other || rhythm == Rhythm::noise) {
                untold += total;
                continue;
            }
            const double share = s_.duration_s > 0 ? 100 * total / s_.duration_s : 0;
            const std::string whose =
                by_person == count ? ", so called by a person"
                : by_person > 0    ? std::format(", {} of them so called by a person", by_person)
                                   : "";
            if (!is_grave(rhythm))
                say("{} for {} ({:.1f} %){}.", words(rhythm), duration(total), share, whose);
            else if (count == 1)
                say("{} for {} at {}{}.", words(rhythm), duration(total), at(longest->first),
                    whose);
            else
                say("{} in {} episodes, {} in all ({:.1f} %), the longest of {} at {}{}.",
                    words(rhythm), count, duration(total), share,
                    duration(seconds(longest->last - longest->first)), at(longest->first), whose);
            grave = grave || is_grave(rhythm);
        }
        if (!grave)
            say("No episode of fibrillation, flutter, tachycardia or asystole was found in what "
                "could be told.");
        if (untold > 0)
            say("Which rhythm holds could not be told for {} ({:.1f} %).", duration(untold),
                s_.duration_s > 0 ? 100 * untold / s_.duration_s : 0);
    }

    void pauses() {
        if (!s_.pauses || !s_.longest_rr) return;
        if (s_.pauses->empty())
            say("No pause of {} s or longer where beats could be told; the longest RR interval is "
                "{:.2f} s at {}.",
                options_.pause_s, s_.longest_rr->seconds, at(s_.longest_rr->first));
        else
            say("{} of {} s or longer, the longest of {:.2f} s at {}.",
                times(s_.pauses->size(), "pause", "pauses"), options_.pause_s,
                s_.longest_rr->seconds, at(s_.longest_rr->first));
    }

    void ectopy(const std::optional<Ectopy>& ectopy, const char* what, std::size_t r_on_t) {
        if (!ectopy) return;
        if (ectopy->total == 0) {
            say("No {} ectopic beats were found.", what);
            return;
        }
        std::string parts;
        const auto add = [&](std::size_t count, const char* one, const char* many) {
            if (count > 0) parts += ", " + times(count, one, many);
        };
        add(ectopy->couplets, "couplet", "couplets");
        add(ectopy->bigeminy, "episode of bigeminy", "episodes of bigeminy");
        add(ectopy->trigeminy, "episode of trigeminy", "episodes of trigeminy");
        add(ectopy->runs, "run", "runs");
        if (ectopy->longest_run)
            parts += std::format(", the longest of {} beats", ectopy->longest_run->beats);
        if (ectopy->fastest_run && ectopy->fastest_run->rate_bpm)
            parts +=
                std::format(", the fastest at {:.0f} a minute", *ectopy->fastest_run->rate_bpm);
        if (r_on_t > 0) parts += std::format(", {} on a T wave as estimated", r_on_t);
        const double hours = (s_.duration_s - s_.unreadable_s) / 3600;
        say("{} {} ectopic beat{} ({:.1f} % of beats{}){}.", ectopy->total, what,
            ectopy->total == 1 ? "" : "s", ectopy->burden_percent,
            hours >= 1
                ? std::format(", {:.0f} an hour read", static_cast<double>(ectopy->total) / hours)
                : "",
            parts);
    }

    void rate() {
        if (!s_.heart_rate) {
            say("The heart rate is not known: no two beats in a row could be told.");
            return;
        }
        say("Heart rate {:.0f} a minute in the mean, {:.0f} at {} the slowest and {:.0f} at {} the "
            "fastest over {} intervals.",
            s_.heart_rate->mean_bpm, s_.heart_rate->minimum.bpm, at(s_.heart_rate->minimum.first),
            s_.heart_rate->maximum.bpm, at(s_.heart_rate->maximum.first),
            s_.heart_rate->averaged_over);
    }

    void readable() {
        const double read = std::max(0.0, s_.duration_s - s_.unreadable_s);
        say("{} of {} could be read{}.", duration(read), duration(s_.duration_s),
            s_.no_beats_s > 0
                ? std::format("; no beats could be told for {} of it", duration(s_.no_beats_s))
                : "");
    }

    const Summary& s_;
    const Options& options_;
    std::vector<std::string> text_;
};

}  // namespace

std::vector<std::string> conclusion(const Summary& summary, const Options& options) {
    return Writer(summary, options).write();
}

}  // namespace telltale::rhythm
