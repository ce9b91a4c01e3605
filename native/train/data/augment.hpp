// Small random changes to rows, so that repeated beats are not learnt by heart.
#pragma once

#include <cstdint>
#include <span>

#include "train/loop/random.hpp"
#include "train/networks/network.hpp"

namespace telltale::train {

/// Each change is off at 0. Zeros that pad a row's end stay zeros.
struct AugmentOptions {
    double stretch = 0;    ///< Time scaled by a factor within 1 +- stretch, start held.
    double noise = 0;      ///< Standard deviation of white noise added to each value.
    double amplitude = 0;  ///< Values multiplied by a factor within 1 +- amplitude.
    double wander = 0;     ///< Amplitude of a slow sine added (half to two periods a row).
    int shift = 0;         ///< Moved by up to so many values either way, edges repeated.
    /// Each row is learnt so many times more an epoch, as copies of it.
    int copies = 0;
    bool copies_only = false;  ///< Only copies are changed: these, and those of balancing.

    [[nodiscard]] bool any() const {
        return stretch > 0 || noise > 0 || amplitude > 0 || wander > 0 || shift > 0;
    }
};

/// Changes one channel of a row in place.
void augment(std::span<float> row, const AugmentOptions& options, Random& random);

}  // namespace telltale::train
