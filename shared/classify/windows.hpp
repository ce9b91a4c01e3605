// Cuts the window of one beat from a lead, as a model's card asks. The trainer, the program and
// the page all call this one function, so that a network always sees what it was trained on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "classify/card.hpp"

namespace telltale::classify {

/// What is worth knowing about a window besides its values.
struct WindowInfo {
    /// Values that the recording did not have (NaN, or beyond any ECG) and that were filled in:
    /// on the straight line between their neighbours in the window, 0 where there are none.
    std::size_t filled = 0;
};

/// Writes the window of the beat at positions[index] into `out`, which holds input.length values.
///
/// `samples` are one lead at `sampling_rate` Hz, in any linear unit (mV, or ADC units: min_max
/// and z_score do not see the difference). `positions` are samples in time order. The window is
/// sampled at input.sampling_rate by linear interpolation, so it takes the samples themselves
/// where the ratio of the two rates is a whole number.
///
/// `to_next_beats`, as the `heartbeat` data set was cut: from the beat to next +
/// floor(next_fraction * (next2 - next)), that end left out, where next and next2 are the two
/// positions after the beat. With one position left, the recording's length stands in for next2.
/// With none left, the interval before the beat is taken to repeat (one second if there is none).
/// The window ends with the recording; it is cut or zero-padded to the length asked for. min_max
/// takes its extremes from before the cut, z_score its moments from after it; zeros of the padding
/// count for neither.
///
/// `centred`: from round(before * rate) samples before the beat; where the window leaves the
/// recording, the first or last sample is repeated. With a band-pass, the lead around the beat
/// passes it first, at its own rate, with 1 / band_pass_low seconds more on either side than the
/// window. Denoising comes next, then scaling.
///
/// Every value written is finite, whatever the input. Time: linear in the window's samples.
WindowInfo cut_window(const InputCard& input, double sampling_rate, std::span<const float> samples,
                      std::span<const std::int64_t> positions, std::size_t index,
                      std::span<float> out);

}  // namespace telltale::classify
