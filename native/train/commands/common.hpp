// What the trainer's commands share.
#pragma once

#include <filesystem>
#include <string>

#include "recording/error.hpp"

namespace telltale::train {

inline constexpr int bad_input = 1;
inline constexpr int bad_usage = 2;

/// Says what is wrong on standard error; the exit status.
int failed(const Error& error);

/// Where the project's own recipes are: $TELLTALE_MODELS/recipes, else beside the sources.
[[nodiscard]] std::filesystem::path recipe_folder();

/// A recipe's file by its path, or by its name in the recipes' folder.
[[nodiscard]] std::filesystem::path find_recipe(const std::string& recipe);

}  // namespace telltale::train
