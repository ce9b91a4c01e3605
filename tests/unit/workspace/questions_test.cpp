// A person is asked about beats, and the others follow: through the page's engine.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "support/beat_model.hpp"
#include "support/told.hpp"
#include "workspace/workspace.hpp"

using namespace telltale;

namespace {

// A synthetic recording whose beats a made-up model named: every third one it holds for N with
// doubt, the others for N without.
struct Named {
    workspace::Workspace engine;

    Named() {
        engine.use_synthetic(60);
        REQUIRE(engine.use_model(tests::beat_model({"N", "S", "V"}, 0.7), "names.onnx"));
        REQUIRE(engine.start(""));
        name_all();
    }
    void name_all() {
        std::size_t beat = 0;
        while (const auto batch = engine.run().next_batch(64)) {
            std::vector<float> logits;
            for (std::size_t i = 0; i < batch->beats; ++i, ++beat)
                for (const float x :
                     {beat % 3 == 0 ? 0.6F : 5.0F, beat % 3 == 0 ? 0.4F : 0.0F, 0.0F})
                    logits.push_back(x);
            REQUIRE(engine.run().accept(logits));
        }
    }
    nlohmann::json question() {
        const auto question = engine.question_info();
        REQUIRE(question);
        return nlohmann::json::parse(messages::text(*question));
    }
    std::string labels() {
        std::string text;
        for (const std::uint8_t label : engine.beats().label)
            text += label < engine.labels().size() ? engine.labels()[label] : "?";
        return text;
    }
    void edit(const nlohmann::json& json) { REQUIRE(tests::edit(engine, json.dump())); }
    std::string text(std::string_view kind) {
        const auto bytes = engine.export_as(kind);
        REQUIRE(bytes);
        return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
    }
};

}  // namespace

TEST_CASE("an answer moves the beats that look like it, and is told apart from them") {
    Named n;
    const std::string model = n.labels();
    REQUIRE(model.size() > 40);
    const auto first = n.question();
    REQUIRE(first.contains("next"));
    const auto beat = first["next"]["beat"].get<std::size_t>();
    CHECK(beat % 3 == 0);
    CHECK(first["answers"].empty());
    CHECK(first["moved"] == 0);
    CHECK(first["next"]["sample"] == n.engine.beats().sample[beat]);

    n.edit({{"action", "answer"}, {"beat", beat}, {"class", "S"}});
    const workspace::BeatArrays beats = n.engine.beats();
    std::size_t followed = 0;
    for (std::size_t i = 0; i < model.size(); ++i) {
        CAPTURE(i);
        CHECK(n.labels()[i] == (i % 3 == 0 ? 'S' : 'N'));
        CHECK(beats.person[i] == (i == beat ? 1 : i % 3 == 0 ? 2 : 0));
        if (i % 3 == 0 && i != beat) ++followed;
    }
    const auto next = n.question();
    CHECK(next["answers"].size() == 1);
    CHECK(next["answers"][0]["class"] == "S");
    CHECK(next["answers"][0]["moved"] == followed);
    CHECK(next["moved"] == followed);
    CHECK((!next.contains("next") || next["next"]["beat"] != beat));

    // Exports tell it; so does what is said of the changes.
    const std::string csv = n.text("csv");
    CHECK(std::ranges::count(csv, '\n') == static_cast<std::ptrdiff_t>(model.size()) + 1);
    std::size_t by_answers = 0;
    for (std::size_t at = csv.find(",answers"); at != std::string::npos;
         at = csv.find(",answers", at + 1))
        ++by_answers;
    CHECK(by_answers == followed);
    CHECK(nlohmann::json::parse(n.text("json"))["review"]["moved"] == followed);
    CHECK(tests::told(n.engine.edits_info())
              .contains(std::to_string(followed) + " moved by answers"));

    // A session file brings it to another place.
    const std::string session = n.engine.session_json(), now = n.labels();
    Named other;
    REQUIRE(other.engine.open_session(session, "a.telltale.json"));
    CHECK(other.labels() == now);
    CHECK(other.question() == next);

    n.edit({{"action", "undo"}});
    CHECK(n.labels() == model);
    CHECK(n.question() == first);
    n.edit({{"action", "redo"}});
    CHECK(n.labels() == now);
}

TEST_CASE("what a person names by hand stays, and moves nothing else") {
    Named n;
    const std::string model = n.labels();
    n.edit({{"action", "relabel"}, {"beats", {3}}, {"class", "V"}});
    std::string expected = model;
    expected[3] = 'V';
    CHECK(n.labels() == expected);
    const auto question = n.question();
    REQUIRE(question.contains("next"));
    CHECK(question["next"]["beat"] != 3);
    n.edit({{"action", "answer"}, {"beat", question["next"]["beat"]}, {"class", "S"}});
    CHECK(n.labels()[3] == 'V');
    CHECK(n.labels()[6] == 'S');
    CHECK(n.engine.beats().person[3] == 1);
    // An answer that is corrected by hand moves the others with it.
    n.edit({{"action", "relabel"}, {"beats", {question["next"]["beat"]}}, {"class", "N"}});
    CHECK(n.labels()[6] == 'N');
}

TEST_CASE("a passed question is not asked again, and moves nothing") {
    Named n;
    const std::string model = n.labels();
    const auto first = n.question();
    n.edit({{"action", "pass"}, {"beat", first["next"]["beat"]}});
    CHECK(n.labels() == model);
    const auto next = n.question();
    CHECK(next["answers"][0]["class"].is_null());
    CHECK(next["answers"][0]["moved"] == 0);
    if (next.contains("next")) CHECK(next["next"]["beat"] != first["next"]["beat"]);
}

TEST_CASE("answers are of the beats that a model named: the next model is asked anew") {
    Named n;
    const auto first = n.question();
    n.edit({{"action", "answer"}, {"beat", first["next"]["beat"]}, {"class", "S"}});
    const std::string now = n.labels();
    // Being named anew: nothing is known meanwhile.
    REQUIRE(n.engine.start(""));
    CHECK_FALSE(n.engine.question_info());
    n.name_all();
    CHECK(n.labels() == now);
    CHECK_FALSE(tests::edit(n.engine, R"({"action":"answer","beat":9999,"class":"S"})"));
    CHECK_FALSE(tests::edit(n.engine, R"({"action":"answer","beat":1,"class":"no such"})"));
    // A beat that no model found is not asked about.
    n.edit({{"action", "add"}, {"sample", 20}, {"class", "N"}});
    CHECK_FALSE(tests::edit(n.engine, R"({"action":"answer","beat":0,"class":"S"})"));
}
