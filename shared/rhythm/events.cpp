#include "rhythm/events.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>

namespace telltale::rhythm {
namespace {

constexpr std::array event_names = {std::string_view("ventricular_fibrillation"),
                                    std::string_view("asystole"),
                                    std::string_view("ventricular_tachycardia"),
                                    std::string_view("supraventricular_tachycardia"),
                                    std::string_view("atrial_fibrillation"),
                                    std::string_view("atrial_flutter"),
                                    std::string_view("ventricular_run"),
                                    std::string_view("ventricular_couplet"),
                                    std::string_view("ventricular_bigeminy"),
                                    std::string_view("ventricular_trigeminy"),
                                    std::string_view("r_on_t"),
                                    std::string_view("supraventricular_run"),
                                    std::string_view("supraventricular_couplet"),
                                    std::string_view("supraventricular_bigeminy"),
                                    std::string_view("supraventricular_trigeminy"),
                                    std::string_view("pause"),
                                    std::string_view("bradycardia"),
                                    std::string_view("tachycardia"),
                                    std::string_view("af_candidate"),
                                    std::string_view("unreadable"),
                                    std::string_view("no_beats"),
                                    std::string_view("flat_line")};
static_assert(event_names.size() == static_cast<std::size_t>(EventKind::flat_line) + 1);

constexpr std::array pattern_names = {std::string_view("isolated"), std::string_view("couplet"),
                                      std::string_view("trigeminy"), std::string_view("bigeminy"),
                                      std::string_view("run")};
static_assert(pattern_names.size() == static_cast<std::size_t>(PatternKind::run) + 1);

/// In the order of PatternKind; isolated beats are no event.
constexpr std::array ventricular_events = {
    EventKind::ventricular_couplet, EventKind::ventricular_trigeminy,
    EventKind::ventricular_bigeminy, EventKind::ventricular_run};
constexpr std::array supraventricular_events = {
    EventKind::supraventricular_couplet, EventKind::supraventricular_trigeminy,
    EventKind::supraventricular_bigeminy, EventKind::supraventricular_run};

/// The events of grave rhythms come first, in Rhythm's order.
EventKind kind_of(Rhythm rhythm) {
    static_assert(static_cast<int>(EventKind::atrial_flutter) ==
                  static_cast<int>(Rhythm::atrial_flutter));
    return static_cast<EventKind>(rhythm);
}

/// Of stretches in a row, the one that holds a sample; the last where none does.
std::size_t place_in(const std::vector<Hour>& stretches, std::int64_t sample) {
    const auto after = std::ranges::upper_bound(stretches, sample, {}, &Hour::first);
    return after == stretches.begin() ? 0 : static_cast<std::size_t>(after - stretches.begin()) - 1;
}

/// Adds to each stretch the seconds of [first, last) inside it.
template <class Field>
void share_out(std::vector<Hour>& stretches, double rate, std::int64_t first, std::int64_t last,
               Field field) {
    for (std::size_t h = place_in(stretches, first);
         h < stretches.size() && stretches[h].first < last; ++h) {
        const auto from = std::max(first, stretches[h].first),
                   to = std::min(last, stretches[h].last);
        if (from < to) field(stretches[h]) += static_cast<double>(to - from) / rate;
    }
}

/// Fills the figures of stretches that follow each other and are the whole recording.
void tabulate(std::vector<Hour>& stretches, const Summary& summary, const Series& series,
              const AveragedRates& rates, bool classified) {
    const auto at = [&](std::int64_t sample) -> Hour& {
        return stretches[place_in(stretches, sample)];
    };
    if (stretches.empty()) return;
    if (classified)
        for (Hour& hour : stretches)
            hour.supraventricular = hour.ventricular = hour.supraventricular_runs =
                hour.ventricular_runs = 0;

    std::vector<std::int64_t> samples(stretches.size());  // readable time that ends in it
    std::vector<std::size_t> intervals(stretches.size());
    std::size_t now = 0;  // beats come in time order
    for (std::size_t i = 0; i < series.beats.size(); ++i) {
        while (now + 1 < stretches.size() && series.beats[i].sample >= stretches[now].last) ++now;
        Hour& hour = stretches[now];
        ++hour.beats;
        if (classified && series.type(i) == AamiClass::S) ++*hour.supraventricular;
        if (classified && series.type(i) == AamiClass::V) ++*hour.ventricular;
        if (i == 0 || !series.joined[i - 1]) continue;
        samples[now] += series.rr(i - 1);
        ++intervals[now];
        hour.longest_rr_s = std::max(hour.longest_rr_s.value_or(0), series.rr_s(i - 1));
    }
    for (std::size_t h = 0; h < stretches.size(); ++h)
        if (intervals[h] > 0)
            stretches[h].mean_bpm = 60.0 * static_cast<double>(intervals[h]) * series.rate /
                                    static_cast<double>(samples[h]);
    for (std::size_t k = 0; k < rates.bpm.size(); ++k) {
        const double bpm = rates.bpm[k];
        Hour& hour = at(series.beats[rates.start[k] + static_cast<std::size_t>(rates.over)].sample);
        hour.minimum_bpm = std::min(hour.minimum_bpm.value_or(bpm), bpm);
        hour.maximum_bpm = std::max(hour.maximum_bpm.value_or(bpm), bpm);
    }
    for (const Event& event : summary.events) {
        Hour& hour = at(event.first);
        if (event.kind == EventKind::ventricular_run) ++*hour.ventricular_runs;
        if (event.kind == EventKind::supraventricular_run) ++*hour.supraventricular_runs;
        if (event.kind == EventKind::pause) ++hour.pauses;
        if (event.kind == EventKind::unreadable)
            share_out(stretches, series.rate, event.first, event.last,
                      [](Hour& h) -> double& { return h.unreadable_s; });
        if (event.kind == EventKind::af_candidate || event.kind == EventKind::atrial_fibrillation)
            share_out(stretches, series.rate, event.first, event.last,
                      [](Hour& h) -> double& { return h.af_candidate_s; });
    }
}

}  // namespace

std::string_view name(EventKind kind) {
    return event_names[static_cast<std::size_t>(kind)];
}
std::string_view name(PatternKind kind) {
    return pattern_names[static_cast<std::size_t>(kind)];
}

std::string describe(const Event& event) {
    if (event.kind == EventKind::r_on_t) return "R on T";
    std::string text;
    for (const char c : name(event.kind)) text += c == '_' ? ' ' : c;
    if (event.kind == EventKind::af_candidate) text = "AF candidate";
    if (event.kind == EventKind::ventricular_fibrillation)
        text = words(Rhythm::ventricular_fibrillation);
    if (event.kind == EventKind::no_beats) text = "no beats can be told";
    if (event.kind == EventKind::flat_line) text = "flat line: asystole, or electrodes off";
    const bool alternating = event.kind == EventKind::ventricular_bigeminy ||
                             event.kind == EventKind::ventricular_trigeminy ||
                             event.kind == EventKind::supraventricular_bigeminy ||
                             event.kind == EventKind::supraventricular_trigeminy;
    if (event.beats > 0)
        text += std::format(", {} {}beats", event.beats, alternating ? "ectopic " : "");
    if (event.seconds) text += std::format(", {:.1f} s", *event.seconds);
    if (event.rate_bpm) text += std::format(", {:.0f} bpm", *event.rate_bpm);
    if (event.person) text += ", by a person";
    if (event.probability) text += std::format(", probability {:.2f}", *event.probability);
    return text;
}

std::vector<Event> events_of(const Summary& summary) {
    std::vector<Event> events;
    const auto patterns = [&](const std::optional<Ectopy>& ectopy, const auto& kinds) {
        if (!ectopy) return;
        for (const Pattern& pattern : ectopy->patterns) {
            if (pattern.kind == PatternKind::isolated) continue;
            events.push_back({kinds[static_cast<std::size_t>(pattern.kind) - 1], pattern.first,
                              pattern.last, pattern.beats, pattern.rate_bpm});
        }
    };
    patterns(summary.ventricular, ventricular_events);
    patterns(summary.supraventricular, supraventricular_events);
    if (summary.r_on_t)
        for (const std::int64_t sample : *summary.r_on_t)
            events.push_back({EventKind::r_on_t, sample, sample, 1});
    if (summary.pauses)
        for (const Pause& pause : *summary.pauses)
            events.push_back(
                {EventKind::pause, pause.first, pause.last, 0, std::nullopt, pause.seconds});
    const auto seconds = [&](std::int64_t first, std::int64_t last) {
        return static_cast<double>(last - first) / summary.sampling_rate;
    };
    const auto episodes = [&](const std::vector<Episode>& list, EventKind kind) {
        for (const Episode& episode : list)
            events.push_back({kind, episode.first, episode.last, episode.beats, episode.mean_bpm,
                              seconds(episode.first, episode.last)});
    };
    if (summary.bradycardia) episodes(*summary.bradycardia, EventKind::bradycardia);
    if (summary.tachycardia) episodes(*summary.tachycardia, EventKind::tachycardia);
    // The candidates of irregularity are for recordings that no network has judged.
    if (summary.af && !summary.course) episodes(summary.af->episodes, EventKind::af_candidate);
    if (summary.course)
        for (const RhythmEpisode& e : summary.course->episodes)
            if (is_grave(e.rhythm))
                events.push_back(
                    {.kind = kind_of(e.rhythm),
                     .first = e.first,
                     .last = e.last,
                     .seconds = seconds(e.first, e.last),
                     .probability = e.person ? std::nullopt : std::optional(e.probability),
                     .person = e.person});
    for (const Interval& interval : summary.unreadable)
        events.push_back({EventKind::unreadable, interval.first, interval.last, 0, std::nullopt,
                          seconds(interval.first, interval.last)});
    for (const beats::Silence& silence : summary.silences) {
        const bool unclear = silence.kind == beats::SilenceKind::unclear;
        if (!unclear && !(silence.open && silence.kind == beats::SilenceKind::quiet)) continue;
        events.push_back({unclear ? EventKind::no_beats : EventKind::flat_line, silence.first,
                          silence.last, 0, std::nullopt, seconds(silence.first, silence.last)});
    }
    std::ranges::stable_sort(events, {}, &Event::first);
    return events;
}

std::vector<Hour> hours_of(const Summary& summary, const Series& series, const AveragedRates& rates,
                           bool classified) {
    const double hour_samples = 3600 * summary.sampling_rate;
    std::vector<Hour> hours;
    for (double k = 0; k * hour_samples < static_cast<double>(summary.length); ++k)
        hours.push_back(messages::at_place<Hour>(
            static_cast<std::int64_t>(std::ceil(k * hour_samples)),
            std::min(summary.length, static_cast<std::int64_t>(std::ceil((k + 1) * hour_samples))),
            summary.sampling_rate));
    tabulate(hours, summary, series, rates, classified);
    return hours;
}

std::vector<Period> periods_of(const Summary& summary, const Series& series,
                               const AveragedRates& rates, bool classified, double begun_s) {
    constexpr double day_s = 86400, morning_s = 6 * 3600, evening_s = 22 * 3600;
    constexpr double least_s = 6 * 3600;
    std::vector<Period> periods;
    if (summary.duration_s < least_s) return periods;
    std::vector<Hour> stretches;
    for (double at = 0; at < summary.duration_s;) {
        const double clock = std::fmod(begun_s + at, day_s);
        const bool night = clock < morning_s || clock >= evening_s;
        const double ends = clock < morning_s   ? morning_s
                            : clock < evening_s ? evening_s
                                                : day_s + morning_s;
        // A rounded hair before the hour is the hour.
        const double until = std::min(summary.duration_s, at + std::max(1.0, ends - clock));
        const auto sample = [&](double s) {
            return std::min(summary.length,
                            static_cast<std::int64_t>(std::ceil(s * summary.sampling_rate)));
        };
        stretches.push_back(
            messages::at_place<Hour>(sample(at), sample(until), summary.sampling_rate));
        periods.push_back({.night = night, .figures = {}});
        at = until;
    }
    tabulate(stretches, summary, series, rates, classified);
    for (std::size_t i = 0; i < periods.size(); ++i) periods[i].figures = stretches[i];
    return periods;
}

}  // namespace telltale::rhythm
