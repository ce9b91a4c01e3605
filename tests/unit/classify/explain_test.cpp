#include "classify/explain.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>

#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::classify;
using Catch::Matchers::WithinAbs;

namespace {

std::vector<std::int64_t> beat_samples(const Recording& recording) {
    std::vector<std::int64_t> samples;
    for (const Annotation& a : recording.annotations)
        if (is_beat(a.code)) samples.push_back(a.sample);
    return samples;
}

Card window_card() {
    Card card;
    card.name = "window";
    card.classes = {"N", "V"};
    card.input = {.sampling_rate = 360,
                  .window = WindowKind::centred,
                  .before = 0.25,
                  .after = 0.5,
                  .length = 270,
                  .name = "beats",
                  .shape = {-1, 270}};
    card.output.name = "logits";
    return card;
}

Card sequence_card() {
    Card card;
    card.name = "sequence";
    card.classes = {"N", "V"};
    card.input.kind = InputKind::sequence;
    card.input.groups = {"F", "M"};
    card.input.length = 43;
    card.input.chunk = 64;
    card.input.context = 3;
    card.input.name = "features";
    card.input.shape = {-1, -1, 43};
    card.output.name = "logits";
    return card;
}

}  // namespace

TEST_CASE("a window model that looks at the R peak alone is explained by the R peak alone") {
    const Recording recording = synth::make({.duration_s = 30, .seed = 21});
    auto explainer = Explainer::open(recording, window_card(), {0}, beat_samples(recording));
    REQUIRE(explainer);
    CHECK_FALSE(explainer->accept({}));
    CHECK_FALSE(explainer->batch(1000));
    for (const std::size_t beat : {0U, 5U, 20U}) {
        const auto batch = explainer->batch(beat);
        REQUIRE(batch);
        CHECK(batch->inputs[0].shape[0] == static_cast<std::int64_t>(batch->beats));
        CHECK(batch->inputs[0].data.size() == batch->beats * 270);
        std::vector<float> logits;
        for (std::size_t v = 0; v < batch->beats; ++v) {
            logits.push_back(0);
            logits.push_back(8 * batch->inputs[0].data[v * 270 + 90] - 2);  // the sample at 0 s
        }
        const auto why = explainer->accept(logits);
        REQUIRE(why);
        CHECK(why->label == 1);
        CHECK(why->groups.empty());
        const std::int64_t peak = beat_samples(recording)[beat] - why->first_sample;
        REQUIRE(peak >= 0);
        REQUIRE(peak < static_cast<std::int64_t>(why->saliency.size()));
        CHECK(why->saliency[static_cast<std::size_t>(peak)] > 0.3F);
        for (std::size_t k = 0; k < why->saliency.size(); ++k)
            if (std::abs(static_cast<std::int64_t>(k) - peak) > 32)  // 0.09 s
                CHECK_THAT(why->saliency[k], WithinAbs(0, 1e-6));
    }
    CHECK_FALSE(explainer->accept(std::vector<float>(3)));
}

TEST_CASE("a sequence model is explained by the part and by the group that it looks at") {
    const Recording recording = synth::make({.duration_s = 60, .pvc_share = 0.2, .seed = 22});
    const auto positions = beat_samples(recording);
    std::size_t early = 0;
    std::size_t beat = 0;
    for (const Annotation& a : recording.annotations) {
        if (!is_beat(a.code)) continue;
        if (a.code == Code::premature_ventricular && beat > 5 && beat + 5 < positions.size())
            early = beat;
        ++beat;
    }
    REQUIRE(early > 5);
    auto explainer = Explainer::open(recording, sequence_card(), {0}, positions);
    REQUIRE(explainer);
    const auto explain = [&](std::size_t feature, float factor, float bias) {
        const auto batch = explainer->batch(early);
        REQUIRE(batch);
        const auto variants = static_cast<std::size_t>(batch->inputs[0].shape[0]);
        const auto rows = static_cast<std::size_t>(batch->inputs[0].shape[1]);
        CHECK(batch->beats == variants * rows);
        std::vector<float> logits;
        for (std::size_t r = 0; r < batch->beats; ++r) {
            logits.push_back(0);
            logits.push_back(factor * batch->inputs[0].data[r * 43 + feature] + bias);
        }
        const auto why = explainer->accept(logits);
        REQUIRE(why);
        REQUIRE(why->groups.size() == 2);
        CHECK(why->groups[0].group == "F");
        return *why;
    };
    // V by its early coming (log pre / l64): no part of the signal matters, the rhythm does.
    const Explanation rhythm = explain(2, -30, -2);
    CHECK(rhythm.label == 1);
    CHECK(rhythm.groups[0].change > 0.3F);
    CHECK(rhythm.groups[1].change == 0);
    CHECK(std::ranges::all_of(rhythm.saliency, [](float v) { return v == 0; }));
    // V by its QRS's unlikeness to the usual: hiding the QRS counts, hiding the P part does not.
    const Explanation shape = explain(31 + 3, -20, 19);
    CHECK(shape.groups[0].change == 0);
    const auto at = [&](double seconds) {
        const auto k = positions[early] + std::llround(seconds * 360) - shape.first_sample;
        return shape.saliency.at(static_cast<std::size_t>(k));
    };
    CHECK(at(-0.3) == 0);
    CHECK(at(0.3) == 0);
    CHECK(std::fabs(at(0.0)) > 0);
}

TEST_CASE("odd requests are refused, not crashed on") {
    const Recording recording = synth::make({.duration_s = 5, .seed = 23});
    CHECK_FALSE(Explainer::open(recording, window_card(), {9}, {100}));
    CHECK_FALSE(Explainer::open(Recording{}, window_card(), {0}, {100}));
    CHECK_FALSE(Explainer::open(recording, Card{}, {0}, {100}));
    Card next = window_card();
    next.input.window = WindowKind::to_next_beats;
    next.input.before = 0;
    for (const Card& card : {window_card(), next, sequence_card()}) {
        const auto last = static_cast<std::int64_t>(recording.length()) - 1;
        for (const std::vector<std::int64_t>& positions :
             {std::vector<std::int64_t>{0}, {last}, {-7, last + 9}, {5, 5, 5}}) {
            auto explainer = Explainer::open(recording, card, {0}, positions);
            REQUIRE(explainer);
            for (std::size_t beat = 0; beat < positions.size(); ++beat) {
                const auto batch = explainer->batch(beat);
                REQUIRE(batch);
                CHECK(std::ranges::all_of(batch->inputs[0].data,
                                          [](float v) { return std::isfinite(v); }));
                REQUIRE(explainer->accept(std::vector<float>(batch->beats * 2, 0.5F)));
            }
        }
    }
}
