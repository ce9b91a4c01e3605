// A stretch of one lead as the wave network reads it: 125 frames a second, whatever the
// recording's rate, each with what the lead does there and where the beats around it are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace telltale::waves {

/// Frames a second.
inline constexpr double frame_rate = 125;
/// Values of a frame, in this order: the lead 2 ms before and 2 ms after the frame's time against
/// its QRS size (2), the same drawn together so that small waves show (2), time since the beat
/// before and until the next one in s, at most 2 (2), 1 at a beat falling to 0 within 40 ms (1),
/// log2 of the QRS size in mV, a third of it (1).
inline constexpr std::size_t feature_count = 8;
/// The group that a model's card names. Other features get another name.
inline constexpr std::string_view feature_group = "waves-1";

struct WaveRows {
    std::size_t frames = 0;
    std::vector<float> values;  ///< frames x feature_count
    double first_s = 0;         ///< Time of the first frame from the start of the recording.
    bool usable = false;        ///< False where the lead is flat or lacks more than a tenth.

    /// Time of a frame, from the start of the recording.
    [[nodiscard]] double seconds(double frame) const { return first_s + frame / frame_rate; }
};

/// Frames of samples [first, last) of a lead in mV at `rate` Hz (50 to 10 000), the first one at
/// sample `first`; `r_peaks` are the recording's beats, samples in time order. The baseline is
/// taken out below 0.4 Hz without moving anything in time. Finite whatever the samples; the same
/// bits on every machine; linear time. Empty where the stretch does not meet the lead.
[[nodiscard]] WaveRows wave_rows(std::span<const float> samples, double rate,
                                 std::span<const std::int64_t> r_peaks, std::int64_t first,
                                 std::int64_t last);

}  // namespace telltale::waves
