// A person's changes through the page's engine: beats, findings, exports and session files.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "engine.hpp"
#include "formats/formats.hpp"
#include "support/tiny_onnx.hpp"

using namespace telltale;

namespace {

// An engine with a synthetic recording whose beats are found; every beat is named by made-up
// logits.
struct Ready {
    page::Engine engine;

    explicit Ready(double seconds = 30,
                   std::vector<std::string> classes = {"N", "S", "V", "F", "Q"}) {
        engine.use_synthetic(seconds);
        REQUIRE(engine.use_model(model(std::move(classes)), "names.onnx"));
        REQUIRE(engine.start(""));
        while (!engine.detect_some()) {
        }
        while (const auto batch = engine.next_batch(64)) {
            std::vector<float> logits(batch->beats * engine.card()->classes.size());
            for (std::size_t i = 0; i < batch->beats; ++i)
                logits[i * engine.card()->classes.size()] = 3;
            REQUIRE(engine.accept(logits));
        }
        REQUIRE(engine.find());
    }
    static std::vector<std::byte> model(std::vector<std::string> classes) {
        classify::Card card;
        card.name = "names";
        card.classes = std::move(classes);
        const std::size_t count = card.classes.size();
        card.input = {.sampling_rate = 120,
                      .window = classify::WindowKind::to_next_beats,
                      .length = 187,
                      .name = "beats",
                      .shape = {-1, 1, 187}};
        card.output = {.name = "logits", .doubtful_below = 0.95};
        return tests::tiny_onnx({.input_shape = {-1, 1, 187},
                                 .classes = static_cast<std::int64_t>(count),
                                 .weights = std::vector<float>(187 * count, 0),
                                 .bias = std::vector<float>(count, 0),
                                 .metadata = {{"telltale", classify::card_json(card)}}});
    }
    std::string text(std::string_view kind) {
        const auto bytes = engine.export_as(kind);
        REQUIRE(bytes);
        return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
    }
};

}  // namespace

TEST_CASE("a beat that a person renames is so in beats, rhythm and exports, and says by whom") {
    Ready r;
    const auto before = r.engine.beats();
    const std::string second = r.engine.card()->classes[1];
    REQUIRE(r.engine.edit(R"({"action":"relabel","beats":[3],"class":")" + second + "\"}"));
    const auto after = r.engine.beats();
    CHECK(after.sample == before.sample);
    CHECK(after.label[3] == 1);
    CHECK(after.person[3] == 1);
    CHECK(after.person[2] == 0);
    // What the model said is still there.
    CHECK(after.probabilities == before.probabilities);
    CHECK(r.text("csv").contains(",person\n"));
    CHECK(r.text("json").contains("\"by\": \"person\""));
    REQUIRE(r.engine.edit(R"({"action":"undo"})"));
    CHECK(r.engine.beats().label == before.label);
    CHECK_FALSE(r.text("csv").contains(",person\n"));
}

TEST_CASE("a person may give every class of AAMI, whether the model knows it or not") {
    Ready r(30, {"N", "V"});
    CHECK(r.engine.labels() == std::vector<std::string>{"N", "V", "S", "F", "Q"});
    REQUIRE(r.engine.edit(R"({"action":"relabel","beats":[3],"class":"Q"})"));
    REQUIRE(r.engine.edit(R"({"action":"relabel","beats":[4],"class":"S"})"));
    const auto beats = r.engine.beats();
    CHECK(beats.label[3] == 4);
    CHECK(beats.label[4] == 2);
    CHECK(beats.probabilities.size() == beats.sample.size() * 2);
    CHECK(r.engine.summary_json().contains("\"counts\":[" +
                                           std::to_string(beats.sample.size() - 2) + ",0,1,0,1]"));
    const std::string csv = r.text("csv");
    CHECK(csv.starts_with("time_s,sample,class,p_N,p_V,detection_confidence"));
    CHECK(csv.contains(",Q,0."));
    CHECK(r.text("json").contains("\"classes\": [\"N\", \"V\"]"));
    CHECK(r.text("json").contains("\"Q\": 1"));
    CHECK_FALSE(r.text("json").contains("\"F\": "));
    REQUIRE(r.engine.find());
    CHECK(r.engine.rhythm_json().contains("\"supraventricular\""));
    CHECK_FALSE(r.engine.edit(R"({"action":"relabel","beats":[3],"class":"X"})"));
}

TEST_CASE("the model's card says which beats are doubtful; a person's word is not") {
    Ready r(30, {"N", "V"});  // logits 3 and 0: 95.26 % for N
    const auto sure = r.engine.beats().doubtful;
    CHECK(std::ranges::count(sure, 1) < static_cast<std::ptrdiff_t>(sure.size()) / 2);
    Ready five(30);  // one of five: 83 %
    const auto unsure = five.engine.beats().doubtful;
    CHECK(std::ranges::count(unsure, 1) == static_cast<std::ptrdiff_t>(unsure.size()));
    REQUIRE(five.engine.edit(R"({"action":"relabel","beats":[3],"class":"N"})"));
    CHECK(five.engine.beats().doubtful[3] == 0);
    CHECK(five.engine.model_json().contains("\"doubtful_below\":0.95"));
}

TEST_CASE("notes on a beat and on the recording go into the session and every export") {
    Ready r;
    CHECK_FALSE(r.text("csv").contains(",note\n"));
    const auto beats = r.engine.beats();
    REQUIRE(r.engine.edit(R"({"action":"beat_note","beat":3,"text":"wide, \"odd\""})"));
    REQUIRE(r.engine.edit(R"({"action":"notes","text":"second look\nneeded"})"));
    CHECK(r.engine.edits_json().contains("second look"));
    CHECK(r.text("csv").contains(",model,\"wide, \"\"odd\"\"\"\n"));
    CHECK(r.text("json").contains(R"("note": "wide, \"odd\"")"));
    CHECK(r.text("json").contains(R"("notes": "second look\nneeded")"));
    CHECK(r.text("html").contains("second look\nneeded"));
    CHECK(r.text("html").contains("wide, &quot;odd&quot;"));
    CHECK(r.text("atr").contains("wide, \"odd\""));

    const std::string session = r.text("session");
    Ready other;
    REQUIRE(other.engine.open_session(session, "x.telltale.json"));
    CHECK(other.text("csv") == r.text("csv"));
    CHECK(other.engine.edits_json().contains("second look"));

    // Moved a little, the beat keeps its note; an empty one takes it away, and undo brings it back.
    REQUIRE(r.engine.edit(R"({"action":"move","beat":3,"sample":)" +
                          std::to_string(static_cast<int>(beats.sample[3]) + 4) + "}"));
    CHECK(r.text("csv").contains(",person,\"wide"));
    REQUIRE(r.engine.edit(R"({"action":"beat_note","beat":3,"text":""})"));
    CHECK_FALSE(r.text("csv").contains("wide"));
    REQUIRE(r.engine.edit(R"({"action":"undo"})"));
    CHECK(r.text("csv").contains("wide"));
    CHECK_FALSE(r.engine.edit(R"({"action":"beat_note","beat":99999,"text":"x"})"));
}

TEST_CASE("the EDF+ holds the signal and the beats") {
    Ready r;
    const auto bytes = r.engine.export_as("edf");
    REQUIRE(bytes);
    const formats::NamedBytes file{"made.edf", *bytes};
    const auto read = formats::read_recordings(std::span(&file, 1), {});
    REQUIRE(read.recordings.size() == 1);
    const Recording& again = read.recordings[0];
    CHECK(again.length() >= r.engine.recording()->length());
    const auto beats = r.engine.beats();
    std::vector<std::int64_t> samples;
    for (const Annotation& a : again.annotations)
        if (aami_class(a.code)) samples.push_back(a.sample);
    REQUIRE(samples.size() == beats.sample.size());
    for (std::size_t i = 0; i < samples.size(); ++i)
        CHECK(std::abs(static_cast<double>(samples[i]) - beats.sample[i]) <= 1);
}

TEST_CASE("a second model speaks beside the first and changes nothing") {
    Ready r;
    const auto before = r.engine.beats();
    REQUIRE(r.engine.use_second(r.model({"N", "V"}), "two.onnx"));
    while (const auto batch = r.engine.next_second_batch(64)) {
        std::vector<float> logits(batch->beats * 2);
        for (std::size_t i = 0; i < batch->beats; ++i) logits[2 * i + 1] = 1;
        REQUIRE(r.engine.accept_second(logits));
    }
    const auto said = nlohmann::json::parse(r.engine.second_json());
    CHECK(said["type"] == "second");
    CHECK(said["samples"].size() == before.sample.size());
    CHECK(std::ranges::all_of(said["labels"], [](const auto& label) { return label == 1; }));
    CHECK(said["matrix"].size() == 7);
    CHECK(r.engine.beats().label == before.label);
    r.engine.drop_second();
    CHECK(r.engine.second_json().empty());
    CHECK_FALSE(r.engine.use_second({}, "none.onnx"));
}

TEST_CASE("a beat is explained, and anew where beats have changed") {
    Ready r;
    const auto beats = r.engine.beats();
    for (const char* change : {"", R"({"action":"remove","beats":[0]})"}) {
        if (*change != 0) REQUIRE(r.engine.edit(change));
        const auto batch = r.engine.explain(5);
        REQUIRE(batch);
        std::vector<float> output(batch->beats * 5, 0);
        for (std::size_t i = 0; i < batch->beats; ++i) output[i * 5] = i == 7 ? 0 : 4;
        const auto json = r.engine.explained(output);
        REQUIRE(json);
        const auto said = nlohmann::json::parse(*json);
        CHECK(said["class"] == "N");
        CHECK(said["sample"] == beats.sample[*change == 0 ? 5 : 6]);
        CHECK(std::ranges::any_of(said["saliency"],
                                  [](const auto& v) { return v.template get<double>() > 0.3; }));
    }
    CHECK_FALSE(r.engine.explain(99999));
    CHECK_FALSE(r.engine.explained(std::vector<float>(3, 0)));
}

TEST_CASE("a removed beat is put back by snapping to its R peak") {
    Ready r;
    const auto before = r.engine.beats();
    const double gone = before.sample[5];
    REQUIRE(r.engine.edit(R"({"action":"remove","beats":[5]})"));
    CHECK(r.engine.beats().sample.size() == before.sample.size() - 1);
    const std::string first = r.engine.card()->classes[0];
    REQUIRE(r.engine.edit(R"({"action":"add","sample":)" +
                          std::to_string(static_cast<int>(gone) + 9) + R"(,"snap":1,"class":")" +
                          first + "\"}"));
    const auto after = r.engine.beats();
    REQUIRE(after.sample.size() == before.sample.size());
    CHECK(std::abs(after.sample[5] - gone) <= 2);
    CHECK(after.person[5] == 1);
    CHECK_FALSE(r.engine.edit(R"({"action":"add","sample":)" +
                              std::to_string(static_cast<int>(gone) + 3) + R"(,"class":")" + first +
                              "\"}"));
}

TEST_CASE("a whole cluster is renamed in one step") {
    Ready r;
    const std::string second = r.engine.card()->classes[1];
    REQUIRE(r.engine.cluster_count() > 0);
    REQUIRE(r.engine.edit(R"({"action":"relabel_cluster","cluster":0,"class":")" + second + "\"}"));
    const auto after = r.engine.beats();
    CHECK(std::ranges::count(after.label, 1) > 1);
    REQUIRE(r.engine.edit(R"({"action":"undo"})"));
    CHECK(std::ranges::count(r.engine.beats().label, 1) == 0);
    CHECK_FALSE(r.engine.edit(R"({"action":"undo"})"));
}

TEST_CASE("changes outlive another analysis") {
    Ready r;
    const std::string second = r.engine.card()->classes[1];
    REQUIRE(r.engine.edit(R"({"action":"relabel","beats":[3],"class":")" + second + "\"}"));
    REQUIRE(r.engine.start(""));
    while (!r.engine.detect_some()) {
    }
    CHECK(r.engine.beats().person[3] == 1);
    CHECK(r.engine.beats().label[3] == 1);
}

TEST_CASE("a session file goes to another engine with the same recording, and to no other") {
    Ready r;
    const std::string second = r.engine.card()->classes[1];
    REQUIRE(r.engine.edit(R"({"action":"relabel","beats":[3],"class":")" + second + "\"}"));
    REQUIRE(r.engine.edit(R"({"action":"notes","text":"seen"})"));
    const std::string session = r.text("session");
    CHECK(session.contains(r.engine.fingerprint()));

    Ready same;
    CHECK(same.engine.fingerprint() == r.engine.fingerprint());
    REQUIRE(same.engine.open_session(session, "x.telltale.json"));
    CHECK(same.engine.beats().label == r.engine.beats().label);
    CHECK(same.engine.edits_json().contains("seen"));

    Ready other(20);
    const auto refused = other.engine.open_session(session, "x.telltale.json");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.contains("another recording"));
    for (const char* wrong : {"", "{}", "[1]", R"({"telltale_session":1})",
                              R"({"telltale_session":2,"review":{},"fingerprint":"x"})",
                              R"({"telltale_session":1,"review":3,"fingerprint":3})"}) {
        CAPTURE(wrong);
        CHECK_FALSE(other.engine.open_session(wrong, "x"));
    }
}

TEST_CASE("a change that makes no sense is refused and changes nothing") {
    Ready r;
    const auto before = r.engine.beats();
    for (const char* wrong :
         {"", "3", "{}", R"({"action":"fly"})",
          R"({"action":"relabel","beats":[3],"class":"no such"})",
          R"({"action":"relabel","beats":[99999],"class":"N"})",
          R"({"action":"remove","beats":[-1]})", R"({"action":"add","sample":1e12,"class":"N"})",
          R"({"action":"move","beat":99999,"sample":5})",
          R"({"action":"relabel_cluster","cluster":999,"class":"N"})", R"({"action":"redo"})"}) {
        CAPTURE(wrong);
        CHECK_FALSE(r.engine.edit(wrong));
    }
    CHECK(r.engine.beats().sample == before.sample);
    CHECK(r.engine.beats().label == before.label);
}
