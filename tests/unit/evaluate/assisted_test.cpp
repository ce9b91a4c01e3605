#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "evaluate/assisted.hpp"

using namespace telltale;
using namespace telltale::evaluate;
using Catch::Approx;

namespace {

constexpr std::size_t classes = 3;  // N S V

// 100 N that the model knows; 20 S that it holds for N, with doubt; 10 V that it knows; one beat of
// a class that it does not know.
struct Case {
    std::vector<float> logits;
    AssistedTruth truth;

    Case() {
        add(100, {5, 0, 0}, 0);
        add(20, {1, 0.5F, -3}, 1);
        add(10, {-2, 0, 5}, 2);
        add(1, {0, 0, 0.2F}, 3);
    }
    void add(std::size_t beats, std::initializer_list<float> said, std::size_t label) {
        for (std::size_t i = 0; i < beats; ++i) {
            logits.insert(logits.end(), said);
            truth.label.push_back(label);
        }
    }
    [[nodiscard]] classify::Adapter adapter() const {
        return classify::Adapter({.classes = classes,
                                  .logits = logits,
                                  .width = 0,
                                  .embedding = {},
                                  .labels = classes + 1});
    }
};

}  // namespace

TEST_CASE("a technician's answers are counted over all beats, and over those not asked about") {
    const Case c;
    const auto steps = assist(c.adapter(), classes, c.truth, {.answers = {0, 4}});
    REQUIRE(steps.size() == 2);
    // By itself the model has 100 N and 10 V right; the S are N, the unknown one does not count.
    CHECK(steps[0].given == 0);
    CHECK(steps[0].classes[0].right == 100);
    CHECK(steps[0].classes[0].falsely == 20);
    CHECK(steps[0].classes[1].missed == 20);
    CHECK_FALSE(steps[0].classes[1].f1().value_or(0) > 0);
    CHECK(steps[0].classes[2].f1() == 1.0);
    CHECK(*steps[0].classes[0].f1() == Approx(200.0 / 220));
    // Asked about an S, all of them follow; the beats that were asked are left out of `unasked`.
    CHECK(steps[1].given <= 4);
    CHECK(steps[1].classes[1].right == 20);
    CHECK(steps[1].classes[1].falsely == 0);
    const std::size_t asked = steps[1].classes[0].right + steps[1].classes[1].right +
                              steps[1].classes[2].right - steps[1].unasked[0].right -
                              steps[1].unasked[1].right - steps[1].unasked[2].right;
    CHECK(asked >= 1);
    CHECK(asked <= steps[1].given);
}

TEST_CASE("wrong answers are as often as asked for, and the same with the same seed") {
    const Case c;
    const auto f1 = [&](double errors, std::uint64_t seed) {
        return assist(c.adapter(), classes, c.truth,
                      {.answers = {4}, .errors = errors, .seed = seed})[0]
            .classes[1]
            .f1();
    };
    CHECK(f1(0, 1) == f1(0, 2));
    CHECK(f1(1, 1) == f1(1, 1));
    CHECK(f1(1, 1).value_or(0) < f1(0, 1).value_or(0));
}

TEST_CASE("beats that were not found are missed, whatever is answered") {
    Case c;
    c.truth.missed = {0, 5, 2, 0};
    for (const AssistedStep& step : assist(c.adapter(), classes, c.truth, {.answers = {0, 4}})) {
        CHECK(step.classes[1].missed >= 5);
        CHECK(step.classes[2].missed >= 2);
        CHECK(step.unasked[2].missed >= 2);
    }
    // A mark where there is no beat: the technician passes, and it counts as falsely found.
    c.truth.label[125] = std::nullopt;  // one that is called V
    CHECK(assist(c.adapter(), classes, c.truth, {.answers = {0}})[0].classes[2].falsely == 1);
}
