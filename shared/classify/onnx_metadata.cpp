// A walk over the protobuf bytes of an ONNX model, down to the one thing that is wanted.
//
// Wire format: https://protobuf.dev/programming-guides/encoding. Field numbers: onnx.proto,
// ModelProto { graph = 7; metadata_props = 14 }, StringStringEntryProto { key = 1; value = 2 }.
#include <algorithm>
#include <format>

#include "classify/card.hpp"

namespace telltale::classify {
namespace {

enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct Field {
    std::uint64_t number = 0;
    Wire wire = Wire::varint;
    std::span<const std::byte> bytes;  // only where wire is `bytes`
};

// Reads one field after another of one message.
class Message {
public:
    explicit Message(std::span<const std::byte> bytes) : bytes_(bytes) {}

    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }
    [[nodiscard]] std::size_t at() const { return at_; }

    // Nothing if the bytes do not continue as a message; at() then tells where.
    [[nodiscard]] std::optional<Field> next() {
        const auto tag = varint();
        if (!tag) return std::nullopt;
        Field field;
        field.number = *tag >> 3U;
        if (field.number == 0) return std::nullopt;
        switch (*tag & 7U) {
            case 0:
                if (!varint()) return std::nullopt;
                return field;
            case 1: return skip(8, field, Wire::fixed64);
            case 5: return skip(4, field, Wire::fixed32);
            case 2: {
                const auto size = varint();
                if (!size || *size > bytes_.size() - at_) return std::nullopt;
                field.bytes = bytes_.subspan(at_, static_cast<std::size_t>(*size));
                return skip(field.bytes.size(), field, Wire::bytes);
            }
            default: return std::nullopt;  // groups: not in ONNX
        }
    }

private:
    std::optional<Field> skip(std::size_t size, Field field, Wire wire) {
        if (size > bytes_.size() - at_) return std::nullopt;
        at_ += size;
        field.wire = wire;
        return field;
    }

    std::optional<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && at_ < bytes_.size(); shift += 7) {
            const auto byte = static_cast<std::uint64_t>(bytes_[at_++]);
            value |= (byte & 0x7FU) << shift;
            if ((byte & 0x80U) == 0) return value;
        }
        return std::nullopt;
    }

    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
};

std::string_view text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Entry {
    std::string_view key;
    std::string_view value;
};

std::optional<Entry> read_entry(std::span<const std::byte> bytes) {
    Entry entry;
    Message message(bytes);
    while (!message.at_end()) {
        const auto field = message.next();
        if (!field) return std::nullopt;
        if (field->wire != Wire::bytes) continue;
        if (field->number == 1) entry.key = text(field->bytes);
        if (field->number == 2) entry.value = text(field->bytes);
    }
    return entry;
}

}  // namespace

Result<std::optional<std::string>> onnx_metadata(std::span<const std::byte> onnx,
                                                 std::string_view key, std::string_view file) {
    constexpr std::uint64_t graph_field = 7;
    constexpr std::uint64_t metadata_field = 14;
    std::optional<std::string_view> value;
    bool graph = false;
    Message model(onnx);
    while (!model.at_end()) {
        const std::size_t at = model.at();
        const auto field = model.next();
        if (!field)
            return fail(std::string(file), std::format("byte {}", at),
                        "no protobuf field, or one that is longer than the file; expected an "
                        "ONNX model");
        if (field->wire != Wire::bytes) continue;
        if (field->number == graph_field) graph = true;
        if (field->number != metadata_field) continue;
        const auto entry = read_entry(field->bytes);
        if (!entry)
            return fail(std::string(file), std::format("byte {}", at),
                        "a metadata property is damaged");
        if (entry->key == key && !value) value = entry->value;
    }
    if (!graph) return fail(std::string(file), "", "no graph in it, expected an ONNX model");
    if (!value) return std::nullopt;
    return std::string(*value);
}

Result<Card> read_card(std::span<const std::byte> onnx, std::string_view file) {
    const auto json = onnx_metadata(onnx, card_property, file);
    if (!json) return std::unexpected(json.error());
    if (!*json)
        return fail(std::string(file), "",
                    std::format("the model holds no card, expected JSON in its metadata property "
                                "'{}' that tells its classes and input",
                                card_property));
    return parse_card(**json, file);
}

}  // namespace telltale::classify
