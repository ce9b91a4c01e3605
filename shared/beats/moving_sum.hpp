// The sum of the last n integers of a stream. Integers, so that the sum never drifts and is the
// same whatever the machine.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace telltale::beats {

class MovingSum {
public:
    explicit MovingSum(std::size_t n) : ring_(std::max<std::size_t>(n, 1), 0) {}

    std::int64_t push(std::int64_t x) {
        sum_ += x - ring_[at_];
        ring_[at_] = x;
        if (++at_ == ring_.size()) at_ = 0;
        return sum_;
    }

private:
    std::vector<std::int64_t> ring_;
    std::size_t at_ = 0;
    std::int64_t sum_ = 0;
};

/// The value that was pushed n pushes ago (0 before the stream).
class DelayLine {
public:
    explicit DelayLine(std::size_t n) : ring_(std::max<std::size_t>(n, 1), 0) {}

    std::int64_t push(std::int64_t x) {
        const std::int64_t out = ring_[at_];
        ring_[at_] = x;
        if (++at_ == ring_.size()) at_ = 0;
        return out;
    }

private:
    std::vector<std::int64_t> ring_;
    std::size_t at_ = 0;
};

}  // namespace telltale::beats
