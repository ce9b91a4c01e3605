#include "train/networks/network.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <stdexcept>

namespace telltale::train {

namespace {

constexpr std::array<std::string_view, 17> op_names = {
    "input",        "conv",           "batch_norm", "relu",   "sigmoid", "max_pool",
    "average_pool", "global_average", "dropout",    "linear", "flatten", "add",
    "scale",        "concat",         "over_leads", "lstm",   "gru"};

void check(bool ok, std::string_view what) {
    if (!ok) throw std::logic_error(std::format("network: {}", what));
}

/// Values that come out of a sliding window; the rest that does not fill one is left.
std::int64_t slid(std::int64_t length, std::int64_t kernel, std::int64_t stride, Pads pads) {
    if (length == any_length) {
        check(stride == 1 && pads.left + pads.right == kernel - 1,
              "a sequence of any length must keep its length");
        return any_length;
    }
    const std::int64_t padded = length + pads.left + pads.right;
    check(kernel >= 1 && stride >= 1 && padded >= kernel, "a window is longer than its input");
    return (padded - kernel) / stride + 1;
}

}  // namespace

std::string_view name_of(Op op) {
    return op_names.at(static_cast<std::size_t>(op));
}

Pads same_pads(std::int64_t length, std::int64_t kernel, std::int64_t stride) {
    const std::int64_t out = (length + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>((out - 1) * stride + kernel - length, 0);
    return {.left = total / 2, .right = total - total / 2};
}

Network::Network(Shape input) {
    check(input.channels > 0, "an input has channels");
    layers_.push_back({.op = Op::input, .name = "input", .shape = input});
}

Value Network::append(Layer layer) {
    const auto same = std::ranges::count(layers_, layer.op, &Layer::op) + 1;
    layer.name = std::format("{}{}", name_of(layer.op), same);
    layers_.push_back(std::move(layer));
    output_ = layers_.size() - 1;
    return output_;
}

Value Network::conv(Value x, const ConvOptions& o) {
    check(!shape(x).vector() && o.channels > 0, "a convolution needs a sequence");
    check(o.dilation >= 1, "a kernel's values are at least a step apart");
    const std::int64_t reach = (o.kernel - 1) * o.dilation + 1;
    const Shape out{o.channels, slid(shape(x).length, reach, o.stride, o.pads)};
    return append({.op = Op::conv,
                   .inputs = {x},
                   .shape = out,
                   .kernel = o.kernel,
                   .stride = o.stride,
                   .dilation = o.dilation,
                   .pads = o.pads,
                   .bias = o.bias});
}

Value Network::batch_norm(Value x) {
    return append({.op = Op::batch_norm, .inputs = {x}, .shape = shape(x)});
}
Value Network::relu(Value x) {
    return append({.op = Op::relu, .inputs = {x}, .shape = shape(x)});
}
Value Network::sigmoid(Value x) {
    return append({.op = Op::sigmoid, .inputs = {x}, .shape = shape(x)});
}

Value Network::max_pool(Value x, std::int64_t kernel, std::int64_t stride, Pads pads) {
    check(!shape(x).vector() && pads.left < kernel && pads.right < kernel,
          "pooling needs a sequence and windows that are not all padding");
    const Shape out{shape(x).channels, slid(shape(x).length, kernel, stride, pads)};
    return append({.op = Op::max_pool,
                   .inputs = {x},
                   .shape = out,
                   .kernel = kernel,
                   .stride = stride,
                   .pads = pads});
}

Value Network::average_pool(Value x, std::int64_t kernel, std::int64_t stride) {
    check(!shape(x).vector(), "pooling needs a sequence");
    const Shape out{shape(x).channels, slid(shape(x).length, kernel, stride, {})};
    return append(
        {.op = Op::average_pool, .inputs = {x}, .shape = out, .kernel = kernel, .stride = stride});
}

Value Network::global_average(Value x) {
    check(!shape(x).vector(), "a mean over the length needs a sequence");
    return append({.op = Op::global_average, .inputs = {x}, .shape = {shape(x).channels, 0}});
}

Value Network::dropout(Value x, double rate) {
    check(rate >= 0 && rate < 1, "dropout takes a share from 0 to below 1");
    return append({.op = Op::dropout, .inputs = {x}, .shape = shape(x), .rate = rate});
}

Value Network::linear(Value x, std::int64_t features, bool bias) {
    check(shape(x).vector() && features > 0, "a linear layer needs a vector");
    return append({.op = Op::linear, .inputs = {x}, .shape = {features, 0}, .bias = bias});
}

Value Network::flatten(Value x) {
    check(shape(x).length > 0, "flattening needs a sequence of a known length");
    return append(
        {.op = Op::flatten, .inputs = {x}, .shape = {shape(x).channels * shape(x).length, 0}});
}

Value Network::add(Value a, Value b) {
    check(shape(a) == shape(b), "only values of one shape can be added");
    return append({.op = Op::add, .inputs = {a, b}, .shape = shape(a)});
}

Value Network::scale(Value sequence, Value vector) {
    check(!shape(sequence).vector() && shape(vector).vector() &&
              shape(sequence).channels == shape(vector).channels,
          "scaling takes a sequence and a vector with a value for each channel");
    return append({.op = Op::scale, .inputs = {sequence, vector}, .shape = shape(sequence)});
}

Value Network::concat(Value a, Value b) {
    check(!shape(a).vector() && shape(a).length == shape(b).length,
          "only sequences of one length can be put side by side");
    return append({.op = Op::concat,
                   .inputs = {a, b},
                   .shape = {shape(a).channels + shape(b).channels, shape(a).length}});
}

Value Network::over_leads(Value x) {
    check(shape(x).open_ended(), "leads are joined step by step, of sequences of any length");
    return append(
        {.op = Op::over_leads, .inputs = {x}, .shape = {2 * shape(x).channels, shape(x).length}});
}

bool Network::joins_leads() const {
    return std::ranges::contains(layers_, Op::over_leads, &Layer::op);
}

Value Network::recurrent(Op op, Value x, const RecurrentOptions& o) {
    check(!shape(x).vector() && o.units > 0, "a recurrent layer needs a sequence");
    const std::int64_t channels = o.units * (o.bidirectional ? 2 : 1);
    return append({.op = op,
                   .inputs = {x},
                   .shape = {channels, o.sequences ? shape(x).length : 0},
                   .units = o.units,
                   .bidirectional = o.bidirectional,
                   .sequences = o.sequences});
}

Value Network::lstm(Value x, const RecurrentOptions& o) {
    return recurrent(Op::lstm, x, o);
}
Value Network::gru(Value x, const RecurrentOptions& o) {
    return recurrent(Op::gru, x, o);
}

std::int64_t Network::trainable_parameters() const {
    std::int64_t sum = 0;
    for (const Layer& l : layers_) {
        if (l.inputs.empty()) continue;
        const std::int64_t in = shape(l.inputs[0]).channels;
        const std::int64_t out = l.shape.channels;
        const std::int64_t directions = l.bidirectional ? 2 : 1;
        switch (l.op) {
            case Op::conv: sum += in * out * l.kernel + (l.bias ? out : 0); break;
            case Op::linear: sum += in * out + (l.bias ? out : 0); break;
            case Op::batch_norm: sum += 2 * out; break;
            case Op::lstm: sum += directions * 4 * l.units * (in + l.units + 1); break;
            case Op::gru: sum += directions * 3 * l.units * (in + l.units + 2); break;
            default: break;
        }
    }
    return sum;
}

std::int64_t Network::parameters() const {
    std::int64_t sum = trainable_parameters();
    for (const Layer& l : layers_) {
        if (l.op == Op::batch_norm) sum += 2 * l.shape.channels;
    }
    return sum;
}

}  // namespace telltale::train
