// The Workspace for JavaScript, where it is called Engine. Structured answers are JSON, arrays are
// copied out as typed arrays; web/glue/core.ts declares the same face in TypeScript.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <nlohmann/json.hpp>

#include "workspace/conversion.hpp"
#include "workspace/workspace.hpp"

namespace {

using emscripten::val;
using telltale::workspace::Workspace;

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

double add_file(Workspace& engine, const std::string& name, double size) {
    return static_cast<double>(
        reinterpret_cast<std::uintptr_t>(engine.intake().add_file(name, whole(size))));
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

void add_source(Workspace& engine, const std::string& name, double size, const val& read) {
    engine.intake().add_source(name, std::make_shared<PageFile>(size, read));
}

bool read_some(Workspace& engine, double sampling_rate) {
    return engine.intake().read_some(sampling_rate);
}
double read_progress(const Workspace& engine) {
    return engine.intake().progress();
}
void forget_files(Workspace& engine) {
    engine.intake().forget();
}

std::string open_files(Workspace& engine, double sampling_rate) {
    const telltale::workspace::Opened opened = engine.open_files(sampling_rate);
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

std::string warnings(const Workspace& engine) {
    return nlohmann::json(engine.warnings())
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool choose(Workspace& engine, int index) {
    return engine.choose(static_cast<std::size_t>(index));
}

bool has_lead(const Workspace& engine, int lead) {
    return engine.recording() != nullptr && lead >= 0 &&
           static_cast<std::size_t>(lead) < engine.recording()->leads.size();
}

int level_count(Workspace& engine, int lead) {
    if (!has_lead(engine, lead)) return 0;
    return static_cast<int>(engine.pyramid(static_cast<std::size_t>(lead)).levels().size());
}

const telltale::signal::Level* find_level(Workspace& engine, int lead, int level) {
    if (level < 0 || level >= level_count(engine, lead)) return nullptr;
    return &engine.pyramid(static_cast<std::size_t>(lead))
                .levels()[static_cast<std::size_t>(level)];
}

double level_samples_per_bin(Workspace& engine, int lead, int level) {
    const auto* found = find_level(engine, lead, level);
    return found ? static_cast<double>(found->samples_per_bin) : 0;
}

val level(Workspace& engine, int lead, int index) {
    const auto* found = find_level(engine, lead, index);
    return found ? array(found->min_max) : array(std::span<const float>());
}

val samples(const Workspace& engine, int lead, double first, double count) {
    if (!has_lead(engine, lead)) return array(std::span<const float>());
    return array(engine.samples(static_cast<std::size_t>(lead), first, count));
}

val reference_samples(const Workspace& engine) {
    return array(engine.reference().sample);
}
val reference_classes(const Workspace& engine) {
    return array(engine.reference().aami);
}

// The model's bytes are copied in, looked at, and dropped: the network's runtime keeps its own.
std::string use_model(Workspace& engine, const val& onnx, const std::string& file) {
    const auto copy = emscripten::convertJSArrayToNumberVector<std::uint8_t>(onnx);
    return problem(engine.use_model(std::as_bytes(std::span(copy)), file));
}

std::string output_name(const Workspace& engine) {
    return engine.card() ? engine.card()->output.name : std::string();
}

int classes(const Workspace& engine) {
    return engine.card() ? static_cast<int>(engine.card()->classes.size()) : 0;
}

std::string start(Workspace& engine, const std::string& lead) {
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

val next_batch(Workspace& engine, int max_beats) {
    return as_value(engine.run().next_batch(static_cast<std::size_t>(max_beats)));
}

std::string start_rhythm(Workspace& engine, const val& onnx, const std::string& file) {
    const auto copy = emscripten::convertJSArrayToNumberVector<std::uint8_t>(onnx);
    return problem(engine.start_rhythm(std::as_bytes(std::span(copy)), file));
}
val next_rhythm_batch(Workspace& engine) {
    return as_value(engine.next_rhythm_batch());
}
std::string accept_rhythm(Workspace& engine, const val& output) {
    return problem(engine.accept_rhythm(emscripten::convertJSArrayToNumberVector<float>(output)));
}
std::string rhythm_output_name(const Workspace& engine) {
    return engine.rhythm_card() ? engine.rhythm_card()->output.name : std::string();
}

std::string use_second(Workspace& engine, const val& onnx, const std::string& file) {
    const auto copy = emscripten::convertJSArrayToNumberVector<std::uint8_t>(onnx);
    return problem(engine.use_second(std::as_bytes(std::span(copy)), file));
}
val next_second_batch(Workspace& engine, int max_beats) {
    return as_value(engine.next_second_batch(static_cast<std::size_t>(max_beats)));
}
std::string accept_second(Workspace& engine, const val& output) {
    return problem(engine.accept_second(emscripten::convertJSArrayToNumberVector<float>(output)));
}
std::string second_output_name(const Workspace& engine) {
    return engine.second_card() ? engine.second_card()->output.name : std::string();
}

// The batch, or what is wrong as a string.
val explain(Workspace& engine, double beat) {
    const auto batch = engine.explain(whole(beat));
    return batch ? as_value(*batch) : val(batch.error().to_string());
}
// The window's message as {json}, or what is wrong as a string.
val explained(Workspace& engine, const val& output) {
    const auto json = engine.explained(emscripten::convertJSArrayToNumberVector<float>(output));
    if (!json) return val(json.error().to_string());
    val result = val::object();
    result.set("json", *json);
    return result;
}

bool choose_set(Workspace& engine, int index) {
    return index >= 0 && engine.choose_set(static_cast<std::size_t>(index));
}

std::string start_set(Workspace& engine, const val& onnx, const std::string& file) {
    const auto copy = emscripten::convertJSArrayToNumberVector<std::uint8_t>(onnx);
    return problem(engine.beat_set().start(std::as_bytes(std::span(copy)), file));
}

double set_model_worth(const Workspace& engine) {
    const auto& card = engine.beat_set().card();
    return card ? telltale::classify::score_on_unseen_patients(*card).value_or(-1) : -1;
}

std::string set_output_name(const Workspace& engine) {
    return engine.beat_set().card() ? engine.beat_set().card()->output.name : std::string();
}

val next_set_batch(Workspace& engine, int max_beats) {
    return as_value(engine.beat_set().next_batch(static_cast<std::size_t>(max_beats)));
}

std::string accept_set(Workspace& engine, const val& output) {
    return problem(
        engine.beat_set().accept(emscripten::convertJSArrayToNumberVector<float>(output)));
}

val beat_set_values(const Workspace& engine) {
    return array(engine.beat_set().values());
}

std::string accept(Workspace& engine, const val& output) {
    return problem(engine.run().accept(emscripten::convertJSArrayToNumberVector<float>(output)));
}

bool detect_some(Workspace& engine) {
    return engine.run().detect_some();
}
double detection_progress(const Workspace& engine) {
    return engine.progress().detection;
}
double classification_progress(const Workspace& engine) {
    return engine.progress().classification;
}

val beats(const Workspace& engine) {
    const telltale::workspace::BeatArrays arrays = engine.beats();
    val result = val::object();
    result.set("sample", array(arrays.sample));
    result.set("label", array(arrays.label));
    result.set("probabilities", array(arrays.probabilities));
    result.set("person", array(arrays.person));
    result.set("doubtful", array(arrays.doubtful));
    return result;
}

std::string find_rhythm(Workspace& engine) {
    return problem(engine.find_rhythm());
}
bool find_clusters(Workspace& engine) {
    return engine.find_clusters().value_or(false);
}
std::string edit(Workspace& engine, const std::string& json) {
    return problem(engine.edit(json));
}
std::string question(const Workspace& engine) {
    return engine.question_json().value_or(std::string());
}
std::string open_session(Workspace& engine, const std::string& json, const std::string& file) {
    return problem(engine.open_session(json, file));
}
std::string adopt_session(Workspace& engine, const std::string& json, const std::string& file) {
    return problem(engine.adopt_session(json, file));
}
std::string fingerprint(Workspace& engine) {
    return engine.fingerprint();
}

int cluster_count(const Workspace& engine) {
    return static_cast<int>(engine.cluster_count());
}

val cluster_density(const Workspace& engine, int cluster) {
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

// An export or a conversion: the file's bytes, or a sentence that says why there is none.
val file(Workspace& engine, const std::string& kind, const val& strips) {
    std::vector<std::int64_t> samples;
    for (const double sample : emscripten::convertJSArrayToNumberVector<double>(strips))
        samples.push_back(static_cast<std::int64_t>(sample));
    const auto made = telltale::workspace::is_conversion(kind) ? engine.convert(kind)
                                                               : engine.export_as(kind, samples);
    return made ? bytes(*made) : val(made.error().to_string());
}

std::string file_name(const Workspace& engine, const std::string& kind) {
    return engine.recording() == nullptr
               ? std::string()
               : engine.recording()->name + telltale::workspace::ending(kind);
}

}  // namespace

EMSCRIPTEN_BINDINGS(core) {
    emscripten::class_<Workspace>("Engine")
        .constructor<>()
        .function("addFile", &add_file)
        .function("addSource", &add_source)
        .function("readSome", &read_some)
        .function("readProgress", &read_progress)
        .function("forgetFiles", &forget_files)
        .function("openFiles", &open_files)
        .function("chooseSet", &choose_set)
        .function("startSet", &start_set)
        .function("setModelWorth", &set_model_worth)
        .function("setOutputName", &set_output_name)
        .function("nextSetBatch", &next_set_batch)
        .function("acceptSet", &accept_set)
        .function("beatSet", &Workspace::beat_set_json)
        .function("beatSetValues", &beat_set_values)
        .function("choose", &choose)
        .function("useSynthetic", &Workspace::use_synthetic)
        .function("recording", &Workspace::recording_json)
        .function("levelCount", &level_count)
        .function("levelSamplesPerBin", &level_samples_per_bin)
        .function("level", &level)
        .function("samples", &samples)
        .function("referenceSamples", &reference_samples)
        .function("referenceClasses", &reference_classes)
        .function("useModel", &use_model)
        .function("model", &Workspace::model_json)
        .function("outputName", &output_name)
        .function("classes", &classes)
        .function("start", &start)
        .function("detectSome", &detect_some)
        .function("nextBatch", &next_batch)
        .function("accept", &accept)
        .function("detectionProgress", &detection_progress)
        .function("classificationProgress", &classification_progress)
        .function("beats", &beats)
        .function("warnings", &warnings)
        .function("summary", &Workspace::summary_json)
        .function("quality", &Workspace::quality_json)
        .function("assessSome", &Workspace::assess_some)
        .function("findRhythm", &find_rhythm)
        .function("findClusters", &find_clusters)
        .function("rhythm", &Workspace::rhythm_json)
        .function("comparison", &Workspace::comparison_json)
        .function("startRhythm", &start_rhythm)
        .function("nextRhythmBatch", &next_rhythm_batch)
        .function("acceptRhythm", &accept_rhythm)
        .function("rhythmOutputName", &rhythm_output_name)
        .function("rhythmProgress", &Workspace::rhythm_progress)
        .function("useSecond", &use_second)
        .function("dropSecond", &Workspace::drop_second)
        .function("nextSecondBatch", &next_second_batch)
        .function("acceptSecond", &accept_second)
        .function("secondOutputName", &second_output_name)
        .function("second", &Workspace::second_json)
        .function("explain", &explain)
        .function("explained", &explained)
        .function("clusters", &Workspace::clusters_json)
        .function("clusterCount", &cluster_count)
        .function("clusterDensity", &cluster_density)
        .function("edit", &edit)
        .function("edits", &Workspace::edits_json)
        .function("question", &question)
        .function("fingerprint", &fingerprint)
        .function("session", &Workspace::session_json)
        .function("openSession", &open_session)
        .function("adoptSession", &adopt_session)
        .function("info", &Workspace::info_json)
        .function("file", &file)
        .function("fileName", &file_name);
}
