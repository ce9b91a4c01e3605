#include "view_math.hpp"

#include <cmath>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace telltale::window;
using Catch::Approx;

namespace {

Viewport half_an_hour() {
    return {.sampling_rate = 360, .length = 650000, .width = 1000};
}

}  // namespace

TEST_CASE("the paper is calibrated: 25 mm are a second, 10 mm a millivolt") {
    const Viewport v = half_an_hour();
    CHECK(v.px_per_s() == Approx(25 * 96 / 25.4));
    CHECK(v.px_per_mv() == Approx(10 * 96 / 25.4));
    CHECK(v.x_of(v.first + 360) == Approx(v.px_per_s()));
    CHECK(v.sample_at(v.x_of(12345)) == Approx(12345));
}

TEST_CASE("a resize does not change the paper's scale") {
    Viewport v = half_an_hour();
    const double before = v.px_per_s();
    v.width = 333;
    v.keep_inside();
    CHECK(v.px_per_s() == before);
    CHECK(v.visible() == Approx(333 / before * 360));
}

TEST_CASE("zooming keeps the sample under the pointer in place") {
    Viewport v = half_an_hour();
    v.first = 100000;
    const double under = v.sample_at(400);
    v.zoom(2.5, 400);
    CHECK(v.mm_per_s == Approx(62.5));
    CHECK(v.sample_at(400) == Approx(under));
    v.zoom(1e-9, 400);  // out to the whole recording, no further
    CHECK(v.visible() == Approx(v.length));
    CHECK(v.first == 0);
    v.zoom(1e9, 0);
    CHECK(v.mm_per_s == 200);
}

TEST_CASE("the view stays inside the recording") {
    Viewport v = half_an_hour();
    v.pan(-100);
    CHECK(v.first == 0);
    v.pan(1e6);
    CHECK(v.last() == Approx(v.length));
    v.length = 100;  // shorter than the view
    v.keep_inside();
    CHECK(v.first == 0);
}

TEST_CASE("revealing moves only when it must") {
    Viewport v = half_an_hour();
    v.first = 100000;
    v.reveal(100000 + v.visible() / 2);
    CHECK(v.first == 100000);
    v.reveal(300000);
    CHECK(v.x_of(300000) == Approx(500));
}

TEST_CASE("grid lines never run together") {
    for (double px_per_s = 0.001; px_per_s < 1000; px_per_s *= 1.3) {
        const Grid grid = time_grid(px_per_s);
        if (grid.minor > 0) CHECK(grid.minor * px_per_s >= 3);
        CHECK(grid.major > 0);
        CHECK(label_step(px_per_s, 80) > 0);
    }
    const Grid paper = time_grid(25 * px_per_mm);
    CHECK(paper.minor == 0.04);
    CHECK(paper.major == 0.2);
    const Grid mv = amplitude_grid(10 * px_per_mm);
    CHECK(mv.minor == 0.1);
    CHECK(mv.major == 0.5);
}

TEST_CASE("a click takes the nearest beat within reach") {
    const std::vector<double> beats = {100, 200, 300};
    CHECK(nearest(beats, 210, 50) == 1);
    CHECK(nearest(beats, 249, 50) == 1);
    CHECK(nearest(beats, 251, 50) == 2);
    CHECK_FALSE(nearest(beats, 400, 50));
    CHECK_FALSE(nearest({}, 1, 50));
}

TEST_CASE("numbers and times are written as people write them") {
    CHECK(clock_time(754.9) == "0:12:34");
    CHECK(clock_time(59.97, true) == "0:00:59.9");
    CHECK(short_number(25) == "25");
    CHECK(short_number(12.5) == "12.5");
    CHECK(short_number(0.834) == "0.83");
    CHECK(short_number(0.00312) == "0.0031");
    CHECK(short_number(0) == "0");
    CHECK(grouped(7) == "7");
    CHECK(grouped(109494) == "109 494");
    CHECK(grouped(1000000) == "1 000 000");
}
