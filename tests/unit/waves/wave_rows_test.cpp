#include "waves/wave_rows.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace telltale::waves {
namespace {

using Catch::Matchers::WithinAbs;

/// A bell of 1 mV and a tenth of a second at each whole second, on a slow wander of 5 mV.
std::vector<float> bells(double rate, double seconds) {
    std::vector<float> x(static_cast<std::size_t>(rate * seconds));
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double t = static_cast<double>(i) / rate;
        const double away = t - std::floor(t + 0.5);
        x[i] =
            static_cast<float>(std::exp(-away * away / (2 * 0.02 * 0.02)) + 5 * std::sin(0.3 * t));
    }
    return x;
}

std::vector<std::int64_t> every_second(double rate, int seconds) {
    std::vector<std::int64_t> peaks;
    for (int s = 1; s < seconds; ++s) peaks.push_back(static_cast<std::int64_t>(s * rate));
    return peaks;
}

TEST_CASE("frames are the same at any sampling rate", "[waves]") {
    const auto of = [](double rate) {
        const auto x = bells(rate, 12);
        const auto peaks = every_second(rate, 12);
        return wave_rows(x, rate, peaks, 0, static_cast<std::int64_t>(x.size()));
    };
    const WaveRows reference = of(500);
    REQUIRE(reference.frames >= 1500);
    CHECK(reference.usable);
    for (const double rate : {125.0, 250.0, 360.0, 1000.0}) {
        const WaveRows rows = of(rate);
        REQUIRE(rows.frames >= 1500);
        for (std::size_t f = 250; f < 1250; ++f)
            for (std::size_t c = 0; c < feature_count; ++c) {
                INFO("rate " << rate << " frame " << f << " value " << c);
                CHECK_THAT(rows.values[f * feature_count + c],
                           WithinAbs(reference.values[f * feature_count + c], 0.12));
            }
    }
}

TEST_CASE("a frame knows the beats about it", "[waves]") {
    const auto x = bells(250, 10);
    const auto peaks = every_second(250, 10);
    const WaveRows rows = wave_rows(x, 250, peaks, 0, 2500);
    // 3.2 s: 0.2 s after a beat, 0.8 s before the next.
    const float* row = &rows.values[400 * feature_count];
    CHECK_THAT(rows.seconds(400), WithinAbs(3.2, 1e-9));
    CHECK_THAT(row[4], WithinAbs(0.2, 1e-6));
    CHECK_THAT(row[5], WithinAbs(0.8, 1e-6));
    CHECK(row[6] == 0);
    CHECK_THAT(rows.values[375 * feature_count + 6], WithinAbs(1, 1e-6));
    // Before the first beat nothing is known of one.
    CHECK(rows.values[4] == 2);
}

TEST_CASE("frames are finite whatever the samples", "[waves]") {
    constexpr float inf = std::numeric_limits<float>::infinity();
    auto x = bells(250, 10);
    for (std::size_t i = 600; i < 700; ++i) x[i] = std::nanf("");
    x[900] = inf;
    x[901] = -3e38F;
    const auto peaks = every_second(250, 10);
    const WaveRows rows = wave_rows(x, 250, peaks, 0, 2500);
    CHECK(rows.usable);
    for (const float value : rows.values) REQUIRE(std::isfinite(value));

    const std::vector<float> none(2500, std::nanf(""));
    const WaveRows empty = wave_rows(none, 250, peaks, 0, 2500);
    CHECK_FALSE(empty.usable);
    for (const float value : empty.values) REQUIRE(std::isfinite(value));
    const std::vector<float> flat(2500, 1.0F);
    CHECK_FALSE(wave_rows(flat, 250, peaks, 0, 2500).usable);
    CHECK(wave_rows(x, 250, peaks, 4000, 5000).frames == 0);
    CHECK(wave_rows({}, 250, {}, 0, 100).frames == 0);
}

}  // namespace
}  // namespace telltale::waves
