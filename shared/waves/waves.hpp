// P, QRS and T of a beat: where they begin, peak and end, and how sure that is. Absent is an
// answer: a wave that cannot be told is not there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace telltale::waves {

enum class WaveKind : std::uint8_t { p, qrs, t };
inline constexpr std::array all_waves = {WaveKind::p, WaveKind::qrs, WaveKind::t};

/// "P", "QRS", "T".
[[nodiscard]] constexpr std::string_view name(WaveKind kind) {
    constexpr std::array<std::string_view, 3> names = {"P", "QRS", "T"};
    return names[static_cast<std::size_t>(kind)];
}

/// One standard deviation of an onset or end is its `spread_s`: how gradually the network's
/// probability rises there.
struct Edge {
    double at_s = 0;  ///< From the start of the recording.
    float spread_s = 0;
};

struct Wave {
    Edge onset, end;
    /// Of the largest distance from the line between onset and end; of a QRS its R wave, if any.
    double peak_s = 0;
    float height_mv = 0;    ///< Of the peak over that line; negative: an inverted wave.
    float probability = 0;  ///< Mean over the wave.

    [[nodiscard]] double seconds() const { return end.at_s - onset.at_s; }
};

/// The waves of one beat.
struct BeatWaves {
    std::size_t beat = 0;  ///< Index into the beats that were given.
    std::optional<Wave> p, qrs, t;

    [[nodiscard]] const std::optional<Wave>& wave(WaveKind kind) const {
        return kind == WaveKind::p ? p : kind == WaveKind::qrs ? qrs : t;
    }
    [[nodiscard]] std::optional<Wave>& wave(WaveKind kind) {
        return kind == WaveKind::p ? p : kind == WaveKind::qrs ? qrs : t;
    }
};

/// What was found on one lead, or on all of them together.
struct WaveMarks {
    std::vector<BeatWaves> beats;  ///< In time order; only beats that were looked at.
    std::vector<Wave> lone_p;      ///< P waves that no QRS follows before the next P wave.
};

}  // namespace telltale::waves
