#include "messages.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace telltale::window;

TEST_CASE("messages fill the session") {
    Session s;
    CHECK(receive(s, R"({"type":"recording","name":"100","sampling_rate":360,"length":650000,
        "leads":[{"name":"MLII","unit":"mV"},{"name":"V5","unit":"mV"}],"warnings":["w"],"has_reference":true})")
              .new_recording);
    REQUIRE(s.recording);
    CHECK(s.recording->leads.size() == 2);
    CHECK(s.recording->warnings.size() == 1);
    CHECK(s.signals.leads() == 2);
    receive(s, R"({"type":"progress","stage":"Reading","fraction":0.5})");
    CHECK(s.progress.fraction == 0.5);
    receive(s, R"({"type":"progress","stage":""})");
    CHECK(s.progress.stage.empty());
    receive(
        s,
        R"({"type":"provider","current":"wasm","choice":"auto","available":["wasm"],"note":"n","beats_per_second":10})");
    CHECK(s.provider.available.size() == 1);
    CHECK(receive(s, R"({"type":"theme","name":"dark"})").theme == "dark");
    CHECK(receive(s, R"({"type":"select","beat":3})").select_beat == 3);
    CHECK(receive(s, R"({"type":"notice","text":"t"})").new_notice);
}

TEST_CASE("what is not a message changes nothing") {
    Session s;
    for (const char* text : {"", "{", "[]", "1", R"({"type":5})", R"({"type":"recording"})",
                             R"({"type":"recording","sampling_rate":"x","length":-1,"leads":{}})",
                             R"({"type":"nobody knows"})", "\xff\xfe"}) {
        const MessageEffect effect = receive(s, text);
        CHECK_FALSE(s.recording);
        CHECK(effect.theme.empty());
    }
}

TEST_CASE("commands are JSON, whatever is in them") {
    std::string sent;
    const Send send([&](std::string text) { sent = std::move(text); });
    send(telltale::messages::Cancel{});
    CHECK(sent == R"({"command":"cancel"})");
    send(telltale::messages::NeedSamples{.lead = 1, .first = 65536, .count = 10});
    CHECK(sent == R"({"command":"need_samples","lead":1,"first":65536.0,"count":10.0})");
    send(telltale::messages::UseModel{.name = "a\"b\\"});
    CHECK(sent == R"({"command":"model","name":"a\"b\\"})");
}

TEST_CASE("a command is asked for by its name; a name that is no text asks for nothing") {
    Session session;
    CHECK(receive(session, R"({"type":"run","name":"tab:events"})").run == "tab:events");
    CHECK(receive(session, R"({"type":"run","name":7})").run.empty());
    CHECK(receive(session, R"({"type":"run"})").run.empty());
}

TEST_CASE("a question is told with what the answers so far have moved") {
    Session session;
    const auto first = receive(session, R"({"type":"question","answers":[{"sample":100,"class":"V",
        "moved":7},{"sample":50,"class":null,"moved":0}],"moved":6,"next":{"beat":3,"sample":900,"alike":12}})");
    CHECK(first.new_question);
    REQUIRE(session.question);
    CHECK(session.question->answers.size() == 2);
    CHECK(*session.question->answers[0].class_ == "V");
    CHECK(session.question->answers[0].moved == 7);
    CHECK_FALSE(session.question->answers[1].class_);
    CHECK(session.question->moved == 6);
    REQUIRE(session.question->next);
    CHECK(session.question->next->beat == 3);
    CHECK(session.question->next->alike == 12);
    // The same one again is not new; the end of the questions is.
    CHECK_FALSE(
        receive(session, R"({"type":"question","answers":[],"next":{"beat":3}})").new_question);
    CHECK(receive(session, R"({"type":"question","answers":[]})").new_question);
    CHECK_FALSE(session.question->next);
    receive(session, R"({"type":"outdated"})");
    CHECK_FALSE(session.question);
}
