#include "train/data/augment.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace telltale::train {

namespace {

/// Values up to the zeros that pad the end.
std::size_t filled(std::span<const float> row) {
    std::size_t n = row.size();
    while (n > 0 && row[n - 1] == 0.0F) --n;
    return n;
}

/// Linear interpolation at a place between samples; edges repeat.
float at(std::span<const float> row, double place) {
    const double last = static_cast<double>(row.size() - 1);
    const double p = std::clamp(place, 0.0, last);
    const auto i = std::min(static_cast<std::size_t>(p), row.size() - 1);
    const std::size_t j = std::min(i + 1, row.size() - 1);
    const auto t = static_cast<float>(p - static_cast<double>(i));
    return row[i] + t * (row[j] - row[i]);
}

}  // namespace

void augment(std::span<float> row, const AugmentOptions& o, Random& random) {
    std::size_t n = filled(row);
    if (n < 2) return;
    if (o.stretch > 0 || o.shift > 0) {
        const std::vector<float> old(row.begin(), row.begin() + static_cast<long>(n));
        const double factor = random.uniform(1.0 - o.stretch, 1.0 + o.stretch);
        const double shift = o.shift > 0 ? random.uniform(-o.shift, o.shift) : 0.0;
        const bool padded = n < row.size();
        n = std::min(row.size(),
                     static_cast<std::size_t>(std::lround(static_cast<double>(n) * factor)));
        // A row that was full stays full: what a shorter beat would leave repeats its edge.
        if (!padded) n = row.size();
        for (std::size_t i = 0; i < n; ++i) {
            row[i] = at(old, static_cast<double>(i) / factor - shift);
        }
        std::fill(row.begin() + static_cast<long>(n), row.end(), 0.0F);
    }
    const auto gain = static_cast<float>(random.uniform(1.0 - o.amplitude, 1.0 + o.amplitude));
    const double periods = random.uniform(0.5, 2.0);
    const double phase = random.uniform(0.0, 2.0 * std::numbers::pi);
    const double step = 2.0 * std::numbers::pi * periods / static_cast<double>(row.size());
    for (std::size_t i = 0; i < n; ++i) {
        double value = row[i] * gain;
        if (o.wander > 0) value += o.wander * std::sin(phase + step * static_cast<double>(i));
        if (o.noise > 0) value += o.noise * random.normal();
        row[i] = static_cast<float>(value);
    }
}

}  // namespace telltale::train
