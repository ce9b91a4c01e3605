// The steps of networks that are trained for a fixed number of them: AdamW along one cycle.
#pragma once

#include <torch/torch.h>

#include <memory>

#include "train/networks/module.hpp"

namespace telltale::train {

class OneCycle {
public:
    struct Options {
        double learning_rate = 0;  ///< The highest.
        double weight_decay = 0;   ///< Apart from the gradient (Loshchilov and Hutter 2019).
        int steps = 0;
    };
    OneCycle(std::shared_ptr<Module> module, const Options& options);

    [[nodiscard]] int done() const { return done_; }
    [[nodiscard]] bool finished() const { return done_ >= options_.steps; }
    /// Before the forward pass of a step: gradients are nothing, dropout draws from `dropout_seed`.
    void begin(std::uint64_t dropout_seed);
    /// After it: gradients, cut at a norm of 2, then the step. False, and nothing done, where the
    /// loss is not a number.
    [[nodiscard]] bool end(const torch::Tensor& loss);

private:
    [[nodiscard]] double learning_rate() const;

    std::shared_ptr<Module> module_;
    Options options_;
    int done_ = 0;
    std::unique_ptr<torch::optim::Adam> adam_;
};

}  // namespace telltale::train
