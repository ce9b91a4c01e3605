#include "train/loop/one_cycle.hpp"

#include <cmath>
#include <numbers>
#include <utility>

namespace telltale::train {

OneCycle::OneCycle(std::shared_ptr<Module> module, const Options& options)
    : module_(std::move(module)),
      options_(options),
      adam_(std::make_unique<torch::optim::Adam>(
          module_->parameters(), torch::optim::AdamOptions(options.learning_rate))) {}

double OneCycle::learning_rate() const {
    // Up over a fifth of the steps, down along a cosine (Smith, Topin 2018).
    const double share = static_cast<double>(done_) / options_.steps;
    constexpr double up = 0.2;
    const double level = share < up
                             ? 0.5 - 0.5 * std::cos(std::numbers::pi * share / up)
                             : 0.5 + 0.5 * std::cos(std::numbers::pi * (share - up) / (1 - up));
    return options_.learning_rate * (0.04 * (share < up ? 1 - level : 0) + level) + 1e-6;
}

void OneCycle::begin(std::uint64_t dropout_seed) {
    module_->train();
    module_->seed_dropout(dropout_seed);
    adam_->zero_grad();
}

bool OneCycle::end(const torch::Tensor& loss) {
    if (!std::isfinite(loss.item<double>())) return false;
    const double rate = learning_rate();
    static_cast<torch::optim::AdamOptions&>(adam_->param_groups()[0].options()).lr(rate);
    loss.backward();
    torch::nn::utils::clip_grad_norm_(module_->parameters(), 2.0);
    {
        const torch::NoGradGuard guard;
        for (const torch::Tensor& p : module_->parameters())
            p.mul_(1 - rate * options_.weight_decay);
    }
    adam_->step();
    ++done_;
    return true;
}

}  // namespace telltale::train
