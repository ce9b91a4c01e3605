// Numbers that look random and are the same on every machine and standard library: for draws that
// must come out again, and for fingerprints. Nothing here keeps secrets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace telltale::numbers {

/// A well-mixed 64-bit value (SplitMix64's step; Steele, Lea, Flood 2014).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

/// SplitMix64: a small stream of draws, named by its seed.
class Draws {
public:
    explicit constexpr Draws(std::uint64_t seed) : state_(seed) {}
    constexpr std::uint64_t next() {
        const std::uint64_t value = mixed(state_);
        state_ += 0x9e3779b97f4a7c15U;
        return value;
    }
    /// Even in [0, 1).
    constexpr double uniform() { return static_cast<double>(next() >> 11U) * 0x1p-53; }
    /// From 0 to below `bound`, which is below 2^32; even to within bound / 2^32.
    constexpr std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>((next() >> 32U) * bound >> 32U);
    }

private:
    std::uint64_t state_;
};

/// FNV-1a, 64 bits (Fowler, Noll, Vo), over whatever is taken in, a word at a time.
class Fnv {
public:
    explicit constexpr Fnv(std::uint64_t seed = 0) : hash_(0xcbf29ce484222325U ^ seed) {}
    constexpr void take(std::uint64_t word) { hash_ = (hash_ ^ word) * 0x100000001b3U; }
    [[nodiscard]] constexpr std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_;
};

}  // namespace telltale::numbers
