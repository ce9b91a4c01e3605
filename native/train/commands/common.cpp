#include "train/commands/common.hpp"

#include <cstdio>
#include <cstdlib>

#include "data/files.hpp"

namespace telltale::train {

namespace fs = std::filesystem;

int failed(const Error& error) {
    std::fprintf(stderr, "telltale: %s\n", error.to_string().c_str());
    return bad_input;
}

fs::path recipe_folder() {
    if (const char* models = std::getenv("TELLTALE_MODELS"); models != nullptr && *models != 0)
        return fs::path(models) / "recipes";
    return TELLTALE_REPOSITORY "/models/recipes";
}

fs::path find_recipe(const std::string& recipe) {
    const fs::path named = recipe_folder() / (recipe + ".toml");
    return !data::is_file(recipe) && data::exists(named) ? named : fs::path(recipe);
}

}  // namespace telltale::train
