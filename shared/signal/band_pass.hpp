// Band-pass filtering of a stretch of a lead, forwards and backwards so that nothing is moved in
// time. The coefficients are made of +, -, * and / alone: the same bits on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace telltale::signal {

/// A high-pass and a low-pass, each a Butterworth filter of order 2 by the bilinear transform, run
/// one after the other. Forwards and backwards together they pass half the amplitude (-6 dB) at
/// their corners.
class BandPass {
public:
    /// Corners and sampling rate in Hz, 0 < low < high. `high` is held below 0.45 of the rate.
    BandPass(double low, double high, double rate);
    /// Filters in place. The stretch is taken to begin (and, backwards, to end) at rest, so give it
    /// some seconds more on either side than are used: the high-pass forgets by
    /// exp(-4.4 low) a second.
    void apply(std::span<double> stretch) const;

private:
    struct Section {
        double b0 = 0, b1 = 0, a1 = 0, a2 = 0;
    };
    Section high_pass_, low_pass_;
};

/// Whether a sample is one: not NaN, and not beyond what any unit makes of an ECG.
[[nodiscard]] bool is_usable(float sample);

/// Samples [first, last) of a lead, with missing ones filled on straight lines between their
/// neighbours in the stretch. Where the stretch leaves the lead, the lead is turned about its end
/// (x(-i) = 2 x(0) - x(i)), as long as there is lead to turn. `samples` must not be empty and the
/// stretch must meet it.
void fill_stretch(std::span<const float> samples, std::int64_t first, std::int64_t last,
                  std::vector<double>& out);

}  // namespace telltale::signal
