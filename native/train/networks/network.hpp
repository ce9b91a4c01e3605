// What a network is, said once. The LibTorch module (module.hpp) and the ONNX graph (onnx.hpp) are
// both made from this description, so they cannot drift apart.
//
//     Network net({.channels = 1, .length = 187});
//     Value x = net.conv(net.input(), {.channels = 32, .kernel = 5, .pads = {2, 2}});
//     x = net.relu(net.batch_norm(x));
//     net.output(net.linear(net.flatten(x), 5));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::train {

enum class Op {
    input,
    conv,        ///< 1-D convolution, zero padding.
    batch_norm,  ///< Over the channels.
    relu,
    sigmoid,
    max_pool,        ///< Padding never wins.
    average_pool,    ///< No padding.
    global_average,  ///< Mean over the length; a vector comes out.
    dropout,
    linear,      ///< On a vector.
    flatten,     ///< Channel by channel, as the tensor lies in memory.
    add,         ///< Of two values of one shape.
    scale,       ///< A sequence times a vector, channel by channel.
    concat,      ///< Channels of two sequences of one length, one after the other.
    over_leads,  ///< Mean and maximum over the leads of one recording.
    lstm,
    gru,  ///< Reset gate after the matrix product.
};

[[nodiscard]] std::string_view name_of(Op op);

/// The length of a sequence that is only known when the network runs.
inline constexpr std::int64_t any_length = -1;

/// `channels` values at each of `length` steps; a plain vector of `channels` where length is 0.
/// Where the input's length is any_length the network tells something of every step: tensors at
/// its ends are [batch, steps, channels] then, a row of values a step.
struct Shape {
    std::int64_t channels = 0;
    std::int64_t length = 0;

    [[nodiscard]] bool vector() const { return length == 0; }
    [[nodiscard]] bool open_ended() const { return length == any_length; }
    bool operator==(const Shape&) const = default;
};

struct Pads {
    std::int64_t left = 0, right = 0;
    bool operator==(const Pads&) const = default;
};

/// The padding after which ceil(length / stride) values come out ("same" of Keras): the odd one
/// goes to the right.
[[nodiscard]] Pads same_pads(std::int64_t length, std::int64_t kernel, std::int64_t stride = 1);

/// What weights are before they learn.
enum class Start {
    pytorch,  ///< Uniform within 1 / sqrt(inputs), biases too.
    /// Glorot and Bengio 2010: uniform within sqrt(6 / (inputs + outputs)); biases 0. Recurrent
    /// weights are orthogonal (Saxe, McClelland, Ganguli 2014), a GRU's as one matrix, as in Keras,
    /// an LSTM's gate by gate; its forget bias is 1 (Jozefowicz, Zaremba, Sutskever 2015). Over
    /// hundreds of steps an LSTM of uniform weights learns far more slowly.
    keras,
};

/// A layer's output, by the layer's index.
using Value = std::size_t;

struct Layer {
    Op op = Op::input;
    std::string name;  ///< Unique; parameters are named after it.
    std::vector<Value> inputs;
    Shape shape;  ///< Of the output.
    // What the operators need; the rest stays at its default.
    std::int64_t kernel = 1, stride = 1;
    std::int64_t dilation = 1;  ///< Steps between the values that a convolution's kernel reads.
    Pads pads;
    bool bias = true;
    double rate = 0;         ///< Dropout: the share of values that is dropped.
    std::int64_t units = 0;  ///< Recurrent: per direction.
    bool bidirectional = false;
    bool sequences = false;  ///< Recurrent: every step comes out, not only the last.
};

struct ConvOptions {
    std::int64_t channels = 0, kernel = 1, stride = 1;
    Pads pads;
    bool bias = true;
    std::int64_t dilation = 1;
};

struct RecurrentOptions {
    std::int64_t units = 0;
    bool bidirectional = false;
    bool sequences = false;
};

/// A graph of layers in the order in which they are computed. Shapes are checked as it is built;
/// a mistake there is a mistake in this program and throws std::logic_error.
class Network {
public:
    explicit Network(Shape input);

    [[nodiscard]] Value input() const { return 0; }
    Value conv(Value x, const ConvOptions& options);
    Value batch_norm(Value x);
    Value relu(Value x);
    Value sigmoid(Value x);
    Value max_pool(Value x, std::int64_t kernel, std::int64_t stride, Pads pads = {});
    Value average_pool(Value x, std::int64_t kernel, std::int64_t stride);
    Value global_average(Value x);
    Value dropout(Value x, double rate);
    Value linear(Value x, std::int64_t features, bool bias = true);
    Value flatten(Value x);
    Value add(Value a, Value b);
    Value scale(Value sequence, Value vector);
    Value concat(Value a, Value b);
    /// Mean, then maximum, over the leads: twice the channels come out, once for all leads. Their
    /// order means nothing, and one lead is as good as two alike.
    Value over_leads(Value x);
    Value lstm(Value x, const RecurrentOptions& options);
    Value gru(Value x, const RecurrentOptions& options);
    /// Says which value is the network's output (logits).
    void output(Value x) { output_ = x; }
    /// Says which value is told beside the logits: what the last layer judges by, at each step.
    void embedding(Value x) { embedding_ = x; }

    [[nodiscard]] Value output() const { return output_; }
    [[nodiscard]] std::optional<Value> embedding() const { return embedding_; }
    /// Whether it reads several leads at once: its input is [batch, leads, steps, channels] then.
    [[nodiscard]] bool joins_leads() const;
    [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
    [[nodiscard]] const Layer& operator[](Value x) const { return layers_.at(x); }
    [[nodiscard]] Shape shape(Value x) const { return layers_.at(x).shape; }

    /// Numbers that a training changes. An LSTM has one bias vector a direction, a GRU two.
    [[nodiscard]] std::int64_t trainable_parameters() const;
    /// With the running mean and variance of batch normalisation, as Keras counts.
    [[nodiscard]] std::int64_t parameters() const;

private:
    Value append(Layer layer);
    Value recurrent(Op op, Value x, const RecurrentOptions& options);
    std::vector<Layer> layers_;
    Value output_ = 0;
    std::optional<Value> embedding_;
};

}  // namespace telltale::train
