#include "train/networks/lstm_check.hpp"

#include <torch/torch.h>

#include <cstdio>
#include <format>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace telltale::train {
namespace {

using torch::Tensor;

// oneDNN's blocks are 16 numbers long at most. Units that do not fill them are not left to it.
constexpr std::int64_t block = 16;
constexpr double most_difference = 1e-4;

// Values and gradients of one small LSTM, in a row.
Tensor outcome(bool plain, std::int64_t inputs, std::int64_t units, bool bidirectional) {
    const PlainLstm path(plain);
    // A generator of its own: the training's random numbers stay what they are.
    auto generator = at::make_generator<at::CPUGeneratorImpl>(std::uint64_t{1});
    const auto draw = [&](at::IntArrayRef sizes, double size) {
        return (torch::randn(sizes, generator) * size).requires_grad_();
    };
    constexpr std::int64_t batch = 5, steps = 7;
    const Tensor x = draw({batch, steps, inputs}, 1);
    const std::int64_t directions = bidirectional ? 2 : 1;
    const double size = 1 / std::sqrt(static_cast<double>(units));
    std::vector<Tensor> weights;
    for (std::int64_t d = 0; d < directions; ++d) {
        weights.push_back(draw({4 * units, inputs}, size));
        weights.push_back(draw({4 * units, units}, size));
        weights.push_back(draw({4 * units}, size));
        weights.push_back(draw({4 * units}, size));
    }
    const Tensor zero = torch::zeros({directions, batch, units});
    const auto [all, h, c] =
        torch::lstm(x, {zero, zero}, weights, true, 1, 0.0, true, bidirectional, true);
    const Tensor pull = torch::randn(all.sizes(), generator);
    std::vector<Tensor> wanted = weights;
    wanted.push_back(x);
    std::vector<Tensor> found = torch::autograd::grad({(all * pull).sum()}, wanted);
    found.push_back(all.detach());
    for (Tensor& t : found) t = t.flatten();
    return torch::cat(found);
}

}  // namespace

PlainLstm::PlainLstm(bool plain) : before_(at::globalContext().userEnabledMkldnn()) {
    if (plain) at::globalContext().setUserEnabledMkldnn(false);
}

PlainLstm::~PlainLstm() {
    at::globalContext().setUserEnabledMkldnn(before_);
}

bool quick_lstm_is_right(std::int64_t inputs, std::int64_t units, bool bidirectional) {
    if (!at::globalContext().userEnabledMkldnn() || !at::hasMKLDNN()) return true;
    if (units % block != 0) return false;
    static std::map<std::tuple<std::int64_t, std::int64_t, bool>, bool> known;
    const auto [entry, is_new] = known.try_emplace({inputs, units, bidirectional}, false);
    if (!is_new) return entry->second;
    const torch::AutoGradMode with_gradients(true);
    const Tensor plain = outcome(true, inputs, units, bidirectional);
    const double size = std::max(1.0, plain.abs().max().item<double>());
    std::string fault;
    try {
        const double difference =
            (outcome(false, inputs, units, bidirectional) - plain).abs().max().item<double>();
        entry->second =
            difference <= most_difference * size;  // false where it is not a number, too
        if (!entry->second) fault = std::format("is wrong by {:.2g}", difference);
    } catch (const c10::Error&) {  // oneDNN has none for this processor
        fault = "does not run";
    }
    if (!entry->second) {
        const std::string text = std::format(
            "telltale: oneDNN's LSTM of {} inputs and {} units {} on this processor; LibTorch's "
            "plain one is used\n",
            inputs, units, fault);
        std::fputs(text.c_str(), stderr);
    }
    return entry->second;
}

}  // namespace telltale::train
