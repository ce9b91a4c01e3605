// Why there is no beat: every gap in the beats is explained, or said to be unexplained.
//
// A gap is an interval that the beats around do not allow, and what lies before the first beat and
// behind the last. A heart that stands still leaves each lead as quiet as it is between beats, with
// its usual hum and noise. A lead that came off does not: its noise rises, falls to nothing, or its
// samples stop. Where something moves that no beat was made of (flutter, fibrillation, noise),
// nobody knows yet what it is. Only what is quiet is a pause.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "recording/interval.hpp"
#include "signal/quality.hpp"

namespace telltale::beats {

enum class SilenceKind : std::uint8_t {
    quiet,       ///< The heart makes no QRS complex: a pause or asystole.
    unreadable,  ///< No lead shows what the heart does.
    unclear,     ///< Something moves in which no beats can be told.
};

/// "quiet"; the same names as in JSON.
[[nodiscard]] std::string_view name(SilenceKind kind);

struct Silence {
    std::int64_t first = 0, last = 0;  ///< Samples: from beat to beat, or to the recording's end.
    SilenceKind kind = SilenceKind::unclear;
    bool open = false;  ///< No beat before it, or none behind it.

    bool operator==(const Silence&) const = default;
};

struct SilenceInput {
    std::span<const std::span<const float>> leads;  ///< mV, of equal length. ECG leads only.
    std::span<const std::vector<signal::PoorStretch>> poor;  ///< One list for each lead.
    std::span<const double> steps;        ///< Each lead's smallest step in mV; 0 where unknown.
    double sampling_rate = 0;             ///< Hz
    std::span<const std::int64_t> beats;  ///< R peaks, in time order.
};

/// In time order. An interval needs to be explained from 2.5 s on, or from 1.8 times the median of
/// the eight around it (but not below 1.5 s). Time is linear in the samples that lie in gaps.
[[nodiscard]] std::vector<Silence> find_silences(const SilenceInput& input);

}  // namespace telltale::beats
