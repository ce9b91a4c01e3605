// Waves of all leads together: what an ECG has, not what one lead shows of it.
#pragma once

#include <span>

#include "waves/waves.hpp"

namespace telltale::waves {

/// One set of marks from those of several leads. A wave is there where at least a third of the
/// leads that tell the beat's QRS show it (two of them where three or more do). It begins where the
/// earliest leads let it begin and ends where the latest let it end, but for the sixth of the leads
/// that lie furthest out (of twelve leads the third earliest and third latest; of two the earliest
/// and latest): electrodes see the same wave from different sides, and one lead may err. Its peak
/// is the median. Its spread is that of the lead that was taken.
[[nodiscard]] WaveMarks join(std::span<const WaveMarks> leads);

}  // namespace telltale::waves
