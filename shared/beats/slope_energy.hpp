// The detection signal of one lead: how steep the ECG is around each instant.
//
// Samples are rounded to half microvolts, averaged down to some 180 to 360 Hz, freed of spikes of
// a sample or two (a pacemaker's, a recorder's), smoothed over 22 ms and differenced over 22 ms
// (the slope), squared, and summed over 100 ms (the energy). Steepness sets QRS complexes apart
// from the slower P and T waves (Pan and Tompkins 1985). Levels count from the first sample, so
// that the offset of a recorder with direct coupling, which may be a thousand times an ECG, does
// not matter. All sums are of integers, so they neither drift nor depend on the machine or on how
// the stream was cut into blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace telltale::beats {

class SlopeEnergy {
public:
    /// Sampling rate in Hz.
    explicit SlopeEnergy(double sampling_rate);

    /// Takes samples in mV and appends the new values of slope and energy, one of each every
    /// `step()` samples. Where the signal is NaN, starts or comes back, both are zero.
    void push(std::span<const float> mv, std::vector<float>& slope, std::vector<double>& energy);

    /// Ends the stream: appends what the last samples still stand for, as if the signal stayed at
    /// its last level.
    void finish(std::vector<float>& slope, std::vector<double>& energy);

    [[nodiscard]] int step() const { return step_; }
    /// Values a second.
    [[nodiscard]] double rate() const { return rate_; }
    /// The root mean square slope in microvolts (over 22 ms) that an energy stands for.
    [[nodiscard]] double scale() const { return scale_; }
    /// How many values the slope, and the energy, lag behind the signal they tell of, doubled.
    [[nodiscard]] std::int64_t slope_delay_halves() const {
        return 2 * despike_reach + smooth_ - 1 + lag_;
    }
    [[nodiscard]] std::int64_t energy_delay_halves() const {
        return slope_delay_halves() + average_ - 1;
    }
    /// The sample in the middle of what the value at half-index `halves` / 2 looks at.
    [[nodiscard]] std::int64_t sample_of_halves(std::int64_t halves) const;

private:
    static constexpr std::int64_t despike_reach = 2;  // values to each side

    void average_down(std::span<const float> mv);
    void fill_gaps(std::span<const float> mv);
    void remove_spikes();

    int step_;
    double rate_;
    std::int64_t smooth_, lag_, average_;  // lengths in values
    double scale_;

    std::vector<std::int32_t> levels_;  // samples in half microvolts above the first
    float origin_ = 0;                  // the first sample that is a number, in mV
    bool begun_ = false;                // there was one
    // Stages keep what they look back on at the front of their buffer.
    std::vector<std::int32_t> raw_;       // averaged down, 2 * despike_reach of them old
    std::vector<std::int32_t> values_;    // without spikes, smooth_ of them old
    std::vector<std::int32_t> smoothed_;  // lag_ of them old
    std::vector<double> squares_;         // average_ of them old
    std::int32_t smoothed_last_ = 0;
    double energy_last_ = 0;
    std::int64_t pending_ = 0;
    int pending_count_ = 0;
    std::int32_t held_ = 0;         // level of the last sample that was a number
    bool missing_ = true;           // the last sample was not a number
    std::int64_t produced_ = 0;     // values averaged down so far
    std::int64_t blank_until_ = 0;  // slopes before this value would span a gap
    std::vector<std::int64_t> blanks_;
};

}  // namespace telltale::beats
