#include <array>
#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "workspace/edits.hpp"

using telltale::workspace::Edits;

namespace {

constexpr std::array<std::int64_t, 4> model = {100, 400, 700, 1000};
constexpr std::int64_t tolerance = 18;

// "100 400V 700+" : a person's label follows its sample, + marks what no model found.
std::string shown(const Edits& edits, std::span<const std::int64_t> samples = model) {
    std::string text;
    for (const Edits::Beat& beat : edits.apply(samples, tolerance)) {
        if (!text.empty()) text += ' ';
        text += std::to_string(beat.sample) + std::string(beat.label) + (beat.source ? "" : "+");
    }
    return text;
}

}  // namespace

TEST_CASE("edits relabel, add, remove and move, each one step to undo and redo") {
    Edits edits;
    CHECK(shown(edits) == "100 400 700 1000");
    edits.relabel(std::array<std::int64_t, 1>{400}, "V");
    CHECK(shown(edits) == "100 400V 700 1000");
    edits.add(550, "S");
    CHECK(shown(edits) == "100 400V 550S+ 700 1000");
    edits.remove(std::array<std::int64_t, 2>{100, 550});
    CHECK(shown(edits) == "400V 700 1000");
    edits.move(700, 710, "N");
    CHECK(shown(edits) == "400V 710N+ 1000");
    CHECK(edits.undo_text() == "move a beat");

    CHECK(edits.undo());
    CHECK(shown(edits) == "400V 700 1000");
    CHECK(edits.redo_text() == "move a beat");
    CHECK(edits.undo());
    CHECK(shown(edits) == "100 400V 550S+ 700 1000");
    CHECK(edits.undo());
    CHECK(edits.undo());
    CHECK(shown(edits) == "100 400 700 1000");
    CHECK_FALSE(edits.undo());
    CHECK(edits.empty());
    while (edits.redo()) {
    }
    CHECK(shown(edits) == "400V 710N+ 1000");
}

TEST_CASE("a new step ends what could be done again") {
    Edits edits;
    edits.add(50, "N");
    edits.undo();
    edits.relabel(model, "S");
    CHECK(edits.undo_text() == "relabel 4 beats as S");
    CHECK(edits.redo_text().empty());
    CHECK_FALSE(edits.redo());
    CHECK(shown(edits) == "100S 400S 700S 1000S");
    edits.undo();
    CHECK(shown(edits) == "100 400 700 1000");
}

TEST_CASE("a step that changes nothing is none") {
    Edits edits;
    edits.relabel(std::array<std::int64_t, 1>{100}, "V");
    edits.relabel(std::array<std::int64_t, 1>{100}, "V");
    edits.remove({});
    edits.move(5, 5, "N");
    CHECK(edits.undo());
    CHECK_FALSE(edits.undo());
}

TEST_CASE("edits stay with their beats when another analysis marks them a little aside") {
    Edits edits;
    edits.relabel(std::array<std::int64_t, 1>{400}, "V");
    edits.remove(std::array<std::int64_t, 1>{700});
    edits.add(850, "N");
    // The new analysis also finds the beat that the person had added.
    constexpr std::array<std::int64_t, 5> again = {102, 395, 706, 848, 1001};
    CHECK(shown(edits, again) == "102 395V 848N 1001");
    // And where it finds nothing there, the person's word stands.
    constexpr std::array<std::int64_t, 2> fewer = {100, 1000};
    CHECK(shown(edits, fewer) == "100 400V+ 850N+ 1000");
}

TEST_CASE("answers are steps in the order of the questions; a passed one names nothing") {
    Edits edits;
    edits.answer(700, "V");
    edits.answer(100, "");
    edits.answer(400, "N");
    CHECK(shown(edits) == "100 400N 700V 1000");
    CHECK(edits.answers() == std::vector<std::int64_t>{700, 100, 400});
    CHECK(edits.undo_text() == "answer N");
    // Answered once more it is another class, not another question.
    edits.answer(700, "S");
    CHECK(shown(edits) == "100 400N 700S 1000");
    CHECK(edits.answers() == std::vector<std::int64_t>{700, 100, 400});
    REQUIRE(edits.undo());
    CHECK(shown(edits) == "100 400N 700V 1000");
    REQUIRE(edits.undo());
    CHECK(edits.answers() == std::vector<std::int64_t>{700, 100});
    CHECK(edits.undo_text() == "pass a question");
    Edits loaded;
    REQUIRE(loaded.load(edits.json(), "x", 2000));
    CHECK(loaded.answers() == edits.answers());
    CHECK(loaded.json() == edits.json());
    REQUIRE(loaded.redo());
    CHECK(loaded.answers() == std::vector<std::int64_t>{700, 100, 400});
    while (loaded.undo()) {
    }
    CHECK(loaded.empty());

    // Only passed: that is something too.
    Edits passed;
    passed.answer(100, "");
    CHECK_FALSE(passed.empty());
}

TEST_CASE("notes are kept, typing on is one step") {
    Edits edits;
    edits.set_notes("a");
    edits.set_notes("ab");
    CHECK(edits.notes() == "ab");
    edits.relabel(std::array<std::int64_t, 1>{100}, "V");
    edits.set_notes("abc");
    CHECK(edits.undo());
    CHECK(edits.notes() == "ab");
    edits.undo();
    edits.undo();
    CHECK(edits.notes().empty());
}

TEST_CASE("edits survive their JSON; what is wrong in it is named and changes nothing") {
    Edits edits;
    edits.relabel(std::array<std::int64_t, 1>{400}, "V");
    edits.remove(std::array<std::int64_t, 1>{700});
    edits.set_notes("said \"so\" \xff");
    Edits loaded;
    REQUIRE(loaded.load(edits.json(), "x", 2000));
    CHECK(shown(loaded) == shown(edits));
    CHECK(loaded.json() == edits.json());
    // The steps came along.
    Edits undone;
    REQUIRE(undone.load(edits.json(), "x", 2000));
    for (const char* step : {"change the notes", "remove a beat", "relabel a beat as V"}) {
        CHECK(undone.undo_text() == step);
        REQUIRE(undone.undo());
    }
    CHECK_FALSE(undone.undo());
    CHECK(undone.empty());
    for (int i = 0; i < 3; ++i) REQUIRE(undone.redo());
    CHECK(shown(undone) == shown(edits));

    for (const char* wrong :
         {"", "[]", "{}", R"({"changes":3})", R"({"changes":[3]})",
          R"({"changes":[{"sample":-1,"label":"N"}]})",
          R"({"changes":[{"sample":2000,"label":"N"}]})",
          R"({"changes":[{"sample":1.5,"label":"N"}]})", R"({"changes":[{"sample":5}]})",
          R"({"changes":[],"done":3})", R"({"changes":[],"done":[{"parts":[{"sample":-3}]}]})",
          R"({"changes":[],"undone":[{"parts":[{"sample":3,"after":7}]}]})",
          R"({"changes":[],"answers":3})", R"({"changes":[],"answers":[2000]})",
          R"({"changes":[],"answers":["5"]})",
          R"({"changes":[],"done":[{"parts":[],"answer":-1}]})",
          R"({"changes":[{"sample":5,"label":""}]})",
          R"({"changes":[{"sample":5,"label":"a label much too long to be one"}]})"}) {
        CAPTURE(wrong);
        const auto result = loaded.load(wrong, "review.json", 2000);
        REQUIRE_FALSE(result);
        CHECK(result.error().file == "review.json");
        CHECK(shown(loaded) == shown(edits));
    }
}
