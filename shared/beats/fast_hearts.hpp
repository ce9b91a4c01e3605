// A second look at a heart that seems fast. The detector has learnt from adults; an infant at 220 a
// minute has complexes and T waves that are as short as its cycle, and up to half of its beats may
// be missed. Seen as if it beat half as fast, it looks like an adult.
#pragma once

#include <span>
#include <vector>

#include "beats/detector.hpp"

namespace telltale::beats {

/// The beats of a whole recording, looked for again where they seem to come fast, and taken from
/// there where the second look finds no fewer, is sure and clearly surer of them, and they are
/// fast. `leads` are those that the beats were found on, `sampling_rate` in Hz. Linear in the
/// samples that are looked at again.
[[nodiscard]] std::vector<Beat> look_again(std::span<const std::span<const float>> leads,
                                           double sampling_rate, std::vector<Beat> beats,
                                           DetectorOptions options = {});

}  // namespace telltale::beats
