// The training loop.
//
// Everything random is drawn from streams named by the recipe's seed, the epoch and the step, so
// the state after each epoch is weights, optimiser, best model and history: what a checkpoint
// holds. A training that was killed and resumed gives the numbers of one that was not.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/loop/progress.hpp"
#include "train/loop/scores.hpp"
#include "train/networks/module.hpp"
#include "train/recipes/recipe.hpp"

namespace telltale::train {

/// What one epoch gave. Losses are means of cross-entropy a beat.
struct Epoch {
    int epoch = 0;                  ///< From 1.
    double learning_rate = 0;       ///< At its end.
    double loss = 0, accuracy = 0;  ///< Over the epoch's beats, as they were learnt.
    double validation_loss = 0, validation_accuracy = 0, validation_macro_f1 = 0;
    double seconds = 0;      ///< Learning and validating.
    double beats_per_s = 0;  ///< Learning alone.
    bool best = false;       ///< The best model so far.
};

struct TrainOptions {
    std::filesystem::path out;  ///< Where checkpoint.pt and metrics.jsonl go; made if missing.
    torch::Device device = torch::kCPU;
    int threads = 1;  ///< For what LibTorch does not compute: balancing.
    bool resume = false;
    /// Rows of the training part at most, and as large a share of the validation part; 0: all.
    std::size_t limit = 0;
    /// Ends after so many epochs though the recipe asks for more, as if killed; 0: never.
    int stop_after_epoch = 0;
    /// Called with every epoch, those of the checkpoint first.
    std::function<void(const Epoch&)> on_epoch;
};

/// How the best model did on a part of the data.
struct Evaluation {
    Confusion confusion;
    double loss = 0;
    std::vector<float> logits;  ///< [rows, classes]
};

struct Run {
    std::shared_ptr<Module> module;  ///< Holds the best weights.
    std::vector<Epoch> history;
    int best_epoch = 0;
    bool finished = false;  ///< All epochs are done (or early stopping ended them).
};

/// Trains, or continues where the checkpoint in options.out ends. Errors: a checkpoint of
/// another recipe, one that exists when `resume` was not asked for, a loss that is not a number.
[[nodiscard]] Result<Run> train(const Recipe& recipe, const DataSet& data, const Split& split,
                                const TrainOptions& options, Display& display);

/// Logits of rows, and their scores.
[[nodiscard]] Evaluation evaluate(Module& module, const DataSet& data,
                                  std::span<const std::size_t> rows, torch::Device device);

/// The learning rate of a step, counted from 0, with `steps` in an epoch. `plateaus` is how often
/// Schedule::plateau has lowered it.
[[nodiscard]] double learning_rate(const Recipe& recipe, std::int64_t step, std::int64_t steps,
                                   int plateaus);

}  // namespace telltale::train
