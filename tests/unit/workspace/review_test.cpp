// A person's changes through the page's engine: beats, findings, exports and session files.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>
#include <string>

#include "formats/formats.hpp"
#include "support/beat_model.hpp"
#include "support/told.hpp"
#include "workspace/workspace.hpp"

using namespace telltale;

namespace {

// An engine with a synthetic recording whose beats are found; every beat is named by made-up
// logits.
struct Ready {
    workspace::Workspace engine;

    explicit Ready(double seconds = 30,
                   std::vector<std::string> classes = {"N", "S", "V", "F", "Q"}) {
        engine.use_synthetic(seconds);
        REQUIRE(engine.use_model(model(std::move(classes)), "names.onnx"));
        REQUIRE(engine.start(""));
        while (!engine.run().detect_some()) {
        }
        while (const auto batch = engine.run().next_batch(64)) {
            std::vector<float> logits(batch->beats * engine.card()->classes.size());
            for (std::size_t i = 0; i < batch->beats; ++i)
                logits[i * engine.card()->classes.size()] = 3;
            REQUIRE(engine.run().accept(logits));
        }
        REQUIRE(engine.find());
    }
    static std::vector<std::byte> model(std::vector<std::string> classes) {
        return tests::beat_model(std::move(classes), 0.95);
    }
    std::string text(std::string_view kind) {
        const auto bytes = engine.export_as(kind);
        REQUIRE(bytes);
        return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
    }
};

}  // namespace

// Runs the analysis under way to its end, or for so many batches; every beat gets that class.
namespace {

void name_all(workspace::Workspace& engine, std::size_t label, std::size_t batches = 1000) {
    while (!engine.run().detect_some()) {
    }
    const std::size_t classes = engine.card()->classes.size();
    for (std::size_t n = 0; n < batches; ++n) {
        const auto batch = engine.run().next_batch(16);
        if (!batch) return;
        std::vector<float> logits(batch->beats * classes);
        for (std::size_t i = 0; i < batch->beats; ++i) logits[i * classes + label] = 3;
        REQUIRE(engine.run().accept(logits));
    }
}

std::size_t ventricular(const workspace::Workspace& engine) {
    return nlohmann::json::parse(tests::told(engine.rhythm_info()))["ventricular"]["total"];
}

}  // namespace

TEST_CASE("a report never joins the beats of one analysis with the rhythm of another") {
    Ready r;
    const std::size_t beats = r.engine.beats().sample.size();
    REQUIRE(beats > 32);
    CHECK(ventricular(r.engine) == 0);

    // Another model begins: nothing that was found holds any more, and no file is made of beats
    // that are named in part.
    REQUIRE(r.engine.use_model(r.model({"N", "V"}), "two.onnx"));
    CHECK(tests::told(r.engine.rhythm_info()).empty());
    CHECK_FALSE(r.engine.export_as("html"));
    REQUIRE(r.engine.start(""));
    CHECK(tests::told(r.engine.rhythm_info()).empty());
    CHECK(tests::told(r.engine.comparison_info()).empty());
    CHECK_FALSE(r.engine.export_as("html"));
    name_all(r.engine, 1, 1);
    CHECK(tests::told(r.engine.rhythm_info()).empty());
    CHECK_FALSE(r.engine.find());
    for (const char* kind : {"html", "csv", "json", "atr", "edf_beats"}) {
        CAPTURE(kind);
        const auto file = r.engine.export_as(kind);
        REQUIRE_FALSE(file);
        CHECK(file.error().message.contains("named in part"));
    }
    CHECK(r.engine.export_as("session"));
    CHECK(r.engine.convert("edf"));

    // All are named: the report works out the rhythm of these beats by itself.
    name_all(r.engine, 1);
    CHECK(tests::told(r.engine.rhythm_info()).empty());
    CHECK(r.text("html").contains(std::format("{} (100.00 %)", beats)));
    CHECK(ventricular(r.engine) == beats);
}

TEST_CASE("after a change the findings are of the beats as they are, without being asked anew") {
    Ready r;
    REQUIRE(tests::edit(r.engine, R"({"action":"relabel","beats":[3,9],"class":"V"})"));
    CHECK(tests::told(r.engine.rhythm_info()).empty());
    CHECK(r.engine.cluster_count() > 0);  // no beat came, went or moved
    CHECK(r.text("html").contains("Ventricular beats</th><td class=\"number\">2 ("));
    CHECK(ventricular(r.engine) == 2);
    REQUIRE(tests::edit(r.engine, R"({"action":"undo"})"));
    CHECK(tests::told(r.engine.rhythm_info()).empty());
    REQUIRE(r.engine.find());
    CHECK(ventricular(r.engine) == 0);
    REQUIRE(tests::edit(r.engine, R"({"action":"remove","beats":[3]})"));
    CHECK(r.engine.cluster_count() == 0);
    CHECK_FALSE(tests::edit(r.engine, R"({"action":"relabel_cluster","cluster":0,"class":"V"})"));
}

TEST_CASE("what a person did is counted once, and told alike in every file") {
    Ready r;
    const std::size_t found = r.engine.beats().sample.size();
    REQUIRE(tests::edit(r.engine, R"({"action":"relabel","beats":[1,2,3],"class":"V"})"));
    REQUIRE(
        tests::edit(r.engine, R"({"action":"relabel","beats":[4],"class":"N"})"));  // as the model
    REQUIRE(tests::edit(r.engine, R"({"action":"remove","beats":[7,8]})"));
    // A whole sample, as a beat's is.
    const double place = std::floor((r.engine.beats().sample[9] + r.engine.beats().sample[10]) / 2);
    REQUIRE(tests::edit(
        r.engine, nlohmann::json{{"action", "add"}, {"sample", place}, {"class", "S"}}.dump()));
    const auto edits = nlohmann::json::parse(tests::told(r.engine.edits_info()));
    const std::string words = "3 renamed, 1 added, 2 removed, 1 confirmed";
    CHECK(edits["in_words"] == words);
    CHECK(edits["count"] == 7);
    CHECK(r.text("html").contains("then reviewed by a person: " + words));
    CHECK(r.text("atr").contains("beats reviewed by a person: " + words));
    const auto json = nlohmann::json::parse(r.text("json"));
    CHECK(json["review"] ==
          nlohmann::json{
              {"renamed", 3}, {"added", 1}, {"removed", 2}, {"confirmed", 1}, {"moved", 0}});
    CHECK(json["beats"].size() == found - 1);
}

TEST_CASE("steps can be undone after the session file was opened elsewhere") {
    Ready r;
    REQUIRE(tests::edit(r.engine, R"({"action":"relabel","beats":[3],"class":"V"})"));
    REQUIRE(tests::edit(r.engine, R"({"action":"beat_note","beat":3,"text":"wide"})"));
    REQUIRE(tests::edit(r.engine, R"({"action":"notes","text":"seen"})"));
    REQUIRE(tests::edit(r.engine, R"({"action":"undo"})"));
    Ready other;
    REQUIRE(other.engine.open_session(r.text("session"), "x.telltale.json"));
    CHECK(tests::told(other.engine.edits_info()) == tests::told(r.engine.edits_info()));
    REQUIRE(tests::edit(other.engine, R"({"action":"redo"})"));
    CHECK(tests::told(other.engine.edits_info()).contains("seen"));
    for (int i = 0; i < 3; ++i) REQUIRE(tests::edit(other.engine, R"({"action":"undo"})"));
    CHECK_FALSE(tests::edit(other.engine, R"({"action":"undo"})"));
    CHECK(nlohmann::json::parse(tests::told(other.engine.edits_info()))["count"] == 0);
    CHECK_FALSE(other.text("csv").contains("wide"));

    // Changes from elsewhere that are joined leave the steps that were done here.
    REQUIRE(tests::edit(other.engine, R"({"action":"relabel","beats":[5],"class":"S"})"));
    REQUIRE(other.engine.adopt_session(r.text("session"), "x.telltale.json"));
    CHECK(other.engine.beats().person[3] == 1);
    CHECK(nlohmann::json::parse(tests::told(other.engine.edits_info()))["undo"] ==
          "relabel a beat as S");
}

TEST_CASE("a beat that a person renames is so in beats, rhythm and exports, and says by whom") {
    Ready r;
    const auto before = r.engine.beats();
    const std::string second = r.engine.card()->classes[1];
    REQUIRE(tests::edit(r.engine, R"({"action":"relabel","beats":[3],"class":")" + second + "\"}"));
    const auto after = r.engine.beats();
    CHECK(after.sample == before.sample);
    CHECK(after.label[3] == 1);
    CHECK(after.person[3] == 1);
    CHECK(after.person[2] == 0);
    // What the model said is still there.
    CHECK(after.probabilities == before.probabilities);
    CHECK(r.text("csv").contains(",person\n"));
    CHECK(r.text("json").contains("\"by\": \"person\""));
    REQUIRE(tests::edit(r.engine, R"({"action":"undo"})"));
    CHECK(r.engine.beats().label == before.label);
    CHECK_FALSE(r.text("csv").contains(",person\n"));
}

TEST_CASE("a person may give every class of AAMI, whether the model knows it or not") {
    Ready r(30, {"N", "V"});
    CHECK(r.engine.labels() == std::vector<std::string>{"N", "V", "S", "F", "Q"});
    REQUIRE(tests::edit(r.engine, R"({"action":"relabel","beats":[3],"class":"Q"})"));
    REQUIRE(tests::edit(r.engine, R"({"action":"relabel","beats":[4],"class":"S"})"));
    const auto beats = r.engine.beats();
    CHECK(beats.label[3] == 4);
    CHECK(beats.label[4] == 2);
    CHECK(beats.probabilities.size() == beats.sample.size() * 2);
    CHECK(tests::told(r.engine.summary_info())
              .contains("\"counts\":[" + std::to_string(beats.sample.size() - 2) + ",0,1,0,1]"));
    const std::string csv = r.text("csv");
    CHECK(csv.starts_with("time_s,sample,class,p_N,p_V,detection_confidence"));
    CHECK(csv.contains(",Q,0."));
    CHECK(r.text("json").contains("\"classes\": [\"N\", \"V\"]"));
    CHECK(r.text("json").contains("\"Q\": 1"));
    CHECK_FALSE(r.text("json").contains("\"F\": "));
    REQUIRE(r.engine.find());
    CHECK(tests::told(r.engine.rhythm_info()).contains("\"supraventricular\""));
    CHECK_FALSE(tests::edit(r.engine, R"({"action":"relabel","beats":[3],"class":"X"})"));
}

TEST_CASE("the model's card says which beats are doubtful; a person's word is not") {
    Ready r(30, {"N", "V"});  // logits 3 and 0: 95.26 % for N
    const auto sure = r.engine.beats().doubtful;
    CHECK(std::ranges::count(sure, 1) < static_cast<std::ptrdiff_t>(sure.size()) / 2);
    Ready five(30);  // one of five: 83 %
    const auto unsure = five.engine.beats().doubtful;
    CHECK(std::ranges::count(unsure, 1) == static_cast<std::ptrdiff_t>(unsure.size()));
    REQUIRE(tests::edit(five.engine, R"({"action":"relabel","beats":[3],"class":"N"})"));
    CHECK(five.engine.beats().doubtful[3] == 0);
    CHECK(tests::told(five.engine.model_info()).contains("\"doubtful_below\":0.95"));
}

TEST_CASE("notes on a beat and on the recording go into the session and every export") {
    Ready r;
    CHECK_FALSE(r.text("csv").contains(",note\n"));
    const auto beats = r.engine.beats();
    REQUIRE(tests::edit(r.engine, R"({"action":"beat_note","beat":3,"text":"wide, \"odd\""})"));
    REQUIRE(tests::edit(r.engine, R"({"action":"notes","text":"second look\nneeded"})"));
    CHECK(tests::told(r.engine.edits_info()).contains("second look"));
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
    CHECK(tests::told(other.engine.edits_info()).contains("second look"));

    // Moved a little, the beat keeps its note; an empty one takes it away, and undo brings it back.
    REQUIRE(tests::edit(r.engine, R"({"action":"move","beat":3,"sample":)" +
                                      std::to_string(static_cast<int>(beats.sample[3]) + 4) + "}"));
    CHECK(r.text("csv").contains(",person,\"wide"));
    REQUIRE(tests::edit(r.engine, R"({"action":"beat_note","beat":3,"text":""})"));
    CHECK_FALSE(r.text("csv").contains("wide"));
    REQUIRE(tests::edit(r.engine, R"({"action":"undo"})"));
    CHECK(r.text("csv").contains("wide"));
    CHECK_FALSE(tests::edit(r.engine, R"({"action":"beat_note","beat":99999,"text":"x"})"));
}

TEST_CASE("EDF+ as read has the file's own annotations, with these beats it has these") {
    Ready r;
    REQUIRE(tests::edit(r.engine, R"({"action":"remove","beats":[4,5,6]})"));
    const auto beats_in = [](const std::vector<std::byte>& bytes) {
        const formats::NamedBytes file{"made.edf", bytes};
        const auto read = formats::read_recordings(std::span(&file, 1), {});
        REQUIRE(read.recordings.size() == 1);
        return std::ranges::count_if(read.recordings[0].annotations, [](const Annotation& a) {
            return aami_class(a.code).has_value();
        });
    };
    const auto as_read = r.engine.convert("edf"), with_beats = r.engine.export_as("edf_beats");
    REQUIRE(as_read);
    REQUIRE(with_beats);
    const auto of_the_file = static_cast<std::ptrdiff_t>(r.engine.reference().sample.size());
    CHECK(beats_in(*as_read) == of_the_file);
    CHECK(beats_in(*with_beats) == of_the_file - 3);
    CHECK_FALSE(r.engine.export_as("edf"));
}

TEST_CASE("the EDF+ holds the signal and the beats") {
    Ready r;
    const auto bytes = r.engine.export_as("edf_beats");
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
    const auto said = nlohmann::json::parse(tests::told(r.engine.second_info()));
    CHECK(said["type"] == "second");
    CHECK(said["samples"].size() == before.sample.size());
    CHECK(std::ranges::all_of(said["labels"], [](const auto& label) { return label == 1; }));
    CHECK(said["matrix"].size() == 7);
    CHECK(r.engine.beats().label == before.label);
    r.engine.drop_second();
    CHECK(tests::told(r.engine.second_info()).empty());
    CHECK_FALSE(r.engine.use_second({}, "none.onnx"));
}

TEST_CASE("a beat is explained, and anew where beats have changed") {
    Ready r;
    const auto beats = r.engine.beats();
    for (const char* change : {"", R"({"action":"remove","beats":[0]})"}) {
        if (*change != 0) REQUIRE(tests::edit(r.engine, change));
        const auto batch = r.engine.explain(5);
        REQUIRE(batch);
        std::vector<float> output(batch->beats * 5, 0);
        for (std::size_t i = 0; i < batch->beats; ++i) output[i * 5] = i == 7 ? 0 : 4;
        const auto explained = r.engine.explained(output);
        REQUIRE(explained);
        const auto said = nlohmann::json::parse(tests::told(*explained));
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
    REQUIRE(tests::edit(r.engine, R"({"action":"remove","beats":[5]})"));
    CHECK(r.engine.beats().sample.size() == before.sample.size() - 1);
    const std::string first = r.engine.card()->classes[0];
    REQUIRE(tests::edit(r.engine, R"({"action":"add","sample":)" +
                                      std::to_string(static_cast<int>(gone) + 9) +
                                      R"(,"snap":true,"class":")" + first + "\"}"));
    const auto after = r.engine.beats();
    REQUIRE(after.sample.size() == before.sample.size());
    CHECK(std::abs(after.sample[5] - gone) <= 2);
    CHECK(after.person[5] == 1);
    CHECK_FALSE(tests::edit(r.engine, R"({"action":"add","sample":)" +
                                          std::to_string(static_cast<int>(gone) + 3) +
                                          R"(,"class":")" + first + "\"}"));
}

TEST_CASE("a whole cluster is renamed in one step") {
    Ready r;
    const std::string second = r.engine.card()->classes[1];
    REQUIRE(r.engine.cluster_count() > 0);
    REQUIRE(tests::edit(r.engine,
                        R"({"action":"relabel_cluster","cluster":0,"class":")" + second + "\"}"));
    const auto after = r.engine.beats();
    CHECK(std::ranges::count(after.label, 1) > 1);
    REQUIRE(tests::edit(r.engine, R"({"action":"undo"})"));
    CHECK(std::ranges::count(r.engine.beats().label, 1) == 0);
    CHECK_FALSE(tests::edit(r.engine, R"({"action":"undo"})"));
}

TEST_CASE("changes outlive another analysis") {
    Ready r;
    const std::string second = r.engine.card()->classes[1];
    REQUIRE(tests::edit(r.engine, R"({"action":"relabel","beats":[3],"class":")" + second + "\"}"));
    REQUIRE(r.engine.start(""));
    while (!r.engine.run().detect_some()) {
    }
    CHECK(r.engine.beats().person[3] == 1);
    CHECK(r.engine.beats().label[3] == 1);
}

TEST_CASE("a session file goes to another engine with the same recording, and to no other") {
    Ready r;
    const std::string second = r.engine.card()->classes[1];
    REQUIRE(tests::edit(r.engine, R"({"action":"relabel","beats":[3],"class":")" + second + "\"}"));
    REQUIRE(tests::edit(r.engine, R"({"action":"notes","text":"seen"})"));
    const std::string session = r.text("session");
    CHECK(session.contains(r.engine.fingerprint()));

    Ready same;
    CHECK(same.engine.fingerprint() == r.engine.fingerprint());
    REQUIRE(same.engine.check_session(session, "x.telltale.json"));
    CHECK_FALSE(tests::told(same.engine.edits_info()).contains("seen"));
    REQUIRE(same.engine.open_session(session, "x.telltale.json"));
    CHECK(same.engine.beats().label == r.engine.beats().label);
    CHECK(tests::told(same.engine.edits_info()).contains("seen"));

    Ready other(20);
    const auto refused = other.engine.open_session(session, "x.telltale.json");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.contains("another recording"));
    for (const char* wrong : {"", "{}", "[1]", R"({"telltale_session":1})",
                              R"({"telltale_session":2,"review":{},"fingerprint":"x"})",
                              R"({"telltale_session":1,"review":3,"fingerprint":3})"}) {
        CAPTURE(wrong);
        CHECK_FALSE(other.engine.open_session(wrong, "x"));
        CHECK_FALSE(other.engine.check_session(wrong, "x"));
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
        CHECK_FALSE(tests::edit(r.engine, wrong));
    }
    CHECK(r.engine.beats().sample == before.sample);
    CHECK(r.engine.beats().label == before.label);
}
