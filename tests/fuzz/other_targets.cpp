#include "fuzz/other_targets.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "classify/card.hpp"
#include "messages/jobs.hpp"
#include "messages/json.hpp"
#include "support/tiny_onnx.hpp"
#include "workspace/workspace.hpp"

namespace telltale::fuzz {
namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "a promise does not hold: %s\n", what);
    std::abort();
}

std::string_view text_of(std::span<const std::byte> input) {
    return {reinterpret_cast<const char*>(input.data()), input.size()};
}

Bytes bytes_of(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

classify::Card beat_card() {
    classify::Card card;
    card.name = "names";
    card.classes = {"N", "S", "V"};
    card.input = {.sampling_rate = 120,
                  .window = classify::WindowKind::to_next_beats,
                  .length = 32,
                  .name = "beats",
                  .shape = {-1, 1, 32}};
    card.output = {.name = "logits"};
    return card;
}

Bytes beat_model() {
    return tests::tiny_onnx({.input_shape = {-1, 1, 32},
                             .classes = 3,
                             .weights = std::vector<float>(32 * 3, 0),
                             .bias = std::vector<float>(3, 0),
                             .metadata = {{"telltale", classify::card_json(beat_card())}}});
}

/// A workspace with beats: a recording of a few seconds, named by made-up logits.
workspace::Workspace ready() {
    workspace::Workspace workspace;
    workspace.use_synthetic(8);
    require(workspace.use_model(beat_model(), "names.onnx").has_value(), "a model");
    require(workspace.start("").has_value(), "a start");
    while (const auto batch = workspace.run().next_batch(64))
        require(workspace.run().accept(std::vector<float>(batch->beats * 3, 0)).has_value(),
                "an answer that is taken");
    return workspace;
}

/// What holds of the beats whatever a person did, or said to have done.
void check(const workspace::Workspace& workspace) {
    const auto beats = workspace.beats();
    const auto length = static_cast<double>(workspace.recording()->length());
    require(beats.label.size() == beats.sample.size(), "a label a beat");
    require(std::ranges::is_sorted(beats.sample), "beats in order");
    for (const double sample : beats.sample)
        require(sample >= 0 && sample < length, "beats inside the recording");
    for (const std::uint8_t label : beats.label)
        require(label == 255 || label < workspace.labels().size(), "labels that have a name");
}

}  // namespace

void run_card(std::span<const std::byte> input) {
    const auto card = classify::parse_card(text_of(input), "x");
    if (!card) return require(!card.error().message.empty(), "an error that says something");
    require(!card->classes.empty() && !card->input.name.empty(), "a card that can be used");
    const auto again = classify::parse_card(classify::card_json(*card), "x");
    require(again.has_value(), "a card that is written can be read");
}

std::vector<Bytes> seeds_card() {
    return {bytes_of(classify::card_json(beat_card()))};
}

void run_onnx(std::span<const std::byte> input) {
    const auto card = classify::read_card(input, "x.onnx");
    if (!card) require(!card.error().message.empty(), "an error that says something");
}

std::vector<Bytes> seeds_onnx() {
    return {beat_model()};
}

void run_session(std::span<const std::byte> input) {
    static workspace::Workspace workspace = ready();
    if (!workspace.open_session(text_of(input), "x.telltale.json")) return;
    check(workspace);
    const auto edits = workspace.edits_info();
    const std::string written = workspace.session_json();
    require(workspace.open_session(written, "again").has_value(),
            "a session that is written can be read");
    require(workspace.edits_info().count == edits.count, "and tells the same");
    while (workspace.edit(messages::Undo{})) check(workspace);
    while (workspace.edit(messages::Redo{})) check(workspace);
}

std::vector<Bytes> seeds_session() {
    workspace::Workspace workspace = ready();
    std::vector<Bytes> seeds = {bytes_of(workspace.session_json())};
    for (const messages::Edit& edit :
         {messages::Edit(messages::RelabelBeats{.beats = {1, 2}, .class_ = "V"}),
          messages::Edit(messages::RemoveBeats{.beats = {4}}),
          messages::Edit(messages::NoteBeat{.beat = 1, .text = "wide"}),
          messages::Edit(messages::SetNotes{.text = "seen"}), messages::Edit(messages::Undo{})})
        require(workspace.edit(edit).has_value(), "a change");
    seeds.push_back(bytes_of(workspace.session_json()));
    return seeds;
}

void run_request(std::span<const std::byte> input) {
    static workspace::Workspace workspace = ready();
    const auto request = messages::read<messages::Request>(text_of(input), "request");
    if (!request) return require(!request.error().message.empty(), "an error that says something");
    const std::string written = messages::text(*request);
    const auto again = messages::read<messages::Request>(written, "request");
    require(again.has_value() && messages::text(*again) == written,
            "a request that is written can be read");
    const auto* edit = std::get_if<messages::EditRequest>(&*request);
    if (edit == nullptr) return;
    (void)workspace.edit(edit->edit);
    check(workspace);
}

std::vector<Bytes> seeds_request() {
    using namespace messages;
    const std::vector<Request> requests = {
        OpenJob{.job = 1, .models = {"a.onnx"}, .recordings = 1, .sessions = {{"s", "{}"}}},
        AnalyzeJob{.job = 2, .lead = "II"},
        EditRequest{.edit = RelabelBeats{.beats = {1, 2}, .class_ = "V"}},
        EditRequest{.edit = AddBeat{.sample = 500, .class_ = "S", .snap = true}},
        EditRequest{.edit = MoveBeat{.beat = 3, .sample = 900}},
        EditRequest{.edit = RemoveBeats{.beats = {5}}},
        EditRequest{.edit = Undo{}},
        EditRequest{.edit = NoteBeat{.beat = 2, .text = "odd"}}};
    std::vector<Bytes> seeds;
    for (const Request& request : requests) seeds.push_back(bytes_of(text(request)));
    return seeds;
}

}  // namespace telltale::fuzz
