// A network with its weights as an ONNX model.
//
// Sequences are [batch, channels, 1, length] inside the graph: ONNX Runtime's WebGPU provider pools
// over two dimensions only. Only the batch dimension is open; it is named "batch". Batch
// normalisation that follows a convolution is folded into it; elsewhere it is a product and a sum.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "classify/card.hpp"
#include "recording/error.hpp"
#include "train/networks/network.hpp"

namespace telltale::train {

/// The values of a layer's tensor, row-major, by the names that Module gives them ("weight",
/// "bias", "mean", ...).
using Weights = std::function<std::vector<float>(const Layer&, std::string_view suffix)>;

/// The model as the bytes of an .onnx file: opset 17, float32, the card in the metadata property
/// "telltale". The card says the names of input and output. The ONNX checker and its shape
/// inference have passed it.
[[nodiscard]] Result<std::string> onnx_model(const Network& network, const Weights& weights,
                                             const classify::Card& card);

}  // namespace telltale::train
