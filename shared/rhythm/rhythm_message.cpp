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
        told.heart_rate = s.heart_rate;
        told.longest_rr = s.longest_rr;
        told.pauses = s.pauses;
        told.bradycardia = s.bradycardia;
        told.tachycardia = s.tachycardia;
        if (s.supraventricular) told.supraventricular = ectopy(*s.supraventricular);
        if (s.ventricular) told.ventricular = ectopy(*s.ventricular);
        told.r_on_t = s.r_on_t;
        told.af_candidates = s.af;
        told.hrv = s.hrv;
        told.hours = s.hours;
        told.periods = s.periods;
        told.silences = list<messages::SilenceInfo>(s.silences, [&](const beats::Silence& gap) {
            messages::SilenceInfo silence{.kind = std::string(name(gap.kind)), .open = gap.open};
            return messages::at_place(gap.first, gap.last, rate_, silence);
        });
        told.extremes = s.extremes;
        told.baselines = s.baselines;
        told.conclusion = s.conclusion;
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
                                        .from_beats = e.from_beats,
                                        .by_person = e.person};
            one.seconds = static_cast<double>(e.last - e.first) / rate_;
            return messages::at_place(e.first, e.last, rate_, one);
        });
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
