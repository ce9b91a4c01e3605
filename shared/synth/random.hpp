// Random numbers and curves that are the same, bit for bit, on every machine and compiler: only
// additions, multiplications, divisions and roundings, which IEEE 754 defines exactly.
#pragma once

#include <array>
#include <cstdint>

namespace telltale::synth {

/// xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64.
class Random {
public:
    explicit Random(std::uint64_t seed);
    [[nodiscard]] std::uint64_t bits();
    /// Even in [0, 1).
    [[nodiscard]] double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
    [[nodiscard]] double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Mean 0, standard deviation 1, within 6 (the sum of twelve even numbers).
    [[nodiscard]] double normal();

private:
    std::array<std::uint64_t, 4> state_;
};

/// exp(-x * x / 2), to some 1e-12.
[[nodiscard]] double bell(double x);

/// sin(2 pi x), to some 1e-9.
[[nodiscard]] double wave(double x);

}  // namespace telltale::synth
