// Signal quality: which stretches of a lead are poor, why, and which cannot be read at all.
//
// Each sample is looked at a fixed number of times; memory is a few numbers for each tenth of a
// second. The same samples give the same stretches on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "recording/interval.hpp"
#include "recording/recording.hpp"

namespace telltale::signal {

enum class Defect : std::uint8_t {
    lead_off,          ///< No samples (NaN) for at least 40 ms.
    flat,              ///< No change beyond the last digit for at least 2 s.
    saturated,         ///< At the end of the converter's range for at least 60 ms.
    powerline,         ///< Mains hum at 50 or 60 Hz.
    baseline_wander,   ///< The baseline moves by more than the beats are high.
    muscle_noise,      ///< Other noise above some 25 Hz.
    electrode_motion,  ///< Movement as quick as beats and nearly as high, all the time.
};

/// "muscle_noise"; the same names as in JSON.
[[nodiscard]] std::string_view name(Defect defect);

/// A stretch with one defect. Stretches of different defects may overlap.
struct PoorStretch {
    std::int64_t first = 0, last = 0;  ///< Samples, [first, last).
    Defect defect = Defect::flat;
    /// How bad, 0 to 1: 0.5 where it begins to disturb, 1 where nothing can be read. Always 1 for
    /// lead off and flat; 1 for saturated from 0.25 s on (shorter ones clip a peak), else 0.5.
    double score = 0;

    [[nodiscard]] bool unreadable() const { return score >= 1; }
    bool operator==(const PoorStretch&) const = default;
};

/// Noise is judged against the height of the lead's own beats, so the unit does not matter.
struct QualityOptions {
    /// The lead's smallest step (1 / gain) in its unit; 0 if unknown. Flat means within two steps.
    double resolution = 0.005;
    /// Shares of the typical beat's height (peak to peak) at which a defect scores 0.5.
    double powerline = 0.10;       ///< Amplitude of the hum.
    double baseline_wander = 1.5;  ///< Movement of the baseline within 4 s.
    double muscle_noise = 0.08;    ///< Root mean square.
    /// What a tenth of a second moves in the quieter third of two seconds. Between beats an ECG
    /// lies nearly still; a fast ventricular rhythm does not either, so this alone never makes a
    /// stretch unreadable.
    double electrode_motion = 0.15;
};

/// The poor stretches of one lead in order of their beginning (and of Defect where equal).
/// `rate` in Hz; nothing is found in leads of less than a second or at rates below 50 Hz.
[[nodiscard]] std::vector<PoorStretch> poor_stretches(std::span<const float> samples, double rate,
                                                      const QualityOptions& options = {});

/// Where every one of the leads is unreadable: what rhythm::analyse takes as `unreadable`.
/// One list of poor stretches for each lead. Unreadable parts of a lead that are less than
/// `join` samples apart count as one.
[[nodiscard]] std::vector<Interval> unreadable_in_all(
    std::span<const std::vector<PoorStretch>> leads, std::int64_t join);

/// The poor stretches of a lead of a recording, judged by what the recording tells of the lead.
[[nodiscard]] std::vector<PoorStretch> poor_stretches(const Recording& recording, std::size_t lead);

/// All of it for a recording: the poor stretches of each lead, and where no lead can be read.
struct RecordingQuality {
    std::vector<std::vector<PoorStretch>> leads;
    std::vector<Interval> unreadable;
};
[[nodiscard]] RecordingQuality assess(const Recording& recording);
/// The same, where the leads have been judged one by one.
[[nodiscard]] RecordingQuality assess(const Recording& recording,
                                      std::vector<std::vector<PoorStretch>> leads);

}  // namespace telltale::signal
