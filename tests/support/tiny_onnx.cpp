#include "support/tiny_onnx.hpp"

#include <cstring>
#include <span>
#include <string_view>

namespace telltale::tests {
namespace {

// Protobuf's wire format, as far as it is needed. Field numbers below are those of onnx.proto.
class Message {
public:
    Message& number(unsigned field, std::uint64_t value) {
        varint(field << 3U);
        varint(value);
        return *this;
    }
    Message& bytes(unsigned field, std::string_view content) {
        varint(field << 3U | 2U);
        varint(content.size());
        content_ += content;
        return *this;
    }
    Message& message(unsigned field, const Message& inner) { return bytes(field, inner.content_); }

    [[nodiscard]] const std::string& content() const { return content_; }

private:
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) content_ += static_cast<char>(value | 0x80U);
        content_ += static_cast<char>(value);
    }
    std::string content_;
};

constexpr std::uint64_t float_type = 1;

// ValueInfoProto
Message value(std::string_view name, std::span<const std::int64_t> sizes) {
    Message shape;
    bool first = true;
    for (const std::int64_t size : sizes) {
        shape.message(1, size < 0 ? Message().bytes(2, first ? "batch" : "beats")
                                  : Message().number(1, static_cast<std::uint64_t>(size)));
        first = false;
    }
    const Message tensor = Message().number(1, float_type).message(2, shape);
    return Message().bytes(1, name).message(2, Message().message(1, tensor));
}

// TensorProto
Message tensor(std::string_view name, std::span<const std::int64_t> sizes,
               std::span<const float> values) {
    Message message;
    for (const std::int64_t size : sizes) message.number(1, static_cast<std::uint64_t>(size));
    std::string raw(values.size_bytes(), '\0');
    std::memcpy(raw.data(), values.data(), raw.size());
    return message.number(2, float_type).bytes(8, name).bytes(9, raw);
}

// AttributeProto: a list of whole numbers.
Message integers(std::string_view name, std::span<const std::int64_t> values) {
    Message message;
    message.bytes(1, name);
    for (const std::int64_t value : values) message.number(8, static_cast<std::uint64_t>(value));
    return message.number(20, 7);
}

// NodeProto
Message node(std::string_view kind, std::span<const std::string_view> inputs,
             std::string_view output) {
    Message message;
    for (const std::string_view input : inputs) message.bytes(1, input);
    return message.bytes(2, output).bytes(4, kind);
}

// GraphProto: the input's features and beats change places, so that the beats are convolved.
Message sequence_graph(const TinyNetwork& network) {
    constexpr std::int64_t swap[] = {0, 2, 1};
    const std::int64_t weight_shape[] = {network.classes, network.input_shape[2], network.kernel};
    const std::int64_t bias_shape[] = {network.classes};
    const std::int64_t output_shape[] = {-1, -1, network.classes};
    const std::int64_t pads[] = {network.kernel / 2, network.kernel / 2};
    const std::string_view inputs[] = {network.input};
    const std::string_view conv_inputs[] = {"columns", "weights", "bias"};
    const std::string_view answers[] = {"answers"};
    Message graph;
    graph.message(1, node("Transpose", inputs, "columns").message(5, integers("perm", swap)))
        .message(1, node("Conv", conv_inputs, "answers").message(5, integers("pads", pads)))
        .message(1, node("Transpose", answers, network.output).message(5, integers("perm", swap)))
        .bytes(2, "tiny")
        .message(5, tensor("weights", weight_shape, network.weights))
        .message(5, tensor("bias", bias_shape, network.bias))
        .message(11, value(network.input, network.input_shape))
        .message(12, value(network.output, output_shape));
    return graph;
}

Message flat_graph(const TinyNetwork& network) {
    std::int64_t values = 1;
    for (std::size_t i = 1; i < network.input_shape.size(); ++i) values *= network.input_shape[i];
    const std::int64_t weight_shape[] = {values, network.classes};
    const std::int64_t bias_shape[] = {network.classes};
    const std::int64_t output_shape[] = {-1, network.classes};

    Message graph;
    graph.message(1, Message().bytes(1, network.input).bytes(2, "flat").bytes(4, "Flatten"))
        .message(1, Message()
                        .bytes(1, "flat")
                        .bytes(1, "weights")
                        .bytes(1, "bias")
                        .bytes(2, network.output)
                        .bytes(4, "Gemm"))
        .bytes(2, "tiny")
        .message(5, tensor("weights", weight_shape, network.weights))
        .message(5, tensor("bias", bias_shape, network.bias))
        .message(11, value(network.input, network.input_shape))
        .message(12, value(network.output, output_shape));
    return graph;
}

}  // namespace

std::vector<std::byte> tiny_onnx(const TinyNetwork& network) {
    const Message graph = network.kernel > 0 ? sequence_graph(network) : flat_graph(network);
    Message model;
    model
        .number(1, 8)  // IR version
        .message(7, graph)
        .message(8, Message().bytes(1, "").number(2, 13));  // operator set
    for (const auto& [key, text] : network.metadata)
        model.message(14, Message().bytes(1, key).bytes(2, text));
    const std::string& content = model.content();
    std::vector<std::byte> bytes(content.size());
    std::memcpy(bytes.data(), content.data(), content.size());
    return bytes;
}

}  // namespace telltale::tests
