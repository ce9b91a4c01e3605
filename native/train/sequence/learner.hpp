// Trains one network on recordings as sequences of beats.
//
// Everything random in a step is drawn from a stream named by seed and step, so that weights,
// moments and the number of steps done are the whole state: a training that was killed and resumed
// gives the numbers of one that was not.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "train/loop/checkpoint.hpp"
#include "train/networks/module.hpp"
#include "train/sequence/bank.hpp"
#include "train/sequence/recipe.hpp"

namespace telltale::train {

class Learner {
public:
    /// `sequences` are what is learnt from; they must outlive the learner. `soft` is the share of
    /// their `answers` in the loss.
    Learner(const SequenceRecipe& recipe, std::vector<const Sequence*> sequences,
            std::uint64_t seed, int steps, double soft = 0);

    [[nodiscard]] int done() const { return done_; }
    [[nodiscard]] bool finished() const { return done_ >= steps_; }
    /// One step. The loss; an error where it is not a number.
    [[nodiscard]] Result<double> step();
    /// The moving average of the weights, ready to be used.
    [[nodiscard]] std::shared_ptr<Module> averaged();

    void put(Checkpoint& checkpoint, const std::string& prefix);
    [[nodiscard]] Result<void> get(const Checkpoint& checkpoint, const std::string& prefix);

private:
    struct Chunk {
        const Sequence* sequence = nullptr;
        std::int64_t start = 0;
        std::array<std::size_t, 2> leads{};  ///< The same one twice where one is seen alone.
    };
    [[nodiscard]] Chunk draw(Random& random) const;
    [[nodiscard]] double learning_rate() const;
    void average();

    const SequenceRecipe& recipe_;
    std::uint64_t seed_;
    int steps_, done_ = 0;
    double soft_;
    std::vector<std::vector<const Sequence*>> sources_;  ///< Real, then each kind.
    std::vector<double> source_shares_;                  ///< Cumulated.
    torch::Tensor means_;                                ///< Of each feature, real sequences.
    torch::Tensor class_weights_;
    std::shared_ptr<Module> module_, average_;
    std::unique_ptr<torch::optim::Adam> adam_;
};

/// Logits [beats, classes] of a sequence, read as a whole: of all its leads where the network
/// joins leads and they are wanted, else of its first one.
[[nodiscard]] torch::Tensor sequence_logits(Module& module, const Sequence& sequence,
                                            bool all_leads = true);
/// Its features as the network takes them.
[[nodiscard]] torch::Tensor sequence_input(const Module& module, const Sequence& sequence,
                                           bool all_leads = true);

}  // namespace telltale::train
