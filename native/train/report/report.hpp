// What a finished run leaves for people and programs: run.json and report.html.
#pragma once

#include <filesystem>
#include <string>

#include "train/data/dataset.hpp"
#include "train/loop/training.hpp"
#include "train/recipes/recipe.hpp"

namespace telltale::train {

/// All that a report tells of.
struct RunReport {
    const Recipe& recipe;
    const DataSet& data;
    const Split& split;
    const Run& run;
    const Evaluation& test;  ///< Of split.test, in its order.
    std::string device;
    int threads = 1;
    std::size_t limit = 0;  ///< As TrainOptions has it.
};

/// The run's figures as JSON: recipe, parameters, the kept epoch, seconds, scores of the test part.
[[nodiscard]] nlohmann::ordered_json summary(const RunReport& report);

/// A page without outside references: data, curves, confusion matrix, scores, ROC curves,
/// misclassified beats, environment.
[[nodiscard]] std::string html(const RunReport& report);

/// Writes run.json and report.html into a run's folder.
[[nodiscard]] Result<void> write_report(const std::filesystem::path& folder,
                                        const RunReport& report);

}  // namespace telltale::train
