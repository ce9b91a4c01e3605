// Levels of detail: minimum and maximum of ever longer stretches of one lead, so that a record of
// any length is drawn from about as many points as the screen has columns.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace telltale::signal {

/// One level. Bin b covers samples [b * samples_per_bin, (b + 1) * samples_per_bin) of the lead,
/// cut at its end. A bin that holds no signal at all (every sample NaN) is a pair of NaN.
struct Level {
    std::size_t samples_per_bin = 0;
    std::vector<float> min_max;  ///< min, max, min, max, ... in the lead's unit.

    [[nodiscard]] std::size_t bins() const { return min_max.size() / 2; }
};

/// The finest level has 16 samples a bin, each next one 4 times as many; the last has at most
/// `coarsest_bins` bins. All levels together hold a sixth of the lead's own samples. NaN samples
/// are left out of minimum and maximum.
class Pyramid {
public:
    static constexpr std::size_t finest_bin = 16;
    static constexpr std::size_t factor = 4;
    static constexpr std::size_t coarsest_bins = 1024;

    /// Linear in the number of samples. No samples give one empty level.
    [[nodiscard]] static Pyramid build(std::span<const float> samples);

    [[nodiscard]] std::span<const Level> levels() const { return levels_; }

private:
    std::vector<Level> levels_;
};

}  // namespace telltale::signal
