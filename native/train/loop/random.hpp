// Random numbers that are the same on every machine and standard library.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>

#include "numbers/mixing.hpp"

namespace telltale::train {

using numbers::mixed;

/// A stream of random numbers. Each use takes its own stream, named by a seed and up to two more
/// numbers (say the epoch and the step), so that nothing depends on what was drawn before: a
/// training that is resumed draws what it would have drawn.
class Random {
public:
    explicit Random(std::uint64_t seed, std::uint64_t a = 0, std::uint64_t b = 0)
        : state_(mixed(mixed(mixed(seed) ^ a) + b)) {}

    std::uint64_t next() { return mixed(state_++ * 0xd1342543de82ef95ULL); }
    /// From 0 to below 1.
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// From 0 to below n; n > 0.
    std::size_t below(std::size_t n) {
        // Rejects the few values that would favour small results.
        const std::uint64_t limit = ~std::uint64_t{0} - (~std::uint64_t{0} % n + 1) % n;
        std::uint64_t x = next();
        while (x > limit) x = next();
        return static_cast<std::size_t>(x % n);
    }
    /// Normal with mean 0 and standard deviation 1 (Box and Muller).
    double normal() {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }
    /// A random order (Fisher and Yates).
    template <class T>
    void shuffle(std::span<T> values) {
        for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
    }

private:
    std::uint64_t state_;
};

}  // namespace telltale::train
