// The report of a wave training: its figures by folds, as one HTML file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "train/waves/recipe.hpp"

namespace telltale::train {

/// `summary` is run.json's content, `lines` that of metrics.jsonl.
[[nodiscard]] std::string wave_report(const WaveRecipe& recipe,
                                      const nlohmann::ordered_json& summary,
                                      const std::string& lines);

}  // namespace telltale::train
