// What the beats mean, as the window shows it: tables of figures, hours, events, clusters and the
// comparison with reference beats, made from the messages of shared/messages. Plain data, no
// drawing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/findings.hpp"
#include "messages/intervals.hpp"
#include "recording/clock.hpp"

namespace telltale::window {

/// A line of a table: "Longest RR", "2.31 s", and the sample to go to, if there is one.
struct Figure {
    std::string label, value;
    std::optional<double> go_to;
};

struct FigureGroup {
    std::string title;
    std::vector<Figure> figures;
};

/// An hour of the recording (the last may be shorter), ready to print: "" where there is no figure.
struct HourRow {
    double first = 0;  ///< sample
    std::string hour, beats, mean, low, high, ventricular, supraventricular, pauses, unreadable;
};

struct EventInfo {
    std::string kind;  ///< "ventricular_run", "pause", ...; as rhythm::name()
    std::string text;
    double first = 0, last = 0;  ///< samples
    double rate_bpm = 0;         ///< 0 where there is none
};

/// A stretch of one rhythm, as a rhythm network says.
struct EpisodeInfo {
    std::string rhythm;          ///< WFDB's name: "AFIB"; "other" where it has none
    std::string words;           ///< "atrial fibrillation"
    bool grave = false;          ///< one that a reader is told of first
    double first = 0, last = 0;  ///< samples
    double probability = 0;
    bool by_person = false;  ///< a person's word

    /// Its letters in a small space: "VF", "AF"; empty for what has none.
    [[nodiscard]] std::string_view code() const;
};

/// What the whole of a short recording is.
struct WholeRhythm {
    std::string words;
    double probability = 0;
    bool sinus = false;
};

/// Samples [first, last).
struct Stretch {
    double first = 0, last = 0;
};

struct RhythmFindings {
    std::vector<EpisodeInfo> episodes;  ///< the gravest first; empty where no model was asked
    std::optional<WholeRhythm> whole;
    std::vector<FigureGroup> summary, variability;
    std::string variability_untold;  ///< why its figures are not told; empty where they are
    std::vector<HourRow> hours;
    std::vector<EventInfo> events;
    std::vector<EventInfo> extremes;  ///< without a kind
    double unreadable_percent = 0;
};

struct PoorLead {
    std::string name;
    double unreadable_percent = 0;
    std::vector<Figure> defects;  ///< one line a kind: its share of the lead
};

struct QualityFindings {
    std::vector<Stretch> unreadable;  ///< no lead can be read
    std::vector<PoorLead> leads;
};

/// What P, QRS and T come to.
struct IntervalFindings {
    std::vector<FigureGroup> groups;
    std::string rests_on;  ///< "Measured on ..., by ..."
    /// Of half a minute; nothing where too few beats tell it.
    struct Point {
        double first = 0;                        ///< sample
        std::optional<double> pr, qrs, qt, qtc;  ///< ms
    };
    std::vector<Point> course;
};

inline constexpr std::size_t comparison_labels = 7;  ///< N S V F Q O X

struct Mismatch {
    double sample = 0;
    std::uint8_t reference = 0, found = 0;  ///< 0..6 = N S V F Q O X
};

struct Comparison {
    /// [reference][found]; O is "no beat", X "no beat, and the list was shut down".
    std::array<std::array<double, comparison_labels>, comparison_labels> matrix{};
    std::vector<Mismatch> mismatches;
    std::optional<double> qrs_sensitivity, qrs_predictivity;
    /// How many of a class are found, and how many others with them, at every threshold on its
    /// probability.
    struct Roc {
        std::string class_name;
        double area = 0;
        std::size_t positives = 0;
        std::vector<std::array<double, 2>> points;  ///< false positive rate, sensitivity; rising
    };
    std::vector<Roc> roc;

    /// Share of the reference beats of a class that were called so, and of those called so that
    /// are: over all columns and rows. Nothing where there are none.
    [[nodiscard]] std::optional<double> sensitivity(std::size_t label) const;
    [[nodiscard]] std::optional<double> predictivity(std::size_t label) const;
};

struct ClusterInfo {
    std::size_t beats = 0, outliers = 0, typical = 0;
    double mean_correlation = 0;
    /// All members over each other, [rows, columns]; filled by set_density().
    std::size_t columns = 0, rows = 0;
    float low = 0, high = 0;             ///< mV at the bottom and the top
    double first_s = 0, last_s = 0;      ///< s from the mark, left and right
    std::vector<float> density;          ///< 0 to 1, of the fullest cell
    std::vector<std::uint32_t> members;  ///< beats
};

struct Findings {
    std::optional<RhythmFindings> rhythm;
    std::optional<QualityFindings> quality;
    std::optional<Comparison> comparison;
    std::optional<std::vector<ClusterInfo>> clusters;
    std::vector<std::int32_t> cluster_of;  ///< one a beat; -1: in none
    std::optional<IntervalFindings> intervals;
    std::vector<messages::BeatWavesInfo> waves;  ///< in time order

    void set_clusters(const messages::ClustersInfo& told);
    void set_density(std::size_t cluster, std::size_t columns, std::size_t rows, float low,
                     float high, double first_s, double last_s, const std::vector<float>& counts);
};

/// `start` is the recording's, where its file tells it.
[[nodiscard]] RhythmFindings read_rhythm(const messages::RhythmInfo& told,
                                         const std::optional<StartTime>& start);
/// `length` is the recording's, in samples.
[[nodiscard]] QualityFindings read_quality(const messages::QualityInfo& told, double length);
[[nodiscard]] IntervalFindings read_intervals(const messages::IntervalsInfo& told, double length_s);
[[nodiscard]] Comparison read_comparison(const messages::ComparisonInfo& told);

/// "Ventricular run" for "ventricular_run".
[[nodiscard]] std::string event_title(std::string_view kind);

}  // namespace telltale::window
