#include "runtime/session.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <utility>

#include "classify/analysis.hpp"
#include "classify/features.hpp"
#include "support/tiny_onnx.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using Catch::Matchers::ContainsSubstring;

namespace {

tests::TinyNetwork network() {
    // logits = x [[1 10 100], [2 20 200]] + [0.5 0 -1]
    return {.input_shape = {-1, 1, 2},
            .classes = 3,
            .weights = {1, 10, 100, 2, 20, 200},
            .bias = {0.5F, 0, -1},
            .metadata = {}};
}

classify::Card card() {
    classify::Card card;
    card.name = "tiny";
    card.classes = {"a", "b", "c"};
    card.input.name = "beats";
    card.input.length = 2;
    card.input.shape = {-1, 1, 2};
    card.output.name = "logits";
    return card;
}

std::string error_of(const tests::TinyNetwork& of, const classify::Card& with) {
    const auto session = runtime::Session::open(tests::tiny_onnx(of), with, "tiny.onnx");
    return session ? "no error" : session.error().to_string();
}

}  // namespace

TEST_CASE("ONNX Runtime is the page's version") {
    CHECK(runtime::runtime_version() == "1.30.0");
}

TEST_CASE("a network is run") {
    auto session =
        runtime::Session::open(tests::tiny_onnx(network()), card(), "tiny.onnx", {.threads = 1});
    REQUIRE(session);
    for (const std::int64_t beats : {1, 3, 2}) {
        std::vector<float> values;
        std::vector<float> expected;
        for (std::int64_t i = 0; i < beats; ++i) {
            const auto x = static_cast<float>(i + 1);
            values.insert(values.end(), {x, -x});
            expected.insert(expected.end(), {-x + 0.5F, -10 * x, -100 * x - 1});
        }
        const std::vector<std::int64_t> shape = {beats, 1, 2};
        classify::Batch batch;
        batch.beats = static_cast<std::size_t>(beats);
        batch.inputs.push_back({"beats", shape, values});
        const auto output = session->run(batch);
        REQUIRE(output);
        CHECK(std::ranges::equal(*output, expected));
    }
}

TEST_CASE("a network that is not what its card says is refused") {
    CHECK(error_of(network(), card()) == "no error");
    classify::Card other = card();
    other.input.name = "ecg";
    CHECK_THAT(error_of(network(), other),
               ContainsSubstring("tiny.onnx: the card's input 'ecg' is not in the graph, which "
                                 "has 'beats'"));
    other = card();
    other.input.shape = {-1, 1, 4};
    CHECK_THAT(error_of(network(), other),
               ContainsSubstring("has shape [batch, 1, 2], the card says [batch, 1, 4]"));
    other = card();
    other.output.name = "probabilities";
    CHECK_THAT(error_of(network(), other), ContainsSubstring("output 'probabilities'"));
    other = card();
    other.classes.pop_back();
    CHECK_THAT(error_of(network(), other),
               ContainsSubstring("has shape [batch, 3], the card says [batch, 2]"));
}

TEST_CASE("what ONNX Runtime cannot open is an error, not an exception") {
    const auto open = [](const std::vector<std::byte>& bytes) {
        const auto session = runtime::Session::open(bytes, card(), "bad.onnx");
        return session ? "no error" : session.error().to_string();
    };
    CHECK_THAT(open({}), ContainsSubstring("bad.onnx: the file is empty"));
    CHECK_THAT(open(std::vector<std::byte>(100, std::byte{0x41})),
               ContainsSubstring("ONNX Runtime cannot open this model"));
    auto cut = tests::tiny_onnx(network());
    cut.resize(cut.size() / 2);
    CHECK_THAT(open(cut), ContainsSubstring("bad.onnx"));
    // A matrix of the wrong size: the graph is well formed but cannot be run.
    auto wrong = network();
    wrong.weights.pop_back();
    CHECK_THAT(error_of(wrong, card()), ContainsSubstring("tiny.onnx"));
}

TEST_CASE("a batch of another shape is an error") {
    auto session = runtime::Session::open(tests::tiny_onnx(network()), card(), "tiny.onnx");
    REQUIRE(session);
    const std::vector<float> values(6);
    const std::vector<std::int64_t> shape = {2, 1, 3};
    classify::Batch batch;
    batch.beats = 2;
    batch.inputs.push_back({"beats", shape, values});
    CHECK_FALSE(session->run(batch));
    const std::vector<std::int64_t> too_large = {4, 1, 2};
    batch.inputs[0].shape = too_large;
    CHECK_FALSE(session->run(batch));
    batch.inputs.clear();
    CHECK_FALSE(session->run(batch));
}

TEST_CASE("a sequence network gives the same answers whole and in pieces with context") {
    const std::vector<std::string> groups = {"F", "M"};
    const auto features = static_cast<std::int64_t>(classify::feature_count(groups));
    tests::TinyNetwork network{.input_shape = {-1, -1, features},
                               .classes = 4,
                               .bias = {0.1F, 0, -0.1F, 0.2F},
                               .kernel = 5,
                               .metadata = {}};
    network.input = "features";
    for (std::int64_t i = 0; i < 4 * features * 5; ++i)
        network.weights.push_back(static_cast<float>((i * 37) % 41 - 20) * 0.02F);
    classify::Card card;
    card.name = "tiny-sequence";
    card.classes = {"N", "S", "V", "F"};
    card.input.kind = classify::InputKind::sequence;
    card.input.groups = groups;
    card.input.length = static_cast<std::size_t>(features);
    card.input.name = "features";
    card.input.shape = {-1, -1, features};
    card.output.name = "logits";
    const Recording recording = synth::make({.duration_s = 120, .pvc_share = 0.2, .seed = 3});
    std::vector<std::vector<float>> answers;
    for (const auto& [chunk, context] :
         {std::pair{100000, 0}, std::pair{32, 2}, std::pair{1, 2}, std::pair{50, 500}}) {
        card.input.chunk = static_cast<std::size_t>(chunk);
        card.input.context = static_cast<std::size_t>(context);
        network.metadata = {{"telltale", classify::card_json(card)}};
        const auto onnx = tests::tiny_onnx(network);
        const auto read = classify::read_card(onnx, "tiny.onnx");
        REQUIRE(read);
        auto session = runtime::Session::open(onnx, *read, "tiny.onnx", {.threads = 1});
        REQUIRE(session);
        auto analysis = classify::Analysis::open(recording, *read);
        REQUIRE(analysis);
        while (const auto batch = analysis->next_batch(16)) {
            const auto output = session->run(*batch);
            REQUIRE(output);
            REQUIRE(analysis->accept(*output));
        }
        answers.emplace_back();
        for (const classify::ClassifiedBeat& beat : analysis->beats())
            answers.back().insert(answers.back().end(), beat.probabilities.begin(),
                                  beat.probabilities.end());
    }
    REQUIRE(answers[0].size() > 400);
    for (const std::vector<float>& other : answers) {
        REQUIRE(other.size() == answers[0].size());
        float worst = 0;
        for (std::size_t i = 0; i < other.size(); ++i)
            worst = std::max(worst, std::abs(other[i] - answers[0][i]));
        CHECK(worst < 1e-5F);
    }
    // A card that names other groups than the graph was made for.
    classify::Card wrong = card;
    wrong.input.groups = {"F"};
    wrong.input.shape = {-1, -1, 31};
    CHECK_THAT(error_of(network, wrong),
               ContainsSubstring("has shape [batch, beats, 43], the card says [batch, beats, 31]"));
    wrong = card;
    wrong.classes.pop_back();
    CHECK_THAT(error_of(network, wrong),
               ContainsSubstring("has shape [batch, beats, 4], the card says [batch, beats, 3]"));
}
