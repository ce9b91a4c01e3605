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

TEST_CASE("the area under a ROC curve is the share of pairs in the right order") {
    // Two classes; the second logit is 0, so the first alone ranks. Ties count half.
    const std::vector<float> logits{3, 0, 2, 0, 2, 0, 1, 0, -1, 0};
    const std::vector<std::uint8_t> labels{0, 0, 1, 0, 1};
    const std::vector<std::size_t> rows{0, 1, 2, 3, 4};
    const auto curve = roc(logits, labels, rows, 0, 2);
    REQUIRE(curve);
    // Pairs (3,2) (3,-1) (2,-1) (1,-1) are right, (2,2) is half, (1,2) is wrong: 4.5 of 6.
    CHECK(curve->area == Approx(0.75));
    CHECK(curve->points.front() == std::pair(0.0, 0.0));
    CHECK(curve->points.back() == std::pair(1.0, 1.0));
    CHECK(roc(logits, labels, rows, 1, 2)->area == Approx(0.75));
    CHECK(!roc(logits, std::vector<std::uint8_t>(5, 1), rows, 0, 2));
}
