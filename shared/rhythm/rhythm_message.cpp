#include "rhythm/rhythm_message.hpp"

#include <algorithm>
#include <string>

#include "rhythm/episodes.hpp"

namespace telltale::rhythm {
namespace {

class Teller {
public:
    explicit Teller(const Summary& summary) : summary_(summary), rate_(summary.sampling_rate) {}

    [[nodiscard]] messages::RhythmInfo summary() const {
        const Summary& s = summary_;
        messages::RhythmInfo told{.sampling_rate_hz = s.sampling_rate,
                                  .length = s.length,
                                  .duration_s = s.duration_s,
                                  .unreadable_s = s.unreadable_s,
                                  .no_beats_s = s.no_beats_s,
                                  .beats = s.beats,
                                  .beats_unusable = s.beats_unusable,
                                  .beats_in_unreadable = s.beats_in_unreadable};
        if (s.course) course(*s.course, told);
        if (s.by_class) {
            const auto& n = *s.by_class;
            told.classes = {.N = n[0], .S = n[1], .V = n[2], .F = n[3], .Q = n[4]};
        }
        if (s.heart_rate) told.heart_rate = heart_rate(*s.heart_rate);
        if (s.longest_rr) told.longest_rr = pause(*s.longest_rr);
        const auto all = [&]<class T, class U>(const std::optional<std::vector<T>>& from,
                                               std::optional<std::vector<U>>& to, auto each) {
            if (from) to = list<U>(*from, each);
        };
        all(s.pauses, told.pauses, [&](const Pause& p) { return pause(p); });
        all(s.bradycardia, told.bradycardia, [&](const Episode& e) { return episode(e); });
        all(s.tachycardia, told.tachycardia, [&](const Episode& e) { return episode(e); });
        if (s.supraventricular) told.supraventricular = ectopy(*s.supraventricular);
        if (s.ventricular) told.ventricular = ectopy(*s.ventricular);
        told.r_on_t = s.r_on_t;
        if (s.af)
            told.af_candidates = {
                .seconds = s.af->seconds,
                .percent = s.af->percent,
                .episodes = list<messages::RateEpisode>(
                    s.af->episodes, [&](const Episode& e) { return episode(e); })};
        if (s.hrv) told.hrv = hrv(*s.hrv);
        told.hours = list<messages::HourInfo>(s.hours, [&](const Hour& h) { return hour(h); });
        told.silences = list<messages::SilenceInfo>(s.silences, [&](const beats::Silence& gap) {
            messages::SilenceInfo silence{.kind = std::string(name(gap.kind)), .open = gap.open};
            return messages::at_place(gap.first, gap.last, rate_, silence);
        });
        told.events =
            list<messages::RhythmEvent>(s.events, [&](const Event& e) { return event(e); });
        return told;
    }

private:
    template <class U, class T, class Each>
    [[nodiscard]] static std::vector<U> list(const std::vector<T>& items, Each each) {
        std::vector<U> told;
        told.reserve(items.size());
        for (const T& item : items) told.push_back(each(item));
        return told;
    }

    void course(const RhythmCourse& course, messages::RhythmInfo& told) const {
        if (const auto& whole = course.recording)
            told.recording = {.kind = std::string(whole->kind),
                              .rhythm = std::string(words(*whole)),
                              .probability = whole->probability};
        std::vector<RhythmEpisode> gravest = course.episodes;
        std::ranges::stable_sort(gravest, {}, &RhythmEpisode::rhythm);
        told.episodes = list<messages::RhythmEpisode>(gravest, [&](const RhythmEpisode& e) {
            messages::RhythmEpisode one{.rhythm = std::string(name(e.rhythm)),
                                        .words = std::string(words(e.rhythm)),
                                        .grave = is_grave(e.rhythm),
                                        .probability = e.probability,
                                        .from_beats = e.from_beats};
            one.seconds = static_cast<double>(e.last - e.first) / rate_;
            return messages::at_place(e.first, e.last, rate_, one);
        });
    }

    [[nodiscard]] messages::HeartRateInfo heart_rate(const HeartRate& rate) const {
        const auto point = [&](const RatePoint& p) {
            return messages::at_place(p.first, p.last, rate_,
                                      messages::RatePointInfo{.bpm = p.bpm});
        };
        return {.mean_bpm = rate.mean_bpm,
                .intervals = rate.intervals,
                .averaged_over = rate.averaged_over,
                .minimum = point(rate.minimum),
                .maximum = point(rate.maximum),
                .p5_bpm = rate.p5_bpm,
                .p95_bpm = rate.p95_bpm};
    }

    [[nodiscard]] messages::PauseInfo pause(const Pause& p) const {
        return messages::at_place(p.first, p.last, rate_,
                                  messages::PauseInfo{.seconds = p.seconds});
    }

    [[nodiscard]] messages::RateEpisode episode(const Episode& e) const {
        return messages::at_place(
            e.first, e.last, rate_,
            messages::RateEpisode{
                .beats = e.beats, .mean_bpm = e.mean_bpm, .extreme_bpm = e.extreme_bpm});
    }

    [[nodiscard]] messages::EctopicRun run(const Pattern& p) const {
        return messages::at_place(p.first, p.last, rate_,
                                  messages::EctopicRun{.beats = p.beats, .rate_bpm = p.rate_bpm});
    }

    [[nodiscard]] messages::EctopyInfo ectopy(const Ectopy& e) const {
        messages::EctopyInfo told{.total = e.total,
                                  .burden_percent = e.burden_percent,
                                  .isolated = e.isolated,
                                  .couplets = e.couplets,
                                  .runs = e.runs,
                                  .run_beats = e.run_beats,
                                  .bigeminy = e.bigeminy,
                                  .bigeminy_beats = e.bigeminy_beats,
                                  .trigeminy = e.trigeminy,
                                  .trigeminy_beats = e.trigeminy_beats};
        if (e.longest_run) told.longest_run = run(*e.longest_run);
        if (e.fastest_run) told.fastest_run = run(*e.fastest_run);
        return told;
    }

    [[nodiscard]] static messages::SpectrumInfo spectrum(const Spectrum& s) {
        return {.method = std::string(s.method),
                .segment_s = s.segment_s,
                .segments = s.segments,
                .vlf_ms2 = s.vlf_ms2,
                .lf_ms2 = s.lf_ms2,
                .hf_ms2 = s.hf_ms2,
                .total_ms2 = s.total_ms2,
                .lf_nu = s.lf_nu,
                .hf_nu = s.hf_nu,
                .lf_hf = s.lf_hf};
    }

    [[nodiscard]] messages::HrvInfo hrv(const Hrv& h) const {
        messages::HrvInfo told{.intervals = h.intervals,
                               .nn = h.nn,
                               .rejected_gap = h.rejected_gap,
                               .rejected_class = h.rejected_class,
                               .rejected_outlier = h.rejected_outlier,
                               .rejected_percent = h.rejected_percent,
                               .mean_nn_ms = h.mean_nn_ms,
                               .sdnn_ms = h.sdnn_ms,
                               .sdann_ms = h.sdann_ms,
                               .sdnn_index_ms = h.sdnn_index_ms,
                               .rmssd_ms = h.rmssd_ms,
                               .sdsd_ms = h.sdsd_ms,
                               .nn50 = h.nn50,
                               .pnn50_percent = h.pnn50_percent,
                               .pnn20_percent = h.pnn20_percent,
                               .triangular_index = h.triangular_index,
                               .tinn_ms = h.tinn_ms,
                               .sd1_ms = h.sd1_ms,
                               .sd2_ms = h.sd2_ms};
        if (std::string why = too_few(h); !why.empty()) told.untold = std::move(why);
        if (h.welch) told.welch = spectrum(*h.welch);
        if (h.lomb_scargle) told.lomb_scargle = spectrum(*h.lomb_scargle);
        told.segments = list<messages::HrvSegmentInfo>(h.segments, [&](const HrvSegment& s) {
            messages::HrvSegmentInfo segment{.nn = s.intervals,
                                             .mean_nn_ms = s.mean_nn_ms,
                                             .sdnn_ms = s.sdnn_ms,
                                             .rmssd_ms = s.rmssd_ms,
                                             .lf_ms2 = s.lf_ms2,
                                             .hf_ms2 = s.hf_ms2};
            return messages::at_place(s.first, s.last, rate_, segment);
        });
        return told;
    }

    [[nodiscard]] messages::HourInfo hour(const Hour& h) const {
        messages::HourInfo told{.beats = h.beats,
                                .mean_bpm = h.mean_bpm,
                                .minimum_bpm = h.minimum_bpm,
                                .maximum_bpm = h.maximum_bpm,
                                .supraventricular = h.supraventricular,
                                .ventricular = h.ventricular,
                                .supraventricular_runs = h.supraventricular_runs,
                                .ventricular_runs = h.ventricular_runs,
                                .pauses = h.pauses,
                                .longest_rr_s = h.longest_rr_s,
                                .unreadable_s = h.unreadable_s,
                                .af_candidate_s = h.af_candidate_s};
        return messages::at_place(h.first, h.last, rate_, told);
    }

    [[nodiscard]] messages::RhythmEvent event(const Event& e) const {
        messages::RhythmEvent told{.kind = std::string(name(e.kind)),
                                   .text = describe(e),
                                   .rate_bpm = e.rate_bpm,
                                   .seconds = e.seconds,
                                   .probability = e.probability};
        if (e.beats > 0) told.beats = e.beats;
        return messages::at_place(e.first, e.last, rate_, told);
    }

    const Summary& summary_;
    double rate_;
};

}  // namespace

messages::RhythmInfo message_of(const Summary& summary) {
    return Teller(summary).summary();
}

}  // namespace telltale::rhythm
