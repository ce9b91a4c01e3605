#include "train/loop/scores.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace telltale::train;
using Catch::Approx;

TEST_CASE("the area under a ROC curve is the share of pairs in the right order") {
    // Two classes; the second logit is 0, so the first alone ranks. Ties count half.
    const std::vector<float> logits{3, 0, 2, 0, 2, 0, 1, 0, -1, 0};
    const std::vector<std::uint8_t> labels{0, 0, 1, 0, 1};
    const std::vector<std::size_t> rows{0, 1, 2, 3, 4};
    const auto curve = roc(logits, labels, rows, 0, 2);
    REQUIRE(curve);
    // Pairs (3,2) (3,-1) (2,-1) (1,-1) are right, (2,2) is half, (1,2) is wrong: 4.5 of 6.
    CHECK(curve->area == Approx(0.75));
    CHECK(curve->points.front().sensitivity == 0);
    CHECK(curve->points.back().false_positive_rate == 1);
    CHECK(roc(logits, labels, rows, 1, 2)->area == Approx(0.75));
    CHECK(!roc(logits, std::vector<std::uint8_t>(5, 1), rows, 0, 2));
}

TEST_CASE("beats that a network is sure of are ranked still") {
    // Both probabilities are 1 to the last bit of a double.
    const std::vector<float> logits{60, 0, 50, 0};
    const std::vector<std::uint8_t> labels{0, 1};
    const std::vector<std::size_t> rows{0, 1};
    CHECK(roc(logits, labels, rows, 0, 2)->area == 1);
}
