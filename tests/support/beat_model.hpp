// A small model that names beats, as an ONNX file: for tests that make up what its network says.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "classify/card.hpp"
#include "support/tiny_onnx.hpp"
#include "workspace/workspace.hpp"

namespace telltale::tests {

/// With an `embedding` of that length as a second output; 0: none.
[[nodiscard]] inline std::vector<std::byte> beat_model(std::vector<std::string> classes,
                                                       double doubtful_below = 0,
                                                       std::size_t embedding = 0) {
    classify::Card card;
    card.name = "names";
    card.classes = std::move(classes);
    const std::size_t count = card.classes.size();
    card.input = {.sampling_rate = 120,
                  .window = classify::WindowKind::to_next_beats,
                  .length = 187,
                  .name = "beats",
                  .shape = {-1, 1, 187}};
    card.output = {.name = "logits"};
    if (doubtful_below > 0) card.output.doubtful_below = doubtful_below;
    if (embedding > 0) {
        card.output.embedding = "embedding";
        card.output.embedding_length = embedding;
    }
    return tiny_onnx({.input_shape = {-1, 1, 187},
                      .classes = static_cast<std::int64_t>(count),
                      .weights = std::vector<float>(187 * count, 0),
                      .bias = std::vector<float>(count, 0),
                      .metadata = {{"telltale", classify::card_json(card)}}});
}

/// Finds the beats of the recording in use, and names all of them as the model's first class.
inline void name_all(workspace::Workspace& engine) {
    REQUIRE(engine.start(""));
    while (!engine.run().detect_some()) {
    }
    const std::size_t classes = engine.card()->classes.size();
    while (const auto batch = engine.run().next_batch(64)) {
        std::vector<float> logits(batch->beats * classes);
        for (std::size_t i = 0; i < batch->beats; ++i) logits[i * classes] = 3;
        REQUIRE(engine.run().accept(logits));
    }
}

}  // namespace telltale::tests
