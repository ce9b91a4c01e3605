// The Workflow for JavaScript: what comes next as plain objects, arrays copied out as typed arrays;
// web/glue/core.ts declares the same face in TypeScript.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <chrono>

#include "messages/json.hpp"
#include "workspace/conversion.hpp"
#include "workspace/trial.hpp"
#include "workspace/workflow.hpp"

namespace {

using emscripten::val;
using namespace telltale::workspace;
namespace messages = telltale::messages;
using telltale::Result;

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
std::vector<std::byte> bytes_of(const val& from) {
    std::vector<std::byte> bytes(from["length"].as<std::size_t>());
    val(emscripten::typed_memory_view(bytes.size(), reinterpret_cast<std::uint8_t*>(bytes.data())))
        .call<void>("set", from);
    return bytes;
}
std::vector<float> floats_of(const val& from) {
    std::vector<float> values(from["length"].as<std::size_t>());
    val(emscripten::typed_memory_view(values.size(), values.data())).call<void>("set", from);
    return values;
}

std::string problem(const Result<void>& result) {
    return result ? std::string() : result.error().to_string();
}

// Sizes and addresses are numbers in JavaScript, whole ones below 2^32.
std::size_t whole(double value) {
    return value > 0 ? static_cast<std::size_t>(value) : 0;
}

/// An object with a field a pair.
template <class... Fields>
val object(const char* step, const Fields&... fields) {
    val made = val::object();
    made.set("step", std::string(step));
    (made.set(fields.first, fields.second), ...);
    return made;
}
template <class T>
std::pair<const char*, T> field(const char* name, T value) {
    return {name, std::move(value)};
}

val inputs_of(const telltale::classify::Batch& batch) {
    val inputs = val::array();
    for (const telltale::classify::TensorView& tensor : batch.inputs) {
        val shape = val::array();
        for (const std::int64_t size : tensor.shape)
            shape.call<void>("push", static_cast<double>(size));
        val input = val::object();
        input.set("name", std::string(tensor.name));
        input.set("shape", shape);
        input.set("data", array(tensor.data));
        inputs.call<void>("push", input);
    }
    return inputs;
}

std::string name_of(Purpose purpose) {
    constexpr std::array<const char*, 6> names = {"beats",  "rhythm", "waves",
                                                  "second", "set",    "trial"};
    return names[static_cast<std::size_t>(purpose)];
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

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

class Core {
public:
    Core() : workflow_(now) {}

    // --- files of a job ------------------------------------------------------------------------
    double add_file(const std::string& name, double size) {
        return static_cast<double>(
            reinterpret_cast<std::uintptr_t>(workspace().intake().add_file(name, whole(size))));
    }
    void add_source(const std::string& name, double size, const val& read) {
        workspace().intake().add_source(name, std::make_shared<PageFile>(size, read));
    }
    void forget_files() { workspace().intake().forget(); }

    // --- the workflow --------------------------------------------------------------------------
    std::string set_models(const std::string& list, const std::string& current,
                           const std::string& rhythm, const std::string& waves) {
        auto models = messages::read<std::vector<messages::ModelEntry>>(list, "the list of models");
        if (!models) return models.error().to_string();
        workflow_.set_models(std::move(*models), current, rhythm, waves);
        return {};
    }
    std::string current_model() const { return workflow_.current_model(); }
    std::string handle(const std::string& json) {
        const auto request = messages::read<messages::Request>(json, "request");
        if (!request) return request.error().to_string();
        workflow_.handle(*request);
        return {};
    }
    val step() {
        const Step step = workflow_.step();
        return std::visit([this](const auto& one) { return this->as_value(one); }, step);
    }
    val told() {
        const Step step = workflow_.told();
        return std::visit([this](const auto& one) { return this->as_value(one); }, step);
    }
    double ticket() const { return static_cast<double>(workflow_.ticket()); }
    bool waits_for(double ticket) const {
        return workflow_.waits_for(static_cast<std::uint64_t>(ticket));
    }
    void progress(const std::string& stage, double fraction) {
        workflow_.progress(stage, fraction);
    }
    void answer_text(double ticket, const std::string& text) {
        answer(ticket, Answer{.bytes = {}, .text = text, .outputs = {}});
    }
    void answer_bytes(double ticket, const val& from) {
        answer(ticket, Answer{.bytes = bytes_of(from), .text = {}, .outputs = {}});
    }
    /// `outputs`: [{name, shape, data}]
    void answer_outputs(double ticket, const val& outputs) {
        Answer given;
        const auto count = outputs["length"].as<std::size_t>();
        for (std::size_t i = 0; i < count; ++i) {
            const val one = outputs[i];
            NetworkOutput output{.name = one["name"].as<std::string>(),
                                 .shape = {},
                                 .values = floats_of(one["data"])};
            for (const double size : emscripten::convertJSArrayToNumberVector<double>(one["shape"]))
                output.shape.push_back(static_cast<std::int64_t>(size));
            given.outputs.push_back(std::move(output));
        }
        answer(ticket, std::move(given));
    }
    void answer_problem(double ticket, const std::string& text) {
        answer(ticket, telltale::fail("", "", text));
    }

    // --- what is asked beside it ---------------------------------------------------------------
    val samples(double lead, double first, double count) const {
        return array(workspace().samples(whole(lead), first, count));
    }
    /// An export or a conversion: {name, bytes}, or a sentence that says why there is none; null
    /// without a recording.
    val file(const std::string& kind, const val& strips) {
        if (workspace().recording() == nullptr) return val::null();
        std::vector<std::int64_t> samples;
        for (const double sample : emscripten::convertJSArrayToNumberVector<double>(strips))
            samples.push_back(static_cast<std::int64_t>(sample));
        const auto made =
            is_conversion(kind) ? workspace().convert(kind) : workspace().export_as(kind, samples);
        if (!made) return val(made.error().to_string());
        val file = val::object();
        file.set("name", workspace().recording()->name + ending(kind));
        file.set("bytes", bytes(*made));
        return file;
    }
    /// Empty without a recording.
    std::string fingerprint() { return workspace().fingerprint(); }
    std::string session() { return workspace().session_json(); }
    std::string adopt(const std::string& session, const std::string& file) {
        return problem(workflow_.adopt(session, file));
    }
    std::string check(const std::string& session, const std::string& file) {
        return problem(workspace().check_session(session, file));
    }

private:
    Workspace& workspace() { return workflow_.workspace(); }
    const Workspace& workspace() const { return workflow_.workspace(); }
    void answer(double ticket, Result<Answer> given) {
        workflow_.answer(static_cast<std::uint64_t>(ticket), std::move(given));
    }

    static val as_value(const Idle&) { return val::null(); }
    static val as_value(const Working&) { return object("working"); }
    static val as_value(const TellMessage& told) {
        return object("message", field("json", told.json));
    }
    val as_value(const TellLevel& told) {
        const auto& level = workspace().pyramid(told.lead).levels()[told.level];
        return object("level", field("lead", static_cast<double>(told.lead)),
                      field("samples_per_bin", static_cast<double>(level.samples_per_bin)),
                      field("min_max", array(level.min_max)));
    }
    static val as_value(const TellBeats& told) {
        const BeatArrays& b = told.beats;
        return object("beats", field("sample", array(b.sample)), field("label", array(b.label)),
                      field("probabilities", array(b.probabilities)),
                      field("classes", static_cast<double>(b.classes)),
                      field("person", array(b.person)), field("doubtful", array(b.doubtful)));
    }
    static val as_value(const TellReference& told) {
        return object("reference", field("sample", array(told.reference.sample)),
                      field("aami", array(told.reference.aami)));
    }
    static val as_value(const TellDensity& told) {
        const auto& d = told.density;
        return object("density", field("cluster", static_cast<double>(told.cluster)),
                      field("columns", static_cast<double>(d.columns)),
                      field("rows", static_cast<double>(d.rows)), field("low", d.low),
                      field("high", d.high), field("first_s", d.first_s), field("last_s", d.last_s),
                      field("counts", array(d.counts)));
    }
    static val as_value(const TellBeatSet& told) {
        return object("beat_set", field("json", messages::text(told.facts)),
                      field("values", array(told.values)));
    }
    static val as_value(const TellReview& told) {
        return object("review", field("session", told.session), field("changed", told.changed));
    }
    static val as_value(const TellModelTaken& told) {
        return object("model_taken", field("name", told.name), field("file", told.file));
    }
    static val as_value(const NeedFiles&) { return object("files"); }
    static val as_value(const NeedModel& need) {
        return object("model", field("name", need.name), field("of_job", need.of_job));
    }
    static val as_value(const NeedReview& need) {
        return object("kept_review", field("fingerprint", need.fingerprint),
                      field("given", need.given));
    }
    static val as_value(const OpenNetwork& asked) {
        return object("network", field("model", asked.model),
                      field("purpose", name_of(asked.purpose)));
    }
    static val as_value(const RunNetwork& asked) {
        val outputs = val::array();
        for (const std::string& name : asked.outputs) outputs.call<void>("push", name);
        return object("run", field("model", asked.model), field("purpose", name_of(asked.purpose)),
                      field("kept", static_cast<double>(asked.batch.kept)),
                      field("inputs", inputs_of(asked.batch)), field("outputs", outputs));
    }

    Workflow workflow_;
};

/// A model on a synthetic recording: {inputs, beats, output}, or what is wrong as a string.
val trial(const val& onnx, const std::string& file) {
    const auto made = Trial::open(bytes_of(onnx), file);
    if (!made) return val(made.error().to_string());
    val result = val::object();
    result.set("inputs", inputs_of(made->batch()));
    result.set("beats", static_cast<double>(made->batch().beats));
    result.set("output", made->card().output.name);
    return result;
}
/// Its network's output as probabilities, or what is wrong as a string.
val trial_probabilities(const val& onnx, const std::string& file, const val& output) {
    const auto made = Trial::open(bytes_of(onnx), file);
    if (!made) return val(made.error().to_string());
    const auto probabilities = made->probabilities(floats_of(output));
    return probabilities ? array(*probabilities) : val(probabilities.error().to_string());
}

}  // namespace

EMSCRIPTEN_BINDINGS(core) {
    emscripten::function("trial", &trial);
    emscripten::function("trialProbabilities", &trial_probabilities);
    emscripten::class_<Core>("Core")
        .constructor<>()
        .function("addFile", &Core::add_file)
        .function("addSource", &Core::add_source)
        .function("forgetFiles", &Core::forget_files)
        .function("setModels", &Core::set_models)
        .function("currentModel", &Core::current_model)
        .function("handle", &Core::handle)
        .function("step", &Core::step)
        .function("told", &Core::told)
        .function("ticket", &Core::ticket)
        .function("waitsFor", &Core::waits_for)
        .function("progress", &Core::progress)
        .function("answerText", &Core::answer_text)
        .function("answerBytes", &Core::answer_bytes)
        .function("answerOutputs", &Core::answer_outputs)
        .function("answerProblem", &Core::answer_problem)
        .function("samples", &Core::samples)
        .function("file", &Core::file)
        .function("fingerprint", &Core::fingerprint)
        .function("session", &Core::session)
        .function("check", &Core::check)
        .function("adopt", &Core::adopt);
}
