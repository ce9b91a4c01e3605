// Sets of beats in the page's engine: from a file's bytes to what the page shows.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>
#include <format>
#include <nlohmann/json.hpp>

#include "support/tiny_onnx.hpp"
#include "support/told.hpp"
#include "workspace/workspace.hpp"

using namespace telltale;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using nlohmann::json;

namespace {

// Rows as the public `heartbeat` files have them: 187 values, then the class.
std::string heartbeat_rows(int beats) {
    std::string text;
    for (int beat = 0; beat < beats; ++beat) {
        for (int i = 0; i < 187; ++i) text += std::format("{:.3f},", (i + beat) % 10 / 10.0);
        text += beat % 2 ? "1.0\n" : "0.0\n";
    }
    return text;
}

void add(workspace::Workspace& engine, const std::string& name, const std::string& text) {
    std::byte* space = engine.intake().add_file(name, text.size());
    REQUIRE(space);
    std::memcpy(space, text.data(), text.size());
}

classify::Card card(std::size_t length = 187) {
    classify::Card card;
    card.name = "rows";
    card.classes = {"N", "S"};
    card.input = {.sampling_rate = 125,
                  .window = classify::WindowKind::to_next_beats,
                  .length = length,
                  .name = "beats",
                  .shape = {-1, 1, static_cast<std::int64_t>(length)}};
    card.output = {.name = "logits"};
    return card;
}

std::vector<std::byte> model(const classify::Card& card) {
    return tests::tiny_onnx({.input_shape = card.input.shape,
                             .classes = 2,
                             .weights = std::vector<float>(card.input.length * 2, 0),
                             .bias = std::vector<float>(2, 0),
                             .metadata = {{"telltale", classify::card_json(card)}}});
}

}  // namespace

TEST_CASE("several sets of one drop are listed, and each is named") {
    workspace::Workspace engine;
    add(engine, "first.csv", heartbeat_rows(3));
    add(engine, "second.csv", heartbeat_rows(5));
    const auto opened = engine.open_files();
    CHECK(opened.errors.empty());
    CHECK(opened.recordings.empty());
    REQUIRE(opened.beat_sets.size() == 2);
    CHECK(opened.beat_sets[1].beats == 5);
    CHECK_FALSE(engine.beat_set().in_use());
    CHECK_FALSE(engine.choose_set(2));
    CHECK_FALSE(engine.beat_set().start(model(card()), "rows.onnx"));  // none is chosen

    REQUIRE(engine.choose_set(1));
    CHECK(engine.beat_set().values().size() == 5 * 187);
    CHECK_FALSE(engine.beat_set().facts().given);  // not named yet
    REQUIRE(engine.beat_set().start(model(card()), "rows.onnx"));
    while (const auto batch = engine.beat_set().next_batch(2)) {
        // Every beat is called S, each a little less surely.
        std::vector<float> logits(batch->beats * 2, 0);
        for (std::size_t i = 0; i < batch->beats; ++i) logits[2 * i + 1] = 1;
        REQUIRE(engine.beat_set().accept(logits));
    }
    const json said = json::parse(tests::told(engine.beat_set().facts()));
    CHECK(said["model"] == "rows");
    CHECK(said["width"] == 187);
    CHECK(said["labels"].size() == 5);
    CHECK(said["given"] == json({1, 1, 1, 1, 1}));
    CHECK(said["truth"] == json({0, 1}));
    // Three beats of the first class, two of the second, all called the second.
    CHECK(said["confusion"] == json({{0, 3}, {0, 2}}));
    CHECK_THAT(said["best"][0].get<double>(), WithinAbs(0.7310586, 1e-6));
}

TEST_CASE("a model that takes no such beats is refused with what it takes") {
    workspace::Workspace engine;
    add(engine, "beats.csv", heartbeat_rows(3));
    REQUIRE(engine.open_files().beat_sets.size() == 1);
    REQUIRE(engine.choose_set(0));
    const auto refused = engine.beat_set().start(model(card(200)), "long.onnx");
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().to_string(),
               ContainsSubstring("187 values") && ContainsSubstring("takes 200"));
    CHECK_FALSE(engine.beat_set().next_batch(2));
}

TEST_CASE("a model's worth is its figure on other patients; a twin's counts less") {
    workspace::Workspace engine;
    add(engine, "beats.csv", heartbeat_rows(3));
    REQUIRE(engine.open_files().beat_sets.size() == 1);
    REQUIRE(engine.choose_set(0));
    const auto worth = [&](const classify::Card& of) {
        REQUIRE(engine.beat_set().start(model(of), "rows.onnx"));
        return classify::score_on_unseen_patients(*engine.beat_set().card()).value_or(-1);
    };
    classify::Card published = card(), honest = card();
    published.metrics = {{"heartbeat-test", "macro_f1", 0.92}};
    CHECK(worth(published) < 0);
    published.metrics.push_back({"ds2, by its twin rows-honest", "macro_f1", 0.34});
    published.twin = "rows-honest";
    honest.metrics = {{"ds2 (heartbeat windows)", "accuracy", 0.87},
                      {"ds2 (heartbeat windows)", "macro_f1", 0.34}};
    CHECK(worth(honest) == 0.34);
    CHECK(worth(published) > 0);
    CHECK(worth(published) < worth(honest));
}
