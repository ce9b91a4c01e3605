// The Engine for JavaScript. Structured answers are JSON, arrays are copied out as typed arrays;
// web/glue/core.ts declares the same face in TypeScript.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <nlohmann/json.hpp>

#include "engine.hpp"

namespace {

using emscripten::val;
using telltale::page::Engine;

template <class T>
val array(std::span<const T> values) {
    return val(emscripten::typed_memory_view(values.size(), values.data()))
        .template call<val>("slice");
}

template <class T>
val array(const std::vector<T>& values) {
    return array(std::span<const T>(values));
}

val bytes(const std::vector<std::byte>& values) {
    return array(std::span(reinterpret_cast<const std::uint8_t*>(values.data()), values.size()));
}

std::string problem(const telltale::Result<void>& result) {
    return result ? std::string() : result.error().to_string();
}

// Sizes and addresses are numbers in JavaScript, whole ones below 2^32.
std::size_t whole(double value) {
    return value > 0 ? static_cast<std::size_t>(value) : 0;
}

double add_file(Engine& engine, const std::string& name, double size) {
    return static_cast<double>(
        reinterpret_cast<std::uintptr_t>(engine.add_file(name, whole(size))));
}

// A File of the page. `read(offset, count)` gives the bytes as an Uint8Array, or null.
class PageFile : public telltale::formats::ByteSource {
public:
    PageFile(double size, val read) : size_(static_cast<std::uint64_t>(size)), read_(read) {}
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] bool read(std::uint64_t offset, std::span<std::byte> out) override {
        const val bytes = read_(static_cast<double>(offset), static_cast<double>(out.size()));
        if (bytes.isNull() || bytes["length"].as<double>() != static_cast<double>(out.size()))
            return false;
        val(emscripten::typed_memory_view(out.size(), reinterpret_cast<std::uint8_t*>(out.data())))
            .call<void>("set", bytes);
        return true;
    }

private:
    std::uint64_t size_;
    val read_;
};

void add_source(Engine& engine, const std::string& name, double size, const val& read) {
    engine.add_source(name, std::make_shared<PageFile>(size, read));
}

std::string open_files(Engine& engine, double sampling_rate) {
    const Engine::Opened opened = engine.open_files(sampling_rate);
    nlohmann::json errors = nlohmann::json::array();
    for (const telltale::Error& error : opened.errors) errors.push_back(error.to_string());
    nlohmann::json recordings = nlohmann::json::array();
    for (const auto& entry : opened.recordings)
        recordings.push_back({{"name", entry.name},
                              {"leads", entry.leads},
                              {"seconds", entry.seconds},
                              {"has_reference", entry.has_reference}});
    nlohmann::json sets = nlohmann::json::array();
    for (const auto& set : opened.beat_sets)
        sets.push_back({{"name", set.name}, {"beats", set.beats}});
    return nlohmann::json{{"recordings", recordings},
                          {"beat_sets", sets},
                          {"errors", errors},
                          {"needs_sampling_rate", opened.needs_sampling_rate}}
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string warnings(const Engine& engine) {
    return nlohmann::json(engine.warnings())
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool choose(Engine& engine, int index) {
    return engine.choose(static_cast<std::size_t>(index));
}

bool has_lead(const Engine& engine, int lead) {
    return engine.recording() != nullptr && lead >= 0 &&
           static_cast<std::size_t>(lead) < engine.recording()->leads.size();
}

int level_count(Engine& engine, int lead) {
    if (!has_lead(engine, lead)) return 0;
    return static_cast<int>(engine.pyramid(static_cast<std::size_t>(lead)).levels().size());
}

const telltale::signal::Level* find_level(Engine& engine, int lead, int level) {
    if (level < 0 || level >= level_count(engine, lead)) return nullptr;
    return &engine.pyramid(static_cast<std::size_t>(lead))
                .levels()[static_cast<std::size_t>(level)];
}

double level_samples_per_bin(Engine& engine, int lead, int level) {
    const auto* found = find_level(engine, lead, level);
    return found ? static_cast<double>(found->samples_per_bin) : 0;
}

val level(Engine& engine, int lead, int index) {
    const auto* found = find_level(engine, lead, index);
    return found ? array(found->min_max) : array(std::span<const float>());
}

val samples(const Engine& engine, int lead, double first, double count) {
    if (!has_lead(engine, lead)) return array(std::span<const float>());
    return array(engine.samples(static_cast<std::size_t>(lead), first, count));
}

val reference_samples(const Engine& engine) {
    return array(engine.reference().sample);
}
val reference_classes(const Engine& engine) {
    return array(engine.reference().aami);
}

// The model's bytes are copied in, looked at, and dropped: the network's runtime keeps its own.
std::string use_model(Engine& engine, const val& onnx, const std::string& file) {
    const auto copy = emscripten::convertJSArrayToNumberVector<std::uint8_t>(onnx);
    return problem(engine.use_model(std::as_bytes(std::span(copy)), file));
}

std::string output_name(const Engine& engine) {
    return engine.card() ? engine.card()->output.name : std::string();
}

int classes(const Engine& engine) {
    return engine.card() ? static_cast<int>(engine.card()->classes.size()) : 0;
}

std::string start(Engine& engine, const std::string& lead) {
    return problem(engine.start(lead));
}

// A batch as {beats, kept, inputs: [{name, shape, data}]}; null where there is none.
val as_value(const std::optional<telltale::classify::Batch>& batch) {
    if (!batch) return val::null();
    val inputs = val::array();
    for (const telltale::classify::TensorView& tensor : batch->inputs) {
        val shape = val::array();
        for (const std::int64_t size : tensor.shape)
            shape.call<void>("push", static_cast<double>(size));
        val input = val::object();
        input.set("name", std::string(tensor.name));
        input.set("shape", shape);
        input.set("data", array(tensor.data));
        inputs.call<void>("push", input);
    }
    val result = val::object();
    result.set("beats", static_cast<double>(batch->beats));
    result.set("kept", static_cast<double>(batch->kept));
    result.set("inputs", inputs);
    return result;
}

val next_batch(Engine& engine, int max_beats) {
    return as_value(engine.next_batch(static_cast<std::size_t>(max_beats)));
}

std::string use_second(Engine& engine, const val& onnx, const std::string& file) {
    const auto copy = emscripten::convertJSArrayToNumberVector<std::uint8_t>(onnx);
    return problem(engine.use_second(std::as_bytes(std::span(copy)), file));
}
val next_second_batch(Engine& engine, int max_beats) {
    return as_value(engine.next_second_batch(static_cast<std::size_t>(max_beats)));
}
std::string accept_second(Engine& engine, const val& output) {
    return problem(engine.accept_second(emscripten::convertJSArrayToNumberVector<float>(output)));
}
std::string second_output_name(const Engine& engine) {
    return engine.second_card() ? engine.second_card()->output.name : std::string();
}

// The batch, or what is wrong as a string.
val explain(Engine& engine, double beat) {
    const auto batch = engine.explain(whole(beat));
    return batch ? as_value(*batch) : val(batch.error().to_string());
}
// The window's message as {json}, or what is wrong as a string.
val explained(Engine& engine, const val& output) {
    const auto json = engine.explained(emscripten::convertJSArrayToNumberVector<float>(output));
    if (!json) return val(json.error().to_string());
    val result = val::object();
    result.set("json", *json);
    return result;
}

bool choose_set(Engine& engine, int index) {
    return index >= 0 && engine.choose_set(static_cast<std::size_t>(index));
}

std::string start_set(Engine& engine, const val& onnx, const std::string& file) {
    const auto copy = emscripten::convertJSArrayToNumberVector<std::uint8_t>(onnx);
    return problem(engine.start_set(std::as_bytes(std::span(copy)), file));
}

std::string set_output_name(const Engine& engine) {
    return engine.set_card() ? engine.set_card()->output.name : std::string();
}

val next_set_batch(Engine& engine, int max_beats) {
    return as_value(engine.next_set_batch(static_cast<std::size_t>(max_beats)));
}

std::string accept_set(Engine& engine, const val& output) {
    return problem(engine.accept_set(emscripten::convertJSArrayToNumberVector<float>(output)));
}

val beat_set_values(const Engine& engine) {
    return array(engine.beat_set_values());
}

std::string accept(Engine& engine, const val& output) {
    return problem(engine.accept(emscripten::convertJSArrayToNumberVector<float>(output)));
}

double detection_progress(const Engine& engine) {
    return engine.progress().detection;
}
double classification_progress(const Engine& engine) {
    return engine.progress().classification;
}

val beats(const Engine& engine) {
    const telltale::page::BeatArrays arrays = engine.beats();
    val result = val::object();
    result.set("sample", array(arrays.sample));
    result.set("label", array(arrays.label));
    result.set("probabilities", array(arrays.probabilities));
    result.set("person", array(arrays.person));
    result.set("doubtful", array(arrays.doubtful));
    return result;
}

std::string find_rhythm(Engine& engine) {
    return problem(engine.find_rhythm());
}
bool find_clusters(Engine& engine) {
    return engine.find_clusters().value_or(false);
}
std::string edit(Engine& engine, const std::string& json) {
    return problem(engine.edit(json));
}
std::string open_session(Engine& engine, const std::string& json, const std::string& file) {
    return problem(engine.open_session(json, file));
}
std::string fingerprint(Engine& engine) {
    return engine.fingerprint();
}

int cluster_count(const Engine& engine) {
    return static_cast<int>(engine.cluster_count());
}

val cluster_density(const Engine& engine, int cluster) {
    const auto density = engine.cluster_density(static_cast<std::size_t>(cluster));
    val result = val::object();
    result.set("columns", static_cast<double>(density.columns));
    result.set("rows", static_cast<double>(density.rows));
    result.set("low", density.low);
    result.set("high", density.high);
    result.set("first_s", density.first_s);
    result.set("last_s", density.last_s);
    result.set("counts", array(density.counts));
    return result;
}

// The file's bytes, or a sentence that says why there is none.
val convert(const Engine& engine, const std::string& kind) {
    const auto file = engine.convert(kind);
    return file ? bytes(*file) : val(file.error().to_string());
}

val export_as(Engine& engine, const std::string& kind, const val& strips) {
    std::vector<std::int64_t> samples;
    for (const double sample : emscripten::convertJSArrayToNumberVector<double>(strips))
        samples.push_back(static_cast<std::int64_t>(sample));
    const auto file = engine.export_as(kind, samples);
    return file ? bytes(*file) : val::null();
}

}  // namespace

EMSCRIPTEN_BINDINGS(core) {
    emscripten::class_<Engine>("Engine")
        .constructor<>()
        .function("addFile", &add_file)
        .function("addSource", &add_source)
        .function("readSome", &Engine::read_some)
        .function("readProgress", &Engine::read_progress)
        .function("forgetFiles", &Engine::forget_files)
        .function("openFiles", &open_files)
        .function("chooseSet", &choose_set)
        .function("startSet", &start_set)
        .function("setModelWorth", &Engine::set_model_worth)
        .function("setOutputName", &set_output_name)
        .function("nextSetBatch", &next_set_batch)
        .function("acceptSet", &accept_set)
        .function("beatSet", &Engine::beat_set_json)
        .function("beatSetValues", &beat_set_values)
        .function("choose", &choose)
        .function("useSynthetic", &Engine::use_synthetic)
        .function("recording", &Engine::recording_json)
        .function("levelCount", &level_count)
        .function("levelSamplesPerBin", &level_samples_per_bin)
        .function("level", &level)
        .function("samples", &samples)
        .function("referenceSamples", &reference_samples)
        .function("referenceClasses", &reference_classes)
        .function("useModel", &use_model)
        .function("model", &Engine::model_json)
        .function("outputName", &output_name)
        .function("classes", &classes)
        .function("start", &start)
        .function("detectSome", &Engine::detect_some)
        .function("nextBatch", &next_batch)
        .function("accept", &accept)
        .function("detectionProgress", &detection_progress)
        .function("classificationProgress", &classification_progress)
        .function("beats", &beats)
        .function("warnings", &warnings)
        .function("summary", &Engine::summary_json)
        .function("quality", &Engine::quality_json)
        .function("assessSome", &Engine::assess_some)
        .function("findRhythm", &find_rhythm)
        .function("findClusters", &find_clusters)
        .function("rhythm", &Engine::rhythm_json)
        .function("comparison", &Engine::comparison_json)
        .function("useSecond", &use_second)
        .function("dropSecond", &Engine::drop_second)
        .function("nextSecondBatch", &next_second_batch)
        .function("acceptSecond", &accept_second)
        .function("secondOutputName", &second_output_name)
        .function("second", &Engine::second_json)
        .function("explain", &explain)
        .function("explained", &explained)
        .function("clusters", &Engine::clusters_json)
        .function("clusterCount", &cluster_count)
        .function("clusterDensity", &cluster_density)
        .function("edit", &edit)
        .function("edits", &Engine::edits_json)
        .function("fingerprint", &fingerprint)
        .function("session", &Engine::session_json)
        .function("openSession", &open_session)
        .function("info", &Engine::info_json)
        .function("convert", &convert)
        .function("exportAs", &export_as);
}
