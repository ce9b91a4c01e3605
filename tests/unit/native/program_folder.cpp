#include "program_folder.hpp"

#include <algorithm>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdint>

#include "classify/card.hpp"
#include "data/heartbeat.hpp"
#include "formats/formats.hpp"
#include "support/tiny_onnx.hpp"
#include "synth/synth.hpp"

namespace telltale::tests {
namespace {

// The memory of the program itself; what a file adds is a small multiple of the file.
#if defined(__SANITIZE_ADDRESS__)
constexpr long most_kb = 2'000'000;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr long most_kb = 2'000'000;
#else
constexpr long most_kb = 150'000;
#endif
#else
constexpr long most_kb = 150'000;
#endif

}  // namespace

std::vector<std::byte> tiny_model(const std::string& name) {
    classify::Card card;
    card.name = name;
    card.title = "For tests";
    card.version = "1";
    card.classes = {"N", "S", "V", "F", "Q"};
    card.input = data::heartbeat_input();
    card.input.lead_choice = {"MLII", "II"};
    card.input.name = "beats";
    card.input.shape = {-1, 1, 187};
    card.output.name = "logits";
    card.parameters = 940;
    card.metrics = {{"ds2", "accuracy", 0.5}};
    tests::TinyNetwork network{.input_shape = {-1, 1, 187},
                               .classes = 5,
                               .weights = std::vector<float>(std::size_t{187} * 5),
                               .bias = {0, -9, -40, -9, -9},
                               .metadata = {{"telltale", classify::card_json(card)}}};
    for (std::size_t i = 0; i < 187; ++i) network.weights[i * 5 + 2] = 1;
    return tests::tiny_onnx(network);
}

Program::Program() {
    put("models/tiny.onnx", tiny_model("tiny"));
}

Ran Program::operator()(const std::vector<std::string>& arguments) const {
    return run_program(arguments, folder_.path() / "models");
}

Ran Program::in_shell(const std::string& script, const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = {"-c", script, "sh", TELLTALE_PROGRAM};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_program(all, folder_.path() / "models", "/bin/sh");
}

nlohmann::json Program::json(std::vector<std::string> arguments, int exit) const {
    arguments.emplace_back("--json");
    const Ran ran = (*this)(arguments);
    INFO(ran.err);
    CHECK(ran.exit == exit);
    nlohmann::json json = nlohmann::json::parse(ran.out, nullptr, false);
    REQUIRE(json.is_object());
    return json;
}

void Program::refuses(const std::vector<std::string>& arguments, const std::string& why) const {
    const Ran ran = (*this)(arguments);
    INFO(arguments.back() << ": " << ran.out << ran.err);
    CHECK(ran.exit == 1);
    CHECK_THAT(ran.out + ran.err, Catch::Matchers::ContainsSubstring(why));
    CHECK(ran.peak_kb < most_kb);
}

std::string Program::record(const std::string& name, double seconds, std::uint64_t seed) const {
    const std::string of_file = std::filesystem::path(name).filename().string();
    Recording recording =
        synth::make({.name = of_file, .duration_s = seconds, .pvc_share = 0.2, .seed = seed});
    const auto files = formats::write_wfdb(recording, formats::WfdbFormat::f212);
    REQUIRE(files);
    put(name + ".hea", std::string_view(files->header));
    put(name + ".dat", std::span<const std::byte>(files->data));
    put(name + ".atr",
        std::span<const std::byte>(formats::write_wfdb_annotations(recording.annotations)));
    return path(name);
}

std::vector<std::byte> content(const std::string& path) {
    auto bytes = data::read_file(path);
    REQUIRE(bytes);
    return std::move(*bytes);
}

std::size_t lines(const std::string& path) {
    return static_cast<std::size_t>(std::ranges::count(content(path), std::byte{'\n'}));
}

std::string text_of(const std::string& path) {
    const auto bytes = content(path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace telltale::tests
