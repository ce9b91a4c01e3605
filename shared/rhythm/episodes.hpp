// Which rhythm holds when: from the network's probabilities of each second, from the stretches in
// which the heart is quiet, and from runs of ventricular beats, to episodes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recording/interval.hpp"
#include "rhythm/rhythm.hpp"
#include "rhythm/rhythm_analysis.hpp"

namespace telltale::rhythm {

/// How an episode of one rhythm begins and ends.
struct EpisodeRule {
    double mean_s = 3;   ///< The probability is averaged over so many seconds, an odd number.
    double open = 0.5;   ///< Once it reaches this, an episode begins...
    double close = 0.5;  ///< ...which lasts as long as it stays above this.
    double shortest_s =
        3;  ///< Shorter ones are none. A recording half as long again always may be.
};

/// Chosen on the answers of networks that had not seen the records (folds): `fibrillation` on the
/// MIT-BIH records with odd numbers, `ventricular` on vfdb, where few seconds decide; the others
/// so that they are claimed rarely, for the networks find few of them.
struct EpisodeRules {
    EpisodeRule ventricular{3, 0.5, 0.35, 3};  ///< VT and VFL together.
    /// Beside the stretches in which the heart is quiet: where single complexes or false marks
    /// stand in an asystole, no quiet stretch is long enough.
    EpisodeRule asystole{5, 0.7, 0.5, 4};
    EpisodeRule noise{5, 0.6, 0.5, 3};
    EpisodeRule fibrillation{61, 0.7, 0.5, 30};  ///< AFIB and AFL together.
    EpisodeRule supraventricular{9, 0.8, 0.6, 5};
    EpisodeRule paced{31, 0.85, 0.6, 30};
    EpisodeRule sinus{5, 0.45, 0.4, 1};  ///< What reaches none is Rhythm::other.
    /// A ventricular episode, or a part of it, is flutter or fibrillation where VFL has more than
    /// half of the probability of both over so many seconds.
    double apart_s = 9;
    /// Quiet for at least this is asystole (4 s: the arrhythmia alarm of intensive care).
    double asystole_s = 4;
    /// Three or more ventricular beats in a row faster than this are a ventricular tachycardia; and
    /// what the network calls one is none where beats fill it and are slower.
    double run_bpm = 100;
    /// What the network calls atrial fibrillation is none where this share of the successive
    /// differences between its intervals is below `regular_step` of their median, for that is what
    /// fibrillation is not.
    double regular_share = 0.75, regular_step = 0.03;
    /// Nor is it where the median interval is shorter than this, in s, and nine in ten intervals
    /// lie within `fast_spread` of it: the heart of an infant that breathes, above 180 a minute.
    double fast_s = 1.0 / 3, fast_spread = 0.1;
    /// What the network calls a ventricular tachycardia is another rhythm where so many of its
    /// beats were looked at, so large a share of them have a QRS, and its median width is below
    /// this, in s: no ventricle is activated from within itself so fast. An infant's own QRS is. On
    /// vfdb the medians of the tachycardias and flutters in which as many beats were measured are
    /// 67 ms and more.
    double narrow_s = 0.06, narrow_share = 0.9;
    std::size_t narrow_beats = 20;
    /// Paced beats further apart are of two stretches, in s.
    double paced_gap_s = 2.5;
    /// The longest recording that gets one word for the whole of it.
    double recording_s = 120;
};

/// How long the ventricles of a beat that was looked at take, in s; nothing where no QRS shows.
struct QrsWidth {
    std::int64_t sample = 0;
    std::optional<double> width_s;
};

struct EpisodeInput {
    const RhythmAnswers& answers;
    double sampling_rate = 0;         ///< Hz
    std::int64_t length = 0;          ///< Samples
    std::span<const Beat> beats;      ///< In time order; with classes, or none.
    bool classified = true;           ///< Whether the beats have classes.
    std::span<const Interval> quiet;  ///< Where the heart is quiet: sorted, apart.
    /// Where no lead can be read, in gaps of the beats: sorted, apart. Nothing is claimed there.
    std::span<const Interval> unreadable;
    /// Flat to the recording's end, or from its beginning: sorted, apart. Asystole or electrodes
    /// off: nobody can tell, so it is Rhythm::other.
    std::span<const Interval> untold;
    /// What a person says: sorted, apart. It stands above all else.
    std::span<const RhythmEpisode> asserted = {};
    /// Of the beats that were measured, in time order.
    std::span<const QrsWidth> qrs = {};
    /// name_seconds() of the answers, where that is known; empty: not.
    std::span<const Rhythm> seconds = {};
};

/// Every sample of the recording is in exactly one episode; neighbours differ.
[[nodiscard]] RhythmCourse rhythm_course(const EpisodeInput& input, const EpisodeRules& rules = {});

}  // namespace telltale::rhythm
