// Rhythm episodes against reference annotations: how much of a rhythm's time was named, how much of
// what was named is it, and the same of whole episodes.
//
// Method: ANSI/AAMI EC57 for atrial fibrillation and ventricular flutter or fibrillation, as
// WFDB's epicmp does it: an episode is found if any of it is marked, a marked episode is right if
// it meets any of a reference episode, however long either is; and time is counted by overlap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/confusion.hpp"
#include "recording/annotation.hpp"
#include "recording/interval.hpp"

namespace telltale::evaluate {

struct RhythmStretch {
    std::string rhythm;
    std::int64_t first = 0, last = 0;  ///< Samples, [first, last).
};

/// Rhythms between WFDB's rhythm annotations, from each to the next or the recording's end. Names
/// are brought together: N NSR SBR B BI T AB PREX BII are "N"; VF VFIB VFL are "VFL"; PM P are "P";
/// what remains keeps its name (NOD IVR VER HGEA ...). Nothing before the first annotation.
[[nodiscard]] std::vector<RhythmStretch> reference_rhythms(std::span<const Annotation> annotations,
                                                           std::int64_t length);

struct RhythmCounts {
    double reference_s = 0, marked_s = 0, both_s = 0;
    std::size_t reference_episodes = 0, found = 0;
    std::size_t marked_episodes = 0, right = 0;

    /// Of time, in per cent; nothing where there is nothing to count.
    [[nodiscard]] std::optional<double> sensitivity() const;
    [[nodiscard]] std::optional<double> predictive_value() const;
    RhythmCounts& operator+=(const RhythmCounts& other);
};

/// A rhythm, or several that count as one, and what neither side is judged by.
struct RhythmQuestion {
    std::string name;
    std::vector<std::string> rhythms;
    /// Reference rhythms whose time is left out: neither missed nor falsely marked.
    std::vector<std::string> left_out = {"NOISE"};
};

/// VT with VFL, each alone, ASYS, AFIB (AFL left out), AFL, AFIB with AFL, SVTA, P, NOISE, N.
[[nodiscard]] std::vector<RhythmQuestion> rhythm_questions();

struct RhythmScore {
    std::map<std::string, RhythmCounts> counts;  ///< By RhythmQuestion::name.
    double judged_s = 0;                         ///< Time that has a reference.

    /// Falsely marked episodes an hour of judged time.
    [[nodiscard]] std::optional<double> false_per_hour(const std::string& question) const;
    RhythmScore& operator+=(const RhythmScore& other);
};

/// `marked` and `reference` sorted, without overlaps among themselves; `rate` in Hz.
[[nodiscard]] RhythmScore score_rhythms(std::span<const RhythmStretch> reference,
                                        std::span<const RhythmStretch> marked, double rate,
                                        std::span<const RhythmQuestion> questions);

/// {"judged_s", "rhythms": {name: {"se", "ppv", "reference_s", "marked_s", "both_s",
/// "reference_episodes", "episodes_found", "marked_episodes", "episodes_right",
/// "false_per_hour"}}}; per cent, null where there is nothing to count. Rhythms that neither side
/// has are left out.
[[nodiscard]] nlohmann::ordered_json to_json(const RhythmScore& score);
/// "VT+VFL 92.5/92.6 (40 of 44 found, 3 false)  ..."
[[nodiscard]] std::string in_a_line(const RhythmScore& score);

/// Short recordings as a whole, classes A N O ~ (PhysioNet Challenge 2017): {"recordings",
/// "confusion": {truth: {given: count}}, "f1": {class: F1}, "mean_f1"}; the mean is of A, N and O.
[[nodiscard]] nlohmann::ordered_json recordings_json(const Confusion& confusion);

}  // namespace telltale::evaluate
