// A recipe for a sequence model: one that reads the features of a recording's beats in their order
// and names each beat from those around it.
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
#include "train/sequence/synthetic_rhythm.hpp"

namespace telltale::train {

/// The data set that sequence recipes name.
inline constexpr std::string_view sequence_data_set = "sequences";

struct SequenceRecipe : RecipeHead {
    std::string default_for;  ///< [model]: classify::Card::default_for
    // [data]
    std::vector<std::vector<std::string>> folds;  ///< Records; a person is in one fold only.
    // [input]
    std::vector<std::string> groups;  ///< Of features.
    int leads = 1;                    ///< That are read together at most.
    // [synthetic]
    int patients = 2;                     ///< Of each kind, made from each record.
    std::map<RhythmKind, double> shares;  ///< Of the chunks; the rest are real.
    // [network]
    std::string network = "bigru";  ///< Or "beat": each beat by itself.
    std::int64_t embedding = 64, units = 48;
    // [training]
    int steps = 450;          ///< Of one network.
    std::int64_t batch = 10;  ///< Chunks a step.
    std::int64_t chunk = 64;  ///< Beats.
    double learning_rate = 2e-3;
    double weight_decay = 0.05;
    double warmup = 0.15;  ///< Share of the steps.
    double clip = 2;
    double ema = 0.99;
    double label_smoothing = 0.03;
    double weight_s = 1.2, weight_v = 1.0, weight_f = 1.5;  ///< In the loss; N has 1.
    double events = 0.4;        ///< Share of chunks that are put on an S, V or F beat.
    double single = 0.4;        ///< Of several leads: share of chunks that show one alone.
    double second_lead = 0.25;  ///< Share of chunks of one lead that show the other one.
    double events_s = 0.45, events_v = 0.45;  ///< Of those, on S and on V; the rest on F.
    double noise = 0.01;                      ///< Standard deviation, on every feature.
    double replaced = 0.2;                    ///< Chance of a feature to be hidden in a chunk.
    int fold_seeds = 1;                       ///< Networks for each fold.
    int teachers = 3;                         ///< Networks that the final one learns from.
    int student_steps = 600;
    double soft = 0.5;      ///< Share of the teachers' answers in the final one's loss.
    bool fit_bias = false;  ///< Whether S and V get the bias that the held-out patients ask for.
    // [doubt]
    double doubtful_share = 0.03;  ///< Of held-out training beats that are marked doubtful.

    [[nodiscard]] std::vector<std::string> records() const;
    [[nodiscard]] bool joins_leads() const { return leads > 1; }
};

/// Whether a file is a recipe of this kind (its [data] section names this data set).
[[nodiscard]] bool is_sequence_recipe(const std::filesystem::path& path);
[[nodiscard]] bool is_sequence_recipe_text(std::string_view toml);

/// Reads a recipe. Errors name the key and its line: an unknown key, a wrong type, a value out of
/// range, a feature group that does not exist, a person in two folds.
[[nodiscard]] Result<SequenceRecipe> parse_sequence_recipe(std::string_view toml,
                                                           std::string_view file);
[[nodiscard]] Result<SequenceRecipe> open_sequence_recipe(const std::filesystem::path& path);

/// The network that a recipe describes.
[[nodiscard]] Network sequence_network(const SequenceRecipe& recipe);

}  // namespace telltale::train
