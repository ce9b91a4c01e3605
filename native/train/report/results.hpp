// The results page: what was published, what Telltale reaches under the same protocol, and what it
// reaches on patients it has not seen. Made from files alone: recipes, runs, models.
#pragma once

#include <filesystem>
#include <string>

#include "recording/error.hpp"

namespace telltale::train {

struct ResultsOptions {
    std::filesystem::path models;  ///< The folder with *.onnx, recipes/ and runs/.
};

/// The page as Markdown. A run that is not there leaves its cells empty; a file that is there and
/// cannot be read is an error. `runs/speed.json`, if there, is what `telltale models --speed
/// --json` printed.
[[nodiscard]] Result<std::string> results_page(const ResultsOptions& options);

}  // namespace telltale::train
