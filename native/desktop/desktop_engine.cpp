#include "desktop_engine.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/inputs.hpp"
#include "cli/model_files.hpp"
#include "data/files.hpp"
#include "workspace/conversion.hpp"

namespace telltale::desktop {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// How long one call of work() may keep the window waiting.
constexpr std::chrono::milliseconds slice{30};
constexpr std::size_t batch_size = 256;

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

double number(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : 0;
}

}  // namespace

DesktopEngine::DesktopEngine(window::App& app) : app_(app), model_(cli::default_model()) {}

void DesktopEngine::tell(const char* type, const std::string& text) {
    app_.message(dump({{"type", type}, {"text", text}}));
}

void DesktopEngine::error(const Error& error) {
    failed_ = true;
    tell("error", error.to_string());
}

void DesktopEngine::open(const std::vector<fs::path>& paths) {
    stop(nullptr);
    engine_.intake().forget();
    for (const fs::path& path : paths) {
        auto files = cli::load(path);
        if (!files) {
            error(files.error());
            continue;
        }
        for (const cli::LoadedFile& file : *files) {
            if (file.source) {
                engine_.intake().add_source(file.name, file.source);
                continue;
            }
            std::byte* room = engine_.intake().add_file(file.name, file.bytes.size());
            if (room != nullptr) std::memcpy(room, file.bytes.data(), file.bytes.size());
        }
    }
    const auto opened = engine_.open_files();
    for (const Error& wrong : opened.errors) error(wrong);
    if (opened.recordings.empty()) return;
    Json names = Json::array();
    for (const auto& entry : opened.recordings) names.push_back(entry.name);
    app_.message(dump({{"type", "recordings"}, {"names", names}, {"current", 0}}));
    show_recording(0);
}

void DesktopEngine::show_recording(std::size_t index) {
    stop(nullptr);
    if (!engine_.choose(index)) return;
    app_.message(engine_.recording_json());
    const Recording& recording = *engine_.recording();
    for (std::size_t lead = 0; lead < recording.leads.size(); ++lead)
        for (const signal::Level& level : engine_.pyramid(lead).levels())
            app_.level(lead, static_cast<std::int64_t>(level.samples_per_bin), level.min_max);
    workspace::ReferenceArrays reference = engine_.reference();
    app_.reference({std::move(reference.sample), std::move(reference.aami), {}});
    lead_.clear();
    if (!session_) use_model(model_);
    start();
}

void DesktopEngine::use_model(const std::string& name) {
    std::vector<std::string> names;
    for (const fs::path& path : cli::model_files()) names.push_back(path.stem().string());
    auto model = cli::find_model(name);
    if (!model) return error(model.error());
    if (auto used = engine_.use_model(model->onnx, name); !used) return error(used.error());
    auto session = runtime::Session::open(model->onnx, *engine_.card(), name);
    if (!session) return error(session.error());
    session_.emplace(std::move(*session));
    model_ = name;
    app_.message(dump({{"type", "models"}, {"names", names}, {"current", name}}));
    app_.message(dump({{"type", "provider"},
                       {"current", "native"},
                       {"choice", "native"},
                       {"available", {"native"}},
                       {"beats_per_second", 0},
                       {"note", "ONNX Runtime " + runtime::runtime_version() +
                                    " on this machine's processor."}}));
}

void DesktopEngine::start() {
    if (engine_.recording() == nullptr || !session_) return;
    if (auto started = engine_.start(lead_); !started) return error(started.error());
    app_.message(R"({"type":"outdated"})");
    started_ = std::chrono::steady_clock::now();
    stage_ = Stage::detecting;
    app_.message(engine_.model_json());
}

void DesktopEngine::stop(const char* notice) {
    if (stage_ == Stage::idle) return;
    send_beats();
    stage_ = Stage::idle;
    app_.message(R"({"type":"progress","stage":"","fraction":1})");
    if (notice != nullptr) tell("notice", notice);
}

void DesktopEngine::send_beats() {
    workspace::BeatArrays beats = engine_.beats();
    app_.beats({std::move(beats.sample), std::move(beats.label), std::move(beats.probabilities),
                engine_.card() ? engine_.card()->classes.size() : 0, std::move(beats.person),
                std::move(beats.doubtful)});
}

void DesktopEngine::send_findings() {
    app_.message(dump({{"type", "warnings"}, {"texts", engine_.warnings()}}));
    app_.message(engine_.quality_json());
    if (auto found = engine_.find(); !found) return error(found.error());
    for (const std::string& message :
         {engine_.rhythm_json(), engine_.comparison_json(), engine_.clusters_json()})
        if (!message.empty()) app_.message(message);
    for (std::size_t cluster = 0; cluster < engine_.cluster_count(); ++cluster) {
        const morphology::ClusterDensity d = engine_.cluster_density(cluster);
        app_.session.findings.set_density(cluster, d.columns, d.rows, d.low, d.high, d.first_s,
                                          d.last_s, d.counts);
    }
}

bool DesktopEngine::work() {
    for (const std::string& json : std::exchange(commands_, {})) act(json);
    if (stage_ == Stage::idle) return false;
    const auto until = std::chrono::steady_clock::now() + slice;
    bool done = false;
    while (!done && std::chrono::steady_clock::now() < until) {
        if (stage_ == Stage::detecting) {
            if (!engine_.run().detect_some()) continue;
            send_beats();
            stage_ = Stage::classifying;
            continue;
        }
        const auto batch = engine_.run().next_batch(batch_size);
        if (!batch) {
            done = true;
            continue;
        }
        const auto output = session_->run(*batch);
        const auto accepted =
            output ? engine_.run().accept(*output) : Result<void>(std::unexpected(output.error()));
        if (!accepted) {
            stop(nullptr);
            error(accepted.error());
            return true;
        }
    }
    const auto progress = engine_.progress();
    if (done) {
        stop(nullptr);
        for (const std::string& warning : engine_.warnings()) tell("notice", warning);
        Json summary = Json::parse(engine_.summary_json(), nullptr, false);
        if (summary.is_object()) {
            summary["seconds"] =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
            app_.message(dump(summary));
        }
        send_findings();
    } else {
        const bool detecting = stage_ == Stage::detecting;
        app_.message(
            dump({{"type", "progress"},
                  {"stage", detecting ? "Finding beats" : "Naming beats"},
                  {"fraction", detecting ? progress.detection : progress.classification}}));
    }
    return true;
}

void DesktopEngine::write_export(const std::string& kind) {
    const auto bytes =
        workspace::is_conversion(kind) ? engine_.convert(kind) : engine_.export_as(kind);
    if (!bytes) return error(bytes.error());
    const fs::path path =
        fs::current_path() / (engine_.recording()->name + workspace::ending(kind));
    // Never over a file that is there: "100.atr" may be the reference.
    if (fs::exists(path))
        return tell("error", path.string() + " is there already; nothing was written.");
    if (auto written = data::write_file(path, *bytes); !written) return error(written.error());
    tell("notice", "Written to " + path.string());
}

void DesktopEngine::act(const std::string& json) {
    const Json command = Json::parse(json, nullptr, false);
    if (!command.is_object()) return;
    const std::string name = text(command, "command");
    if (name == "need_samples") {
        const double lead = number(command, "lead"), first = number(command, "first");
        const auto index = static_cast<std::size_t>(std::max(0.0, lead));
        app_.samples(index, static_cast<std::int64_t>(first),
                     engine_.samples(index, first, number(command, "count")));
    } else if (name == "cancel") {
        stop("Cancelled.");
    } else if (name == "edit" && command.contains("edit")) {
        if (auto done = engine_.edit(dump(command["edit"])); !done)
            return tell("notice", done.error().to_string());
        send_beats();
        app_.message(engine_.edits_json());
        send_findings();
    } else if (name == "explain") {
        const auto batch =
            engine_.explain(static_cast<std::size_t>(std::max(0.0, number(command, "beat"))));
        if (!batch) return error(batch.error());
        if (!session_) return;
        const auto output = session_->run(*batch);
        if (!output) return error(output.error());
        const auto said = engine_.explained(*output);
        if (!said) return error(said.error());
        app_.message(*said);
    } else if (name == "write_note" || name == "second") {
        tell("notice", "Notes and a second model are in the page.");
    } else if (name == "export" && text(command, "kind") == "png") {
        tell("notice", "Pictures are taken with --screenshot.");
    } else if (name == "export") {
        write_export(text(command, "kind"));
    } else if (name == "choose_recording") {
        tell("notice", "Name one recording on the command line to see it.");
    } else if (name == "recording") {
        show_recording(static_cast<std::size_t>(std::max(0.0, number(command, "index"))));
    } else if (name == "model") {
        use_model(text(command, "name"));
        start();
    } else if (name == "lead") {
        lead_ = text(command, "name");
        start();
    } else if (name == "choose_files") {
        tell("notice", "Drop files onto the window, or name them on the command line.");
    }
}

}  // namespace telltale::desktop
