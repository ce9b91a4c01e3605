// What recipes of every kind begin with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "classify/card.hpp"

namespace telltale::train {

struct RecipeHead {
    std::string name;  ///< The file's name without ".toml".
    std::string text;  ///< The file as it was read.
    // [model]: for the card.
    std::string model;  ///< "cnn-skip"
    std::string title, description, protocol, citation;
    std::string version = "1";
    std::string twin;  ///< classify::Card::twin
    // [training]
    std::uint64_t seed = 1;  ///< A run's own may be another.
};

/// What decides the numbers of a training: the recipe without its sections [model] and [published],
/// comments and layout. Two recipes that agree in it give the same weights.
[[nodiscard]] std::string essence(const RecipeHead& recipe);

/// The same of a recipe's text, key by key, for a record of the run: {"training.batch", "32"}, ...
/// The seed is the run's own.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> settings(const std::string& text,
                                                                        std::uint64_t seed);

/// A card with what the recipe's [model] section says.
[[nodiscard]] classify::Card card_of(const RecipeHead& recipe);

}  // namespace telltale::train
