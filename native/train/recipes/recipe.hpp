// A recipe: everything that a training needs to know, read from TOML.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recording/error.hpp"
#include "train/data/augment.hpp"
#include "train/data/balance.hpp"
#include "train/data/dataset.hpp"
#include "train/data/split.hpp"
#include "train/recipes/recipe_head.hpp"

namespace telltale::train {

enum class Keep {
    macro_f1,
    accuracy,
    loss
};  ///< Of the validation part: what the best model is best in.
enum class Schedule { constant, cosine, plateau, step };

/// What is told first of how a system did on its test part: shares from 0 to 1.
struct TestFigures {
    std::optional<double> accuracy, macro_f1, auc;
};

struct Recipe : RecipeHead {
    // [data]
    DataOptions data;
    SplitOptions split;
    // [network]
    std::string network;
    Start start = Start::pytorch;
    // [balance]
    BalanceOptions balance;
    bool redraw = false;  ///< Balance anew each epoch.
    // [augment]
    AugmentOptions augment;
    // [training]
    int epochs = 1;
    std::int64_t batch = 32;
    double learning_rate = 1e-3;
    double weight_decay = 0;
    double clip = 0;  ///< Largest norm of the gradient; 0: not clipped.
    double ema = 0;   ///< Decay of the moving average of weights; 0: none.
    double label_smoothing = 0;
    bool class_weights = false;  ///< Rare classes weigh more in the loss: train::class_weights.
    /// Convolutions and matrix products in bfloat16, sums and weights in float32.
    bool mixed_precision = false;
    Schedule schedule = Schedule::constant;
    double warmup = 0;    ///< Epochs of linear warm-up (cosine).
    double factor = 0.1;  ///< plateau, step: the learning rate is multiplied by it,
    int every = 10;       ///< step: after so many epochs,
    int patience = 5;     ///< plateau: after so many epochs without a better loss.
    int stop_after = 0;   ///< Early stopping: epochs without a better model; 0: never.
    Keep keep = Keep::macro_f1;
    // [published]: what the publication reports.
    TestFigures published;
};

/// Reads a recipe; `file` names it in errors. An unknown key, a wrong type or a value out of
/// range is an error that names the key and its line.
[[nodiscard]] Result<Recipe> parse_recipe(std::string_view toml, std::string_view file);

/// Reads a recipe file.
[[nodiscard]] Result<Recipe> open_recipe(const std::filesystem::path& path);

[[nodiscard]] std::string_view name_of(Keep keep);

}  // namespace telltale::train
