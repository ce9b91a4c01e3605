// Where models are found.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "classify/card.hpp"
#include "recording/error.hpp"

namespace telltale::cli {

/// The folder of the models: $TELLTALE_MODELS, else the repository's models/ that the program was
/// built from, else models/ beside the program.
[[nodiscard]] std::filesystem::path models_folder();

struct Model {
    std::filesystem::path path;
    std::vector<std::byte> onnx;
    classify::Card card;
};

/// The name of the model that is taken where none is asked for: the one whose card says that it is
/// the default for what is to be named, "recordings" (their beats) or "rhythm"; of recordings else
/// the first that names beats. Empty if there is none.
[[nodiscard]] std::string default_model(std::string_view for_what = "recordings");

/// A model by the name in its card's file ("cnn-skip" is cnn-skip.onnx in the models' folder) or
/// by the path of an .onnx file; an empty name is default_model(). An error lists the models there
/// are.
[[nodiscard]] Result<Model> find_model(const std::string& name_or_path);

/// The .onnx files in the models' folder, by name.
[[nodiscard]] std::vector<std::filesystem::path> model_files();

}  // namespace telltale::cli
