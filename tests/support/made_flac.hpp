// FLAC streams (RFC 9639) written the plainest way, each channel of a block in a coding of choice.
#pragma once

#include <cstdint>
#include <vector>

#include "support/data.hpp"

namespace telltale::tests {

enum class FlacCoding { constant, verbatim, fixed2, lpc, escape, wasted };
enum class FlacLayout { independent, left_side, side_right, mid_side };

struct FlacBlock {
    std::vector<std::vector<std::int32_t>> channels;  ///< Of one length.
    FlacCoding coding = FlacCoding::fixed2;
    FlacLayout layout = FlacLayout::independent;  ///< Others: two channels.
};

/// A stream of blocks. `announced` is the number of samples a channel that its description tells.
[[nodiscard]] std::vector<std::byte> flac_stream(int bits, const std::vector<FlacBlock>& blocks,
                                                 std::int64_t announced);

}  // namespace telltale::tests
