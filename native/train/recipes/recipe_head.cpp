#include "train/recipes/recipe_head.hpp"

#include <sstream>

#include "train/recipes/recipe_reader.hpp"

namespace telltale::train {

Result<toml::table> parse_toml(std::string_view text, std::string_view file) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        return fail(std::string(file), std::format("line {}", error.source().begin.line),
                    std::string(error.description()));
    }
}

classify::Card card_of(const RecipeHead& recipe) {
    classify::Card card;
    card.name = recipe.model;
    card.title = recipe.title;
    card.version = recipe.version;
    card.description = recipe.description;
    card.protocol = recipe.protocol;
    card.citation = recipe.citation;
    card.twin = recipe.twin;
    return card;
}

void read_head(RecipeReader& read, std::string_view text, std::string_view file, RecipeHead& head) {
    head.text = text;
    head.name = file.substr(file.find_last_of('/') + 1);
    if (head.name.ends_with(".toml")) head.name.resize(head.name.size() - 5);
    read.require("model", "name");
    read.get("model", "name", head.model);
    read.get("model", "title", head.title);
    read.get("model", "version", head.version);
    read.get("model", "description", head.description);
    read.get("model", "protocol", head.protocol);
    read.get("model", "citation", head.citation);
    read.get("model", "twin", head.twin);
    read.get("training", "seed", head.seed, 0, 9e15);
}

std::string essence(const RecipeHead& recipe) {
    auto root = parse_toml(recipe.text, recipe.name);
    if (!root) return recipe.text;
    root->erase("model");
    root->erase("published");
    std::ostringstream stream;
    stream << toml::toml_formatter(*root) << "\nseed " << recipe.seed << '\n';
    return stream.str();
}

std::vector<std::pair<std::string, std::string>> settings(const std::string& text,
                                                          std::uint64_t seed) {
    std::vector<std::pair<std::string, std::string>> result;
    const auto root = parse_toml(text, "");
    if (!root) return result;
    for (const auto& [section, node] : *root) {
        const toml::table* table = node.as_table();
        if (table == nullptr || section == "model" || section == "published") continue;
        for (const auto& [key, value] : *table) {
            const std::string name = std::format("{}.{}", section.str(), key.str());
            if (name == "training.seed") continue;  // the run's own may be another
            std::ostringstream out;
            if (const auto* plain = value.as_string())
                out << **plain;
            else
                out << toml::node_view(value);
            result.emplace_back(name, out.str());
        }
    }
    result.emplace_back("training.seed", std::to_string(seed));
    return result;
}

}  // namespace telltale::train
