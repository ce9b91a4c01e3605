// What the page's engine tells of beats, without a network: on the synthetic recording, whose beats
// are known. A person calls each as it is.
#include "workspace/workspace.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "support/tiny_onnx.hpp"

using namespace telltale;
using nlohmann::json;

namespace {

struct Known {
    workspace::Workspace engine;
    std::vector<double> sample;
    std::vector<std::uint8_t> label;

    explicit Known(double seconds) {
        classify::Card card;
        card.name = "names";
        card.classes = {"N", "S", "V", "F", "Q"};
        card.input = {.sampling_rate = 120,
                      .window = classify::WindowKind::to_next_beats,
                      .length = 187,
                      .name = "beats",
                      .shape = {-1, 1, 187}};
        card.output = {.name = "logits"};
        REQUIRE(engine.use_model(
            tests::tiny_onnx({.input_shape = {-1, 1, 187},
                              .classes = 5,
                              .weights = std::vector<float>(187 * 5, 0),
                              .bias = std::vector<float>(5, 0),
                              .metadata = {{"telltale", classify::card_json(card)}}}),
            "names.onnx"));
        engine.use_synthetic(seconds);
        REQUIRE(engine.start(""));
        while (!engine.run().detect_some()) {
        }
        while (const auto batch = engine.run().next_batch(64)) {
            std::vector<float> logits(batch->beats * 5);
            for (std::size_t i = 0; i < batch->beats; ++i) logits[i * 5] = 3;
            REQUIRE(engine.run().accept(logits));
        }
        const auto truth = engine.reference();
        sample = engine.beats().sample;
        REQUIRE(sample.size() == truth.sample.size());
        label = truth.aami;
        for (std::size_t i = 0; i < label.size(); ++i)
            if (label[i] != 0) call(i, card.classes[label[i]]);
    }
    void call(std::size_t beat, const std::string& name) {
        REQUIRE(
            engine.edit(json{{"action", "relabel"}, {"beats", {beat}}, {"class", name}}.dump()));
    }
    void remove(std::size_t beat) {
        REQUIRE(engine.edit(json{{"action", "remove"}, {"beats", {beat}}}.dump()));
    }
};

}  // namespace

TEST_CASE("without beats there is nothing to tell, and nothing breaks") {
    workspace::Workspace engine;
    CHECK(engine.quality_json().empty());
    CHECK_FALSE(engine.find());
    CHECK(engine.rhythm_json().empty());
    CHECK(engine.clusters_json().empty());
    CHECK(engine.comparison_json().empty());
    CHECK(engine.cluster_density(0).counts.empty());
    engine.use_synthetic(20);
    CHECK_FALSE(engine.find());
    CHECK(json::parse(engine.quality_json())["type"] == "quality");
}

TEST_CASE("edited beats are what the findings are about") {
    Known known(60);
    REQUIRE(known.sample.size() > 40);
    REQUIRE(known.engine.find());
    const json rhythm = json::parse(known.engine.rhythm_json());
    CHECK(rhythm["type"] == "rhythm");
    CHECK(rhythm["beats"] == known.sample.size());
    const json clusters = json::parse(known.engine.clusters_json());
    CHECK(clusters["cluster_of"].size() == known.sample.size());
    CHECK(known.engine.cluster_count() == clusters["clusters"].size());

    // One beat less.
    known.remove(10);
    REQUIRE(known.engine.find());
    CHECK(json::parse(known.engine.rhythm_json())["beats"] == known.sample.size() - 1);
}

TEST_CASE("the comparison counts what a person left out or called otherwise") {
    Known known(60);
    const auto matrix = [&] { return json::parse(known.engine.comparison_json())["matrix"]; };
    const json whole = matrix();
    double sum = 0, diagonal = 0;
    for (std::size_t r = 0; r < 7; ++r)
        for (std::size_t c = 0; c < 7; ++c) {
            sum += whole[r][c].get<double>();
            if (r == c) diagonal += whole[r][c].get<double>();
        }
    CHECK(sum == static_cast<double>(known.sample.size()));
    CHECK(diagonal == sum);

    const auto v = std::ranges::find(known.label, 2);
    REQUIRE(v != known.label.end());
    known.call(static_cast<std::size_t>(v - known.label.begin()), "N");
    json changed = json::parse(known.engine.comparison_json());
    CHECK(changed["matrix"][2][0] == 1);
    REQUIRE(changed["mismatches"].size() == 1);
    CHECK(changed["mismatches"][0][1] == 2);
    CHECK(changed["mismatches"][0][2] == 0);
    known.remove(5);
    changed = json::parse(known.engine.comparison_json());
    CHECK(changed["mismatches"].size() == 2);
}

TEST_CASE("a cluster's picture holds each member once a column") {
    Known known(60);
    REQUIRE(known.engine.find());
    const json clusters = json::parse(known.engine.clusters_json());
    REQUIRE(known.engine.cluster_count() > 0);
    const morphology::ClusterDensity density = known.engine.cluster_density(0);
    REQUIRE(density.counts.size() == density.columns * density.rows);
    CHECK(density.high > density.low);
    CHECK(density.first_s < 0);
    CHECK(density.last_s > 0);
    const auto members = clusters["clusters"][0]["beats"].get<float>();
    for (std::size_t c = 0; c < density.columns; ++c) {
        float most = 0, total = 0;
        for (std::size_t r = 0; r < density.rows; ++r) {
            most = std::max(most, density.counts[r * density.columns + c]);
            total += density.counts[r * density.columns + c];
        }
        CHECK(most <= members);
        CHECK(total >= most);
        CHECK(total > 0);
    }
    CHECK(known.engine.cluster_density(99).counts.empty());
}
