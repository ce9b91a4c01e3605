// Rhythms for synthetic patients: when beats come, what they are and what is to be seen of their
// P waves. No signal yet; synthetic_signal.hpp makes it.
//
// Why they exist: 22 training patients hold few kinds of arrhythmia, and a network that has seen
// supraventricular beats only as rare exceptions calls a patient normal in whom they are the rule.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "train/loop/random.hpp"
#include "train/sequence/patient.hpp"

namespace telltale::train {

enum class RhythmKind {
    premature,     ///< Sinus rhythm with atrial premature beats: alone, in pairs, runs, bigeminy.
    fibrillation,  ///< Atrial fibrillation, or flutter with changing block; every beat N.
    ventricular,   ///< Ventricular beats of one to three foci, with fusion beats.
    majority,      ///< Supraventricular beats are the rule; normal ones follow pauses.
    pauses,  ///< Irregular for harmless reasons: pauses, blocked premature P waves, breathing,
             ///< wandering P waves, group beating; every beat N.
};
inline constexpr std::array<RhythmKind, 5> all_rhythm_kinds = {
    RhythmKind::premature, RhythmKind::fibrillation, RhythmKind::ventricular, RhythmKind::majority,
    RhythmKind::pauses};
[[nodiscard]] std::string_view name_of(RhythmKind kind);

struct PlannedBeat {
    double interval = 0.8;  ///< s since the beat before.
    std::uint8_t label = label_n;
    int focus = -1;             ///< Which ventricular focus; -1: none.
    double mix = 1;             ///< Its share in the beat; below 1 in fusion beats.
    double p_scale = 1;         ///< Factor on the P wave of the piece.
    bool other_p = false;       ///< Another P wave in its place (the record's second one).
    double lone_p_after = 0;    ///< s after the R peak: a P wave that nothing follows; 0: none.
    bool fibrillation = false;  ///< No P wave but fibrillation or flutter waves.
};

struct PlannedRhythm {
    std::vector<PlannedBeat> beats;
    int foci = 0;
    double flutter_period = 0;  ///< s; 0: fibrillation waves of changing rate.
};

/// RR intervals of a patient's own sinus rhythm, one after the other without end.
class SinusIntervals {
public:
    /// Takes the intervals between normal beats of `patient` from a random place on, or makes some
    /// of the same median where its own rhythm is irregular.
    SinusIntervals(const Patient& patient, Random& random);
    double next();
    [[nodiscard]] double median() const { return median_; }

private:
    std::vector<double> own_;  // empty where they are made
    std::size_t at_ = 0;
    double median_ = 0.8, level_ = 0, breath_ = 0, breath_step_ = 0, breath_size_ = 0;
    Random random_;
};

/// A rhythm of about `seconds`. Equal arguments and an equal stream give equal rhythms.
[[nodiscard]] PlannedRhythm plan_rhythm(RhythmKind kind, const Patient& patient, double seconds,
                                        Random& random);

}  // namespace telltale::train
