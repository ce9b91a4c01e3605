// A recipe for the wave model: one that reads the frames of a lead and tells P, QRS and T apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "classify/card.hpp"
#include "recording/error.hpp"
#include "train/networks/network.hpp"
#include "train/recipes/recipe_head.hpp"

namespace telltale::train {

/// The data set that wave recipes name.
inline constexpr std::string_view wave_data_set = "waves";

struct WaveRecipe : RecipeHead {
    std::string network = "dilated";  ///< For tracking; there is one.
    // [network]
    std::int64_t width = 32;
    std::vector<std::int64_t> dilations = {1, 2, 4, 8, 16, 32, 1};
    double dropout = 0.05;
    // [training]
    int steps = 1500;
    std::int64_t batch = 24;
    std::int64_t frames = 500;  ///< Of a window.
    double learning_rate = 4e-3;
    double weight_decay = 0.02;
    // [changes]: how often a window is changed, 0 to 1.
    double noise = 0.6;       ///< nstdb's noise at 4 to 24 dB.
    double flip = 0.15;       ///< Turned upside down.
    double slow = 0.25;       ///< Blurred, as a front end of low bandwidth does.
    double without_p = 0.08;  ///< Its P waves are taken out.
};

[[nodiscard]] bool is_wave_recipe(const std::filesystem::path& path);
[[nodiscard]] bool is_wave_recipe_text(std::string_view toml);
[[nodiscard]] Result<WaveRecipe> parse_wave_recipe(std::string_view toml, std::string_view file);
[[nodiscard]] Result<WaveRecipe> open_wave_recipe(const std::filesystem::path& path);

[[nodiscard]] Network wave_network(const WaveRecipe& recipe);
/// The card but for what its training found out.
[[nodiscard]] classify::Card wave_card(const WaveRecipe& recipe);

}  // namespace telltale::train
