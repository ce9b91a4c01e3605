// The rhythm network's stepper, with a network of the test's own making.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "rhythm/rhythm_analysis.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::rhythm;

namespace {

classify::Card card() {
    classify::Card c;
    c.name = "rhythms";
    c.classes = {"N", "VT", "recording:N", "recording:A", "recording:weight"};
    c.input.kind = classify::InputKind::rhythm;
    c.input.groups = rhythm_groups();
    c.input.length = rhythm_feature_count();
    c.input.name = "features";
    c.input.shape = {-1, -1, static_cast<std::int64_t>(c.input.length)};
    c.input.chunk = 25;
    c.input.context = 5;
    c.output.name = "logits";
    return c;
}

}  // namespace

TEST_CASE("every second of every lead is asked for once, in pieces with context") {
    const Recording recording = synth::make({.name = "r", .duration_s = 70, .leads = 2});
    auto analysis = RhythmAnalysis::open(recording, card(), {});
    REQUIRE(analysis);
    std::size_t kept = 0, batches = 0;
    while (const auto batch = analysis->next_batch()) {
        REQUIRE(batch->inputs[0].shape.size() == 3);
        REQUIRE(batch->inputs[0].data.size() == batch->beats * rhythm_feature_count());
        CHECK(batch->beats <= 35);
        CHECK(analysis->next_batch()->kept == batch->kept);  // the same again
        std::vector<float> output;
        for (std::size_t i = 0; i < batch->beats; ++i) {
            // The seconds in a piece's context say VT; their answers are not used.
            const bool context = i < batch->first || i >= batch->first + batch->kept;
            output.insert(output.end(), {context ? 0.0F : 3.0F, context ? 3.0F : 0.0F, 1, 2, 0});
        }
        REQUIRE(analysis->accept(output));
        kept += batch->kept;
        ++batches;
    }
    CHECK(kept == 140);
    CHECK(batches == 6);
    CHECK(analysis->progress() == 1);
    const RhythmAnswers answers = analysis->answers();
    CHECK(answers.rhythms == std::vector<std::string>{"N", "VT"});
    REQUIRE(answers.length() == 70);
    for (std::size_t s = 0; s < 70; ++s)
        CHECK(std::abs(answers.seconds[s * 2] - 1 / (1 + std::exp(-3.0F))) < 1e-5F);
    REQUIRE(answers.recording.size() == 2);
    CHECK(std::abs(answers.recording[1] - 1 / (1 + std::exp(-1.0F))) < 1e-5F);
}

TEST_CASE("what cannot be judged is an error that says why") {
    Recording recording = synth::make({.name = "r", .duration_s = 20});
    classify::Card beats = card();
    beats.input.kind = classify::InputKind::sequence;
    CHECK_FALSE(RhythmAnalysis::open(recording, beats, {}));
    classify::Card older = card();
    older.input.groups[0] = "lead-0";
    const auto other = RhythmAnalysis::open(recording, older, {});
    REQUIRE_FALSE(other);
    CHECK(other.error().message.find("other features") != std::string::npos);
    auto analysis = RhythmAnalysis::open(recording, card(), {});
    REQUIRE(analysis);
    const auto batch = analysis->next_batch();
    CHECK_FALSE(analysis->accept(std::vector<float>(3)));
    CHECK_FALSE(analysis->accept(std::vector<float>(batch->beats * card().classes.size(),
                                                    std::numeric_limits<float>::quiet_NaN())));
    recording.sampling_rate = 0;
    CHECK_FALSE(RhythmAnalysis::open(recording, card(), {}));
    for (Lead& lead : recording.leads) lead.unit = "kPa";
    recording.sampling_rate = 360;
    CHECK_FALSE(RhythmAnalysis::open(recording, card(), {}));
}

TEST_CASE("a flat lead has no say where another shows something") {
    const classify::Card c = card();
    const std::vector<std::vector<float>> outputs = {{4, 0, 0, 0, 0}, {0, 4, 0, 0, 0}};
    const std::vector<std::vector<float>> even = {{1}, {1}}, flat = {{1}, {0.01F}};
    CHECK(std::abs(combine(c, outputs, even).seconds[0] - 0.5F) < 1e-6F);
    CHECK(combine(c, outputs, flat).seconds[0] > 0.97F);
}
