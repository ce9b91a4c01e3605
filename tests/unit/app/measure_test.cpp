#include "measure.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace telltale::window;
using Catch::Approx;

namespace {

// A flat line of 101 samples with a triangle of this height at sample 50.
std::vector<float> triangle(float height) {
    std::vector<float> mv(101, 0.2F);
    for (int i = -5; i <= 5; ++i)
        mv[static_cast<std::size_t>(50 + i)] += height * (1 - static_cast<float>(std::abs(i)) / 6);
    return mv;
}

}  // namespace

TEST_CASE("calipers: time, rate and amplitude, whichever leg came first") {
    const std::vector<double> none;
    const Calipers forth{.from = 360, .to = 540, .from_mv = 0.1F, .to_mv = 1.1F};
    const Measured m = measure(forth, none, 360);
    CHECK(m.ms == Approx(500));
    CHECK(m.rate.value() == Approx(120));
    CHECK(m.mv.value() == Approx(1.0));
    CHECK_FALSE(m.qt);
    const Calipers back{.from = 540, .to = 360, .from_mv = 1.1F, .to_mv = 0.1F};
    CHECK(measure(back, none, 360).ms == Approx(500));
    CHECK(measure(back, none, 360).mv.value() == Approx(1.0));
}

TEST_CASE("calipers without a signal give no amplitude, without a width no rate") {
    const Measured m = measure({.from = 10, .to = 10}, {}, 250);
    CHECK(m.ms == 0);
    CHECK_FALSE(m.rate);
    CHECK_FALSE(m.mv);
    CHECK(measured_lines(m) == std::vector<std::string>{"0 ms"});
}

TEST_CASE("legs around one beat are a QT, corrected by the interval before it") {
    const std::vector<double> beats = {1000, 1640, 2440};  // RR 640 and 800 ms at 1000 Hz
    const Measured m = measure({.from = 1600, .to = 2000}, beats, 1000);
    REQUIRE(m.qt);
    CHECK(m.qt->qt == Approx(400));
    CHECK(m.qt->rr == Approx(640));
    CHECK(m.qt->bazett == Approx(500));  // 400 / sqrt(0.64)
    CHECK(m.qt->fridericia == Approx(400 / std::pow(0.64, 1.0 / 3)));
    CHECK(measured_lines(m).at(1) == "QT 400 ms, RR 640 ms, QTcB 500 ms, QTcF 464 ms");
    // At a beat a second nothing is corrected.
    const std::vector<double> slow = {0, 1000};
    const Measured same = measure({.from = 960, .to = 1370}, slow, 1000);
    REQUIRE(same.qt);
    CHECK(same.qt->bazett == Approx(410));
    CHECK(same.qt->fridericia == Approx(410));
}

TEST_CASE("the first beat is corrected by the interval after it; a lone one not at all") {
    const std::vector<double> two = {500, 1310};
    const Measured m = measure({.from = 460, .to = 860}, two, 1000);
    REQUIRE(m.qt);
    CHECK(m.qt->rr == Approx(810));
    const std::vector<double> lone = {500};
    CHECK_FALSE(measure({.from = 460, .to = 860}, lone, 1000).qt);
}

TEST_CASE("no QT over two beats, none, or a length that no QT has") {
    const std::vector<double> beats = {0, 800, 1200, 2000};
    CHECK_FALSE(measure({.from = 790, .to = 1210}, beats, 1000).qt);   // two beats
    CHECK_FALSE(measure({.from = 1210, .to = 1610}, beats, 1000).qt);  // none
    CHECK_FALSE(measure({.from = 750, .to = 900}, beats, 1000).qt);    // 150 ms
    CHECK_FALSE(measure({.from = 1201, .to = 2051}, beats, 1000).qt);  // 850 ms
}

TEST_CASE("a leg snaps to the peak or trough within reach") {
    CHECK(nearest_extremum(triangle(1), 46, 10) == 50);
    CHECK(nearest_extremum(triangle(-1), 57, 10) == 50);
}

TEST_CASE("a leg does not snap on a slope, a flat line, beyond its reach or without a signal") {
    CHECK_FALSE(nearest_extremum(triangle(1), 47, 2));  // the peak is out of reach: a slope
    CHECK_FALSE(nearest_extremum(triangle(1), 20, 10));
    CHECK_FALSE(nearest_extremum(triangle(0.03F), 48, 10));  // as small as noise
    std::vector<float> gap = triangle(1);
    gap[52] = std::numeric_limits<float>::quiet_NaN();
    CHECK_FALSE(nearest_extremum(gap, 50, 10));
    CHECK_FALSE(nearest_extremum(triangle(1), 101, 10));
    CHECK_FALSE(nearest_extremum({}, 0, 10));
}

TEST_CASE("of a clipped peak's equal samples a leg takes the nearest") {
    std::vector<float> mv(101, 0);
    for (std::size_t i = 45; i <= 55; ++i) mv[i] = 2;
    CHECK(nearest_extremum(mv, 50, 20) == 50);
    CHECK(nearest_extremum(mv, 58, 20) == 55);
}

TEST_CASE("marching calipers repeat the interval to both sides") {
    const Calipers calipers{.from = 1300, .to = 1000};
    CHECK(marching(calipers, 350, 2000, 100) == std::vector<double>{400, 700, 1600, 1900});
    CHECK(marching({.from = 5, .to = 5}, 0, 100, 100).empty());
    CHECK(marching(calipers, 0, 1e9, 100).empty());
    // Far away the legs stand exactly, however many come between.
    const auto far = marching({.from = 0, .to = 0.1}, 1e6, 1e6 + 1, 100);
    REQUIRE_FALSE(far.empty());
    CHECK(far.front() == 0.1 * std::ceil(1e6 / 0.1));
}
