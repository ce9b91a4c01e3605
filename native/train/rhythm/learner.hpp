// Trains one rhythm network on windows. What is drawn in a step comes from a stream named by seed
// and step.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "train/loop/one_cycle.hpp"
#include "train/networks/module.hpp"
#include "train/rhythm/recipe.hpp"
#include "train/rhythm/windows.hpp"

namespace telltale::train {

class RhythmLearner {
public:
    /// Learns from all windows but those of fold `held_out`. `answers`, if given, are other
    /// networks' logits of all windows, [windows, seconds, outputs].
    RhythmLearner(const RhythmRecipe& recipe, const RhythmWindows& windows,
                  std::optional<int> held_out, std::uint64_t seed, torch::Tensor answers = {});

    [[nodiscard]] int done() const { return cycle_->done(); }
    [[nodiscard]] bool finished() const { return cycle_->finished(); }
    /// One step. The loss; an error where it is not a number.
    [[nodiscard]] Result<double> step();
    [[nodiscard]] std::shared_ptr<Module> module();

private:
    const RhythmRecipe& recipe_;
    const RhythmWindows& windows_;
    torch::Tensor answers_;
    std::uint64_t seed_;
    std::vector<std::int64_t> long_, short_;  ///< Windows of long records; of short recordings.
    std::shared_ptr<Module> module_;
    std::unique_ptr<OneCycle> cycle_;
};

/// Logits [seconds, outputs] of rows [seconds, features].
[[nodiscard]] torch::Tensor rhythm_logits(Module& module, const torch::Tensor& rows);

}  // namespace telltale::train
