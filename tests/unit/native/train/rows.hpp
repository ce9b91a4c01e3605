// Small data sets made up for tests of the trainer.
#pragma once

#include <cmath>
#include <cstddef>
#include <format>
#include <vector>

#include "train/data/dataset.hpp"
#include "train/loop/random.hpp"

namespace telltale::train::tests {

/// counts[c] rows of class c: one bump each, early, in the middle or late by class, with noise.
/// Rows go round `groups` records in turn; every fifth row is of the test part.
inline DataSet bumps(const std::vector<std::size_t>& counts, std::int64_t length = 24,
                     std::size_t groups = 6, double noise = 0.1) {
    DataSet set;
    set.name = "bumps";
    set.shape = {.channels = 1, .length = length};
    for (std::size_t g = 0; g < groups; ++g) set.group_names.push_back(std::format("{}", g));
    Random random(7);
    for (std::size_t c = 0; c < counts.size(); ++c) {
        set.classes.push_back(std::format("class{}", c));
        const double centre = static_cast<double>(length) * (static_cast<double>(c) + 0.5) /
                              static_cast<double>(counts.size());
        for (std::size_t i = 0; i < counts[c]; ++i) {
            for (std::int64_t k = 0; k < length; ++k) {
                const double d = (static_cast<double>(k) - centre) / 1.5;
                set.values.push_back(
                    static_cast<float>(std::exp(-d * d) + noise * random.normal()));
            }
            set.labels.push_back(static_cast<std::uint8_t>(c));
            set.groups.push_back(static_cast<std::uint32_t>(i % groups));
            set.test.push_back(i % 5 == 4);
        }
    }
    return set;
}

}  // namespace telltale::train::tests
