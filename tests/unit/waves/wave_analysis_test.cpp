// The wave network's stepper, with a network of the test's own making.
#include "waves/wave_analysis.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "synth/synth.hpp"
#include "waves/delineate.hpp"

namespace telltale::waves {
namespace {

classify::Card card() {
    classify::Card c;
    c.name = "waves";
    c.classes = {"none", "P", "QRS", "T"};
    c.input.kind = classify::InputKind::waves;
    c.input.groups = {std::string(feature_group)};
    c.input.length = feature_count;
    c.input.name = "frames";
    c.input.shape = {-1, -1, static_cast<std::int64_t>(feature_count)};
    c.input.chunk = 2500;
    c.input.context = 125;
    c.output.name = "logits";
    return c;
}

/// A network that calls 50 ms on either side of a beat QRS and knows nothing else.
std::vector<float> answer(const classify::Batch& batch) {
    std::vector<float> logits;
    for (std::size_t f = 0; f < batch.beats; ++f) {
        const float* row = &batch.inputs[0].data[f * feature_count];
        const bool qrs = std::min(row[4], row[5]) < 0.05F;
        logits.insert(logits.end(), {qrs ? 0.0F : 9.0F, 0, qrs ? 9.0F : 0.0F, 0});
    }
    return logits;
}

TEST_CASE("every beat of every lead is looked at once", "[waves]") {
    const Recording recording = synth::make({.name = "w", .duration_s = 70, .leads = 2});
    const auto beats = beats::detect(recording);
    REQUIRE(beats);
    const auto plan = wave_plan(recording);
    REQUIRE(plan == std::vector<Interval>{{0, static_cast<std::int64_t>(recording.length())}});
    auto analysis = WaveAnalysis::open(recording, card(), *beats, plan);
    REQUIRE(analysis);
    std::size_t batches = 0;
    while (const auto batch = analysis->next_batch()) {
        REQUIRE(batch->inputs[0].data.size() == batch->beats * feature_count);
        CHECK(batch->beats <= 2500 + 2 * 125 + 1);
        CHECK(analysis->next_batch()->beats == batch->beats);  // the same again
        REQUIRE(analysis->accept(answer(*batch)));
        ++batches;
    }
    CHECK(batches == 8);
    CHECK(analysis->progress() == 1);
    REQUIRE(analysis->leads().size() == 2);
    for (const WaveMarks& lead : analysis->leads()) {
        REQUIRE(lead.beats.size() == beats->size());
        for (std::size_t b = 0; b < beats->size(); ++b) {
            CHECK(lead.beats[b].beat == b);
            const bool edge = b == 0 || b + 1 == beats->size();
            CHECK((lead.beats[b].qrs.has_value() || edge));
            CHECK_FALSE(lead.beats[b].p);
            CHECK_FALSE(lead.beats[b].t);
        }
    }
}

TEST_CASE("a long recording is looked at in samples of it", "[waves]") {
    const Recording recording = synth::make({.name = "w", .duration_s = 3600});
    const auto plan = wave_plan(recording);
    REQUIRE(plan.size() == 30);
    for (const Interval& stretch : plan)
        CHECK(static_cast<double>(stretch.last - stretch.first) == 8 * recording.sampling_rate);
}

TEST_CASE("what cannot be measured is an error that says why", "[waves]") {
    Recording recording = synth::make({.name = "w", .duration_s = 20});
    const auto plan = wave_plan(recording);
    const auto open = [&](const classify::Card& c) {
        return WaveAnalysis::open(recording, c, {}, plan);
    };
    classify::Card other = card();
    other.input.kind = classify::InputKind::rhythm;
    CHECK_FALSE(open(other));
    classify::Card older = card();
    older.input.groups = {"waves-0"};
    CHECK_FALSE(open(older));
    classify::Card fewer = card();
    fewer.classes.pop_back();
    CHECK_FALSE(open(fewer));
    {
        // No beats: nothing is asked.
        auto analysis = open(card());
        REQUIRE(analysis);
        CHECK_FALSE(analysis->next_batch());
        CHECK_FALSE(analysis->accept(std::vector<float>(4)));
    }
    const auto beats = beats::detect(recording);
    auto analysis = WaveAnalysis::open(recording, card(), *beats, plan);
    REQUIRE(analysis);
    const auto batch = analysis->next_batch();
    REQUIRE(batch);
    auto logits = answer(*batch);
    logits.pop_back();
    CHECK_FALSE(analysis->accept(logits));
    logits.push_back(std::numeric_limits<float>::quiet_NaN());
    CHECK_FALSE(analysis->accept(logits));
    for (Lead& lead : recording.leads) lead.unit = "g";
    CHECK_FALSE(open(card()));
}

TEST_CASE("a flat lead beside a good one is passed over", "[waves]") {
    Recording recording = synth::make({.name = "w", .duration_s = 20, .leads = 2});
    const auto beats = beats::detect(recording);
    REQUIRE(beats);
    for (float& x : recording.leads[1].samples) x = 0.25F;
    auto analysis = WaveAnalysis::open(recording, card(), *beats, wave_plan(recording));
    REQUIRE(analysis);
    while (const auto batch = analysis->next_batch()) REQUIRE(analysis->accept(answer(*batch)));
    for (std::size_t i = 0; i < analysis->lead_indices().size(); ++i)
        CHECK(analysis->leads()[i].beats.empty() == (analysis->lead_indices()[i] == 1));
}

}  // namespace
}  // namespace telltale::waves
