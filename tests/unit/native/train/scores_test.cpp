#include "scores.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace telltale::train;
using Catch::Approx;

TEST_CASE("scores follow from the confusion matrix") {
    Confusion c(3);
    // Truth 0: 8 right, 2 called 1. Truth 1: 3 right, 1 called 0. Class 2 does not occur.
    for (int i = 0; i < 8; ++i) c.add(0, 0);
    for (int i = 0; i < 2; ++i) c.add(0, 1);
    for (int i = 0; i < 3; ++i) c.add(1, 1);
    c.add(1, 0);
    CHECK(c.total() == 14);
    CHECK(c.accuracy() == Approx(11.0 / 14.0));
    CHECK(c.of(0).sensitivity == Approx(0.8));
    CHECK(c.of(0).precision == Approx(8.0 / 9.0));
    CHECK(c.of(0).f1 == Approx(16.0 / 19.0));
    CHECK(c.of(1).f1 == Approx(6.0 / 9.0));
    CHECK(c.of(2).support == 0);
    CHECK(c.macro_f1() == Approx((16.0 / 19.0 + 6.0 / 9.0) / 2));
    const std::vector<std::string> names{"a", "b", "c"};
    const auto json = to_json(c, names);
    CHECK(json["confusion"][0][1] == 2);
    CHECK(json["classes"]["b"]["support"] == 4);
}
