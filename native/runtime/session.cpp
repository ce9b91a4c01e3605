#include "runtime/session.hpp"

#include <onnxruntime_c_api.h>

#include <algorithm>
#include <cstdlib>
#include <format>
#include <optional>
#include <utility>
#include <vector>

namespace telltale::runtime {
namespace {

// The library's functions; nothing if it is older than the headers.
const OrtApi* api() {
    static const OrtApi* const functions = [] {
        // Before the library's first step: later it has asked the system who it is, and keeps a
        // list of events to send.
        ::setenv("ORT_DISABLE_TELEMETRY", "1", 1);
        return OrtGetApiBase()->GetApi(ORT_API_VERSION);
    }();
    return functions;
}

// Owners of the C API's objects.
#define TELLTALE_ORT_OWNER(name, type, release) \
    struct name##Release {                      \
        void operator()(type* object) const {   \
            api()->release(object);             \
        }                                       \
    };                                          \
    using name = std::unique_ptr<type, name##Release>
TELLTALE_ORT_OWNER(Env, OrtEnv, ReleaseEnv);
TELLTALE_ORT_OWNER(Options, OrtSessionOptions, ReleaseSessionOptions);
TELLTALE_ORT_OWNER(Handle, OrtSession, ReleaseSession);
TELLTALE_ORT_OWNER(Memory, OrtMemoryInfo, ReleaseMemoryInfo);
TELLTALE_ORT_OWNER(Value, OrtValue, ReleaseValue);
TELLTALE_ORT_OWNER(Type, OrtTypeInfo, ReleaseTypeInfo);
TELLTALE_ORT_OWNER(Shape, OrtTensorTypeAndShapeInfo, ReleaseTensorTypeAndShapeInfo);
#undef TELLTALE_ORT_OWNER

// What went wrong in a call, if anything did.
std::optional<std::string> failure(OrtStatus* status) {
    if (!status) return std::nullopt;
    std::string message = api()->GetErrorMessage(status);
    api()->ReleaseStatus(status);
    return message;
}

struct Port {
    std::string name;
    ONNXTensorElementDataType type = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
    std::vector<std::int64_t> shape;  // -1 where it may vary
};

using NameOf = decltype(OrtApi::SessionGetInputName);
using TypeOf = decltype(OrtApi::SessionGetInputTypeInfo);

std::optional<std::string> read_port(const OrtSession* session, std::size_t index, NameOf name_of,
                                     TypeOf type_of, Port& port) {
    OrtAllocator* allocator = nullptr;
    if (auto error = failure(api()->GetAllocatorWithDefaultOptions(&allocator))) return error;
    char* name = nullptr;
    if (auto error = failure(name_of(session, index, allocator, &name))) return error;
    port.name = name;
    if (auto error = failure(api()->AllocatorFree(allocator, name))) return error;

    OrtTypeInfo* type_raw = nullptr;
    if (auto error = failure(type_of(session, index, &type_raw))) return error;
    const Type type(type_raw);
    const OrtTensorTypeAndShapeInfo* tensor = nullptr;
    if (auto error = failure(api()->CastTypeInfoToTensorInfo(type.get(), &tensor))) return error;
    if (!tensor) return std::nullopt;  // not a tensor: the type stays undefined
    if (auto error = failure(api()->GetTensorElementType(tensor, &port.type))) return error;
    std::size_t rank = 0;
    if (auto error = failure(api()->GetDimensionsCount(tensor, &rank))) return error;
    port.shape.resize(rank);
    return failure(api()->GetDimensions(tensor, port.shape.data(), rank));
}

std::string shape_text(std::span<const std::int64_t> shape) {
    std::string text;
    for (const std::int64_t size : shape)
        text += (text.empty() ? "" : ", ") + (size >= 0      ? std::to_string(size)
                                              : text.empty() ? "batch"
                                                             : "beats");
    return "[" + text + "]";
}

bool fits(std::span<const std::int64_t> graph, std::span<const std::int64_t> card) {
    return graph.size() == card.size() &&
           std::ranges::equal(graph, card,
                              [](std::int64_t a, std::int64_t b) { return a < 0 || a == b; });
}

std::string names_of(std::span<const Port> ports) {
    std::string names;
    for (const Port& port : ports) names += (names.empty() ? "'" : ", '") + port.name + "'";
    return names.empty() ? "none" : names;
}

// The port of that name, checked against what the card says of it.
std::optional<std::string> check_port(std::span<const Port> ports, std::string_view kind,
                                      const std::string& name,
                                      std::span<const std::int64_t> shape) {
    const auto port = std::ranges::find(ports, name, &Port::name);
    if (port == ports.end())
        return std::format("the card's {} '{}' is not in the graph, which has {}", kind, name,
                           names_of(ports));
    if (port->type != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT)
        return std::format("the graph's {} '{}' is not a tensor of float32", kind, name);
    if (!fits(port->shape, shape))
        return std::format("the graph's {} '{}' has shape {}, the card says {}", kind, name,
                           shape_text(port->shape), shape_text(shape));
    return std::nullopt;
}

/// What is wrong with the number of values that came out.
std::optional<std::string> check_count(const OrtValue& value, std::size_t beats, std::size_t each) {
    OrtTensorTypeAndShapeInfo* raw_shape = nullptr;
    if (auto e = failure(api()->GetTensorTypeAndShape(&value, &raw_shape))) return e;
    const Shape shape(raw_shape);
    std::size_t count = 0;
    if (auto e = failure(api()->GetTensorShapeElementCount(raw_shape, &count))) return e;
    if (count == beats * each) return std::nullopt;
    return std::format("the network gave {} values for {} beats, expected {}", count, beats,
                       beats * each);
}

/// A tensor of floats that lies in this process's memory; empty where it does not.
std::span<const float> values_of(OrtValue& value, std::size_t count) {
    void* data = nullptr;
    if (failure(api()->GetTensorMutableData(&value, &data))) return {};
    return {static_cast<const float*>(data), count};
}

}  // namespace

struct Session::State {
    // One environment a session: ONNX Runtime itself shares what can be shared.
    Env env;
    Memory memory;
    Handle session;
    std::string file, input, output_name, embedding_name;
    std::size_t classes = 0, embedding_length = 0, beats = 0;
    Value output, embedding;
};

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> Session::open(std::span<const std::byte> onnx, const classify::Card& card,
                              std::string_view file, SessionOptions options) {
    const auto wrong = [&](const std::string& message) {
        return fail(std::string(file), "", message);
    };
    if (!api())
        return wrong(std::format("ONNX Runtime {} is too old, expected one with C API {}",
                                 runtime_version(), ORT_API_VERSION));
    if (onnx.empty()) return wrong("the file is empty, expected an ONNX model");
    auto state = std::make_unique<State>();
    state->file = file;
    state->input = card.input.name;
    state->output_name = card.output.name;
    state->classes = card.classes.size();
    state->embedding_name = card.output.embedding;
    state->embedding_length = card.output.embedding_length;

    OrtEnv* env = nullptr;
    if (auto e = failure(api()->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "telltale", &env)))
        return wrong(*e);
    state->env.reset(env);
    if (auto e = failure(api()->DisableTelemetryEvents(env))) return wrong(*e);
    OrtMemoryInfo* memory = nullptr;
    if (auto e = failure(api()->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory)))
        return wrong(*e);
    state->memory.reset(memory);
    OrtSessionOptions* raw_options = nullptr;
    if (auto e = failure(api()->CreateSessionOptions(&raw_options))) return wrong(*e);
    const Options session_options(raw_options);
    // Errors come back as values; nothing is to be printed beside them.
    if (auto e = failure(api()->SetSessionLogSeverityLevel(raw_options, ORT_LOGGING_LEVEL_FATAL)))
        return wrong(*e);
    if (auto e = failure(api()->SetIntraOpNumThreads(raw_options, options.threads)))
        return wrong(*e);
    OrtSession* session = nullptr;
    if (auto e = failure(
            api()->CreateSessionFromArray(env, onnx.data(), onnx.size(), raw_options, &session)))
        return wrong("ONNX Runtime cannot open this model: " + *e);
    state->session.reset(session);

    std::size_t inputs = 0;
    std::size_t outputs = 0;
    if (auto e = failure(api()->SessionGetInputCount(session, &inputs))) return wrong(*e);
    if (auto e = failure(api()->SessionGetOutputCount(session, &outputs))) return wrong(*e);
    std::vector<Port> input_ports(inputs);
    std::vector<Port> output_ports(outputs);
    for (std::size_t i = 0; i < inputs; ++i)
        if (auto e = read_port(session, i, api()->SessionGetInputName,
                               api()->SessionGetInputTypeInfo, input_ports[i]))
            return wrong(*e);
    for (std::size_t i = 0; i < outputs; ++i)
        if (auto e = read_port(session, i, api()->SessionGetOutputName,
                               api()->SessionGetOutputTypeInfo, output_ports[i]))
            return wrong(*e);
    if (auto e = check_port(input_ports, "input", card.input.name, card.input.shape))
        return wrong(*e);
    if (inputs != 1)
        return wrong(std::format("the graph has the inputs {}, the card tells of one only",
                                 names_of(input_ports)));
    std::vector<std::int64_t> output_shape = {-1, static_cast<std::int64_t>(card.classes.size())};
    if (card.input.kind != classify::InputKind::window)
        output_shape.insert(output_shape.begin(), -1);
    if (auto e = check_port(output_ports, "output", card.output.name, output_shape))
        return wrong(*e);
    if (!card.output.embedding.empty()) {
        output_shape.back() = static_cast<std::int64_t>(card.output.embedding_length);
        if (auto e = check_port(output_ports, "output", card.output.embedding, output_shape))
            return wrong(*e);
    }
    return Session(std::move(state));
}

Result<std::span<const float>> Session::run(const classify::Batch& batch) {
    State& s = *state_;
    const auto wrong = [&](const std::string& message) { return fail(s.file, "", message); };
    if (batch.inputs.size() != 1) return wrong("expected one input tensor");
    const classify::TensorView& input = batch.inputs[0];
    OrtValue* raw_input = nullptr;
    // The C API takes a pointer to values that it could change; an input it only reads.
    if (auto e = failure(api()->CreateTensorWithDataAsOrtValue(
            s.memory.get(), const_cast<float*>(input.data.data()), input.data.size_bytes(),
            input.shape.data(), input.shape.size(), ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
            &raw_input)))
        return wrong(*e);
    const Value value(raw_input);
    const char* input_names[] = {s.input.c_str()};
    const char* output_names[] = {s.output_name.c_str(), s.embedding_name.c_str()};
    const OrtValue* inputs[] = {raw_input};
    OrtValue* raw_outputs[] = {nullptr, nullptr};
    if (auto e = failure(api()->Run(s.session.get(), nullptr, input_names, inputs, 1, output_names,
                                    s.embedding_length > 0 ? 2 : 1, raw_outputs)))
        return wrong("ONNX Runtime cannot run this model: " + *e);
    s.output.reset(raw_outputs[0]);
    s.embedding.reset(raw_outputs[1]);
    s.beats = batch.beats;
    if (s.embedding)
        if (auto e = check_count(*s.embedding, batch.beats, s.embedding_length)) return wrong(*e);
    if (auto e = check_count(*s.output, batch.beats, s.classes)) return wrong(*e);
    return values_of(*s.output, batch.beats * s.classes);
}

std::span<const float> Session::embedding() const {
    if (!state_->embedding) return {};
    return values_of(*state_->embedding, state_->beats * state_->embedding_length);
}

std::string runtime_version() {
    return OrtGetApiBase()->GetVersionString();
}

}  // namespace telltale::runtime
