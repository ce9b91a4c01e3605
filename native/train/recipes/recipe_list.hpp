// The recipes of a folder at a glance, for `telltale train --list`.
#pragma once

#include <filesystem>
#include <string>

#include "recording/error.hpp"

namespace telltale::train {

/// A table of the recipes in `models`/recipes: data set, protocol in a few words, network, the
/// published figure, and the figure of the run in `models`/runs if there is one. Errors: a recipe
/// or a run that cannot be read.
[[nodiscard]] Result<std::string> recipe_list(const std::filesystem::path& models);

}  // namespace telltale::train
