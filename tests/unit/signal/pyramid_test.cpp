#include "signal/pyramid.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace telltale::signal {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

// A plain random walk; the generator is written out so that it is the same everywhere.
std::vector<float> walk(std::size_t count) {
    std::vector<float> samples(count);
    std::uint32_t state = 12345;
    float value = 0;
    for (float& sample : samples) {
        state = state * 1664525U + 1013904223U;
        value += (state >> 16) % 3 == 0 ? 0.01F : (state >> 16) % 3 == 1 ? -0.01F : 0.0F;
        sample = value;
    }
    return samples;
}

TEST_CASE("every bin of every level is the minimum and maximum of its samples") {
    const std::vector<float> samples = walk(100'003);
    const Pyramid pyramid = Pyramid::build(samples);
    REQUIRE(pyramid.levels().size() == 3);  // 6251, 1563 and 391 bins
    std::size_t expected_bin = 16;
    for (const Level& level : pyramid.levels()) {
        REQUIRE(level.samples_per_bin == expected_bin);
        expected_bin *= 4;
        REQUIRE(level.bins() ==
                (samples.size() + level.samples_per_bin - 1) / level.samples_per_bin);
        for (std::size_t b = 0; b < level.bins(); ++b) {
            const auto first =
                samples.begin() + static_cast<std::ptrdiff_t>(b * level.samples_per_bin);
            const auto last =
                samples.begin() + static_cast<std::ptrdiff_t>(
                                      std::min(samples.size(), (b + 1) * level.samples_per_bin));
            REQUIRE(level.min_max[2 * b] == *std::min_element(first, last));
            REQUIRE(level.min_max[2 * b + 1] == *std::max_element(first, last));
        }
    }
    REQUIRE(pyramid.levels().back().bins() <= Pyramid::coarsest_bins);
}

TEST_CASE("missing samples are left out, and a bin of nothing but them is missing itself") {
    std::vector<float> samples(16 * 4, 1.0F);
    for (std::size_t i = 16; i < 32; ++i) samples[i] = nan;
    samples[0] = nan;
    samples[1] = -2.0F;
    samples[63] = nan;
    const Pyramid pyramid = Pyramid::build(samples);
    const Level& level = pyramid.levels()[0];
    REQUIRE(level.bins() == 4);
    CHECK(level.min_max[0] == -2.0F);
    CHECK(level.min_max[1] == 1.0F);
    CHECK(std::isnan(level.min_max[2]));
    CHECK(std::isnan(level.min_max[3]));
    CHECK(level.min_max[6] == 1.0F);
    CHECK(level.min_max[7] == 1.0F);
}

TEST_CASE("a missing stretch stays missing, and only it, in the coarser levels") {
    std::vector<float> samples(16 * 4 * 2000, 0.5F);
    for (std::size_t i = 64; i < 128; ++i) samples[i] = nan;  // all of the second bin of level 2
    samples[130] = nan;
    const Pyramid pyramid = Pyramid::build(samples);
    REQUIRE(pyramid.levels().size() >= 2);
    const Level& level = pyramid.levels()[1];
    CHECK(level.min_max[0] == 0.5F);
    CHECK(std::isnan(level.min_max[2]));
    CHECK(level.min_max[4] == 0.5F);
}

TEST_CASE("no samples, and a single one") {
    const Pyramid empty = Pyramid::build({});
    REQUIRE(empty.levels().size() == 1);
    CHECK(empty.levels()[0].bins() == 0);
    const std::vector<float> one = {3.0F};
    const Pyramid pyramid = Pyramid::build(one);
    REQUIRE(pyramid.levels().size() == 1);
    CHECK(pyramid.levels()[0].min_max == std::vector<float>{3.0F, 3.0F});
}

TEST_CASE("infinities are values like any other") {
    std::vector<float> samples(16, 0.0F);
    samples[3] = std::numeric_limits<float>::infinity();
    CHECK(Pyramid::build(samples).levels()[0].min_max[1] == std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace telltale::signal
