// The detection signal of one lead: how steep the ECG is around each instant.
//
// Samples are rounded to microvolts, summed down to about 180 to 360 Hz, smoothed over 22 ms,
// differenced over 22 ms, squared, and averaged over 100 ms; the root of that is the feature, in
// microvolts. Steepness sets QRS complexes apart from the slower P and T waves (Pan and Tompkins
// 1985). All sums are of integers, so that the result is the same on every machine.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "beats/moving_sum.hpp"

namespace telltale::beats {

class QrsFeature {
public:
    /// Sampling rate in Hz.
    explicit QrsFeature(double sampling_rate);

    /// Takes samples in mV and appends the feature's new values to `out`, one every `step()`
    /// samples. NaN holds the last level.
    void push(std::span<const float> mv, std::vector<float>& out);

    [[nodiscard]] int step() const { return step_; }
    /// Values a second.
    [[nodiscard]] double rate() const { return rate_; }
    /// The sample that the feature's value `index` looks at, at the lead's sampling rate.
    [[nodiscard]] std::int64_t sample_of(std::int64_t index) const;

private:
    int step_;
    double rate_;
    std::int64_t smooth_, slope_, average_;  // lengths in values
    MovingSum smoothed_;
    DelayLine delayed_;
    MovingSum energy_;
    std::optional<std::int64_t> origin_;  // first level seen, taken as zero
    std::int64_t level_ = 0;
    std::int64_t pending_ = 0;
    int pending_count_ = 0;
};

}  // namespace telltale::beats
