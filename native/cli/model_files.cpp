#include "cli/model_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <format>
#include <system_error>

#include "data/files.hpp"

namespace telltale::cli {

namespace fs = std::filesystem;

fs::path models_folder() {
    if (const char* folder = std::getenv("TELLTALE_MODELS"); folder && *folder) return folder;
    std::error_code code;
    if (fs::path built_from = TELLTALE_REPOSITORY "/models"; fs::is_directory(built_from, code))
        return built_from;
    return fs::read_symlink("/proc/self/exe", code).parent_path() / "models";
}

std::vector<fs::path> model_files() {
    std::vector<fs::path> files;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(models_folder(), code))
        if (entry.path().extension() == ".onnx") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::string default_model(std::string_view for_what) {
    std::string first;
    for (const fs::path& file : model_files()) {
        const auto bytes = data::read_file(file);
        if (!bytes) continue;
        const auto card = classify::read_card(*bytes, file.string());
        if (!card) continue;
        if (card->default_for == for_what) return file.stem().string();
        if (first.empty() && classify::names_beats(*card)) first = file.stem().string();
    }
    return for_what == "recordings" ? first : "";
}

Result<Model> find_model(const std::string& name_or_path) {
    if (name_or_path.empty()) {
        const std::string name = default_model();
        if (name.empty())
            return fail("", "",
                        std::format("there is no model in {}, expected .onnx files",
                                    models_folder().string()));
        return find_model(name);
    }
    Model model;
    const bool is_path =
        name_or_path.ends_with(".onnx") || name_or_path.find('/') != std::string::npos;
    model.path = is_path ? fs::path(name_or_path) : models_folder() / (name_or_path + ".onnx");
    if (!is_path && !data::exists(model.path)) {
        std::string names;
        for (const fs::path& file : model_files())
            names += (names.empty() ? "" : ", ") + file.stem().string();
        return fail("", "",
                    std::format("no model is named '{}' in {}, which has: {}", name_or_path,
                                models_folder().string(), names.empty() ? "none" : names));
    }
    auto bytes = data::read_file(model.path);
    if (!bytes) return std::unexpected(bytes.error());
    model.onnx = std::move(*bytes);
    auto card = classify::read_card(model.onnx, model.path.string());
    if (!card) return std::unexpected(card.error());
    model.card = std::move(*card);
    return model;
}

}  // namespace telltale::cli
