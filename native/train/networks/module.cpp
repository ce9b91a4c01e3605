#include "train/networks/module.hpp"

#include <ATen/autocast_mode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "train/loop/random.hpp"
#include "train/networks/gru.hpp"
#include "train/networks/lstm_check.hpp"

namespace telltale::train {

namespace {

using torch::Tensor;

/// Uniform in +-1/sqrt(fan in), Start::pytorch.
Tensor uniform_init(at::IntArrayRef sizes, std::int64_t fan_in) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(fan_in));
    return torch::empty(sizes).uniform_(-bound, bound);
}

/// Start::keras. A linear layer's kernel is 1 value long.
Tensor glorot_init(at::IntArrayRef sizes, std::int64_t in, std::int64_t out, std::int64_t kernel) {
    const double bound = std::sqrt(6.0 / static_cast<double>((in + out) * kernel));
    return torch::empty(sizes).uniform_(-bound, bound);
}

/// Start::keras for an LSTM's recurrent weights and bias. Gates lie in LibTorch's order: input,
/// forget, cell, output.
void remember_long(const Tensor& hidden, const Tensor& bias) {
    const std::int64_t units = hidden.size(1);
    for (std::int64_t gate = 0; gate < 4; ++gate) {
        torch::nn::init::orthogonal_(hidden.slice(0, gate * units, (gate + 1) * units));
    }
    bias.slice(0, units, 2 * units).fill_(1);
}

std::string key(const Layer& layer, std::string_view suffix) {
    return layer.name + "_" + std::string(suffix);
}

/// Suffixes of a recurrent layer's parameters for one direction.
std::string direction(const char* what, bool reverse) {
    return std::string(what) + (reverse ? "_reverse" : "");
}

}  // namespace

Module::Module(Network network, Start start) : network_(std::move(network)) {
    const bool keras = start == Start::keras;
    const auto weights = [&](at::IntArrayRef sizes, std::int64_t in, std::int64_t out,
                             std::int64_t kernel) {
        return keras ? glorot_init(sizes, in, out, kernel) : uniform_init(sizes, in * kernel);
    };
    const auto biases = [&](std::int64_t out, std::int64_t fan_in) {
        return keras ? torch::zeros({out}) : uniform_init({out}, fan_in);
    };
    for (const Layer& l : network_.layers()) {
        if (l.inputs.empty()) continue;
        const std::int64_t in = network_.shape(l.inputs[0]).channels;
        const std::int64_t out = l.shape.channels;
        switch (l.op) {
            case Op::conv: {
                const auto w = weights({out, in, 1, l.kernel}, in, out, l.kernel)
                                   .contiguous(torch::MemoryFormat::ChannelsLast);
                register_parameter(key(l, "weight"), w);
                if (l.bias) register_parameter(key(l, "bias"), biases(out, in * l.kernel));
                break;
            }
            case Op::linear:
                register_parameter(key(l, "weight"), weights({out, in}, in, out, 1));
                if (l.bias) register_parameter(key(l, "bias"), biases(out, in));
                break;
            case Op::batch_norm:
                register_parameter(key(l, "weight"), torch::ones({out}));
                register_parameter(key(l, "bias"), torch::zeros({out}));
                register_buffer(key(l, "mean"), torch::zeros({out}));
                register_buffer(key(l, "variance"), torch::ones({out}));
                break;
            case Op::lstm:
            case Op::gru: {
                const std::int64_t gates = (l.op == Op::lstm ? 4 : 3) * l.units;
                for (int d = 0; d < (l.bidirectional ? 2 : 1); ++d) {
                    const bool r = d == 1;
                    const Tensor input = keras ? glorot_init({gates, in}, in, gates, 1)
                                               : uniform_init({gates, in}, l.units);
                    const Tensor hidden = uniform_init({gates, l.units}, l.units);
                    const Tensor bias = biases(gates, l.units);
                    if (keras && l.op == Op::lstm) remember_long(hidden, bias);
                    if (keras && l.op == Op::gru) torch::nn::init::orthogonal_(hidden);
                    register_parameter(key(l, direction("input", r)), input);
                    register_parameter(key(l, direction("hidden", r)), hidden);
                    register_parameter(key(l, direction("bias", r)), bias);
                    // An LSTM's second bias would only repeat the first: it stays zero.
                    if (l.op == Op::gru) {
                        register_parameter(key(l, direction("hidden_bias", r)),
                                           biases(gates, l.units));
                    } else {
                        register_buffer(key(l, direction("hidden_bias", r)), torch::zeros({gates}));
                    }
                }
                break;
            }
            default: break;
        }
    }
    for (const auto& item : named_parameters(false)) tensors_.emplace(item.key(), item.value());
    for (const auto& item : named_buffers(false)) tensors_.emplace(item.key(), item.value());
    find_blocks();
}

void Module::find_blocks() {
    const auto& layers = network_.layers();
    std::vector<std::vector<Value>> readers(layers.size());
    for (Value i = 0; i < layers.size(); ++i) {
        for (const Value from : layers[i].inputs) readers[from].push_back(i);
    }
    // The only reader of a value, if it is of that kind: nobody else misses the value then.
    const auto next = [&](Value of, Op op) -> const Value* {
        const bool only = readers[of].size() == 1 && of != network_.output();
        return only && layers[readers[of][0]].op == op ? readers[of].data() : nullptr;
    };
    in_block_.resize(layers.size());
    for (Value i = 0; i < layers.size(); ++i) {
        if (layers[i].op != Op::batch_norm) continue;
        Block block{.options = {}, .in = layers[i].inputs[0], .out = i};
        const Layer& before = layers[block.in];
        if (before.op == Op::relu && next(block.in, Op::batch_norm) != nullptr) {
            block.options.relu_before = true;
            in_block_[block.in] = true;
            block.in = before.inputs[0];
        }
        if (const Value* relu = next(i, Op::relu)) {
            block.options.relu_after = true;
            block.out = *relu;
            in_block_[*relu] = true;
        }
        if (const Value* pool = next(block.out, Op::max_pool)) {
            block.options.kernel = layers[*pool].kernel;
            block.options.stride = layers[*pool].stride;
            block.options.pads = layers[*pool].pads;
            block.out = *pool;
            in_block_[*pool] = true;
        }
        blocks_.emplace(i, block);
    }
}

Tensor Module::weight(const Layer& layer, std::string_view suffix) const {
    const auto found = tensors_.find(key(layer, suffix));
    return found == tensors_.end() ? Tensor() : found->second;
}

Tensor Module::forward(Tensor x) {
    std::vector<Tensor> values(network_.layers().size());
    // With one channel both orders are the same memory, so this costs nothing for one lead.
    const Shape in = network_.shape(network_.input());
    // [batch, steps, channels] is in that order already.
    // Leads are rows of the batch until they are joined.
    leads_ = network_.joins_leads() ? x.size(1) : 1;
    if (network_.joins_leads()) x = x.flatten(0, 1);
    if (in.open_ended()) x = x.transpose(1, 2);
    if (!in.vector()) x = x.unsqueeze(2).contiguous(torch::MemoryFormat::ChannelsLast);
    values[0] = x;
    const bool in_blocks = is_training() && x.is_cpu() && x.scalar_type() == torch::kFloat &&
                           !at::autocast::is_autocast_enabled(torch::kCPU);
    for (Value i = 1; i < values.size(); ++i) {
        const Layer& l = network_.layers()[i];
        if (in_blocks && l.op == Op::batch_norm) {
            const Block& block = blocks_.at(i);
            values[block.out] = normalise(values[block.in], weight(l, "weight"), weight(l, "bias"),
                                          weight(l, "mean"), weight(l, "variance"), block.options);
        } else if (!in_blocks || !in_block_[i]) {
            values[i] = run(l, i, values);
        }
    }
    ++passes_;
    const Tensor& y = values[network_.output()];
    return in.open_ended() ? y.squeeze(2).transpose(1, 2) : y;
}

Tensor Module::run(const Layer& l, std::size_t index, const std::vector<Tensor>& values) {
    const Tensor& x = values[l.inputs[0]];
    switch (l.op) {
        case Op::conv: {
            const bool even = l.pads.left == l.pads.right;
            const std::array<std::int64_t, 2> stride{1, l.stride};
            const std::array<std::int64_t, 2> padding{0, even ? l.pads.left : 0};
            const std::array<std::int64_t, 2> dilation{1, l.dilation};
            return torch::conv2d(even ? x : torch::constant_pad_nd(x, {l.pads.left, l.pads.right}),
                                 weight(l, "weight"), weight(l, "bias"), stride, padding, dilation);
        }
        case Op::batch_norm:
            return torch::batch_norm(x, weight(l, "weight"), weight(l, "bias"), weight(l, "mean"),
                                     weight(l, "variance"), is_training(), 0.1, 1e-5, true);
        case Op::relu: return torch::relu(x);
        case Op::sigmoid: return torch::sigmoid(x);
        case Op::max_pool: {
            if (l.pads == Pads{}) return torch::max_pool2d(x, {1, l.kernel}, {1, l.stride});
            const auto lowest = -std::numeric_limits<float>::infinity();
            return torch::max_pool2d(torch::constant_pad_nd(x, {l.pads.left, l.pads.right}, lowest),
                                     {1, l.kernel}, {1, l.stride});
        }
        case Op::average_pool: return torch::avg_pool2d(x, {1, l.kernel}, {1, l.stride});
        case Op::global_average: return global_average(x);
        case Op::dropout: return is_training() ? dropped(x, l.rate, index) : x;
        case Op::linear: {
            return torch::linear(x, weight(l, "weight"), weight(l, "bias"));
        }
        case Op::flatten: return x.flatten(1);
        case Op::add: return x + values[l.inputs[1]];
        case Op::scale: return x * values[l.inputs[1]].unsqueeze(-1).unsqueeze(-1);
        case Op::concat: return torch::cat({x, values[l.inputs[1]]}, 1);
        case Op::over_leads: {
            const Tensor apart = x.unflatten(0, {-1, leads_});
            return torch::cat({apart.mean(1), apart.amax(1)}, 1)
                .contiguous(torch::MemoryFormat::ChannelsLast);
        }
        case Op::lstm:
        case Op::gru: return recurrent(l, x);
        case Op::input: break;
    }
    throw std::logic_error("module: an operator is not implemented");
}

Tensor Module::recurrent(const Layer& l, const Tensor& given) {
    // On a CPU recurrent layers keep single precision in mixed precision, too: oneDNN's LSTM in
    // bfloat16 does not exist on every processor that has the format.
    std::optional<c10::impl::ExcludeDispatchKeyGuard> exact;
    Tensor x = given;
    if (given.is_cpu() && at::autocast::is_autocast_enabled(torch::kCPU)) {
        exact.emplace(c10::DispatchKey::AutocastCPU);
        x = given.to(torch::kFloat);
    }
    const Tensor steps = x.squeeze(2).transpose(1, 2);  // [batch, length, channels]
    const std::int64_t directions = l.bidirectional ? 2 : 1;
    if (l.op == Op::gru && x.is_cpu() && x.scalar_type() == torch::kFloat) {
        std::vector<Tensor> each, ends;
        for (int d = 0; d < directions; ++d) {
            const bool reverse = d == 1;
            each.push_back(gru_steps(steps, weight(l, direction("input", reverse)),
                                     weight(l, direction("hidden", reverse)),
                                     weight(l, direction("bias", reverse)),
                                     weight(l, direction("hidden_bias", reverse)), reverse));
            ends.push_back(each.back().select(1, reverse ? 0 : -1));
        }
        if (!l.sequences) return torch::cat(ends, 1);
        return torch::cat(each, 2).transpose(1, 2).unsqueeze(2);
    }
    const Tensor zero = torch::zeros({directions, x.size(0), l.units}, x.options());
    std::vector<Tensor> weights;
    for (int d = 0; d < directions; ++d) {
        for (const char* what : {"input", "hidden", "bias", "hidden_bias"}) {
            weights.push_back(weight(l, direction(what, d == 1)));
        }
    }
    Tensor all, last;
    if (l.op == Op::lstm) {
        const PlainLstm path(x.is_cpu() &&
                             !quick_lstm_is_right(steps.size(2), l.units, l.bidirectional));
        std::tie(all, last, std::ignore) = torch::lstm(steps, {zero, zero}, weights, true, 1, 0.0,
                                                       is_training(), l.bidirectional, true);
    } else {
        std::tie(all, last) =
            torch::gru(steps, zero, weights, true, 1, 0.0, is_training(), l.bidirectional, true);
    }
    // `last` is [directions, batch, units]: the forward layer's last step, the reverse one's first.
    if (!l.sequences) return last.transpose(0, 1).flatten(1);
    return all.transpose(1, 2).unsqueeze(2);
}

Tensor Module::dropped(const Tensor& x, double rate, std::size_t index) const {
    if (!x.is_cpu()) return torch::dropout(x, rate, true);
    // Masks of our own: LibTorch draws one value at a time, which took a seventh of a training.
    Tensor mask = torch::empty_like(x, x.options().dtype(torch::kFloat));
    float* out = mask.mutable_data_ptr<float>();
    const std::int64_t n = mask.numel();
    const auto keep = static_cast<float>(1.0 / (1.0 - rate));
    const auto threshold = static_cast<std::uint64_t>(std::lround(rate * 65536.0));
    const std::uint64_t stream = Random(dropout_seed_, passes_, index).next();
    for (std::int64_t i = 0; i < n; i += 4) {
        std::uint64_t bits = mixed(stream + static_cast<std::uint64_t>(i));
        const std::int64_t end = std::min<std::int64_t>(i + 4, n);
        for (std::int64_t j = i; j < end; ++j, bits >>= 16) {
            out[j] = (bits & 0xffffU) < threshold ? 0.0F : keep;
        }
    }
    return x * mask;
}

}  // namespace telltale::train
