// A GRU layer of ours for learning on a CPU. LibTorch's own keeps an entry for every operator of
// every step; here a direction is one operator with one product for all inputs, and a small one a
// step.
#pragma once

#include <torch/torch.h>

namespace telltale::train {

/// One direction of a GRU whose reset gate comes after the matrix product, as LibTorch's, Keras's
/// and ONNX's (linear_before_reset). x is [batch, steps, inputs], the result [batch, steps, units];
/// gates lie in the order reset, update, new: weights [3 x units, inputs] and [3 x units, units],
/// biases [3 x units]. It starts from 0, at the last step where it runs in reverse. Single
/// precision on a CPU; gradients of x, weights and biases.
[[nodiscard]] torch::Tensor gru_steps(const torch::Tensor& x, const torch::Tensor& input_weights,
                                      const torch::Tensor& hidden_weights,
                                      const torch::Tensor& input_bias,
                                      const torch::Tensor& hidden_bias, bool reverse);

}  // namespace telltale::train
