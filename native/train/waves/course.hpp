// A wave recipe from records to a finished model: a network for each fold of patients, judged on
// those that it has not seen, then the one network that is kept, judged on the QT Database.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "train/loop/progress.hpp"
#include "train/waves/recipe.hpp"

namespace telltale::train {

struct WaveCourseOptions {
    std::filesystem::path data;  ///< With ludb, nstdb and qtdb.
    std::filesystem::path out;   ///< checkpoint.pt, metrics.jsonl, run.json, report.html, probe.pt
    bool resume = false;         ///< Finished networks are not trained again.
    bool folds_only = false;
    /// Called every so many steps: stage, step of its network, mean loss.
    std::function<void(const std::string&, int, double)> on_step;
};

/// Follows a recipe; what run.json holds. Errors: records that cannot be read, a checkpoint of
/// another recipe, one that exists when `resume` was not asked for, a training that diverges.
[[nodiscard]] Result<nlohmann::ordered_json> follow_waves(const WaveRecipe& recipe,
                                                          const WaveCourseOptions& options,
                                                          Display& display);

}  // namespace telltale::train
