// A network as a LibTorch module.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "train/data/normalise.hpp"
#include "train/networks/network.hpp"

namespace telltale::train {

/// Runs a Network. Inside, sequences are [batch, channels, 1, length] with the channels last in
/// memory, which oneDNN computes fastest.
class Module : public torch::nn::Module {
public:
    explicit Module(Network network, Start start = Start::pytorch);

    /// x is [batch, channels, length]; the logits [batch, classes] come out. For a network of any
    /// length x is [batch, steps, channels], and [batch, steps, classes] come out.
    /// Where the network joins leads x is [batch, leads, steps, channels].
    torch::Tensor forward(torch::Tensor x);

    /// Dropout draws from streams named by this seed and the number of forward passes since; the
    /// same seed before the same batches drops the same values.
    void seed_dropout(std::uint64_t seed) {
        dropout_seed_ = seed;
        passes_ = 0;
    }

    [[nodiscard]] const Network& network() const { return network_; }
    /// A parameter or buffer of a layer, by its name after the layer's; undefined if it has none.
    [[nodiscard]] torch::Tensor weight(const Layer& layer, std::string_view suffix) const;

private:
    torch::Tensor run(const Layer& layer, std::size_t index,
                      const std::vector<torch::Tensor>& values);
    /// A batch normalisation with the layers that normalise() computes along with it.
    struct Block {
        NormaliseOptions options;
        Value in = 0, out = 0;
    };
    void find_blocks();
    torch::Tensor recurrent(const Layer& layer, const torch::Tensor& x);
    torch::Tensor dropped(const torch::Tensor& x, double rate, std::size_t index) const;

    Network network_;
    /// Handles of the registered parameters and buffers: looking those up costs a copy of all.
    std::map<std::string, torch::Tensor> tensors_;
    /// By layer: the block that a batch normalisation is the heart of, and whether a block computes
    /// the layer. Both for learning on a CPU in single precision only.
    std::map<Value, Block> blocks_;
    std::vector<bool> in_block_;
    std::uint64_t dropout_seed_ = 1;
    std::uint64_t passes_ = 0;
    std::int64_t leads_ = 1;  ///< Of the pass that is running.
};

}  // namespace telltale::train
