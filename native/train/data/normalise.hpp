// Batch normalisation while learning on a CPU, together with what stands around it.
#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "train/networks/network.hpp"

namespace telltale::train {

/// What is computed in one go: a ReLU, the normalisation, a ReLU, a max-pool. Each but the
/// normalisation is left out by default.
struct NormaliseOptions {
    bool relu_before = false, relu_after = false;
    std::int64_t kernel = 1, stride = 1;  ///< Of the max-pool.
    Pads pads;                            ///< Never win.
};

/// Normalises over all but the channels with the batch's own moments, and follows these with the
/// running mean and variance (a tenth of the new ones). Equal to LibTorch's operators one after the
/// other to the rounding of a float, and several times as fast: those walk through memory for each
/// operator, and for each once more backwards.
/// `x` is float on the CPU: [batch, channels], or [batch, channels, 1, length] for the channels
/// last in memory (it is copied into that order otherwise). The same comes out, pooled. Its result
/// does not depend on the number of threads.
[[nodiscard]] torch::Tensor normalise(const torch::Tensor& x, const torch::Tensor& weight,
                                      const torch::Tensor& bias, const torch::Tensor& running_mean,
                                      const torch::Tensor& running_variance,
                                      const NormaliseOptions& options);

/// The mean over the length of [batch, channels, 1, length]: [batch, channels]. Its gradient has
/// the channels last in memory, which LibTorch's has not.
[[nodiscard]] torch::Tensor global_average(const torch::Tensor& x);

}  // namespace telltale::train
