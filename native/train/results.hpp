// The results page: what every recipe's run reached, beside what was published. Made of files
// alone, so that nobody writes a figure by hand.
#pragma once

#include <filesystem>
#include <string>

#include "recipe.hpp"
#include "recording/error.hpp"

namespace telltale::train {

/// The page, in Markdown, of a folder that holds `recipes/*.toml`, `runs/RECIPE/` (run.json;
/// speed.json, ablations.json and ds2-looks.md where there are some) and the models, `NAME.onnx`
/// with NAME as the recipe's [model] section says. A recipe without a run gets a row that says so.
/// Errors: a recipe, model or JSON file that cannot be read.
[[nodiscard]] Result<std::string> results_page(const std::filesystem::path& models);

/// "97.22 %, F1 0.860"; empty where nothing was reported.
[[nodiscard]] std::string published_figures(const Published& published);

/// The name of the model that a recipe of either kind makes.
[[nodiscard]] Result<std::string> model_of_recipe(const std::filesystem::path& recipe);

}  // namespace telltale::train
