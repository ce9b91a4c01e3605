// The page that a sequence recipe's run leaves for people.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "train/sequence/held_out.hpp"
#include "train/sequence/recipe.hpp"

namespace telltale::train {

struct SequenceReport {
    const SequenceRecipe& recipe;
    const nlohmann::ordered_json& summary;  ///< What run.json holds.
    std::string_view lines;                 ///< Of metrics.jsonl.
    const HeldOut& held_out;
    std::filesystem::path data;  ///< With the records, to draw beats; none are drawn without.
};

/// A page without outside references: data, curves, scores on the patients held out, record by
/// record and synthetic kind by kind, misnamed beats drawn, environment and recipe.
[[nodiscard]] std::string html(const SequenceReport& report);

/// The area under the ROC curve of each class on the beats held out: {"N": 0.99, ...}
[[nodiscard]] nlohmann::ordered_json held_out_areas(const HeldOut& held_out);

/// The mean of -log of the right class's probability (nats) over the beats held out.
[[nodiscard]] double held_out_loss(const HeldOut& held_out);

}  // namespace telltale::train
