#include "evaluate/confusion.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <nlohmann/json.hpp>

using namespace telltale::evaluate;
using Catch::Matchers::WithinAbs;

TEST_CASE("figures of a confusion matrix, worked by hand") {
    //          N  V  F   <- given
    // N (10)   8  2  0
    // V  (5)   1  4  0
    // F  (0)   0  0  0
    Confusion confusion({"N", "V", "F"});
    confusion.add(0, 0, 8);
    confusion.add(0, 1, 2);
    confusion.add(1, 0);
    confusion.add(1, 1, 4);
    CHECK(confusion.beats() == 15);
    CHECK_THAT(*confusion.accuracy(), WithinAbs(12.0 / 15, 1e-15));
    CHECK_THAT(*confusion.sensitivity(0), WithinAbs(0.8, 1e-15));
    CHECK_THAT(*confusion.predictive_value(0), WithinAbs(8.0 / 9, 1e-15));
    CHECK_THAT(*confusion.f1(0), WithinAbs(16.0 / 19, 1e-15));
    CHECK_THAT(*confusion.f1(1), WithinAbs(8.0 / 11, 1e-15));
    // A class that neither occurs nor is given has no figures and does not drag the mean down.
    CHECK_FALSE(confusion.sensitivity(2));
    CHECK_FALSE(confusion.predictive_value(2));
    CHECK_FALSE(confusion.f1(2));
    CHECK_THAT(*confusion.macro_f1(), WithinAbs((16.0 / 19 + 8.0 / 11) / 2, 1e-15));
    // Given without occurring, it has figures, but what the mean loses is N's sensitivity alone.
    confusion.add(0, 2);
    CHECK(*confusion.predictive_value(2) == 0);
    CHECK(*confusion.f1(2) == 0);
    CHECK_THAT(*confusion.macro_f1(), WithinAbs((16.0 / 20 + 8.0 / 11) / 2, 1e-15));
    // A class that occurs and is never found has F1 0, and that is in the mean.
    Confusion sum = confusion;
    sum.add(2, 0, 3);
    CHECK(*sum.f1(2) == 0);
    CHECK_THAT(*sum.macro_f1(), WithinAbs((16.0 / 23 + 8.0 / 11) / 3, 1e-15));

    const auto json = to_json(confusion);
    CHECK(json["beats"] == 16);
    CHECK(json["classes"]["F"]["se"].is_null());
    CHECK(json["classes"]["F"]["support"] == 0);
    CHECK(json["classes"]["V"]["support"] == 5);
    CHECK(json["confusion"] == nlohmann::ordered_json{{8, 2, 1}, {1, 4, 0}, {0, 0, 0}});
    // Counts of several parts add up.
    sum.add(confusion);
    CHECK(sum.at(0, 0) == 16);
    CHECK(sum.beats() == 35);
}

TEST_CASE("no beats have no figures") {
    const Confusion confusion({"N", "V"});
    CHECK_FALSE(confusion.accuracy());
    CHECK_FALSE(confusion.macro_f1());
    CHECK(to_json(confusion)["accuracy"].is_null());
    CHECK(to_text(confusion).starts_with("0 beats, accuracy -, macro-F1 -"));
}
