#include "runtime/probe.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <format>
#include <nlohmann/json.hpp>
#include <optional>

namespace telltale::runtime {
namespace {

using Json = nlohmann::ordered_json;
static_assert(std::endian::native == std::endian::little, "probe files are little-endian");

Json describe(const ProbeTensor& tensor) {
    return {{"name", tensor.name}, {"shape", tensor.shape}};
}

void append(std::vector<std::byte>& bytes, std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

// Name and shape of a tensor, with room for its values: never more than `values_left`.
std::optional<ProbeTensor> tensor_of(const Json& json, std::size_t values_left) {
    if (!json.is_object()) return std::nullopt;
    const auto name = json.find("name");
    const auto shape = json.find("shape");
    if (name == json.end() || !name->is_string() || shape == json.end() || !shape->is_array() ||
        shape->empty())
        return std::nullopt;
    ProbeTensor tensor;
    tensor.name = name->get<std::string>();
    std::size_t values = 1;
    for (const Json& size : *shape) {
        if (!size.is_number_unsigned() || size.get<std::uint64_t>() > values_left)
            return std::nullopt;
        tensor.shape.push_back(size.get<std::int64_t>());
        values *= size.get<std::size_t>();
        if (values == 0 || values > values_left) return std::nullopt;
    }
    tensor.values.resize(values);
    return tensor;
}

}  // namespace

std::vector<std::byte> write_probe(const Probe& probe) {
    Json header = {{"inputs", Json::array()}, {"output", describe(probe.output)}};
    for (const ProbeTensor& input : probe.inputs) header["inputs"].push_back(describe(input));
    const std::string line = header.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    std::vector<std::byte> bytes;
    append(bytes, std::as_bytes(std::span(line)));
    for (const ProbeTensor& input : probe.inputs)
        append(bytes, std::as_bytes(std::span(input.values)));
    append(bytes, std::as_bytes(std::span(probe.output.values)));
    return bytes;
}

Result<Probe> read_probe(std::span<const std::byte> bytes, std::string_view file) {
    const auto damaged = [&](std::string_view what) {
        return fail(std::string(file), "", std::format("not a probe file: {}", what));
    };
    const auto end = std::ranges::find(bytes, std::byte{'\n'});
    if (end == bytes.end()) return damaged("its first line has no end");
    const auto line_size = static_cast<std::size_t>(end - bytes.begin());
    const std::string_view line(reinterpret_cast<const char*>(bytes.data()), line_size);
    const Json header = Json::parse(line.begin(), line.end(), nullptr, false);
    if (!header.is_object()) return damaged("its first line is no JSON object");
    const auto inputs = header.find("inputs");
    const auto output = header.find("output");
    if (inputs == header.end() || !inputs->is_array() || inputs->empty() || output == header.end())
        return damaged("its first line does not tell inputs and output");

    std::span<const std::byte> rest = bytes.subspan(line_size + 1);
    const auto take = [&](const Json& json) -> std::optional<ProbeTensor> {
        auto tensor = tensor_of(json, rest.size() / sizeof(float));
        if (!tensor) return std::nullopt;
        const std::size_t size = tensor->values.size() * sizeof(float);
        std::memcpy(tensor->values.data(), rest.data(), size);
        rest = rest.subspan(size);
        return tensor;
    };
    Probe probe;
    for (const Json& input : *inputs) {
        auto tensor = take(input);
        if (!tensor) return damaged("an input's shape does not fit the file");
        probe.inputs.push_back(std::move(*tensor));
    }
    auto tensor = take(*output);
    if (!tensor || !rest.empty()) return damaged("the output's shape does not fit the file");
    probe.output = std::move(*tensor);
    for (const ProbeTensor& input : probe.inputs)
        if (input.shape[0] != probe.output.shape[0])
            return damaged("its tensors differ in their number of beats");
    return probe;
}

}  // namespace telltale::runtime
