#include "classify/card.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>
#include <string>

using namespace telltale;
using namespace telltale::classify;
using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::json;

namespace {

Card full_card() {
    Card card;
    card.name = "cnn";
    card.title = "A network";
    card.version = "1.2";
    card.description = "For tests";
    card.classes = {"N", "S", "V"};
    card.input = {.sampling_rate = 120,
                  .lead_choice = {"MLII", "II"},
                  .window = WindowKind::to_next_beats,
                  .next_fraction = 0.2,
                  .length = 187,
                  .scaling = Scaling::min_max,
                  .name = "beats",
                  .shape = {-1, 1, 187}};
    card.output = {.name = "logits", .logits = true, .temperature = 1.5};
    card.training_data = "none";
    card.protocol = "none";
    card.metrics = {{"ds2", "accuracy", 0.5}, {"ds2", "macro_f1", 0.25}};
    card.licence = "Apache-2.0";
    card.citation = "nobody";
    card.parameters = 12345;
    return card;
}

// The card's JSON with one value changed; the key is a JSON pointer.
std::string with(const std::string& pointer, const Json& value) {
    Json json = Json::parse(card_json(full_card()));
    json[Json::json_pointer(pointer)] = value;
    return json.dump();
}

std::string error_of(const std::string& json) {
    const auto card = parse_card(json, "m.onnx");
    return card ? "no error" : card.error().to_string();
}

}  // namespace

TEST_CASE("a card comes back as it was written") {
    Card card = full_card();
    const auto again = parse_card(card_json(card), "m.onnx");
    REQUIRE(again);
    CHECK(*again == card);

    card.input.window = WindowKind::centred;
    card.input.next_fraction = InputCard{}.next_fraction;
    card.input.before = 0.25;
    card.input.after = 0.5;
    card.input.sampling_rate = 360;
    card.input.length = 270;
    card.input.shape = {-1, 270};
    card.input.scaling = Scaling::z_score;
    card.output.logits = false;
    const auto centred = parse_card(card_json(card), "m.onnx");
    REQUIRE(centred);
    CHECK(*centred == card);

    card.input.band_pass_low = 0.5;
    card.input.band_pass_high = 40;
    card.input.denoise = Denoise::db4;
    card.input.denoise_levels = 5;
    const auto cleaned = parse_card(card_json(card), "m.onnx");
    REQUIRE(cleaned);
    CHECK(*cleaned == card);
}

TEST_CASE("what is done against noise must make sense") {
    Card card = full_card();
    card.input.window = WindowKind::centred;
    card.input.before = 0.25;
    card.input.after = 0.5;
    card.input.sampling_rate = 360;
    card.input.length = 270;
    card.input.shape = {-1, 270};
    Json json = Json::parse(card_json(card));
    for (const Json& corners : {Json{40, 0.5}, Json{0.0, 40}, Json{0.5}, Json("wide")}) {
        json["input"]["band_pass"] = corners;
        const auto read = parse_card(json.dump(), "m.onnx");
        REQUIRE(!read);
        CHECK_THAT(read.error().to_string(), ContainsSubstring("band_pass"));
    }
    json["input"].erase("band_pass");
    json["input"]["denoise"] = "haar";
    REQUIRE(!parse_card(json.dump(), "m.onnx"));
    json["input"]["denoise"] = "db4";
    json["input"]["denoise_levels"] = 100;
    REQUIRE(!parse_card(json.dump(), "m.onnx"));
}

TEST_CASE("a sequence model's card comes back as it was written, and its keys are checked") {
    Card card = full_card();
    card.input = {};
    card.input.kind = InputKind::sequence;
    card.input.lead_choice = {"MLII"};
    card.input.groups = {"F", "M"};
    card.input.chunk = 512;
    card.input.context = 64;
    card.input.name = "features";
    card.input.shape = {-1, -1, 43};
    card.input.length = 43;
    card.output.doubtful_below = 0.75;
    card.training_records = {"101", "106"};
    card.twin = "telltale-ds1";
    card.default_for = "recordings";
    const auto again = parse_card(card_json(card), "m.onnx");
    REQUIRE(again);
    CHECK(*again == card);

    const auto wrong = [&](const std::string& pointer, const Json& value) {
        Json json = Json::parse(card_json(card));
        json[Json::json_pointer(pointer)] = value;
        return error_of(json.dump());
    };
    CHECK_THAT(wrong("/input/kind", "tree"), ContainsSubstring("input.kind: expected 'window'"));
    CHECK_THAT(wrong("/input/kind", 1), ContainsSubstring("input.kind: expected 'window'"));
    CHECK_THAT(wrong("/input/groups", Json::array()), ContainsSubstring("input.groups"));
    CHECK_THAT(wrong("/input/groups", {"F", "Z"}),
               ContainsSubstring("no group of features is named 'Z', expected some of: F, G"));
    CHECK_THAT(wrong("/input/groups", {"F"}), ContainsSubstring("expected [-1, -1, 31]"));
    CHECK_THAT(wrong("/input/chunk", 0), ContainsSubstring("input.chunk: expected a whole number"));
    CHECK_THAT(wrong("/input/context", -1), ContainsSubstring("input.context"));
    CHECK_THAT(wrong("/input/shape", {-1, 43}), ContainsSubstring("input.shape"));
    CHECK_THAT(wrong("/output/doubtful_below", 2), ContainsSubstring("output.doubtful_below"));
    CHECK_THAT(wrong("/input/leads", 0), ContainsSubstring("input.leads"));
    CHECK_THAT(wrong("/input/leads", 3), ContainsSubstring("expected [-1, -1, -1, 43]"));
    CHECK_THAT(wrong("/output/embedding", "e"),
               ContainsSubstring("output.embedding_length: is missing"));
    card.input.leads = 3;
    card.input.shape = {-1, -1, -1, 43};
    card.output.embedding = "embedding";
    card.output.embedding_length = 48;
    const auto joined = parse_card(card_json(card), "m.onnx");
    REQUIRE(joined);
    CHECK(*joined == card);
    CHECK(is_complete(joined->input));
    card.input.leads = 1;
    CHECK_FALSE(is_complete(card.input));
    card.input.shape = {-1, -1, 43};
    CHECK_THAT(wrong("/training_records", "101"), ContainsSubstring("training_records"));
    for (const char* key : {"groups", "chunk", "context", "shape"}) {
        Json json = Json::parse(card_json(card));
        json["input"].erase(key);
        CHECK_THAT(error_of(json.dump()),
                   ContainsSubstring(std::string("input.") + key + ": is missing"));
    }
}

TEST_CASE("unknown keys of newer cards are ignored, absent ones take their defaults") {
    CHECK(parse_card(with("/shiny", 5), "m"));
    CHECK(parse_card(with("/input/shiny", Json::array({1, 2})), "m"));
    Json json = Json::parse(card_json(full_card()));
    for (const char* key : {"title", "version", "metrics", "licence", "parameters"})
        json.erase(key);
    json["output"].erase("temperature");
    const auto card = parse_card(json.dump(), "m");
    REQUIRE(card);
    CHECK(card->output.temperature == 1.0);
    CHECK(card->metrics.empty());
}

TEST_CASE("missing keys are named") {
    for (const char* key : {"format", "name", "classes", "input", "output"}) {
        Json json = Json::parse(card_json(full_card()));
        json.erase(key);
        CHECK_THAT(error_of(json.dump()),
                   ContainsSubstring(std::string("model card, ") + key + ": is missing"));
    }
    for (const char* key : {"sampling_rate", "window", "length", "scaling", "name", "shape"}) {
        Json json = Json::parse(card_json(full_card()));
        json["input"].erase(key);
        CHECK_THAT(error_of(json.dump()),
                   ContainsSubstring(std::string("model card, input.") + key + ": is missing"));
    }
}

TEST_CASE("wrong types and values are named") {
    CHECK_THAT(error_of(with("/name", 5)), ContainsSubstring("m.onnx, model card, name"));
    CHECK_THAT(error_of(with("/format", 2)), ContainsSubstring("format"));
    CHECK_THAT(error_of(with("/format", 1.0)), ContainsSubstring("format"));
    CHECK_THAT(error_of(with("/classes", "NSV")), ContainsSubstring("classes"));
    CHECK_THAT(error_of(with("/classes", Json::array())), ContainsSubstring("classes"));
    CHECK_THAT(error_of(with("/classes", {"N", 5})), ContainsSubstring("classes"));
    CHECK_THAT(error_of(with("/classes", {"N", "N"})), ContainsSubstring("differ"));
    CHECK_THAT(error_of(with("/input", 5)), ContainsSubstring("input: expected an object"));
    CHECK_THAT(error_of(with("/output", Json::array())), ContainsSubstring("output"));
    CHECK_THAT(error_of(with("/input/sampling_rate", "120")),
               ContainsSubstring("input.sampling_rate"));
    CHECK_THAT(error_of(with("/input/sampling_rate", 0)), ContainsSubstring("input.sampling_rate"));
    CHECK_THAT(error_of(with("/input/sampling_rate", 1e300)),
               ContainsSubstring("input.sampling_rate"));
    CHECK_THAT(error_of(with("/input/window", "round")),
               ContainsSubstring("'to_next_beats' or 'centred'"));
    CHECK_THAT(error_of(with("/input/next_fraction", -1)),
               ContainsSubstring("input.next_fraction"));
    CHECK_THAT(error_of(with("/input/length", -187)), ContainsSubstring("input.length"));
    CHECK_THAT(error_of(with("/input/length", std::uint64_t{1} << 63U)),
               ContainsSubstring("input.length"));
    CHECK_THAT(error_of(with("/input/shape", {-1, 1, 188})), ContainsSubstring("input.shape"));
    CHECK_THAT(error_of(with("/input/shape", {2, 1, 187})), ContainsSubstring("input.shape"));
    CHECK_THAT(error_of(with("/input/shape", {-1, -1, -187})), ContainsSubstring("input.shape"));
    CHECK_THAT(
        error_of(with("/input/shape", {-1, 1048576, 1048576, 1048576, 1048576, 1048576, 187})),
        ContainsSubstring("input.shape"));
    CHECK_THAT(error_of(with("/output/temperature", 0)), ContainsSubstring("output.temperature"));
    CHECK_THAT(error_of(with("/output/logits", "yes")), ContainsSubstring("output.logits"));
    CHECK_THAT(error_of(with("/metrics", 5)), ContainsSubstring("metrics"));
    CHECK_THAT(error_of(with("/metrics/1/value", "high")), ContainsSubstring("metrics[1].value"));
    CHECK_THAT(error_of(with("/metrics/0", 7)), ContainsSubstring("metrics[0]"));
    CHECK_THAT(error_of(with("/parameters", -1)), ContainsSubstring("parameters"));
    CHECK_THAT(error_of(with("/parameters", 1.5)), ContainsSubstring("parameters"));
}

TEST_CASE("a centred window must have the length that its seconds make") {
    Json json = Json::parse(card_json(full_card()));
    json["input"]["window"] = "centred";
    json["input"]["before"] = 0.5;
    json["input"]["after"] = 0.5;
    CHECK_THAT(error_of(json.dump()), ContainsSubstring("input.length"));
    json["input"]["sampling_rate"] = 187;
    CHECK(parse_card(json.dump(), "m"));
}

TEST_CASE("what is no card at all is refused") {
    CHECK_THAT(error_of(""), ContainsSubstring("not JSON"));
    CHECK_THAT(error_of("{\"name\":"), ContainsSubstring("not JSON"));
    CHECK_THAT(error_of("[1, 2]"), ContainsSubstring("expected an object"));
    CHECK_THAT(error_of("null"), ContainsSubstring("expected an object"));
    CHECK_THAT(error_of(std::string(200'000, '[')), ContainsSubstring("not JSON"));
    CHECK_THAT(error_of(std::string(200'000, '[') + std::string(200'000, ']')),
               ContainsSubstring("expected an object"));
    CHECK_THAT(error_of(std::string(2'000'000, ' ')), ContainsSubstring("2000000 bytes long"));
    Json many = Json::array();
    for (int i = 0; i < 100'000; ++i) many.push_back(std::to_string(i));
    CHECK_THAT(error_of(with("/classes", many)), ContainsSubstring("classes"));
}

TEST_CASE("text that is not UTF-8 does not stop a card from being written") {
    Card card = full_card();
    card.title = "caf\xe9";
    CHECK(parse_card(card_json(card), "m"));
}

TEST_CASE("a rhythm model's card comes back as it was") {
    Card card;
    card.name = "rhythms";
    card.classes = {"N", "VT"};
    card.default_for = "rhythm";
    card.input.kind = InputKind::rhythm;
    card.input.groups = {"lead-1"};
    card.input.length = 12;
    card.input.chunk = 100;
    card.input.context = 10;
    card.input.name = "features";
    card.input.shape = {-1, -1, 12};
    card.output.name = "logits";
    const auto again = parse_card(card_json(card), "x.onnx");
    REQUIRE(again);
    CHECK(*again == card);
    CHECK_FALSE(names_beats(*again));
    CHECK(is_complete(again->input));
    card.input.shape = {-1, 12};
    CHECK_FALSE(parse_card(card_json(card), "x.onnx"));
}
