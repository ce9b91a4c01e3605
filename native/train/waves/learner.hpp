// Trains one wave network. What is drawn in a step comes from a stream named by seed and step.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "train/loop/one_cycle.hpp"
#include "train/networks/module.hpp"
#include "train/waves/recipe.hpp"
#include "train/waves/sources.hpp"

namespace telltale::train {

class WaveLearner {
public:
    /// Learns from all sources but those of fold `held_out`; all arguments must outlive it.
    WaveLearner(const WaveRecipe& recipe, const std::vector<WaveSource>& sources,
                const std::vector<Recording>& noises, std::optional<int> held_out,
                std::uint64_t seed);

    [[nodiscard]] int done() const { return cycle_->done(); }
    [[nodiscard]] bool finished() const { return cycle_->finished(); }
    /// One step. The loss; an error where it is not a number.
    [[nodiscard]] Result<double> step();
    [[nodiscard]] std::shared_ptr<Module> module();

private:
    const WaveRecipe& recipe_;
    const std::vector<Recording>& noises_;
    std::vector<const WaveSource*> sources_;
    std::uint64_t seed_;
    std::shared_ptr<Module> module_;
    std::unique_ptr<OneCycle> cycle_;
};

}  // namespace telltale::train
