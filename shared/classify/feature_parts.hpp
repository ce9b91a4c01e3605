// The parts of a beat that the features look at, in values at 128 Hz from the R peak.
#pragma once

#include <cstddef>

#include "classify/features.hpp"

namespace telltale::classify {

struct Part {
    int first = 0, last = 0;  // last left out
    [[nodiscard]] constexpr std::size_t size() const {
        return static_cast<std::size_t>(last - first);
    }
    /// Of a window.
    [[nodiscard]] constexpr const float* of(const float* window) const {
        return window + (static_cast<int>(PreparedBeats::window_before) + first);
    }
};

inline constexpr Part p_part{-33, -9};          // -0.26 to -0.07 s
inline constexpr Part qrs_part{-12, 14};        // -0.09 to 0.11 s
inline constexpr Part t_part{15, 54};           // 0.12 to 0.42 s
inline constexpr Part beat_part{-15, 20};       // -0.12 to 0.16 s
inline constexpr Part alignment_part{-14, 14};  // -0.11 to 0.11 s
inline constexpr Part kind_part{-16, 28};       // -0.125 to 0.22 s: what tells kinds of beats apart
inline constexpr Part typical_part{-32, 48};    // -0.25 to 0.375 s
inline constexpr Part height_part{-13, 14};     // -0.10 to 0.11 s

}  // namespace telltale::classify
