// What was worked out of a recording's beats before, for the next time: one beat with another class
// changes little of it.
#pragma once

#include <cstdint>
#include <vector>

#include "rhythm/heart_rate.hpp"

namespace telltale::rhythm {

/// Power of a stretch of NN intervals by frequency band.
struct BandPower {
    double vlf = 0, lf = 0, hf = 0;  ///< ms^2
};

/// Belongs to one recording. What is found here is bit for bit what would be worked out again.
struct Known {
    // Spectra of parts; `of` is a hash of all that a part's spectrum is worked out from.
    struct Segment {
        std::uint64_t of = 0;
        BandPower power;
    };
    struct Window {
        std::uint64_t of = 0;
        std::vector<double> density;
    };
    std::vector<Segment> segments;  ///< Lomb-Scargle, by the number of their five minutes.
    std::vector<Window> windows;    ///< Welch, in their order.
    RateFindings rates;
};

}  // namespace telltale::rhythm
