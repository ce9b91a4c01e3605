// What runs left behind, read back: for the results page, the list of recipes, the export.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "recording/error.hpp"
#include "train/recipes/recipe.hpp"

namespace telltale::train {

/// A JSON file; null where there is none. Errors: a file that is not JSON.
[[nodiscard]] Result<nlohmann::ordered_json> read_json(const std::filesystem::path& path);

/// What is at a path of a file ("/test/accuracy"), if it is of that type.
[[nodiscard]] std::optional<double> number_at(const nlohmann::ordered_json& json,
                                              const std::string& pointer);
[[nodiscard]] std::string text_at(const nlohmann::ordered_json& json, const std::string& pointer);

/// The figures of a run.json's part, "test" or "cross_validation"; AUC is the mean of the classes'.
[[nodiscard]] TestFigures figures_of(const nlohmann::ordered_json& run, const std::string& part);

/// "98.05 %, F1 0.896, AUC 0.998", what there is of it.
[[nodiscard]] std::string to_text(const TestFigures& figures);

/// Thousands apart: 1 234 567.
[[nodiscard]] std::string grouped(double value);

}  // namespace telltale::train
