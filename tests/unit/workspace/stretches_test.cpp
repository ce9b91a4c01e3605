// What a person calls a stretch of a recording: how it is kept, and what follows from it.
#include "workspace/stretches.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <format>
#include <nlohmann/json.hpp>

#include "support/beat_model.hpp"
#include "support/rhythm_model.hpp"
#include "support/told.hpp"
#include "workspace/edits.hpp"

using namespace telltale;
using namespace telltale::workspace;
using nlohmann::json;

namespace {

std::string text(const Stretches& stretches) {
    std::string all;
    for (const Stretch& s : stretches)
        all += std::format("{}[{},{}){} ", s.name, s.first, s.last,
                           s.text.empty() ? "" : "'" + s.text + "'");
    return all;
}

}  // namespace

TEST_CASE("a new word cuts what was said there before, and undo gives it back") {
    Edits edits;
    edits.call_stretch({100, 500, "AFIB"});
    edits.call_stretch({200, 300, "artefact"});
    CHECK(text(edits.stretches()) == "AFIB[100,200) artefact[200,300) AFIB[300,500) ");
    edits.call_stretch({250, 600, "VT"});
    CHECK(text(edits.stretches()) == "AFIB[100,200) artefact[200,250) VT[250,600) ");
    CHECK(edits.undo_text() == "call a stretch ventricular tachycardia");
    REQUIRE(edits.undo());
    CHECK(text(edits.stretches()) == "AFIB[100,200) artefact[200,300) AFIB[300,500) ");
    REQUIRE(edits.undo());
    REQUIRE(edits.undo());
    CHECK(edits.stretches().empty());
    CHECK(edits.empty());
    while (edits.redo()) {
    }
    CHECK(text(edits.stretches()) == "AFIB[100,200) artefact[200,250) VT[250,600) ");

    // The same once more is no step.
    const auto revision = edits.revision();
    edits.call_stretch({250, 600, "VT"});
    CHECK(edits.revision() == revision);
    // Taking away cuts, too.
    edits.call_stretch({150, 400, ""});
    CHECK(text(edits.stretches()) == "AFIB[100,150) VT[400,600) ");
}

TEST_CASE("notes lie on anything") {
    Edits edits;
    edits.call_stretch({0, 900, "N"});
    edits.call_stretch({100, 200, "note", "here he coughs"});
    edits.call_stretch({150, 400, "note", "stairs"});
    CHECK(text(edits.stretches()) ==
          "N[0,900) note[100,200)'here he coughs' note[150,400)'stairs' ");
    edits.call_stretch({100, 200, "note", "he coughs"});
    CHECK(text(edits.stretches()) == "N[0,900) note[100,200)'he coughs' note[150,400)'stairs' ");
    edits.call_stretch({120, 180, "artefact"});
    CHECK(edits.stretches().size() == 5);
    edits.call_stretch({100, 200, "note", ""});
    CHECK(edits.stretches().size() == 4);
    edits.call_stretch({0, 900, ""});
    CHECK(edits.stretches().empty());
}

TEST_CASE("stretches are kept in a session file, and wrong ones are refused by name") {
    Edits edits;
    edits.call_stretch({10, 50, "artefact"});
    edits.call_stretch({20, 30, "note", "tape \"off\""});
    edits.call_stretch({40, 90, "VFL"});
    REQUIRE(edits.undo());
    Edits loaded;
    REQUIRE(loaded.load(edits.json(), "x", 100));
    CHECK(loaded.stretches() == edits.stretches());
    CHECK(loaded.json() == edits.json());
    REQUIRE(loaded.redo());
    CHECK(text(loaded.stretches()) == "artefact[10,40) note[20,30)'tape \"off\"' VFL[40,90) ");

    // A review from before there were stretches.
    REQUIRE(loaded.load(R"({"changes":[]})", "x", 100));
    CHECK(loaded.stretches().empty());
    // Whatever a file says, no two overlap.
    REQUIRE(loaded.load(R"({"changes":[],"stretches":[{"first":0,"last":60,"name":"N"},
        {"first":50,"last":80,"name":"VT"}]})",
                        "x", 100));
    CHECK(text(loaded.stretches()) == "N[0,50) VT[50,80) ");

    const auto refused = [&](const char* list) {
        const std::string before = loaded.json();
        const auto result = loaded.load(std::string(R"({"changes":[],"stretches":)") + list + "}",
                                        "review.json", 100);
        REQUIRE_FALSE(result);
        CHECK(loaded.json() == before);
        return result.error().to_string();
    };
    CHECK(refused("5") == "review.json, stretches: expected a list");
    CHECK(refused("[5]") == "review.json, stretches[0]: expected an object");
    for (const char* bad :
         {R"([{"first":5,"last":5,"name":"N"}])", R"([{"first":-1,"last":5,"name":"N"}])",
          R"([{"first":1,"last":101,"name":"N"}])", R"([{"last":5,"name":"N"}])"})
        CHECK(refused(bad) ==
              "review.json, stretches[0]: expected \"first\" before \"last\", within 0 to 100");
    CHECK(refused(R"([{"first":1,"last":5,"name":"sinus"}])") ==
          "review.json, stretches[0]: expected a \"name\" that a stretch can have");
}

namespace {

/// The synthetic minute, its beats all named N, sinus rhythm but for what the network says from
/// second 20 to 30.
struct Judged {
    Workspace engine;
    double rate;

    explicit Judged(std::string_view says) {
        REQUIRE(engine.use_model(tests::beat_model({"N", "S", "V", "F", "Q"}), "names.onnx"));
        engine.use_synthetic(60);
        rate = engine.recording()->sampling_rate;
        tests::name_all(engine);
        REQUIRE(engine.start_rhythm(tests::rhythm_model(), "rhythms.onnx"));
        tests::say(engine, says, 20, 30);
        REQUIRE(engine.find());
    }
    Result<void> call(double first_s, double last_s, const std::string& name,
                      const std::string& written = {}) {
        return engine.edit(messages::CallStretch{
            .first = first_s * rate, .last = last_s * rate, .name = name, .text = written});
    }
    json rhythm() {
        REQUIRE(engine.find());
        return json::parse(tests::told(engine.rhythm_info()));
    }
    /// "N 0-20, VT 20-30 by_person"
    std::string course() {
        std::string all;
        auto episodes = rhythm()["episodes"].get<std::vector<json>>();
        std::ranges::sort(episodes, {}, [](const json& e) { return e["first"].get<double>(); });
        for (const json& e : episodes)
            all += std::format("{}{} {:.0f}-{:.0f}{}", all.empty() ? "" : ", ",
                               e["rhythm"].get<std::string>(), e["first"].get<double>() / rate,
                               e["last"].get<double>() / rate,
                               e["by_person"].get<bool>() ? " by a person" : "");
        return all;
    }
};

}  // namespace

TEST_CASE("a person's rhythm stands above the machine's, and undo gives that back") {
    Judged judged("VFL");
    CHECK(judged.course() == "N 0-20, VFL 20-30, N 30-60");
    REQUIRE(judged.call(18, 32, "N"));
    CHECK(judged.course() == "N 0-60");  // a stretch of sinus rhythm in sinus rhythm
    REQUIRE(judged.call(40, 50, "AFIB"));
    CHECK(judged.course() == "N 0-40, AFIB 40-50 by a person, N 50-60");
    const json told = judged.rhythm();
    const auto events = told["events"].get<std::vector<json>>();
    const auto event = std::ranges::find_if(
        events, [](const json& e) { return e["kind"] == "atrial_fibrillation"; });
    REQUIRE(event != events.end());
    CHECK((*event)["text"] == "atrial fibrillation, 10.0 s, by a person");
    CHECK_FALSE(event->contains("probability"));
    CHECK(told["af_candidates"]["seconds"] == 10);
    for (const char* kind : {"html", "json"}) {
        const auto file = judged.engine.export_as(kind);
        REQUIRE(file);
        const std::string content(reinterpret_cast<const char*>(file->data()), file->size());
        CHECK(content.find("atrial fibrillation") != std::string::npos);
    }
    REQUIRE(judged.engine.edit(messages::Undo{}));
    REQUIRE(judged.engine.edit(messages::Undo{}));
    CHECK(judged.course() == "N 0-20, VFL 20-30, N 30-60");
}

TEST_CASE("nothing is told of what a person calls artefact") {
    Judged judged("VFL");
    const json before = judged.rhythm();
    REQUIRE(judged.call(15, 35, "artefact"));
    const json after = judged.rhythm();
    CHECK(judged.course() == "N 0-15, NOISE 15-35 by a person, N 35-60");
    CHECK(after["unreadable_s"].get<double>() >= 20);
    CHECK(after["beats"].get<std::size_t>() < before["beats"].get<std::size_t>());
    CHECK(after["hrv"]["nn"].get<int>() < before["hrv"]["intervals"].get<int>());
    // Its beats have their classes again: nobody says that the heart fibrillates there.
    CHECK(std::ranges::count(judged.engine.beats().label, 255) == 0);
    // The interval across it is no pause.
    CHECK(after["pauses"].empty());
}

TEST_CASE("a gap in the beats that a person calls no ECG is no pause") {
    Judged judged("N");
    // Six beats taken away: a gap over a signal that goes on.
    std::vector<std::size_t> gone = {20, 21, 22, 23, 24, 25};
    const auto at = judged.engine.beats().sample;
    REQUIRE(judged.engine.edit(messages::RemoveBeats{.beats = gone}));
    REQUIRE(judged.call(at[19] / judged.rate, at[26] / judged.rate, "no_ecg"));
    const json told = judged.rhythm();
    CHECK(told["pauses"].empty());
    CHECK(told["no_beats_s"] == 0);
}

TEST_CASE("a note on a stretch goes into report, annotations and session") {
    Judged judged("N");
    REQUIRE(judged.call(10, 12.5, "note", "patient pressed <the> button"));
    const auto content = [&](const char* kind) {
        const auto file = judged.engine.export_as(kind);
        REQUIRE(file);
        return std::string(reinterpret_cast<const char*>(file->data()), file->size());
    };
    CHECK(content("html").find("note: patient pressed &lt;the&gt; button") != std::string::npos);
    CHECK(content("atr").find("patient pressed <the> button") != std::string::npos);
    CHECK(json::parse(content("json"))["marked"][0]["text"] == "patient pressed <the> button");
    CHECK(json::parse(content("session"))["review"]["stretches"][0]["name"] == "note");
    CHECK(judged.engine.edits_info().stretches.size() == 1);
    CHECK(judged.engine.edits_info().count == 1);
    CHECK(judged.engine.edits_info().in_words == "1 marked stretch");
    CHECK(judged.course() == "N 0-60");
}

TEST_CASE("a stretch outside the recording, or of an unknown name, is refused") {
    Judged judged("N");
    for (const auto& [first, last] : {std::pair(-1.0, 5.0), {5.0, 5.0}, {50.0, 61.0}, {7.0, 6.0}})
        CHECK_FALSE(judged.call(first, last, "VT"));
    CHECK_FALSE(judged.call(1, 2, "tachycardia"));
    CHECK(judged.engine.edits_info().stretches.empty());
    CHECK(judged.engine.edits_info().undo.empty());
}
