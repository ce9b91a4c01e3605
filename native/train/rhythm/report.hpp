// The report of a rhythm training: its figures by folds, as one HTML file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "train/rhythm/recipe.hpp"

namespace telltale::train {

/// `summary` is run.json's content, `lines` that of metrics.jsonl.
[[nodiscard]] std::string rhythm_report(const RhythmRecipe& recipe,
                                        const nlohmann::ordered_json& summary,
                                        const std::string& lines);

/// What decides the windows: the recipe's seed, its sections [windows] and [shares], and which
/// features are worked out.
[[nodiscard]] std::string window_key(const RhythmRecipe& recipe);

}  // namespace telltale::train
