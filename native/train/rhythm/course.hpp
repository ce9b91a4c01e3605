// A rhythm recipe from records to a finished model: a network (or several) for each fold, judged on
// the records that it has not seen, then teachers that have seen all that may be learnt from, and
// the one network that is kept.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "evaluate/rhythm_score.hpp"
#include "train/loop/progress.hpp"
#include "train/rhythm/recipe.hpp"

namespace telltale::train {

struct RhythmCourseOptions {
    std::filesystem::path data;  ///< With vfdb, mitdb, svdb, qtdb, cinc2017, nstdb.
    std::filesystem::path out;  ///< windows.pt, checkpoint.pt, metrics.jsonl, run.json, report.html
    bool resume = false;        ///< Finished networks are not trained again, only judged anew.
    bool folds_only = false;
    /// Called every so many steps: stage, step of its network, mean loss.
    std::function<void(const std::string&, int, double)> on_step;
};

/// Follows a recipe; what run.json holds. Errors: records that cannot be read, a checkpoint of
/// another recipe, one that exists when `resume` was not asked for, a training that diverges.
[[nodiscard]] Result<nlohmann::ordered_json> follow_rhythm(const RhythmRecipe& recipe,
                                                           const RhythmCourseOptions& options,
                                                           Display& display);

}  // namespace telltale::train
