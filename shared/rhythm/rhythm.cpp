#include "rhythm/rhythm.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <initializer_list>

#include "rhythm/af.hpp"
#include "rhythm/conclusion.hpp"
#include "rhythm/ectopy.hpp"
#include "rhythm/events.hpp"
#include "rhythm/extremes.hpp"
#include "rhythm/heart_rate.hpp"
#include "rhythm/hrv.hpp"
#include "rhythm/series.hpp"

namespace telltale::rhythm {
namespace {

Result<void> check(const Input& input, const Options& options) {
    // Written so that NaN fails too.
    if (!(input.sampling_rate >= 1 && input.sampling_rate <= 1e6))
        return fail("", "",
                    std::format("the sampling rate is {} Hz, expected 1 to 1 000 000",
                                input.sampling_rate));
    if (input.length < 0 || input.length > (std::int64_t{1} << 52))
        return fail("", "", std::format("the length is {} samples", input.length));
    for (std::size_t i = 0; i < input.beats.size(); ++i) {
        const std::int64_t sample = input.beats[i].sample;
        if (sample < 0 || sample >= input.length)
            return fail("", std::format("beat {}", i + 1),
                        std::format("sample {} is outside the recording of {} samples", sample,
                                    input.length));
        if (i > 0 && sample <= input.beats[i - 1].sample)
            return fail("", std::format("beat {}", i + 1),
                        std::format("sample {} does not come after the beat before, at {}", sample,
                                    input.beats[i - 1].sample));
    }
    for (const double value :
         {options.pause_s, options.bradycardia_bpm, options.tachycardia_bpm, options.r_on_t_qtc_s,
          options.nn_min_s, options.nn_max_s, options.nn_max_deviation, options.histogram_min_s,
          options.af_min_s, options.rate_episode_s, options.rate_merge_s})
        if (!(value >= 0 && value <= 1e6))
            return fail("", "options",
                        std::format("a value is {}, expected 0 to 1 000 000", value));
    if (options.nn_max_s > 10)
        return fail("", "options", "NN intervals of more than 10 s are not supported");
    if (options.rate_intervals < 1)
        return fail("", "options", "a rate needs at least 1 interval to be averaged over");
    return {};
}

}  // namespace

Result<Summary> analyse(const Input& input, const Options& options, Known* known) {
    if (auto checked = check(input, options); !checked)
        return std::unexpected(std::move(checked.error()));

    Summary summary{.sampling_rate = input.sampling_rate,
                    .length = input.length,
                    .duration_s = static_cast<double>(input.length) / input.sampling_rate};
    summary.silences.assign(input.silences.begin(), input.silences.end());
    summary.unreadable = unreadable_of(input);
    for (const Interval& interval : summary.unreadable)
        summary.unreadable_s +=
            static_cast<double>(interval.last - interval.first) / input.sampling_rate;

    std::vector<Interval> broken = summary.unreadable;
    broken.insert(broken.end(), input.missing.begin(), input.missing.end());
    for (const beats::Silence& silence : input.silences)
        if (silence.kind == beats::SilenceKind::unclear) {
            broken.push_back(between_beats(silence, input.sampling_rate));
            summary.no_beats_s +=
                static_cast<double>(silence.last - silence.first) / input.sampling_rate;
        }
    if (input.course != nullptr) summary.course = *input.course;
    const auto no_beats =
        stretches_of(input.course, {Rhythm::ventricular_fibrillation, Rhythm::noise});
    broken.insert(broken.end(), no_beats.begin(), no_beats.end());
    Series series = make_series(input, normalised(broken, input.length));
    if (input.course != nullptr)
        for (const RhythmEpisode& e : input.course->episodes)
            if (e.rhythm != Rhythm::sinus && e.rhythm != Rhythm::other)
                series.not_sinus.push_back({e.first, e.last});
    summary.beats = series.beats.size();
    summary.beats_unusable = series.unusable;
    summary.beats_in_unreadable = series.in_unreadable;

    Known none;
    if (known == nullptr) known = &none;
    find_rates(series, options, known->rates);
    summary.heart_rate = known->rates.heart_rate;
    summary.longest_rr = known->rates.longest_rr;
    summary.pauses = known->rates.pauses;
    summary.bradycardia = known->rates.bradycardia;
    summary.tachycardia = known->rates.tachycardia;
    if (input.classified && !series.beats.empty()) {
        summary.by_class.emplace();
        for (const Beat& beat : series.beats)
            ++(*summary.by_class)[static_cast<std::size_t>(beat.type)];
        summary.supraventricular = ectopy(series, AamiClass::S);
        summary.ventricular = ectopy(series, AamiClass::V);
        summary.r_on_t = r_on_t(series, options.r_on_t_qtc_s);
    }
    if (input.course != nullptr)
        summary.af = af_episodes(series, *input.course);
    else if (input.classified && !series.beats.empty())
        summary.af = af_candidates(series, options.af_min_s);
    if (options.hrv) summary.hrv = hrv(series, options, *known);
    summary.events = events_of(summary);
    summary.hours = hours_of(summary, series, known->rates.rates, input.classified);
    if (input.begun_s)
        summary.periods =
            periods_of(summary, series, known->rates.rates, input.classified, *input.begun_s);
    summary.extremes = extremes_of(summary);
    if (input.classified) summary.baselines = baselines_of(summary, series);
    summary.conclusion = conclusion(summary, options);
    return summary;
}

}  // namespace telltale::rhythm
