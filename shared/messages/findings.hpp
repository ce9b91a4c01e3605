// What the beats mean: rhythm, signal quality, shapes, the comparison with a reference. Places are
// in samples [first, last), start_s in s from the start. A figure that is not known is absent,
// never zero. site/rhythm.md explains the figures.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/fields.hpp"

namespace telltale::messages {

struct Place {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    TELLTALE_MESSAGE(Place, first, last, start_s)
};

/// Fills first, last and start_s of what has these.
template <class T>
[[nodiscard]] T at_place(std::int64_t first, std::int64_t last, double sampling_rate, T what = {}) {
    what.first = first;
    what.last = last;
    what.start_s = static_cast<double>(first) / sampling_rate;
    return what;
}

// --- signal quality ------------------------------------------------------------------------------

struct PoorStretchInfo {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    std::string defect;  ///< As signal::name().
    double score = 0;    ///< 0.5 where it begins to disturb, 1 where nothing can be read.
    bool unreadable = false;
    TELLTALE_MESSAGE(PoorStretchInfo, first, last, start_s, defect, score, unreadable)
};

struct LeadQuality {
    std::string name;
    std::vector<PoorStretchInfo> poor;
    TELLTALE_MESSAGE(LeadQuality, name, poor)
};

struct QualityInfo {
    Is<"quality"> type;
    std::vector<LeadQuality> leads;
    std::vector<Place> unreadable;  ///< Where no lead can be read.
    TELLTALE_MESSAGE(QualityInfo, type, leads, unreadable)
};

// --- rhythm --------------------------------------------------------------------------------------

/// What the whole of a short recording is.
struct WholeRhythmInfo {
    std::string kind, rhythm;
    double probability = 0;
    TELLTALE_MESSAGE(WholeRhythmInfo, kind, rhythm, probability)
};

/// A stretch of one rhythm, as a rhythm network says.
struct RhythmEpisode {
    std::string rhythm;  ///< WFDB's name: "AFIB"; "other" where it has none.
    std::string words;   ///< "atrial fibrillation"
    bool grave = false;  ///< One that the reader is to be told of first.
    std::int64_t first = 0, last = 0;
    double start_s = 0, seconds = 0, probability = 0;
    bool from_beats = false;  ///< A run of ventricular beats.
    bool by_person = false;   ///< A person's word, as sure as that.
    TELLTALE_MESSAGE(RhythmEpisode, rhythm, words, grave, first, last, start_s, seconds,
                     probability, from_beats, by_person)
};

struct ClassCounts {
    std::size_t N = 0, S = 0, V = 0, F = 0, Q = 0;
    TELLTALE_MESSAGE(ClassCounts, N, S, V, F, Q)
};

/// An averaged rate and where it was found: from the first to the last beat of its intervals.
struct RatePointInfo {
    std::int64_t first = 0, last = 0;
    double start_s = 0, bpm = 0;
    TELLTALE_MESSAGE(RatePointInfo, first, last, start_s, bpm)
};

struct HeartRateInfo {
    double mean_bpm = 0;        ///< 60 / mean of all readable RR intervals.
    std::size_t intervals = 0;  ///< How many those are.
    /// How many successive intervals each rate below is averaged over; fewer than asked for where
    /// no readable stretch is that long.
    std::int64_t averaged_over = 0;
    RatePointInfo minimum, maximum;
    double p5_bpm = 0, p95_bpm = 0;  ///< Percentiles of the averaged rates, interpolated.
    TELLTALE_MESSAGE(HeartRateInfo, mean_bpm, intervals, averaged_over, minimum, maximum, p5_bpm,
                     p95_bpm)
};

/// One RR interval, from beat to beat.
struct PauseInfo {
    std::int64_t first = 0, last = 0;
    double start_s = 0, seconds = 0;
    TELLTALE_MESSAGE(PauseInfo, first, last, start_s, seconds)
};

/// Where the averaged rate is slow, fast, or irregular, from its first to its last beat.
struct RateEpisode {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    std::size_t beats = 0;
    double mean_bpm = 0;
    double extreme_bpm = 0;  ///< Slowest or fastest averaged rate; mean_bpm where irregular.
    TELLTALE_MESSAGE(RateEpisode, first, last, start_s, beats, mean_bpm, extreme_bpm)
};

struct EctopicRun {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    std::size_t beats = 0;
    std::optional<double> rate_bpm;
    TELLTALE_MESSAGE(EctopicRun, first, last, start_s, beats, rate_bpm)
};

struct EctopyInfo {
    std::size_t total = 0;
    double burden_percent = 0;
    std::size_t isolated = 0, couplets = 0, runs = 0, run_beats = 0, bigeminy = 0,
                bigeminy_beats = 0, trigeminy = 0, trigeminy_beats = 0;
    std::optional<EctopicRun> longest_run, fastest_run;
    TELLTALE_MESSAGE(EctopyInfo, total, burden_percent, isolated, couplets, runs, run_beats,
                     bigeminy, bigeminy_beats, trigeminy, trigeminy_beats, longest_run, fastest_run)
};

/// Candidates for atrial fibrillation.
struct AfInfo {
    double seconds = 0;  ///< Time in them.
    double percent = 0;  ///< Of the time between readable beats.
    std::vector<RateEpisode> episodes;
    TELLTALE_MESSAGE(AfInfo, seconds, percent, episodes)
};

/// Power of the NN intervals by frequency. Bands after the Task Force 1996: VLF from 0.0033 to
/// 0.04 Hz, LF to 0.15 Hz, HF to 0.40 Hz (lower edge included, upper not).
struct SpectrumInfo {
    std::string method;             ///< In words, for the reader.
    double segment_s = 0;           ///< Length of the segments that the spectrum averages.
    std::size_t segments = 0;       ///< How many could be used.
    std::optional<double> vlf_ms2;  ///< Absent where segments are shorter than 250 s.
    double lf_ms2 = 0, hf_ms2 = 0;
    std::optional<double> total_ms2;     ///< VLF + LF + HF.
    std::optional<double> lf_nu, hf_nu;  ///< Per cent of LF + HF.
    std::optional<double> lf_hf;
    TELLTALE_MESSAGE(SpectrumInfo, method, segment_s, segments, vlf_ms2, lf_ms2, hf_ms2, total_ms2,
                     lf_nu, hf_nu, lf_hf)
};

/// Five minutes of the recording, counted from its start.
struct HrvSegmentInfo {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    std::size_t nn = 0;  ///< NN intervals that end in it.
    std::optional<double> mean_nn_ms, sdnn_ms, rmssd_ms;
    std::optional<double> lf_ms2, hf_ms2;  ///< By Lomb-Scargle.
    TELLTALE_MESSAGE(HrvSegmentInfo, first, last, start_s, nn, mean_nn_ms, sdnn_ms, rmssd_ms,
                     lf_ms2, hf_ms2)
};

/// Heart rate variability of normal-to-normal (NN) intervals: both beats normal, nothing
/// unreadable between. Definitions: Task Force of the ESC and the NASPE, Circulation 1996;93:1043.
/// Successive differences are only between NN intervals that share a beat.
struct HrvInfo {
    /// Why the figures tell nothing: too few intervals. A sentence.
    std::optional<std::string> untold;
    std::size_t intervals = 0;     ///< Intervals between neighbouring readable beats.
    std::size_t nn = 0;            ///< Of these, used as NN intervals.
    std::size_t rejected_gap = 0;  ///< Left out: something unreadable between the beats.
    /// Left out: a beat that is not normal at either end, or a rhythm that is not sinus.
    std::size_t rejected_class = 0;
    std::size_t rejected_outlier = 0;  ///< Left out: too long, too short, or unlike its neighbours.
    double rejected_percent = 0;

    std::optional<double> mean_nn_ms;
    std::optional<double> sdnn_ms;           ///< Standard deviation, n - 1.
    std::optional<double> sdann_ms;          ///< Of the means of 5-minute segments, n - 1.
    std::optional<double> sdnn_index_ms;     ///< Mean of the SDNN of 5-minute segments.
    std::optional<double> rmssd_ms;          ///< Root mean square of the successive differences.
    std::optional<double> sdsd_ms;           ///< Their standard deviation, n - 1.
    std::optional<std::size_t> nn50;         ///< Differences strictly above 50 ms, either way.
    std::optional<double> pnn50_percent;     ///< Of all successive differences.
    std::optional<double> pnn20_percent;     ///< Strictly above 20 ms.
    std::optional<double> triangular_index;  ///< NN count over the height of their histogram.
    std::optional<double> tinn_ms;           ///< Base of the triangle fitted to the histogram.
    std::optional<double> sd1_ms;            ///< SDSD / sqrt 2 (Brennan et al. 2001).
    std::optional<double> sd2_ms;            ///< sqrt(2 SDNN^2 - SDSD^2 / 2) (same).
    // rhythm/turbulence.hpp. Absent where the recording has too few such beats.
    std::optional<double> deceleration_capacity_ms;
    std::size_t turbulence_beats = 0;  ///< Ventricular beats that turbulence is taken from.
    std::optional<double> turbulence_onset_percent, turbulence_slope_ms;
    std::optional<SpectrumInfo> welch, lomb_scargle;
    std::vector<HrvSegmentInfo> segments;
    TELLTALE_MESSAGE(HrvInfo, untold, intervals, nn, rejected_gap, rejected_class, rejected_outlier,
                     rejected_percent, mean_nn_ms, sdnn_ms, sdann_ms, sdnn_index_ms, rmssd_ms,
                     sdsd_ms, nn50, pnn50_percent, pnn20_percent, triangular_index, tinn_ms, sd1_ms,
                     sd2_ms, deceleration_capacity_ms, turbulence_beats, turbulence_onset_percent,
                     turbulence_slope_ms, welch, lomb_scargle, segments)
};

/// An hour of the recording, counted from its start; the last one may be shorter.
struct HourInfo {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    std::size_t beats = 0;
    std::optional<double> mean_bpm;  ///< Over the readable intervals that end in it.
    std::optional<double> minimum_bpm, maximum_bpm;            ///< Averaged rates that end in it.
    std::optional<std::size_t> supraventricular, ventricular;  ///< Ectopic beats.
    std::optional<std::size_t> supraventricular_runs, ventricular_runs;  ///< That begin in it.
    std::size_t pauses = 0;
    std::optional<double> longest_rr_s;
    double unreadable_s = 0, af_candidate_s = 0;
    TELLTALE_MESSAGE(HourInfo, first, last, start_s, beats, mean_bpm, minimum_bpm, maximum_bpm,
                     supraventricular, ventricular, supraventricular_runs, ventricular_runs, pauses,
                     longest_rr_s, unreadable_s, af_candidate_s)
};

/// A day, from 6 to 22 o'clock, or a night, as far as the recording goes.
struct PeriodInfo {
    bool night = false;
    HourInfo figures;
    TELLTALE_MESSAGE(PeriodInfo, night, figures)
};

/// A gap in the beats that is not a slow heart.
struct SilenceInfo {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    std::string kind;
    bool open = false;
    TELLTALE_MESSAGE(SilenceInfo, first, last, start_s, kind, open)
};

struct RhythmEvent {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    std::string kind;  ///< As rhythm::name().
    std::string text;  ///< "ventricular run, 5 beats, 132 bpm"
    std::optional<std::size_t> beats;
    std::optional<double> rate_bpm, seconds;
    std::optional<double> probability;  ///< Of an episode of a rhythm.
    TELLTALE_MESSAGE(RhythmEvent, first, last, start_s, kind, text, beats, rate_bpm, seconds,
                     probability)
};

/// A place that a reader wants to see whatever else there is.
struct ExtremeInfo {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    std::string text;  ///< "slowest rate, 44 bpm; longest RR interval, 1.86 s"
    TELLTALE_MESSAGE(ExtremeInfo, first, last, start_s, text)
};

struct RhythmInfo {
    Is<"rhythm"> type;
    double sampling_rate_hz = 0;
    std::int64_t length = 0;
    double duration_s = 0, unreadable_s = 0, no_beats_s = 0;
    std::size_t beats = 0, beats_unusable = 0, beats_in_unreadable = 0;
    std::optional<WholeRhythmInfo> recording;  ///< Of a short one, where a model was asked.
    /// The gravest first; together they are the whole recording. Absent where no model was asked.
    std::optional<std::vector<RhythmEpisode>> episodes;
    std::optional<ClassCounts> classes;
    std::optional<HeartRateInfo> heart_rate;
    std::optional<PauseInfo> longest_rr;
    std::optional<std::vector<PauseInfo>> pauses;
    std::optional<std::vector<RateEpisode>> bradycardia, tachycardia;
    std::optional<EctopyInfo> supraventricular, ventricular;
    std::optional<std::vector<std::int64_t>> r_on_t;
    std::optional<AfInfo> af_candidates;
    std::optional<HrvInfo> hrv;
    std::vector<HourInfo> hours;
    /// Days and nights, of a recording of six hours or more whose file tells when it began.
    std::vector<PeriodInfo> periods;
    std::vector<SilenceInfo> silences;
    std::vector<RhythmEvent> events;
    std::vector<ExtremeInfo> extremes, baselines;  ///< See rhythm/extremes.hpp.
    std::vector<std::string> conclusion;           ///< What was found, in sentences.
    TELLTALE_MESSAGE(RhythmInfo, type, sampling_rate_hz, length, duration_s, unreadable_s,
                     no_beats_s, beats, beats_unusable, beats_in_unreadable, recording, episodes,
                     classes, heart_rate, longest_rr, pauses, bradycardia, tachycardia,
                     supraventricular, ventricular, r_on_t, af_candidates, hrv, hours, periods,
                     silences, events, extremes, baselines, conclusion)
};

// --- shapes --------------------------------------------------------------------------------------

struct ClusterInfo {
    std::size_t beats = 0;
    std::vector<std::size_t> outliers;
    std::size_t typical = 0;
    double mean_correlation = 0;
    std::vector<std::vector<Nullable<float>>>
        shape;  ///< A row a lead; null where nothing is known.
    TELLTALE_MESSAGE(ClusterInfo, beats, outliers, typical, mean_correlation, shape)
};

struct ClustersInfo {
    Is<"clusters"> type;
    std::int64_t shape_mark = 0;
    std::vector<ClusterInfo> clusters;
    std::vector<Nullable<std::int32_t>> cluster_of;  ///< One a beat; null: in none.
    TELLTALE_MESSAGE(ClustersInfo, type, shape_mark, clusters, cluster_of)
};

// --- against the reference -----------------------------------------------------------------------

/// One class against the others.
struct RocInfo {
    std::string class_;
    double area = 0;
    std::size_t positives = 0;
    std::vector<std::array<double, 2>> points;  ///< False positive rate, sensitivity; rising.
    TELLTALE_MESSAGE(RocInfo, class_, area, positives, points)
};

struct ComparisonInfo {
    Is<"comparison"> type;
    std::string labels;                            ///< N S V F Q, O no beat, X shut down.
    std::vector<std::vector<std::size_t>> matrix;  ///< EC57's: [reference][found], over labels.
    /// Sample, reference, found, as indices of labels.
    std::vector<std::array<std::int64_t, 3>> mismatches;
    std::optional<double> qrs_sensitivity, qrs_predictivity, v_sensitivity, v_predictivity,
        s_sensitivity, s_predictivity, rr_rms_error_s;
    std::vector<RocInfo> roc;
    TELLTALE_MESSAGE(ComparisonInfo, type, labels, matrix, mismatches, qrs_sensitivity,
                     qrs_predictivity, v_sensitivity, v_predictivity, s_sensitivity, s_predictivity,
                     rr_rms_error_s, roc)
};

}  // namespace telltale::messages
