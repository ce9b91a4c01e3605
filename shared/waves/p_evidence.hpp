// Whether what looks like P waves on a lead are P waves.
#pragma once

#include <cstdint>
#include <span>

#include "waves/waves.hpp"

namespace telltale::waves {

/// Takes P waves out where those about them do not agree: in fibrillation something stands before
/// some of the beats, each time at another distance. A P wave stays where, of the beats within
/// twelve on either side that do not come early, half have a P wave at a distance from the QRS
/// within 60 ms of the usual one there; where fewer than four such beats are seen, all stay.
/// `marks` are of one lead, its beats in time order.
void drop_stray_p(WaveMarks& marks, std::span<const std::int64_t> r_peaks, double rate);

}  // namespace telltale::waves
