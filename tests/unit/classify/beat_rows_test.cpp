#include "classify/beat_rows.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>

using namespace telltale;
using namespace telltale::classify;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

namespace {

Card card() {
    Card card;
    card.name = "tiny";
    card.classes = {"N", "S", "V"};
    card.input = {.sampling_rate = 125, .length = 4, .name = "beats", .shape = {-1, 1, 4}};
    card.output = {.name = "logits"};
    return card;
}

// Five beats of four values: the beat's number, then 1, 2, 3.
formats::BeatSet set() {
    formats::BeatSet set{.name = "rows", .width = 4};
    for (int beat = 0; beat < 5; ++beat) {
        set.values.insert(set.values.end(), {static_cast<float>(beat), 1, 2, 3});
        set.labels.push_back(beat % 2);
    }
    set.label_names = {"0", "2"};
    return set;
}

std::string error_of(const formats::BeatSet& set, const Card& card) {
    const auto rows = BeatRows::open(set, card);
    return rows ? "no error" : rows.error().to_string();
}

}  // namespace

TEST_CASE("rows go through as they are, batch by batch, and come back as classes") {
    const formats::BeatSet beats = set();
    const Card tiny = card();
    auto rows = BeatRows::open(beats, tiny);
    REQUIRE(rows);
    std::size_t next = 0;
    while (const auto batch = rows->next_batch(2)) {
        CHECK(batch->beats == (next == 4 ? 1 : 2));
        CHECK(batch->kept == batch->beats);
        const TensorView& input = batch->inputs.at(0);
        CHECK(input.name == "beats");
        CHECK(std::vector<std::int64_t>(input.shape.begin(), input.shape.end()) ==
              std::vector<std::int64_t>{static_cast<std::int64_t>(batch->beats), 1, 4});
        std::vector<float> logits(batch->beats * 3, 0);
        for (std::size_t i = 0; i < batch->beats; ++i, ++next) {
            CHECK(input.data[4 * i] == static_cast<float>(next));
            CHECK(input.data[4 * i + 3] == 3);
            logits[3 * i + next % 3] = 2;
        }
        REQUIRE(rows->accept(logits));
        CHECK(rows->given().size() == next);
    }
    CHECK(next == 5);
    CHECK(std::vector<std::size_t>(rows->given().begin(), rows->given().end()) ==
          std::vector<std::size_t>{0, 1, 2, 0, 1});
    REQUIRE(rows->probabilities().size() == 15);
    const double most = std::exp(2.0) / (std::exp(2.0) + 2);
    CHECK_THAT(rows->probabilities()[0], WithinAbs(most, 1e-6));
    CHECK_THAT(rows->probabilities()[5], WithinAbs((1 - most) / 2, 1e-6));
}

TEST_CASE("a model that takes other beats, or none, is refused with what it takes") {
    formats::BeatSet beats = set();
    Card other = card();
    other.input.length = 187;
    other.input.shape = {-1, 1, 187};
    CHECK_THAT(error_of(beats, other), ContainsSubstring("rows") && ContainsSubstring("4 values") &&
                                           ContainsSubstring("tiny takes 187"));
    // Two rows of the input would be two leads: not what a set holds.
    other.input.shape = {-1, 2, 4};
    other.input.length = 4;
    CHECK_THAT(error_of(beats, other), ContainsSubstring("tiny takes 8"));
    other = card();
    other.input.kind = InputKind::sequence;
    CHECK_THAT(error_of(beats, other), ContainsSubstring("takes whole recordings"));
    beats.values[7] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THAT(error_of(beats, card()), ContainsSubstring("values are missing"));
}

TEST_CASE("an output of another size is refused, and nothing is named by it") {
    const formats::BeatSet beats = set();
    const Card tiny = card();
    auto rows = BeatRows::open(beats, tiny);
    REQUIRE(rows);
    CHECK_FALSE(rows->accept(std::vector<float>(3)));  // nothing was handed out
    REQUIRE(rows->next_batch(2));
    const auto wrong = rows->accept(std::vector<float>(4));
    REQUIRE_FALSE(wrong);
    CHECK_THAT(wrong.error().to_string(),
               ContainsSubstring("4 values, expected 3 for each of 2 beats"));
    CHECK(rows->given().empty());
}

TEST_CASE("labels are classes by name, or by number from 0 or 1, or none") {
    const std::vector<std::string> classes = {"N", "S", "V"};
    formats::BeatSet beats = set();
    using Found = std::optional<std::vector<std::size_t>>;
    const auto found = [&](std::vector<std::string> names) -> Found {
        beats.label_names = std::move(names);
        return classes_of_labels(beats, classes);
    };
    CHECK(found({"V", "N"}) == Found({2, 0}));
    CHECK(found({"0", "2"}) == Found({0, 2}));
    CHECK(found({"1", "2"}) == Found({1, 2}));
    CHECK(found({"3", "1"}) == Found({2, 0}));  // 3 is only a class where 1 is the first
    CHECK(found({"0", "3"}) == Found());
    CHECK(found({"4"}) == Found());
    CHECK(found({"N", "1"}) == Found());
    CHECK(found({"-1", "1"}) == Found());
    CHECK(found({"normal"}) == Found());
}
