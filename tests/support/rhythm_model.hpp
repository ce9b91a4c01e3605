// A small model that names rhythms, as an ONNX file, and what its network says, made up.
#pragma once

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "classify/card.hpp"
#include "rhythm/rhythm_analysis.hpp"
#include "support/tiny_onnx.hpp"
#include "workspace/workspace.hpp"

namespace telltale::tests {

inline const std::vector<std::string> model_rhythms = {"N", "VT", "VFL", "AFIB", "NOISE"};

[[nodiscard]] inline std::vector<std::byte> rhythm_model() {
    classify::Card card;
    card.name = "rhythms";
    card.classes = model_rhythms;
    card.input.kind = classify::InputKind::rhythm;
    card.input.groups = rhythm::rhythm_groups();
    card.input.length = rhythm::rhythm_feature_count();
    card.input.name = "features";
    card.input.shape = {-1, -1, static_cast<std::int64_t>(card.input.length)};
    card.input.chunk = 25;
    card.input.context = 5;
    card.output.name = "logits";
    const std::size_t classes = model_rhythms.size();
    return tiny_onnx({.input_shape = {-1, static_cast<std::int64_t>(card.input.length)},
                      .classes = static_cast<std::int64_t>(classes),
                      .weights = std::vector<float>(card.input.length * classes, 0),
                      .bias = std::vector<float>(classes, 0),
                      .metadata = {{"telltale", classify::card_json(card)}}});
}

/// Answers for rhythm_model(): `rhythm` from second `first` to `last` on every lead, sinus rhythm
/// else.
inline void say(workspace::Workspace& engine, std::string_view rhythm, std::size_t first,
                std::size_t last) {
    const auto seconds = static_cast<std::size_t>(
        static_cast<double>(engine.recording()->length()) / engine.recording()->sampling_rate);
    const auto said =
        static_cast<std::size_t>(std::ranges::find(model_rhythms, rhythm) - model_rhythms.begin());
    std::size_t second = 0;
    while (const auto batch = engine.next_rhythm_batch()) {
        std::vector<float> logits(batch->beats * model_rhythms.size());
        for (std::size_t i = 0; i < batch->kept; ++i) {
            const std::size_t at = (second + i) % seconds;  // lead after lead
            const bool inside = at >= first && at < last;
            logits[(batch->first + i) * model_rhythms.size() + (inside ? said : 0)] = 6;
        }
        second += batch->kept;
        REQUIRE(engine.accept_rhythm(logits));
        CHECK(engine.course() == nullptr);  // not before all is said
    }
}

}  // namespace telltale::tests
