// What the page's engine tells of beats, without a network: on the synthetic recording, whose beats
// are known. A person calls each as it is.
#include "workspace/workspace.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/findings.hpp"
#include "rhythm/episodes.hpp"
#include "rhythm/rhythm_features.hpp"
#include "signal/quality.hpp"
#include "support/beat_model.hpp"
#include "support/rhythm_model.hpp"
#include "support/told.hpp"

using namespace telltale;
using nlohmann::json;

namespace {

struct Known {
    workspace::Workspace engine;
    std::vector<double> sample;
    std::vector<std::uint8_t> label;

    explicit Known(double seconds) {
        REQUIRE(engine.use_model(tests::beat_model({"N", "S", "V", "F", "Q"}), "names.onnx"));
        engine.use_synthetic(seconds);
        tests::name_all(engine);
        const auto truth = engine.reference();
        sample = engine.beats().sample;
        REQUIRE(sample.size() == truth.sample.size());
        label = truth.aami;
        for (std::size_t i = 0; i < label.size(); ++i)
            if (label[i] != 0) call(i, engine.card()->classes[label[i]]);
    }
    void call(std::size_t beat, const std::string& name) {
        REQUIRE(tests::edit(
            engine, json{{"action", "relabel"}, {"beats", {beat}}, {"class", name}}.dump()));
    }
    void remove(std::size_t beat) {
        REQUIRE(tests::edit(engine, json{{"action", "remove"}, {"beats", {beat}}}.dump()));
    }
};

std::size_t unnamed(const workspace::Workspace& engine) {
    const auto labels = engine.beats().label;
    return static_cast<std::size_t>(std::ranges::count(labels, 255));
}

}  // namespace

TEST_CASE("without beats there is nothing to tell, and nothing breaks") {
    workspace::Workspace engine;
    CHECK_FALSE(engine.quality_info());
    CHECK_FALSE(engine.find());
    CHECK(tests::told(engine.rhythm_info()).empty());
    CHECK(tests::told(engine.clusters_info()).empty());
    CHECK(tests::told(engine.comparison_info()).empty());
    CHECK(engine.cluster_density(0).counts.empty());
    engine.use_synthetic(20);
    CHECK_FALSE(engine.find());
    while (!engine.assess_some()) {
    }
    CHECK(json::parse(tests::told(engine.quality_info()))["type"] == "quality");
}

TEST_CASE("edited beats are what the findings are about") {
    Known known(60);
    REQUIRE(known.sample.size() > 40);
    REQUIRE(known.engine.find());
    const json rhythm = json::parse(tests::told(known.engine.rhythm_info()));
    CHECK(rhythm["type"] == "rhythm");
    CHECK(rhythm["beats"] == known.sample.size());
    const json clusters = json::parse(tests::told(known.engine.clusters_info()));
    CHECK(clusters["cluster_of"].size() == known.sample.size());
    CHECK(known.engine.cluster_count() == clusters["clusters"].size());

    // One beat less.
    known.remove(10);
    REQUIRE(known.engine.find());
    CHECK(json::parse(tests::told(known.engine.rhythm_info()))["beats"] == known.sample.size() - 1);
}

TEST_CASE("the comparison counts what a person left out or called otherwise") {
    Known known(60);
    const auto matrix = [&] {
        return json::parse(tests::told(known.engine.comparison_info()))["matrix"];
    };
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
    json changed = json::parse(tests::told(known.engine.comparison_info()));
    CHECK(changed["matrix"][2][0] == 1);
    REQUIRE(changed["mismatches"].size() == 1);
    CHECK(changed["mismatches"][0][1] == 2);
    CHECK(changed["mismatches"][0][2] == 0);
    known.remove(5);
    changed = json::parse(tests::told(known.engine.comparison_info()));
    CHECK(changed["mismatches"].size() == 2);
}

TEST_CASE("a cluster's picture holds each member once a column") {
    Known known(60);
    REQUIRE(known.engine.find());
    const json clusters = json::parse(tests::told(known.engine.clusters_info()));
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

TEST_CASE("the rhythm's course is that of the beats as they are, and it leaves flutter unnamed") {
    Known known(60);
    auto& engine = known.engine;
    CHECK_FALSE(engine.start_rhythm({}, "none.onnx"));
    REQUIRE(engine.find());
    CHECK_FALSE(json::parse(tests::told(engine.rhythm_info())).contains("episodes"));
    const auto before = engine.beats();

    REQUIRE(engine.start_rhythm(tests::rhythm_model(), "rhythms.onnx"));
    REQUIRE(engine.rhythm_card() != nullptr);
    tests::say(engine, "VFL", 20, 30);
    CHECK(engine.rhythm_card() == nullptr);
    REQUIRE(engine.course() != nullptr);
    // What was found before the rhythm was known is not told as if it were.
    CHECK(tests::told(engine.rhythm_info()).empty());
    REQUIRE(engine.find());
    const auto told = json::parse(tests::told(engine.rhythm_info()));
    REQUIRE(told["episodes"][0]["rhythm"] == "VFL");
    CHECK(std::abs(told["episodes"][0]["start_s"].get<double>() - 20) < 2);

    // The same as of these beats by hand.
    rhythm::RhythmAnswers answers{
        .rhythms = tests::model_rhythms, .seconds = {}, .kinds = {}, .recording = {}};
    const float likely = std::exp(6.0F) / (std::exp(6.0F) + 4), not_so = (1 - likely) / 4;
    for (int s = 0; s < 60; ++s)
        for (int c = 0; c < 5; ++c)
            answers.seconds.push_back(c == (s >= 20 && s < 30 ? 2 : 0) ? likely : not_so);
    std::vector<report::Beat> beats;
    for (std::size_t i = 0; i < before.sample.size(); ++i)
        beats.push_back({.sample = static_cast<std::int64_t>(before.sample[i]),
                         .label = before.label[i],
                         .probabilities = {},
                         .person = before.person[i] != 0});
    const auto marks =
        report::rhythm_beats({.sampling_rate = engine.recording()->sampling_rate,
                              .samples = static_cast<std::int64_t>(engine.recording()->length()),
                              .classes = engine.labels(),
                              .beats = beats});
    const auto silences =
        report::find_silences(*engine.recording(), marks, signal::assess(*engine.recording()));
    const auto expected =
        report::find_course(*engine.recording(), marks, true, answers, {.silences = silences});
    REQUIRE(engine.course()->episodes.size() == expected.episodes.size());
    for (std::size_t i = 0; i < expected.episodes.size(); ++i) {
        const auto &is = engine.course()->episodes[i], &right = expected.episodes[i];
        CHECK(is.rhythm == right.rhythm);
        CHECK(is.first == right.first);
        CHECK(is.last == right.last);
        CHECK(std::abs(is.probability - right.probability) < 1e-4);
    }
    report::leave_unnamed(beats, expected);
    const auto labels = engine.beats().label;
    for (std::size_t i = 0; i < beats.size(); ++i)
        CHECK(labels[i] == (beats[i].label < 0 ? 255 : beats[i].label));
    const std::size_t left = unnamed(engine);
    CHECK(left > 3);

    // A person's word counts in flutter too, and the course is made anew for it.
    const auto beat = static_cast<std::size_t>(std::ranges::find(labels, 255) - labels.begin());
    known.call(beat, "N");
    CHECK(unnamed(engine) == left - 1);
    CHECK(tests::told(engine.rhythm_info()).empty());
    REQUIRE(engine.find());
    CHECK(json::parse(tests::told(engine.rhythm_info())).contains("episodes"));

    // Another analysis of the same beats is not asked again; nothing is told before they are named.
    REQUIRE(engine.start(""));
    CHECK(engine.course() == nullptr);
    tests::name_all(engine);
    REQUIRE(engine.start_rhythm(tests::rhythm_model(), "rhythms.onnx"));
    CHECK_FALSE(engine.next_rhythm_batch());
    CHECK(engine.course() != nullptr);
    CHECK(unnamed(engine) == left - 1);

    // Another recording has nothing of it.
    engine.use_synthetic(30);
    CHECK(engine.course() == nullptr);
    CHECK_FALSE(engine.accept_rhythm({}));
}

TEST_CASE("answers that are out when the analysis begins anew are not taken") {
    Known known(30);
    REQUIRE(known.engine.start_rhythm(tests::rhythm_model(), "rhythms.onnx"));
    const auto batch = known.engine.next_rhythm_batch();
    REQUIRE(batch);
    REQUIRE(known.engine.start(""));
    CHECK_FALSE(known.engine.accept_rhythm(std::vector<float>(batch->beats * 4)));
    CHECK_FALSE(known.engine.next_rhythm_batch());
    CHECK(known.engine.course() == nullptr);
}
