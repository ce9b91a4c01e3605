// Bringing a lead to the rate of the others.
#pragma once

#include <cstdint>
#include <vector>

namespace telltale::formats {

/// From `from_width` to `to_width` samples a frame, over `frames` frames, by straight lines
/// between the samples; the last one is held.
void stretch(std::vector<float>& samples, std::int64_t from_width, std::int64_t to_width,
             std::int64_t frames);

/// Most a recording may grow when slow signals are brought to the rate of fast ones.
inline constexpr std::int64_t most_growth = 32;

}  // namespace telltale::formats
