// Signals for synthetic patients: beats are cut out of a real recording from P to T wave and put
// together anew at the times that a rhythm asks for, on all leads at once.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "train/loop/random.hpp"
#include "train/sequence/patient.hpp"
#include "train/sequence/synthetic_rhythm.hpp"

namespace telltale::train {

/// A beat on all leads, without the line through its ends, with soft ends.
struct BeatPiece {
    std::size_t before = 0;                 ///< Samples before the R peak.
    std::vector<std::vector<float>> leads;  ///< mV, of equal length.
};

/// The pieces of one patient.
struct BeatPieces {
    double sampling_rate = 0;
    std::vector<BeatPiece> normal, ventricular;
    std::vector<double> qrs_size;   ///< mV, for each lead: median peak-to-peak of normal QRS.
    double fibrillation_share = 0;  ///< Of all beats.
};

[[nodiscard]] BeatPieces cut_pieces(const Patient& patient);

/// Whether a rhythm of that kind can be made from a patient: enough normal beats, and P waves
/// where the kind is about them.
[[nodiscard]] bool suits(const BeatPieces& pieces, RhythmKind kind);

/// A synthetic patient. `donors` are where real ventricular beats are taken from; the caller keeps
/// patients of other folds out of them. Equal arguments give an equal patient.
[[nodiscard]] Patient make_patient(const Patient& patient, const BeatPieces& pieces,
                                   std::span<const BeatPieces* const> donors, RhythmKind kind,
                                   Random& random);

}  // namespace telltale::train
