// What the beats mean: heart rate, pauses, ectopy, candidates for atrial fibrillation, heart rate
// variability, and a list of events to step through. The front door of shared/rhythm.
//
//     const auto summary = rhythm::analyse({.beats = beats, .sampling_rate = 360,
//                                           .length = 650000, .unreadable = unreadable});
//     if (summary && summary->heart_rate) print(summary->heart_rate->mean_bpm);
//
// A figure that cannot be computed is absent (std::nullopt), never zero. Time is linear in the
// beats, but for one sort. "bpm" is beats a minute; intervals are [first, last) in samples.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "beats/silence.hpp"
#include "messages/findings.hpp"
#include "recording/annotation.hpp"
#include "recording/error.hpp"
#include "recording/interval.hpp"

namespace telltale::rhythm {

struct Known;

struct Beat {
    std::int64_t sample = 0;  ///< R peak, counted from the start of the recording.
    AamiClass type = AamiClass::N;
    /// Not to be relied on (artefact, or set aside by the reader): no figure uses the beat, nor
    /// the interval across it.
    bool unusable = false;
    bool paced = false;  ///< A pacemaker's; its type is Q.
};

/// What the heart does over a stretch of time. In the order of gravity, the gravest first.
enum class Rhythm : std::uint8_t {
    ventricular_fibrillation,      ///< VFL: ventricular flutter or fibrillation
    asystole,                      ///< ASYS
    ventricular_tachycardia,       ///< VT
    supraventricular_tachycardia,  ///< SVTA
    atrial_fibrillation,           ///< AFIB
    atrial_flutter,                ///< AFL
    other,                         ///< None of these, or no telling.
    noise,                         ///< NOISE: too noisy to say
    paced,                         ///< P
    sinus,                         ///< N
};
inline constexpr std::array<Rhythm, 10> all_rhythms = {Rhythm::ventricular_fibrillation,
                                                       Rhythm::asystole,
                                                       Rhythm::ventricular_tachycardia,
                                                       Rhythm::supraventricular_tachycardia,
                                                       Rhythm::atrial_fibrillation,
                                                       Rhythm::atrial_flutter,
                                                       Rhythm::other,
                                                       Rhythm::noise,
                                                       Rhythm::paced,
                                                       Rhythm::sinus};

/// WFDB's name of a rhythm: "AFIB"; "other" where it has none.
[[nodiscard]] std::string_view name(Rhythm rhythm);
/// "atrial fibrillation"
[[nodiscard]] std::string_view words(Rhythm rhythm);
/// Whether a reader should be told of it first: all but sinus, paced, noise and other.
[[nodiscard]] bool is_grave(Rhythm rhythm);

struct RhythmEpisode {
    Rhythm rhythm = Rhythm::other;
    std::int64_t first = 0, last = 0;  ///< Samples, [first, last).
    /// The network's mean probability over it; of `other`, what it leaves to none. VT and VFL share
    /// theirs, and so do AFIB and AFL.
    double probability = 0;
    bool from_beats = false;  ///< Found as a run of ventricular beats.
    bool person = false;      ///< A person's word; no probability then.

    bool operator==(const RhythmEpisode&) const = default;
};

/// What a short recording is as a whole, in the words of the PhysioNet Challenge 2017: "N" sinus
/// rhythm, "A" atrial fibrillation, "O" another rhythm, "~" too noisy.
struct RecordingRhythm {
    std::string kind;
    double probability = 0;
};
/// "atrial fibrillation"
[[nodiscard]] std::string_view words(const RecordingRhythm& rhythm);

/// The rhythm of a recording from its start to its end.
struct RhythmCourse {
    std::vector<RhythmEpisode> episodes;  ///< In time order, without gaps; neighbours differ.
    std::optional<RecordingRhythm> recording;
};

struct Input {
    std::span<const Beat> beats;  ///< In time order, no two on one sample.
    double sampling_rate = 0;     ///< Hz, from 1 to 1 000 000.
    std::int64_t length = 0;      ///< Samples in the recording.
    /// Stretches without a readable signal, in any order. Beats inside are set aside, and no
    /// interval across one is used.
    std::span<const Interval> unreadable;
    /// Stretches in which no lead has samples (missing.hpp), in any order. A beat may hide there:
    /// no interval across one is used.
    std::span<const Interval> missing = {};
    /// The gaps in the beats with their reasons, in time order. An interval across one that is not
    /// quiet is no interval; where one is quiet the heart stood still, however flat the leads are.
    std::span<const beats::Silence> silences;
    /// False where the beats carry no classes (detection only): every beat then counts as normal,
    /// and what needs classes is absent.
    bool classified = true;
    /// Which rhythm holds when (episodes.hpp), where a network told; it must outlive the call.
    /// Beats in ventricular fibrillation, asystole and noise are then set aside, and only sinus
    /// rhythm gives normal-to-normal intervals.
    const RhythmCourse* course = nullptr;
    /// The time of day at which the recording began, in s after midnight; where it is known.
    std::optional<double> begun_s = {};
};

struct Options {
    /// An RR interval of at least this is a pause. 2.5 s: the threshold read in Fiorina et al.,
    /// J Am Heart Assoc 2022.
    double pause_s = 2.5;
    /// Below this a rate is slow. 50 bpm: ACC/AHA/HRS bradycardia guideline 2018.
    double bradycardia_bpm = 50;
    /// Above this a rate is fast. 100 bpm: ACC/AHA/HRS supraventricular tachycardia guideline 2015.
    double tachycardia_bpm = 100;
    /// A slow or fast episode lasts at least this, in s, or half of a recording that is shorter
    /// than twice as long; two that less than `rate_merge_s` parts are one. Ours: a rate that
    /// wavers about the threshold is one finding, not many.
    double rate_episode_s = 15, rate_merge_s = 15;
    /// RR intervals that a rate is averaged over for extremes, percentiles and episodes.
    int rate_intervals = 8;
    /// QT corrected by Fridericia's formula (1920), from which R-on-T is judged, in s.
    double r_on_t_qtc_s = 0.40;
    /// NN intervals outside this range, in s, are left out of the variability figures. Where the
    /// median interval is so short or long that 0.6 to 1.6 times it goes beyond, the range goes
    /// too.
    double nn_min_s = 0.3, nn_max_s = 2.0;
    /// NN intervals that differ from the median of the 11 around them by more than this share of
    /// it are left out too: a missed beat doubles an interval. 0 turns the rule off.
    double nn_max_deviation = 0.4;
    /// Least NN time for the histogram figures, in s. 20 minutes: Task Force 1996.
    double histogram_min_s = 1200;
    /// A candidate for atrial fibrillation lasts at least this, in s (30 s: ESC guideline 2020).
    double af_min_s = 30;
    bool hrv = true;  ///< Whether heart rate variability is asked for: it takes the longest.
};

// What is told as it was found. The messages say what each figure is.
using RatePoint = messages::RatePointInfo;
using HeartRate = messages::HeartRateInfo;
using Pause = messages::PauseInfo;
using Episode = messages::RateEpisode;
using Spectrum = messages::SpectrumInfo;
using HrvSegment = messages::HrvSegmentInfo;
using Hrv = messages::HrvInfo;
using AfCandidates = messages::AfInfo;
using Hour = messages::HourInfo;
using Period = messages::PeriodInfo;
using Extreme = messages::ExtremeInfo;

/// How ectopic beats come. Each ectopic beat belongs to exactly one; where it could belong to
/// several, the first of: run, bigeminy, trigeminy, couplet, isolated.
enum class PatternKind : std::uint8_t { isolated, couplet, trigeminy, bigeminy, run };

struct Pattern {
    PatternKind kind = PatternKind::isolated;
    std::int64_t first = 0, last = 0;  ///< Samples of its first and last ectopic beat.
    std::size_t beats = 0;             ///< Ectopic beats in it.
    std::optional<double> rate_bpm;    ///< Of runs and couplets: over the intervals inside.
};

/// Ectopic beats of one origin. F (fusion) and Q beats belong to neither.
struct Ectopy {
    std::size_t total = 0;
    double burden_percent = 0;  ///< Of all readable beats.
    std::size_t isolated = 0;
    std::size_t couplets = 0;
    std::size_t runs = 0;  ///< Three or more in a row.
    std::size_t run_beats = 0;
    /// Every second beat ectopic (bigeminy) or every third (trigeminy), at least three times and
    /// over at least six beats in which all the others are normal.
    std::size_t bigeminy = 0, bigeminy_beats = 0;
    std::size_t trigeminy = 0, trigeminy_beats = 0;
    std::optional<Pattern> longest_run, fastest_run;
    std::vector<Pattern> patterns;  ///< All of them in time order.
};

enum class EventKind : std::uint8_t {
    // Episodes of the course, of Rhythm's names.
    ventricular_fibrillation,
    asystole,
    ventricular_tachycardia,
    supraventricular_tachycardia,
    atrial_fibrillation,
    atrial_flutter,
    ventricular_run,
    ventricular_couplet,
    ventricular_bigeminy,
    ventricular_trigeminy,
    r_on_t,
    supraventricular_run,
    supraventricular_couplet,
    supraventricular_bigeminy,
    supraventricular_trigeminy,
    pause,
    bradycardia,
    tachycardia,
    af_candidate,
    unreadable,
    no_beats,   ///< Something moves in which no beats can be told.
    flat_line,  ///< Quiet to the end, or from the beginning: asystole, or electrodes off.
};

/// Something to look at. Isolated ectopic beats are not listed: the beats themselves are.
struct Event {
    EventKind kind = EventKind::pause;
    std::int64_t first = 0, last = 0;  ///< Samples.
    std::size_t beats = 0;             ///< 0 where beats are not what it counts.
    std::optional<double> rate_bpm;
    std::optional<double> seconds;
    std::optional<double> probability;  ///< Of an episode of the course.
    bool person = false;                ///< Of an episode that a person called so.
};

struct Summary {
    double sampling_rate = 0;  ///< Hz
    std::int64_t length = 0;   ///< Samples.
    double duration_s = 0;
    double unreadable_s = 0;
    double no_beats_s = 0;                ///< In silences that nobody can explain.
    std::size_t beats = 0;                ///< Readable and usable: what all figures count.
    std::size_t beats_unusable = 0;       ///< Marked unusable.
    std::size_t beats_in_unreadable = 0;  ///< In unreadable stretches (and not marked unusable).
    std::optional<std::array<std::size_t, 5>> by_class;  ///< N S V F Q; absent if unclassified.

    std::optional<HeartRate> heart_rate;  ///< Absent without a single readable interval.
    std::optional<Pause> longest_rr;
    std::optional<std::vector<Pause>> pauses;                      ///< Absent likewise.
    std::optional<std::vector<Episode>> bradycardia, tachycardia;  ///< Absent likewise.
    std::optional<Ectopy> supraventricular, ventricular;  ///< Absent without classified beats.
    /// Ventricular beats after a beat of another kind that come within the estimated QT interval
    /// of it (Fridericia's formula on the median of the last normal intervals).
    std::optional<std::vector<std::int64_t>> r_on_t;
    /// With a course its episodes of atrial fibrillation. Without one, stretches of irregular
    /// rhythm: candidates, not a finding; absent without at least 48 usable intervals (some 40 s),
    /// and without classes: frequent ectopy is irregular as well.
    std::optional<AfCandidates> af;
    std::optional<RhythmCourse> course;  ///< As given.
    std::optional<Hrv> hrv;
    std::vector<Hour> hours;
    std::vector<Period> periods;               ///< Days and nights.
    std::vector<Event> events;                 ///< In time order.
    std::vector<Extreme> extremes, baselines;  ///< extremes.hpp
    std::vector<std::string> conclusion;       ///< conclusion.hpp
    /// As given, and the unreadable silences, without the quiet ones: sorted, merged, cut to the
    /// recording.
    std::vector<Interval> unreadable;
    std::vector<beats::Silence> silences;  ///< As given.
};

/// The whole summary. An error if the beats are out of order or outside the recording, or the
/// sampling rate or an option is out of range. `known`, of the same recording, saves what did not
/// change since.
[[nodiscard]] Result<Summary> analyse(const Input& input, const Options& options = {},
                                      Known* known = nullptr);

/// "ventricular_run"; the same names as in JSON.
[[nodiscard]] std::string_view name(EventKind kind);
[[nodiscard]] std::string_view name(PatternKind kind);

/// An event in words: "ventricular run, 5 beats, 132 bpm".
[[nodiscard]] std::string describe(const Event& event);

}  // namespace telltale::rhythm
