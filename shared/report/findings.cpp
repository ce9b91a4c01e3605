#include "report/findings.hpp"

#include <algorithm>
#include <format>
#include <nlohmann/json.hpp>

#include "formats/ecg_leads.hpp"
#include "messages/json_tree.hpp"
#include "morphology/clusters_message.hpp"
#include "recording/clock.hpp"
#include "rhythm/rhythm_features.hpp"
#include "rhythm/rhythm_message.hpp"
#include "rhythm/series.hpp"
#include "signal/quality_message.hpp"

namespace telltale::report {

std::vector<rhythm::Beat> rhythm_beats(const Input& input) {
    const BeatCodes codes(input);
    std::vector<rhythm::Beat> beats;
    beats.reserve(input.beats.size());
    for (const Beat& beat : input.beats) {
        const auto aami = codes.aami(beat);
        if (!aami) continue;
        // Two marks on one sample are one beat to the rhythm.
        if (!beats.empty() && beats.back().sample >= beat.sample) continue;
        beats.push_back({.sample = beat.sample,
                         .type = *aami,
                         .paced = beat.paced && codes.of(beat) == Code::paced});
    }
    return beats;
}

Result<rhythm::Summary> find_rhythm(const Recording& recording, const Input& input,
                                    const rhythm::Options& options,
                                    const signal::RecordingQuality& quality) {
    const auto beats = rhythm_beats(input);
    const Gaps gaps{.missing = rhythm::unseen_stretches(recording),
                    .silences = find_silences(recording, beats, quality)};
    return find_rhythm(recording, input, options, quality, beats, gaps, nullptr);
}

Result<rhythm::Summary> find_rhythm(const Recording& recording, const Input& input,
                                    const rhythm::Options& options,
                                    const signal::RecordingQuality& quality,
                                    std::span<const rhythm::Beat> beats, const Gaps& gaps,
                                    rhythm::Known* known) {
    return rhythm::analyse(
        {.beats = beats,
         .sampling_rate = recording.sampling_rate,
         .length = static_cast<std::int64_t>(recording.length()),
         .unreadable = quality.unreadable,
         .missing = gaps.missing,
         .silences = gaps.silences,
         .classified = std::ranges::any_of(input.beats, [](const Beat& b) { return b.label >= 0; }),
         .course = input.course,
         .begun_s = recording.start
                        ? std::optional(3600.0 * recording.start->hour +
                                        60.0 * recording.start->minute + recording.start->second)
                        : std::nullopt},
        options, known);
}

std::vector<beats::Silence> find_silences(const Recording& recording,
                                          std::span<const rhythm::Beat> beats,
                                          const signal::RecordingQuality& quality) {
    std::vector<std::span<const float>> leads;
    std::vector<std::vector<signal::PoorStretch>> poor;
    std::vector<double> steps;
    for (const std::size_t lead : formats::ecg_leads(recording)) {
        const Lead& of = recording.leads[lead];
        leads.emplace_back(of.samples);
        poor.push_back(quality.leads[lead]);
        steps.push_back(of.calibration.gain > 0 ? 1 / of.calibration.gain : 0);
    }
    std::vector<std::int64_t> samples;
    for (const rhythm::Beat& beat : beats) samples.push_back(beat.sample);
    return beats::find_silences({.leads = leads,
                                 .poor = poor,
                                 .steps = steps,
                                 .sampling_rate = recording.sampling_rate,
                                 .beats = samples});
}

morphology::Clusters find_clusters(const Recording& recording, const Input& input) {
    std::vector<std::int64_t> samples;
    for (const Beat& beat : input.beats) samples.push_back(beat.sample);
    std::vector<std::span<const float>> leads;
    for (const Lead& lead : recording.leads) leads.emplace_back(lead.samples);
    return morphology::cluster_beats(leads, recording.sampling_rate, samples);
}

Result<Findings> find(const Recording& recording, const Input& input,
                      const rhythm::Options& options, const signal::RecordingQuality* quality) {
    Findings findings;
    findings.options = options;
    findings.quality = quality != nullptr ? *quality : signal::assess(recording);
    auto summary = find_rhythm(recording, input, options, findings.quality);
    if (!summary) return std::unexpected(summary.error());
    findings.rhythm = std::move(*summary);
    findings.clusters = find_clusters(recording, input);
    return findings;
}

nlohmann::ordered_json to_json(const Findings& findings, const Recording& recording) {
    return {{"quality", messages::tree(signal::message_of(findings.quality, recording))},
            {"rhythm", messages::tree(rhythm::message_of(findings.rhythm))},
            {"clusters", messages::tree(morphology::message_of(findings.clusters))}};
}

rhythm::RhythmCourse find_course(const Recording& recording, std::span<const rhythm::Beat> beats,
                                 bool classified, const rhythm::RhythmAnswers& answers,
                                 const CourseFacts& facts) {
    const auto length = static_cast<std::int64_t>(recording.length());
    std::vector<Interval> quiet, unreadable, untold;
    for (const beats::Silence& silence : facts.silences) {
        if (silence.kind == beats::SilenceKind::unclear) continue;
        // A flat line with no beat behind it may as well be a recorder without its patient.
        (silence.kind == beats::SilenceKind::unreadable ? unreadable
         : silence.open                                 ? untold
                                                        : quiet)
            .push_back(rhythm::between_beats(silence, recording.sampling_rate));
    }
    return rhythm::rhythm_course({.answers = answers,
                                  .sampling_rate = recording.sampling_rate,
                                  .length = length,
                                  .beats = beats,
                                  .classified = classified,
                                  .quiet = quiet,
                                  .unreadable = unreadable,
                                  .untold = untold,
                                  .asserted = facts.asserted,
                                  .qrs = facts.qrs,
                                  .seconds = facts.seconds});
}

void leave_unnamed(std::vector<Beat>& beats, const rhythm::RhythmCourse& course) {
    auto episode = course.episodes.begin();
    for (Beat& beat : beats) {
        while (episode != course.episodes.end() && episode->last <= beat.sample) ++episode;
        if (episode == course.episodes.end()) return;
        if (episode->rhythm == rhythm::Rhythm::ventricular_fibrillation && !beat.person) {
            beat.label = -1;
            beat.follows = false;
            beat.probabilities = {};
            beat.doubtful = true;
        }
    }
}

std::string course_in_words(const rhythm::Summary& rhythm) {
    if (!rhythm.course) return "";
    std::string text;
    const auto seconds = [&](std::int64_t samples) {
        return static_cast<double>(samples) / rhythm.sampling_rate;
    };
    if (const auto& whole = rhythm.course->recording)
        text = std::format("{} (probability {:.2f})", rhythm::words(*whole), whole->probability);
    for (const rhythm::Rhythm kind : rhythm::all_rhythms) {
        std::size_t count = 0;
        std::int64_t total = 0;
        std::optional<std::int64_t> first;
        for (const rhythm::RhythmEpisode& e : rhythm.course->episodes) {
            if (e.rhythm != kind) continue;
            ++count;
            total += e.last - e.first;
            if (!first) first = e.first;
        }
        if (count == 0 || (kind == rhythm::Rhythm::sinus && !text.empty())) continue;
        if (!text.empty()) text += "; ";
        text += std::format("{} {:.0f} s", rhythm::words(kind), seconds(total));
        if (rhythm::is_grave(kind))
            text += count == 1 ? std::format(" at {}", elapsed(seconds(*first)))
                               : std::format(" in {} episodes, first at {}", count,
                                             elapsed(seconds(*first)));
    }
    return text;
}

std::string in_words(const rhythm::Summary& rhythm) {
    std::string text;
    const auto add = [&](const std::string& part) {
        if (!text.empty()) text += "; ";
        text += part;
    };
    if (const auto& rate = rhythm.heart_rate)
        add(std::format("heart rate {:.0f} bpm ({:.0f} to {:.0f})", rate->mean_bpm,
                        rate->minimum.bpm, rate->maximum.bpm));
    const auto ectopy = [&](const char* what, const std::optional<rhythm::Ectopy>& e) {
        if (!e || e->total == 0) return;
        std::string part = std::format("{} {} ({:.1f} %)", e->total, what, e->burden_percent);
        if (e->couplets > 0) part += std::format(", {} couplets", e->couplets);
        if (e->longest_run)
            part += std::format(", {} runs, longest {} beats", e->runs, e->longest_run->beats);
        add(part);
    };
    ectopy("ventricular", rhythm.ventricular);
    ectopy("supraventricular", rhythm.supraventricular);
    if (rhythm.pauses && !rhythm.pauses->empty() && rhythm.longest_rr)
        add(std::format("{} pauses, longest {:.1f} s", rhythm.pauses->size(),
                        rhythm.longest_rr->seconds));
    if (rhythm.af && !rhythm.course && rhythm.af->seconds > 0)
        add(std::format("irregular as in atrial fibrillation for {:.0f} s", rhythm.af->seconds));
    if (rhythm.no_beats_s > 0)
        add(std::format("no beats can be told for {:.0f} s", rhythm.no_beats_s));
    for (const beats::Silence& silence : rhythm.silences)
        if (silence.open && silence.kind == beats::SilenceKind::quiet)
            add(std::format(
                "a flat line of {:.0f} s {}: asystole, or electrodes off",
                static_cast<double>(silence.last - silence.first) / rhythm.sampling_rate,
                silence.first == 0 ? "at the beginning" : "to the end"));
    if (rhythm.unreadable_s > 0) add(std::format("{:.1f} s unreadable", rhythm.unreadable_s));
    if (rhythm.beats_in_unreadable > 0)
        add(std::format("{} beats lie where nothing can be read, and count in no figure",
                        rhythm.beats_in_unreadable));
    return text;
}

}  // namespace telltale::report
