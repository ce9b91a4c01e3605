// A sequence recipe from records to a finished model: networks for each fold, judged on the
// patients that they have not seen; teachers that have seen all of them; and the one network that
// is kept, which learns from the labels and from the teachers' answers.
//
// Only the recipe's own records are read. Temperature and doubt come from the held-out folds.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "train/loop/progress.hpp"
#include "train/networks/module.hpp"
#include "train/sequence/bank.hpp"
#include "train/sequence/held_out.hpp"
#include "train/sequence/recipe.hpp"

namespace telltale::train {

/// What the learning of one network came to over some of its steps.
struct CourseStep {
    std::string stage;       ///< "fold 1 network 1", "teacher 2", "student"
    int step = 0;            ///< Of this network.
    double loss = 0;         ///< Mean of the steps since the last one told.
    double beats_per_s = 0;  ///< Likewise.
};

struct CourseOptions {
    std::filesystem::path data;  ///< With the MIT-BIH records.
    std::filesystem::path out;   ///< Where checkpoint.pt, metrics.jsonl, run.json and
                                 ///< report.html go.
    bool resume = false;
    bool folds_only = false;   ///< Ends after the folds: enough to compare settings.
    int stop_after_steps = 0;  ///< Ends after so many steps in all, as if killed; 0: never.
    /// Called every so many steps, with those of the checkpoint first.
    std::function<void(const CourseStep&)> on_step;
};

struct Course {
    bool finished = false;
    HeldOut held_out;
    std::shared_ptr<Module> module;  ///< The one that is kept; none with folds_only.
    nlohmann::ordered_json summary;  ///< What run.json holds.
};

/// Follows a recipe, or continues it. Errors: records that cannot be read, a checkpoint of another
/// recipe, one that exists when `resume` was not asked for, a training that diverges.
[[nodiscard]] Result<Course> follow(const SequenceRecipe& recipe, const CourseOptions& options,
                                    Display& display);
/// The same on a bank that is there already.
[[nodiscard]] Result<Course> follow(const SequenceRecipe& recipe, Bank bank,
                                    const CourseOptions& options, Display& display);

/// Temperature that makes log-probabilities [beats, classes] most likely; beats of labels beyond
/// the classes do not count (Guo et al. 2017).
[[nodiscard]] double fitted_temperature(const torch::Tensor& log_probabilities,
                                        const std::vector<std::uint8_t>& labels);

/// What can be read of a scored part in one line.
/// Probabilities [beats, classes] of real patients of one database, and their labels.
struct Answers {
    torch::Tensor probabilities;
    std::vector<std::uint8_t> labels;
};

/// The addition to the logits of S and V that gives the largest F1 of the two, mean over the
/// databases; 0 for the other classes. Within -1 to 1.5: rare classes are asked for less often than
/// they occur where a loss of beats counts the common one.
[[nodiscard]] std::array<double, sequence_classes> fitted_bias(
    const std::vector<Answers>& databases);

[[nodiscard]] std::string score_line(const Confusion& confusion);

}  // namespace telltale::train
