// Waves and intervals of a workspace, with a network of the test's own making.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/beat_model.hpp"
#include "support/rhythm_model.hpp"
#include "support/tiny_onnx.hpp"
#include "support/told.hpp"
#include "waves/delineate.hpp"
#include "waves/wave_rows.hpp"
#include "workspace/workspace.hpp"

namespace telltale {
namespace {

using nlohmann::json;

std::vector<std::byte> wave_onnx() {
    classify::Card card;
    card.name = "marks";
    card.classes = {"none", "P", "QRS", "T"};
    card.input.kind = classify::InputKind::waves;
    card.input.groups = {std::string(waves::feature_group)};
    card.input.length = waves::feature_count;
    card.input.name = "frames";
    card.input.shape = {-1, -1, static_cast<std::int64_t>(waves::feature_count)};
    card.input.chunk = 2500;
    card.input.context = 125;
    card.output.name = "logits";
    return tests::tiny_onnx({.input_shape = {-1, static_cast<std::int64_t>(waves::feature_count)},
                             .classes = 4,
                             .weights = std::vector<float>(waves::feature_count * 4, 0),
                             .bias = std::vector<float>(4, 0),
                             .metadata = {{"telltale", classify::card_json(card)}}});
}

/// P from 200 to 100 ms before a beat, QRS 50 ms about it, T from 200 to 350 ms after it.
void mark(workspace::Workspace& engine) {
    while (const auto batch = engine.next_wave_batch()) {
        std::vector<float> logits;
        for (std::size_t f = 0; f < batch->beats; ++f) {
            const float* row = &batch->inputs[0].data[f * waves::feature_count];
            const float since = row[4], until = row[5];
            const bool qrs = std::min(since, until) < 0.05F;
            const bool p = until > 0.1F && until < 0.2F, t = since > 0.2F && since < 0.35F;
            const std::size_t which = qrs ? 2 : p ? 1 : t ? 3 : 0;
            for (std::size_t c = 0; c < 4; ++c) logits.push_back(c == which ? 9.0F : 0.0F);
        }
        REQUIRE(engine.accept_waves(logits));
        CHECK_FALSE(engine.intervals_info());  // not before all is marked
    }
}

/// All beats found and called N.
void name_all(workspace::Workspace& engine) {
    REQUIRE(engine.start(""));
    while (!engine.run().detect_some()) {
    }
    while (const auto batch = engine.run().next_batch(64)) {
        const std::size_t classes = engine.card()->classes.size();
        std::vector<float> logits(batch->beats * classes);
        for (std::size_t i = 0; i < batch->beats; ++i) logits[i * classes] = 3;
        REQUIRE(engine.run().accept(logits));
    }
    while (!engine.assess_some()) {
    }
}

TEST_CASE("waves stay while the beats do, intervals follow their names") {
    workspace::Workspace engine;
    REQUIRE(engine.use_model(tests::beat_model({"N", "S", "V", "F", "Q"}), "names.onnx"));
    engine.use_synthetic(60);
    CHECK_FALSE(engine.start_waves(wave_onnx(), "marks.onnx"));  // no beats yet
    name_all(engine);
    REQUIRE(engine.start_waves(wave_onnx(), "marks.onnx"));
    mark(engine);
    const auto waves = engine.waves_info();
    REQUIRE(waves);
    CHECK(waves->beats.size() == engine.beats().sample.size());
    const auto before = engine.intervals_info();
    REQUIRE(before);
    CHECK(before->model == "marks");
    CHECK(before->measured_s > 59);
    CHECK(before->all.beats + 2 >= engine.beats().sample.size());
    REQUIRE(before->all.qrs);
    CHECK(before->all.qrs->median > 90);
    CHECK(before->all.qrs->median < 110);
    REQUIRE(before->all.pr);
    CHECK(before->all.pr->median > 140);
    CHECK(before->all.pr->median < 160);

    REQUIRE(
        tests::edit(engine, json{{"action", "relabel"}, {"beats", {5, 6}}, {"class", "V"}}.dump()));
    CHECK(engine.intervals_info()->all.beats == before->all.beats - 2);
    CHECK(engine.waves_info()->beats.size() == waves->beats.size());
    REQUIRE(tests::edit(engine, json{{"action", "remove"}, {"beats", {10}}}.dump()));
    CHECK(engine.intervals_info()->all.beats == before->all.beats - 3);

    // Asked again, nothing is to do.
    REQUIRE(engine.start_waves(wave_onnx(), "marks.onnx"));
    CHECK(engine.wave_card() == nullptr);

    const auto file = engine.export_as("waves_csv");
    REQUIRE(file);
    CHECK(std::ranges::count(*file, std::byte{'\n'}) ==
          static_cast<std::ptrdiff_t>(waves->beats.size()) + 1);
    CHECK(engine.export_as("waves"));

    engine.use_synthetic(60);
    CHECK_FALSE(engine.waves_info());
    CHECK_FALSE(engine.intervals_info());
    CHECK_FALSE(engine.export_as("waves"));
}

TEST_CASE("no interval is told of beats in noise, in flutter or in fibrillation") {
    for (const char* const rhythm : {"NOISE", "VFL"}) {
        workspace::Workspace engine;
        REQUIRE(engine.use_model(tests::beat_model({"N", "S", "V", "F", "Q"}), "names.onnx"));
        engine.use_synthetic(60);
        name_all(engine);
        REQUIRE(engine.start_waves(wave_onnx(), "marks.onnx"));
        mark(engine);
        const auto all = engine.intervals_info()->all.beats;
        REQUIRE(engine.start_rhythm(tests::rhythm_model(), "rhythms.onnx"));
        tests::say(engine, rhythm, 20, 40);
        const auto left = engine.intervals_info()->all.beats;
        CHECK(left < all * 3 / 4);
        CHECK(left > all / 2);
    }
}

TEST_CASE("a model of another kind marks nothing") {
    workspace::Workspace engine;
    REQUIRE(engine.use_model(tests::beat_model({"N", "S", "V", "F", "Q"}), "names.onnx"));
    engine.use_synthetic(20);
    name_all(engine);
    CHECK_FALSE(engine.start_waves(tests::beat_model({"N", "S", "V", "F", "Q"}), "names.onnx"));
    CHECK_FALSE(engine.next_wave_batch());
    CHECK_FALSE(engine.accept_waves(std::vector<float>(4)));
}

}  // namespace
}  // namespace telltale
