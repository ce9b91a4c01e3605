// Half the sampling rate, piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace telltale::formats {

/// Every second sample of a lead after a low-pass, without delay: output i stands where input 2 i
/// stood. Linear-phase half-band filter of 31 taps (Kaiser window, beta 4.5, coefficients rounded
/// to 2^-16 so that every machine computes the same): up to 0.4 of the new rate within 0.3 %,
/// above 0.6 of it below 0.43 %. A missing sample (NaN) is missing in the output where it is the
/// middle one; around it the last sample known stands for it. The ends are held.
class Halver {
public:
    /// Appends to `out` what can be told so far.
    void push(std::span<const float> samples, std::vector<float>& out);
    /// Appends the rest: in all half the samples, rounded up.
    void finish(std::vector<float>& out);

private:
    void emit(std::vector<float>& out);

    std::vector<float> held_;  // inputs with gaps filled, from 15 before the next output on
    std::vector<std::uint8_t> missing_;  // of each: 1 where it stood for a gap
    std::size_t next_ = 0;               // of held_: the middle of the next output
    std::size_t inputs_ = 0, outputs_ = 0;
    float last_ = 0;
};

}  // namespace telltale::formats
