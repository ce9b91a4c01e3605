// A stretch of a recording.
#pragma once

#include <cstdint>

namespace telltale {

/// [first, last) in samples from the start of the recording.
struct Interval {
    std::int64_t first = 0;
    std::int64_t last = 0;

    bool operator==(const Interval&) const = default;
};

}  // namespace telltale
