// A pacemaker's beats, told from the samples.
//
// A pacing pulse lasts a millisecond or two. A recorder's filters smear it to some 4 to 12 ms: a
// spike still narrower than any wave of the heart, and before it nothing sharp, for the spike is
// what starts the complex. What follows is a wide, slow complex. The spike stands on all leads at
// once (up to 28 ms apart where a tape's heads were skewed) and comes back beat after beat at one
// size. From one lead, only a spike beyond doubt is believed. A spike that the recorder has taken
// out, or that is as small as the noise, cannot be seen: "not paced" means "nothing shows it".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace telltale::beats {

/// The slowest recording in which a smeared pulse is still narrower than a narrow QRS complex's R
/// wave, in Hz. Below, nothing is told.
inline constexpr double least_pacing_rate = 200;

struct PacingInput {
    std::span<const std::span<const float>> leads;  ///< mV, NaN for missing, of equal length.
    double sampling_rate = 0;                       ///< Hz
    std::span<const std::int64_t> beats;            ///< R peaks, in time order.
};

/// Whether each beat is paced. Linear time. The weights were learnt from MIT-BIH 102, 104, 107 and
/// 217 against records without a pacemaker; site/detector.md tells what that is worth elsewhere.
[[nodiscard]] std::vector<bool> paced_beats(const PacingInput& input);

/// Which marks lie on the spikes of an atrial pacemaker and not on a complex: every second mark a
/// pulse of the same size, the complex behind it at one distance of 0.1 to 0.4 s.
[[nodiscard]] std::vector<bool> marks_on_spikes(const PacingInput& input);

}  // namespace telltale::beats
