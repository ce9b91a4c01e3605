#include "train/export/onnx.hpp"

#include <onnx/checker.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <format>
#include <initializer_list>
#include <map>

namespace telltale::train {

namespace {

using Ints = std::initializer_list<std::int64_t>;

constexpr std::int64_t any_leads = -2;
constexpr double epsilon = 1e-5;  ///< Module's, in batch normalisation.

/// Adds nodes and constants to a graph; tensors are named after the layer that gives them.
class Graph {
public:
    Graph(const Network& network, const Weights& weights, onnx::GraphProto& graph)
        : network_(network), weights_(weights), graph_(graph) {}

    /// Nodes for all layers; the input tensor is `input`, the result is called `output`. What the
    /// last layer judges by is called `embedding`, where the network tells it.
    void build(const std::string& input, const std::string& output, const std::string& embedding);

private:
    onnx::NodeProto& node(const char* op, const std::vector<std::string>& inputs,
                          const std::string& output) {
        onnx::NodeProto& n = *graph_.add_node();
        n.set_op_type(op);
        n.set_name(output);
        for (const std::string& i : inputs) n.add_input(i);
        n.add_output(output);
        return n;
    }
    static onnx::AttributeProto& attribute(onnx::NodeProto& n, const char* name) {
        onnx::AttributeProto& a = *n.add_attribute();
        a.set_name(name);
        return a;
    }
    static void set(onnx::NodeProto& n, const char* name, std::int64_t value) {
        onnx::AttributeProto& a = attribute(n, name);
        a.set_type(onnx::AttributeProto::INT);
        a.set_i(value);
    }
    static void set(onnx::NodeProto& n, const char* name, Ints values) {
        onnx::AttributeProto& a = attribute(n, name);
        a.set_type(onnx::AttributeProto::INTS);
        for (const std::int64_t v : values) a.add_ints(v);
    }
    static void set(onnx::NodeProto& n, const char* name, const char* value) {
        onnx::AttributeProto& a = attribute(n, name);
        a.set_type(onnx::AttributeProto::STRING);
        a.set_s(value);
    }
    std::string constant(const std::string& name, Ints shape, const std::vector<float>& values) {
        onnx::TensorProto& t = *graph_.add_initializer();
        t.set_name(name);
        t.set_data_type(onnx::TensorProto::FLOAT);
        for (const std::int64_t d : shape) t.add_dims(d);
        static_assert(std::endian::native == std::endian::little);
        t.set_raw_data(values.data(), values.size() * sizeof(float));
        return name;
    }
    std::string constant(const std::string& name, Ints values) {
        onnx::TensorProto& t = *graph_.add_initializer();
        t.set_name(name);
        t.set_data_type(onnx::TensorProto::INT64);
        t.add_dims(static_cast<std::int64_t>(values.size()));
        for (const std::int64_t v : values) t.add_int64_data(v);
        return name;
    }
    /// The batch normalisation that alone reads this convolution, if there is one.
    [[nodiscard]] const Layer* folded_into(Value conv) const;
    void layer(const Layer& l, std::size_t index);
    void convolution(const Layer& l, std::size_t index, const std::string& out);
    void recurrent(const Layer& l, const std::string& x, const std::string& out);
    [[nodiscard]] std::string name(Value v) const { return names_.at(v); }
    /// [batch, channels, 1, steps] to [batch, steps, channels], named `to`.
    void tell_steps(const std::string& from, const std::string& to);

    const Network& network_;
    const Weights& weights_;
    onnx::GraphProto& graph_;
    std::map<Value, std::string> names_;
};

const Layer* Graph::folded_into(Value conv) const {
    const Layer* only = nullptr;
    for (const Layer& l : network_.layers()) {
        if (std::ranges::find(l.inputs, conv) == l.inputs.end()) continue;
        if (only != nullptr || l.op != Op::batch_norm) return nullptr;
        only = &l;
    }
    return conv == network_.output() ? nullptr : only;
}

void Graph::convolution(const Layer& l, std::size_t index, const std::string& out) {
    const std::int64_t in = network_.shape(l.inputs[0]).channels;
    std::vector<float> w = weights_(l, "weight");
    std::vector<float> b = l.bias ? weights_(l, "bias")
                                  : std::vector<float>(static_cast<std::size_t>(l.shape.channels));
    if (const Layer* norm = folded_into(index)) {
        // y = (w x + b - mean) g / sqrt(variance + eps) + beta, in double precision.
        const auto g = weights_(*norm, "weight"), beta = weights_(*norm, "bias");
        const auto mean = weights_(*norm, "mean"), variance = weights_(*norm, "variance");
        const std::size_t fan_in = w.size() / b.size();
        for (std::size_t c = 0; c < b.size(); ++c) {
            const double factor = g[c] / std::sqrt(static_cast<double>(variance[c]) + epsilon);
            for (std::size_t k = 0; k < fan_in; ++k) {
                w[c * fan_in + k] = static_cast<float>(w[c * fan_in + k] * factor);
            }
            b[c] = static_cast<float>((static_cast<double>(b[c]) - mean[c]) * factor + beta[c]);
        }
    }
    onnx::NodeProto& n = node(
        "Conv",
        {name(l.inputs[0]), constant(l.name + "_weight", {l.shape.channels, in, 1, l.kernel}, w),
         constant(l.name + "_bias", {l.shape.channels}, b)},
        out);
    set(n, "kernel_shape", {1, l.kernel});
    set(n, "strides", {1, l.stride});
    set(n, "dilations", {1, l.dilation});
    set(n, "pads", {0, l.pads.left, 0, l.pads.right});
}

void Graph::recurrent(const Layer& l, const std::string& x, const std::string& out) {
    const std::int64_t in = network_.shape(l.inputs[0]).channels;
    const std::int64_t directions = l.bidirectional ? 2 : 1;
    // LibTorch's order of gates is input, forget, cell, output (LSTM) and reset, update, new (GRU);
    // ONNX's is input, output, forget, cell and update, reset, hidden.
    const std::vector<std::size_t> order =
        l.op == Op::lstm ? std::vector<std::size_t>{0, 3, 1, 2} : std::vector<std::size_t>{1, 0, 2};
    const auto gates = static_cast<std::int64_t>(order.size());
    const auto append = [&](std::vector<float>& to, const std::vector<float>& from) {
        const std::size_t block = from.size() / order.size();
        for (const std::size_t gate : order) {
            const auto begin = from.begin() + static_cast<long>(gate * block);
            to.insert(to.end(), begin, begin + static_cast<long>(block));
        }
    };
    std::vector<float> w, r, b;
    for (std::int64_t d = 0; d < directions; ++d) {
        const std::string suffix = d == 1 ? "_reverse" : "";
        append(w, weights_(l, "input" + suffix));
        append(r, weights_(l, "hidden" + suffix));
        append(b, weights_(l, "bias" + suffix));
        append(b, weights_(l, "hidden_bias" + suffix));
    }
    // [batch, channels, 1, length] to [length, batch, channels]
    const std::string squeezed = l.name + "_squeezed", steps = l.name + "_steps";
    node("Squeeze", {x, constant(l.name + "_axes", {2})}, squeezed);
    set(node("Transpose", {squeezed}, steps), "perm", {2, 0, 1});

    onnx::NodeProto& n = *graph_.add_node();
    n.set_op_type(l.op == Op::lstm ? "LSTM" : "GRU");
    n.set_name(l.name);
    n.add_input(steps);
    n.add_input(constant(l.name + "_input", {directions, gates * l.units, in}, w));
    n.add_input(constant(l.name + "_hidden", {directions, gates * l.units, l.units}, r));
    n.add_input(constant(l.name + "_bias", {directions, 2 * gates * l.units}, b));
    set(n, "hidden_size", l.units);
    set(n, "direction", l.bidirectional ? "bidirectional" : "forward");
    if (l.op == Op::gru) set(n, "linear_before_reset", std::int64_t{1});
    if (l.sequences) {
        // [length, directions, batch, units] to [batch, directions x units, 1, length]
        n.add_output(l.name + "_all");
        set(node("Transpose", {l.name + "_all"}, l.name + "_turned"), "perm", {2, 1, 3, 0});
        node("Reshape",
             {l.name + "_turned",  // any_length is ONNX's mark for "what is left", too
              constant(l.name + "_shape", {0, directions * l.units, 1, l.shape.length})},
             out);
    } else {
        // [directions, batch, units] to [batch, directions x units]
        n.add_output("");
        n.add_output(l.name + "_last");
        set(node("Transpose", {l.name + "_last"}, l.name + "_turned"), "perm", {1, 0, 2});
        set(node("Flatten", {l.name + "_turned"}, out), "axis", std::int64_t{1});
    }
}

void Graph::layer(const Layer& l, std::size_t index) {
    const std::string out = l.name + "_out";
    names_[index] = out;
    const std::string x = name(l.inputs[0]);
    switch (l.op) {
        case Op::conv: convolution(l, index, out); break;
        case Op::batch_norm: {
            if (folded_into(l.inputs[0]) == &l && network_[l.inputs[0]].op == Op::conv) {
                names_[index] = x;
                break;
            }
            // Elsewhere a factor and a term a channel: two operators that every provider has.
            const auto g = weights_(l, "weight"), beta = weights_(l, "bias");
            const auto mean = weights_(l, "mean"), variance = weights_(l, "variance");
            std::vector<float> factor(g.size()), term(g.size());
            for (std::size_t c = 0; c < g.size(); ++c) {
                const double f = g[c] / std::sqrt(static_cast<double>(variance[c]) + epsilon);
                factor[c] = static_cast<float>(f);
                term[c] = static_cast<float>(beta[c] - mean[c] * f);
            }
            const auto per_channel = [&](const char* what, const std::vector<float>& values) {
                const std::string name_of_it = l.name + what;
                return l.shape.vector() ? constant(name_of_it, {1, l.shape.channels}, values)
                                        : constant(name_of_it, {1, l.shape.channels, 1, 1}, values);
            };
            node("Mul", {x, per_channel("_factor", factor)}, l.name + "_scaled");
            node("Add", {l.name + "_scaled", per_channel("_term", term)}, out);
            break;
        }
        case Op::relu: node("Relu", {x}, out); break;
        case Op::sigmoid: node("Sigmoid", {x}, out); break;
        case Op::max_pool:
        case Op::average_pool: {
            onnx::NodeProto& n = node(l.op == Op::max_pool ? "MaxPool" : "AveragePool", {x}, out);
            set(n, "kernel_shape", {1, l.kernel});
            set(n, "strides", {1, l.stride});
            set(n, "pads", {0, l.pads.left, 0, l.pads.right});
            break;
        }
        case Op::global_average:
            node("GlobalAveragePool", {x}, l.name + "_mean");
            set(node("Flatten", {l.name + "_mean"}, out), "axis", std::int64_t{1});
            break;
        case Op::dropout: names_[index] = x; break;  // only while training
        case Op::linear: {
            const std::int64_t in = network_.shape(l.inputs[0]).channels;
            std::vector<std::string> inputs{
                x, constant(l.name + "_weight", {l.shape.channels, in}, weights_(l, "weight"))};
            if (l.bias) {
                inputs.push_back(
                    constant(l.name + "_bias", {l.shape.channels}, weights_(l, "bias")));
            }
            set(node("Gemm", inputs, out), "transB", std::int64_t{1});
            break;
        }
        case Op::flatten: set(node("Flatten", {x}, out), "axis", std::int64_t{1}); break;
        case Op::add: node("Add", {x, name(l.inputs[1])}, out); break;
        case Op::scale: {
            const std::string wide = l.name + "_wide";
            node("Unsqueeze", {name(l.inputs[1]), constant(l.name + "_axes", {2, 3})}, wide);
            node("Mul", {x, wide}, out);
            break;
        }
        case Op::concat:
            set(node("Concat", {x, name(l.inputs[1])}, out), "axis", std::int64_t{1});
            break;
        case Op::over_leads:
            set(node("ReduceMean", {x}, l.name + "_mean"), "axes", Ints{2});
            set(node("ReduceMax", {x}, l.name + "_most"), "axes", Ints{2});
            set(node("Concat", {l.name + "_mean", l.name + "_most"}, out), "axis", std::int64_t{1});
            break;
        case Op::lstm:
        case Op::gru: recurrent(l, x, out); break;
        case Op::input: break;
    }
}

void Graph::tell_steps(const std::string& from, const std::string& to) {
    node("Squeeze", {from, constant(to + "_axes", {2})}, to + "_narrow");
    set(node("Transpose", {to + "_narrow"}, to), "perm", {0, 2, 1});
}

void Graph::build(const std::string& input, const std::string& output,
                  const std::string& embedding) {
    names_[0] = input;
    const Shape in = network_.shape(network_.input());
    if (network_.joins_leads()) {
        set(node("Transpose", {input}, "input_turned"), "perm", {0, 3, 1, 2});
        names_[0] = "input_turned";
    } else if (in.open_ended()) {
        set(node("Transpose", {input}, "input_turned"), "perm", {0, 2, 1});
        names_[0] = "input_turned";
    }
    if (!in.vector() && !network_.joins_leads()) {
        node("Unsqueeze", {names_[0], constant("input_axes", {2})}, "input_wide");
        names_[0] = "input_wide";
    }
    for (std::size_t i = 1; i < network_.layers().size(); ++i) layer(network_.layers()[i], i);
    if (in.open_ended()) {
        tell_steps(name(network_.output()), output);
        if (const auto told = network_.embedding()) tell_steps(name(*told), embedding);
        return;
    }
    const std::string last = name(network_.output());
    // The last tensor bears the output's name.
    for (onnx::NodeProto& n : *graph_.mutable_node()) {
        for (std::string& o : *n.mutable_output()) {
            if (o == last) o = output;
        }
        for (std::string& i : *n.mutable_input()) {
            if (i == last) i = output;
        }
    }
}

void describe(onnx::ValueInfoProto& info, const std::string& name, std::vector<std::int64_t> rest) {
    info.set_name(name);
    auto& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(onnx::TensorProto::FLOAT);
    tensor.mutable_shape()->add_dim()->set_dim_param("batch");
    for (const std::int64_t d : rest) {
        auto& dim = *tensor.mutable_shape()->add_dim();
        if (d == any_length)
            dim.set_dim_param("steps");
        else if (d == any_leads)
            dim.set_dim_param("leads");
        else
            dim.set_dim_value(d);
    }
}

}  // namespace

Result<std::string> onnx_model(const Network& network, const Weights& weights,
                               const classify::Card& card) {
    onnx::ModelProto model;
    model.set_ir_version(8);
    model.set_producer_name("telltale");
    model.set_producer_version(card.version);
    model.set_doc_string(card.title);
    onnx::OperatorSetIdProto& opset = *model.add_opset_import();
    opset.set_domain("");
    opset.set_version(17);
    onnx::StringStringEntryProto& property = *model.add_metadata_props();
    property.set_key("telltale");
    property.set_value(classify::card_json(card));

    onnx::GraphProto& graph = *model.mutable_graph();
    graph.set_name(card.name);
    const Shape in = network.shape(network.input());
    const std::int64_t classes = network.shape(network.output()).channels;
    if (in.open_ended()) {
        auto rest = std::vector{any_length, in.channels};
        if (network.joins_leads()) rest.insert(rest.begin(), any_leads);
        describe(*graph.add_input(), card.input.name, rest);
        describe(*graph.add_output(), card.output.name, {any_length, classes});
        if (const auto told = network.embedding())
            describe(*graph.add_output(), card.output.embedding,
                     {any_length, network.shape(*told).channels});
    } else {
        describe(*graph.add_input(), card.input.name,
                 in.vector() ? std::vector{in.channels} : std::vector{in.channels, in.length});
        describe(*graph.add_output(), card.output.name, {classes});
    }
    try {
        Graph(network, weights, graph)
            .build(card.input.name, card.output.name, card.output.embedding);
        onnx::shape_inference::InferShapes(model);
        // What was inferred in between need not be kept.
        graph.clear_value_info();
        onnx::checker::check_model(model, true);
    } catch (const std::exception& error) {
        return fail(card.name, "", std::format("the ONNX graph is not valid: {}", error.what()));
    }
    return model.SerializeAsString();
}

}  // namespace telltale::train
