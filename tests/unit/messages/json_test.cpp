#include "messages/json.hpp"

#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "messages/commands.hpp"
#include "messages/json_tree.hpp"
#include "messages/recording.hpp"

using namespace telltale::messages;

namespace {

struct Inner {
    std::int64_t first = 0;
    std::optional<double> rate;
    TELLTALE_MESSAGE(Inner, first, rate)
};
struct Outer {
    Is<"outer"> type;
    std::string class_;
    bool on = false;
    Nullable<double> gone;
    OneOf<"light", "dark"> look;
    std::vector<Inner> list;
    std::vector<std::vector<Nullable<float>>> shape;
    std::array<double, 2> pair{};
    std::map<std::string, std::uint64_t> counts;
    std::optional<std::vector<std::string>> words;
    TELLTALE_MESSAGE(Outer, type, class_, on, gone, look, list, shape, pair, counts, words)
};

Outer made() {
    Outer outer;
    outer.class_ = "a \"V\"\n\x01";
    outer.on = true;
    outer.look = "dark";
    outer.list = {{.first = -3, .rate = 0.1}, {.first = 1'000'000'000'000, .rate = {}}};
    outer.shape = {{0.5F, {}}, {}};
    outer.pair = {1, 2.25};
    outer.counts = {{"N", 70}, {"V", 2}};
    return outer;
}

}  // namespace

TEST_CASE("a message is written field by field, in order") {
    CHECK(text(made()) ==
          R"({"type":"outer","class":"a \"V\"\n\u0001","on":true,"gone":null,"look":"dark",)"
          R"("list":[{"first":-3,"rate":0.1},{"first":1000000000000}],"shape":[[0.5,null],[]],)"
          R"("pair":[1.0,2.25],"counts":{"N":70,"V":2}})");
    CHECK(tree(made()).begin().key() == "class");
}

TEST_CASE("what is written is read back") {
    const std::string written = text(made());
    const auto again = read<Outer>(written, "outer");
    REQUIRE(again);
    CHECK(text(*again) == written);
    const Document document(written);
    CHECK(is<Outer>(document.root()));
    CHECK_FALSE(is<RecordingInfo>(document.root()));
}

TEST_CASE("numbers are those of the JSON library, to the last digit; no number is null") {
    for (const double value : {0.0, -0.0, 1.0, 0.1, 1.0 / 3, 1e21, 1e-7, 123456789.125, 5e-324,
                               std::numeric_limits<double>::max()}) {
        Writer writer;
        writer.number(value);
        CHECK(writer.take() == nlohmann::json(value).dump());
    }
    CHECK(text(std::vector{std::numeric_limits<double>::quiet_NaN()}) == "[null]");
    // A figure that is no number is absent.
    CHECK(text(Inner{.first = 1, .rate = std::numeric_limits<double>::infinity()}) ==
          R"({"first":1})");
    CHECK(text(std::string("\xff")) == "\"\xEF\xBF\xBD\"");
}

TEST_CASE("a whole reading names the field that is wrong") {
    const auto why = [](const char* json) {
        const auto got = read<Edit>(json, "edit");
        REQUIRE_FALSE(got);
        return got.error().to_string();
    };
    CHECK(why("") == "edit: expected a message that is known");
    CHECK(why(R"({"action":"fly"})") == "edit: expected a message that is known");
    CHECK(why(R"({"action":"relabel","class":"V"})") == "edit: expected \"beats\"");
    CHECK(why(R"({"action":"relabel","beats":[3,-1],"class":"V"})") ==
          "edit: beats[1]: expected a whole number from 0 on");
    CHECK(why(R"({"action":"remove","beats":[0.5]})") ==
          "edit: beats[0]: expected a whole number from 0 on");
    CHECK(why(R"({"action":"notes","text":7})") == "edit: text: expected a text");
    const auto inside =
        read<EditBeats>(R"({"command":"edit","edit":{"action":"move","beat":1}})", "command");
    REQUIRE_FALSE(inside);
    CHECK(inside.error().to_string() == "command: edit: expected \"sample\"");
}

TEST_CASE("a loose reading takes what is right and leaves the rest") {
    const Document document(R"({"type":"outer","class":5,"on":true,"look":"odd","gone":"x",
        "list":[{"first":2,"rate":null},3,{"first":"x"}],"shape":[[1,"x",null]],"pair":[1],
        "counts":{"N":1,"V":-1},"unknown":1})");
    const auto outer = read_loosely<Outer>(document.root());
    CHECK(outer.class_.empty());
    CHECK(outer.on);
    CHECK(outer.look == "light");
    CHECK_FALSE(outer.gone);
    REQUIRE(outer.list.size() == 2);  // what is no object is left out
    CHECK(outer.list[0].first == 2);
    REQUIRE(outer.shape.size() == 1);
    CHECK(outer.shape[0].size() == 3);  // numbers keep their places
    CHECK(outer.pair == std::array<double, 2>{});
    CHECK(outer.counts.at("N") == 1);
}

TEST_CASE("a command is told from others by its constant") {
    const auto command = read<Command>(R"({"command":"export","kind":"atr","strips":[]})", "x");
    REQUIRE(command);
    const auto* wanted = std::get_if<Export>(&*command);
    REQUIRE(wanted);
    CHECK(wanted->kind == "atr");
    CHECK_FALSE(read<Command>(R"({"command":"export","kind":"pdf","strips":[]})", "x"));
}
