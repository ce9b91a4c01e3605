#include "rhythm/rhythm_json.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace telltale::rhythm {
namespace {

using Json = nlohmann::ordered_json;

/// Sets a key if there is a value; a number that is not finite counts as none.
template <class T>
void set(Json& object, const char* key, const std::optional<T>& value) {
    if (!value) return;
    if constexpr (std::is_floating_point_v<T>)
        if (!std::isfinite(*value)) return;
    object[key] = *value;
}

class Writer {
public:
    explicit Writer(const Summary& summary) : summary_(summary) {}

    [[nodiscard]] Json summary() const {
        Json json{{"sampling_rate_hz", summary_.sampling_rate},
                  {"length", summary_.length},
                  {"duration_s", summary_.duration_s},
                  {"unreadable_s", summary_.unreadable_s},
                  {"no_beats_s", summary_.no_beats_s},
                  {"beats", summary_.beats},
                  {"beats_unusable", summary_.beats_unusable},
                  {"beats_in_unreadable", summary_.beats_in_unreadable}};
        if (summary_.course) {
            if (const auto& whole = summary_.course->recording)
                json["recording"] = {{"kind", whole->kind},
                                     {"rhythm", words(*whole)},
                                     {"probability", whole->probability}};
            std::vector<RhythmEpisode> gravest = summary_.course->episodes;
            std::ranges::stable_sort(gravest, {}, &RhythmEpisode::rhythm);
            json["episodes"] = list(gravest, [this](const RhythmEpisode& e) {
                Json one{{"rhythm", name(e.rhythm)},
                         {"words", words(e.rhythm)},
                         {"grave", is_grave(e.rhythm)}};
                one.update(place(e.first, e.last));
                one["seconds"] = static_cast<double>(e.last - e.first) / summary_.sampling_rate;
                one["probability"] = e.probability;
                one["from_beats"] = e.from_beats;
                return one;
            });
        }
        if (summary_.by_class) {
            Json& classes = json["classes"] = Json::object();
            for (const AamiClass c : all_aami_classes)
                classes[std::string(1, letter(c))] =
                    (*summary_.by_class)[static_cast<std::size_t>(c)];
        }
        if (summary_.heart_rate) json["heart_rate"] = heart_rate(*summary_.heart_rate);
        if (summary_.longest_rr) json["longest_rr"] = pause(*summary_.longest_rr);
        if (summary_.pauses)
            json["pauses"] = list(*summary_.pauses, [this](const Pause& p) { return pause(p); });
        const auto episodes = [&](const char* key, const std::optional<std::vector<Episode>>& e) {
            if (e) json[key] = list(*e, [this](const Episode& x) { return episode(x); });
        };
        episodes("bradycardia", summary_.bradycardia);
        episodes("tachycardia", summary_.tachycardia);
        if (summary_.supraventricular)
            json["supraventricular"] = ectopy(*summary_.supraventricular);
        if (summary_.ventricular) json["ventricular"] = ectopy(*summary_.ventricular);
        if (summary_.r_on_t) json["r_on_t"] = *summary_.r_on_t;
        if (summary_.af)
            json["af_candidates"] = {
                {"seconds", summary_.af->seconds},
                {"percent", summary_.af->percent},
                {"episodes",
                 list(summary_.af->episodes, [this](const Episode& x) { return episode(x); })}};
        if (summary_.hrv) json["hrv"] = hrv(*summary_.hrv);
        json["hours"] = list(summary_.hours, [this](const Hour& h) { return hour(h); });
        json["silences"] = list(summary_.silences, [this](const beats::Silence& s) {
            Json silence = place(s.first, s.last);
            silence["kind"] = name(s.kind);
            silence["open"] = s.open;
            return silence;
        });
        json["events"] = list(summary_.events, [this](const Event& e) { return event(e); });
        return json;
    }

private:
    /// {"first": samples, "last": samples, "start_s": seconds}
    [[nodiscard]] Json place(std::int64_t first, std::int64_t last) const {
        return {{"first", first},
                {"last", last},
                {"start_s", static_cast<double>(first) / summary_.sampling_rate}};
    }

    template <class T, class Each>
    [[nodiscard]] static Json list(const std::vector<T>& items, Each each) {
        Json array = Json::array();
        for (const T& item : items) array.push_back(each(item));
        return array;
    }

    [[nodiscard]] Json rate_point(const RatePoint& point) const {
        Json json = place(point.first, point.last);
        json["bpm"] = point.bpm;
        return json;
    }

    [[nodiscard]] Json heart_rate(const HeartRate& rate) const {
        return {{"mean_bpm", rate.mean_bpm},
                {"intervals", rate.intervals},
                {"averaged_over", rate.averaged_over},
                {"minimum", rate_point(rate.minimum)},
                {"maximum", rate_point(rate.maximum)},
                {"p5_bpm", rate.p5_bpm},
                {"p95_bpm", rate.p95_bpm}};
    }

    [[nodiscard]] Json pause(const Pause& pause) const {
        Json json = place(pause.first, pause.last);
        json["seconds"] = pause.seconds;
        return json;
    }

    [[nodiscard]] Json episode(const Episode& episode) const {
        Json json = place(episode.first, episode.last);
        json["beats"] = episode.beats;
        json["mean_bpm"] = episode.mean_bpm;
        json["extreme_bpm"] = episode.extreme_bpm;
        return json;
    }

    [[nodiscard]] Json run(const Pattern& pattern) const {
        Json json = place(pattern.first, pattern.last);
        json["beats"] = pattern.beats;
        set(json, "rate_bpm", pattern.rate_bpm);
        return json;
    }

    [[nodiscard]] Json ectopy(const Ectopy& ectopy) const {
        Json json{{"total", ectopy.total},         {"burden_percent", ectopy.burden_percent},
                  {"isolated", ectopy.isolated},   {"couplets", ectopy.couplets},
                  {"runs", ectopy.runs},           {"run_beats", ectopy.run_beats},
                  {"bigeminy", ectopy.bigeminy},   {"bigeminy_beats", ectopy.bigeminy_beats},
                  {"trigeminy", ectopy.trigeminy}, {"trigeminy_beats", ectopy.trigeminy_beats}};
        if (ectopy.longest_run) json["longest_run"] = run(*ectopy.longest_run);
        if (ectopy.fastest_run) json["fastest_run"] = run(*ectopy.fastest_run);
        return json;
    }

    [[nodiscard]] static Json spectrum(const Spectrum& spectrum) {
        Json json{{"method", spectrum.method},
                  {"segment_s", spectrum.segment_s},
                  {"segments", spectrum.segments}};
        set(json, "vlf_ms2", spectrum.vlf_ms2);
        json["lf_ms2"] = spectrum.lf_ms2;
        json["hf_ms2"] = spectrum.hf_ms2;
        set(json, "total_ms2", spectrum.total_ms2);
        set(json, "lf_nu", spectrum.lf_nu);
        set(json, "hf_nu", spectrum.hf_nu);
        set(json, "lf_hf", spectrum.lf_hf);
        return json;
    }

    [[nodiscard]] Json hrv(const Hrv& hrv) const {
        Json json{{"intervals", hrv.intervals},
                  {"nn", hrv.nn},
                  {"rejected_gap", hrv.rejected_gap},
                  {"rejected_class", hrv.rejected_class},
                  {"rejected_outlier", hrv.rejected_outlier},
                  {"rejected_percent", hrv.rejected_percent}};
        set(json, "mean_nn_ms", hrv.mean_nn_ms);
        set(json, "sdnn_ms", hrv.sdnn_ms);
        set(json, "sdann_ms", hrv.sdann_ms);
        set(json, "sdnn_index_ms", hrv.sdnn_index_ms);
        set(json, "rmssd_ms", hrv.rmssd_ms);
        set(json, "sdsd_ms", hrv.sdsd_ms);
        set(json, "nn50", hrv.nn50);
        set(json, "pnn50_percent", hrv.pnn50_percent);
        set(json, "pnn20_percent", hrv.pnn20_percent);
        set(json, "triangular_index", hrv.triangular_index);
        set(json, "tinn_ms", hrv.tinn_ms);
        set(json, "sd1_ms", hrv.sd1_ms);
        set(json, "sd2_ms", hrv.sd2_ms);
        if (hrv.welch) json["welch"] = spectrum(*hrv.welch);
        if (hrv.lomb_scargle) json["lomb_scargle"] = spectrum(*hrv.lomb_scargle);
        json["segments"] = list(hrv.segments, [this](const HrvSegment& s) { return segment(s); });
        return json;
    }

    [[nodiscard]] Json segment(const HrvSegment& segment) const {
        Json json = place(segment.first, segment.last);
        json["nn"] = segment.intervals;
        set(json, "mean_nn_ms", segment.mean_nn_ms);
        set(json, "sdnn_ms", segment.sdnn_ms);
        set(json, "rmssd_ms", segment.rmssd_ms);
        set(json, "lf_ms2", segment.lf_ms2);
        set(json, "hf_ms2", segment.hf_ms2);
        return json;
    }

    [[nodiscard]] Json hour(const Hour& hour) const {
        Json json = place(hour.first, hour.last);
        json["beats"] = hour.beats;
        set(json, "mean_bpm", hour.mean_bpm);
        set(json, "minimum_bpm", hour.minimum_bpm);
        set(json, "maximum_bpm", hour.maximum_bpm);
        set(json, "supraventricular", hour.supraventricular);
        set(json, "ventricular", hour.ventricular);
        set(json, "supraventricular_runs", hour.supraventricular_runs);
        set(json, "ventricular_runs", hour.ventricular_runs);
        json["pauses"] = hour.pauses;
        set(json, "longest_rr_s", hour.longest_rr_s);
        json["unreadable_s"] = hour.unreadable_s;
        json["af_candidate_s"] = hour.af_candidate_s;
        return json;
    }

    [[nodiscard]] Json event(const Event& event) const {
        Json json = place(event.first, event.last);
        json["kind"] = name(event.kind);
        json["text"] = describe(event);
        if (event.beats > 0) json["beats"] = event.beats;
        set(json, "rate_bpm", event.rate_bpm);
        set(json, "seconds", event.seconds);
        set(json, "probability", event.probability);
        return json;
    }

    const Summary& summary_;
};

}  // namespace

nlohmann::ordered_json to_json(const Summary& summary) {
    return Writer(summary).summary();
}

}  // namespace telltale::rhythm
