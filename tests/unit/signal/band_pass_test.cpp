#include "signal/band_pass.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>
#include <numbers>

using namespace telltale::signal;
using Catch::Matchers::WithinAbs;

namespace {

constexpr double rate = 360;

// Amplitude of what is left of a sine in the middle of a minute.
double passed(double hz) {
    std::vector<double> values(static_cast<std::size_t>(60 * rate));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate);
    BandPass(0.5, 40, rate).apply(values);
    double largest = 0;
    for (std::size_t i = values.size() / 4; i < values.size() * 3 / 4; ++i)
        largest = std::max(largest, std::fabs(values[i]));
    return largest;
}

}  // namespace

TEST_CASE("the band passes, its corners are at half, the rest does not pass") {
    CHECK_THAT(passed(10), WithinAbs(1.0, 0.005));
    CHECK_THAT(passed(0.5), WithinAbs(0.5, 0.01));
    CHECK_THAT(passed(40), WithinAbs(0.5, 0.01));
    CHECK(passed(0.05) < 0.001);
    CHECK(passed(150) < 0.01);
}

TEST_CASE("nothing is moved in time, and a constant goes") {
    std::vector<double> values(7200, 5.0);
    for (int k = -3; k <= 3; ++k) values[static_cast<std::size_t>(3600 + k)] += 4 - std::abs(k);
    BandPass(0.5, 40, rate).apply(values);
    const auto peak = std::ranges::max_element(values) - values.begin();
    CHECK(peak == 3600);
    for (std::size_t k = 1; k < 100; ++k)
        CHECK_THAT(values[3600 + k], WithinAbs(values[3600 - k], 1e-6));
    CHECK_THAT(values[200], WithinAbs(0.0, 1e-3));
}

TEST_CASE("a stretch fills gaps on straight lines and turns the lead about its ends") {
    constexpr float gap = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> samples = {1, 2, gap, gap, 5, 7};
    std::vector<double> out;
    fill_stretch(samples, -2, 8, out);
    const std::vector<double> expected = {-1, 0, 1, 2, 3, 4, 5, 7, 9, 10};
    REQUIRE(out.size() == expected.size());
    for (std::size_t i = 0; i < out.size(); ++i) CHECK_THAT(out[i], WithinAbs(expected[i], 1e-12));
    fill_stretch(std::vector<float>(4, gap), -1, 5, out);
    for (const double value : out) CHECK(value == 0);
}
