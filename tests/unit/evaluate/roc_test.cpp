// The receiver operating characteristic, against what can be counted by hand.
#include "evaluate/roc.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <limits>

using namespace telltale::evaluate;

TEST_CASE("the area is the share of pairs that are in the right order") {
    // Of the six pairs of one positive and one negative four are right and one is a tie.
    const std::vector<float> scores = {0.9F, 0.6F, 0.6F, 0.4F, 0.8F};
    const std::vector<std::uint8_t> positive = {1, 1, 0, 0, 0};
    const auto found = roc(scores, positive);
    REQUIRE(found);
    CHECK(found->area == Catch::Approx(4.5 / 6));
    CHECK(found->positives == 2);
    REQUIRE(found->points.size() == 5);
    CHECK(found->points[1].sensitivity == 0.5);
    CHECK(found->points[1].false_positive_rate == 0);
    CHECK(found->points[3].sensitivity == 1);
    CHECK(found->points[3].false_positive_rate == Catch::Approx(2.0 / 3));
}

TEST_CASE("perfect, reversed and silent scores") {
    const std::vector<std::uint8_t> positive = {1, 1, 0, 0};
    CHECK(roc(std::vector{0.9F, 0.8F, 0.2F, 0.1F}, positive)->area == 1);
    CHECK(roc(std::vector{0.1F, 0.2F, 0.8F, 0.9F}, positive)->area == 0);
    CHECK(roc(std::vector{0.5F, 0.5F, 0.5F, 0.5F}, positive)->area == 0.5);
}

TEST_CASE("many beats give few points and the area of all") {
    std::vector<float> scores;
    std::vector<std::uint8_t> positive;
    for (int i = 0; i < 20'000; ++i) {
        scores.push_back(static_cast<float>(i % 9973) / 9973);
        positive.push_back(i % 7 == 0);
    }
    const auto all = roc(scores, positive, 1'000'000), few = roc(scores, positive, 100);
    REQUIRE(all);
    REQUIRE(few);
    CHECK(few->area == all->area);
    CHECK(few->points.size() <= 102);
    CHECK(few->points.back().sensitivity == 1);
    CHECK(few->points.back().false_positive_rate == 1);
}

TEST_CASE("without both sides, or with what is no number, there is no curve") {
    CHECK_FALSE(roc(std::vector{0.5F}, std::vector<std::uint8_t>{1}));
    CHECK_FALSE(roc(std::vector{0.5F}, std::vector<std::uint8_t>{0}));
    CHECK_FALSE(roc({}, {}));
    CHECK_FALSE(roc(std::vector{0.5F}, std::vector<std::uint8_t>{1, 0}));
    CHECK_FALSE(roc(std::vector{0.5F, std::numeric_limits<float>::quiet_NaN()},
                    std::vector<std::uint8_t>{1, 0}));
}
