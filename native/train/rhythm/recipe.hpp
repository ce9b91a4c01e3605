// A recipe for the rhythm model: one that reads the features of a recording's seconds and names the
// rhythm of each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "recording/error.hpp"
#include "train/networks/network.hpp"
#include "train/recipes/recipe_head.hpp"

namespace telltale::train {

/// The data set that rhythm recipes name.
inline constexpr std::string_view rhythm_data_set = "rhythms";

struct RhythmRecipe : RecipeHead {
    std::string network = "dilated";  ///< For tracking; there is one.
    // [windows]
    int windows = 16000;                   ///< Cut from long records and made up.
    int recording_copies = 6;              ///< Windows of each short recording.
    std::int64_t seconds = 30;             ///< In a window.
    std::map<std::string, double> shares;  ///< Of the windows, by the rhythm they are put on.
    double synthetic = 0.12;               ///< Share of windows that are made up.
    // [network]
    std::int64_t width = 48;
    int blocks = 4;
    double dropout = 0.1;
    // [training]
    int steps = 900;
    std::int64_t batch = 48;
    double learning_rate = 4e-3;
    double weight_decay = 0.05;
    double label_smoothing = 0.02;
    double apart = 0.35;            ///< Weight of telling VT from VFL.
    double recording_weight = 0.7;  ///< Of the recordings' loss.
    double weak = 0.5;              ///< Weight of seconds that only their recording's label names.
    int seeds = 1;                  ///< Networks of a fold, whose answers are averaged.
    int teachers = 3;               ///< Networks whose answers the final one learns from, too.
    double soft = 0.5;              ///< Share of those answers in its loss.
};

[[nodiscard]] bool is_rhythm_recipe(const std::filesystem::path& path);
[[nodiscard]] bool is_rhythm_recipe_text(std::string_view toml);
[[nodiscard]] Result<RhythmRecipe> parse_rhythm_recipe(std::string_view toml,
                                                       std::string_view file);
[[nodiscard]] Result<RhythmRecipe> open_rhythm_recipe(const std::filesystem::path& path);

/// What the network tells, in the order of its outputs: classify::Card::classes of the model.
/// First the rhythms of a second, then the kinds of a recording, then its weight.
[[nodiscard]] std::vector<std::string> rhythm_outputs();
inline constexpr std::int64_t second_classes = 9, recording_kinds = 4;
/// Classes of a second in that order.
enum SecondClass : std::int8_t {
    second_n,
    second_afib,
    second_afl,
    second_svta,
    second_vt,
    second_vfl,
    second_asys,
    second_paced,
    second_noise,
    second_unknown = -1
};

[[nodiscard]] Network rhythm_network(const RhythmRecipe& recipe);

}  // namespace telltale::train
