#include "desktop_engine.hpp"

#include <chrono>
#include <cstring>
#include <format>
#include <utility>

#include "cli/inputs.hpp"
#include "cli/network_answer.hpp"
#include "data/files.hpp"
#include "messages/json.hpp"
#include "workspace/conversion.hpp"

namespace telltale::desktop {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// How long one call of work() may keep the window waiting.
constexpr std::chrono::milliseconds slice{30};

double now() {
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

}  // namespace

DesktopEngine::DesktopEngine(window::App& app) : app_(app), workflow_(now) {
    std::vector<messages::ModelEntry> list;
    for (const fs::path& path : cli::model_files()) {
        const std::string name = path.stem().string();
        const auto found = model(name);
        if (!found || !classify::names_beats((*found)->card)) continue;
        const classify::Card& card = (*found)->card;
        list.push_back({.name = name,
                        .title = card.title,
                        .group = {},
                        .twin = card.twin,
                        .training_records = card.training_records});
    }
    workflow_.set_models(std::move(list), cli::default_model(), cli::default_model("rhythm"),
                         cli::default_model("waves"));
    app_.message(messages::text(messages::ProviderInfo{
        .current = "native",
        .choice = "native",
        .available = {"native"},
        .note = "ONNX Runtime " + runtime::runtime_version() + " on this machine's processor."}));
}

bool DesktopEngine::work() {
    for (const std::string& json : std::exchange(commands_, {})) {
        const auto command = messages::read<messages::Command>(json, "command");
        if (!command) error(command.error().to_string());
        if (command) std::visit([this](const auto& asked) { obey(asked); }, *command);
    }
    for (const auto until = Clock::now() + slice; Clock::now() < until;) {
        const workspace::Step step = workflow_.step();
        if (std::holds_alternative<workspace::Idle>(step)) return false;
        std::visit([this](const auto& one) { take(one); }, step);
    }
    return true;
}

void DesktopEngine::say(const char* text) {
    app_.message(messages::text(messages::NoticeInfo{.text = text}));
}

void DesktopEngine::error(const std::string& text) {
    failed_ = true;
    app_.message(messages::text(messages::ErrorInfo{.text = text}));
}

// --- commands ------------------------------------------------------------------------------------

void DesktopEngine::open(const std::vector<fs::path>& paths) {
    messages::OpenJob job{.job = ++jobs_, .models = {}, .sessions = {}};
    request(messages::CancelRequest{});
    workspace::Intake& intake = workflow_.workspace().intake();
    intake.forget();
    for (const fs::path& path : paths) {
        const std::string name = path.filename().string();
        if (name.ends_with(".onnx")) {
            given_models_[name] = path;
            job.models.push_back(name);
            continue;
        }
        auto files = cli::load(path);
        if (!files) {
            error(files.error().to_string());
            continue;
        }
        for (const cli::LoadedFile& file : *files) {
            if (file.name.ends_with(".telltale.json")) {
                job.sessions.push_back(
                    {file.name,
                     {reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()}});
                continue;
            }
            ++job.recordings;
            if (file.source) {
                intake.add_source(file.name, file.source);
                continue;
            }
            std::byte* room = intake.add_file(file.name, file.bytes.size());
            if (room != nullptr) std::memcpy(room, file.bytes.data(), file.bytes.size());
        }
    }
    lead_.clear();
    request(job);
}

void DesktopEngine::obey(const messages::NeedSamples& asked) {
    app_.samples(asked.lead, static_cast<std::int64_t>(asked.first),
                 workflow_.workspace().samples(asked.lead, asked.first, asked.count));
}

void DesktopEngine::obey(const messages::Export& asked) {
    if (asked.kind == "png") return say("Pictures are taken with --screenshot.");
    workspace::Workspace& workspace = workflow_.workspace();
    if (workspace.recording() == nullptr) return;
    const std::string_view kind = asked.kind.word();
    const std::vector<std::int64_t> strips(asked.strips.begin(), asked.strips.end());
    const auto bytes = workspace::is_conversion(kind) ? workspace.convert(kind)
                                                      : workspace.export_as(kind, strips);
    if (!bytes) return error(bytes.error().to_string());
    const fs::path path =
        fs::current_path() / (workspace.recording()->name + workspace::ending(kind));
    // Never over a file that is there: "100.atr" may be the reference.
    if (data::exists(path)) return error(path.string() + " is there already; nothing was written.");
    if (auto written = data::write_file(path, *bytes); !written)
        return error(written.error().to_string());
    say(("Written to " + path.string()).c_str());
}

void DesktopEngine::obey(const messages::WriteNote& asked) {
    const messages::EditsInfo edits = workflow_.workspace().edits_info();
    Note note{.beat = asked.beat, .stretch = {}, .text = edits.notes};
    if (asked.first && asked.last) {
        note.stretch = {.first = *asked.first, .last = *asked.last, .name = "note", .text = {}};
        note.text.clear();
        for (const messages::CalledStretch& known : edits.stretches)
            if (known.name == "note" && static_cast<double>(known.first) == *asked.first &&
                static_cast<double>(known.last) == *asked.last)
                note.text = known.text;
    } else if (asked.beat >= 0) {
        const std::string* known = app_.session.note_on(static_cast<std::size_t>(asked.beat));
        note.text = known != nullptr ? *known : std::string();
    }
    note_ = std::move(note);
}

void DesktopEngine::write(bool keep) {
    const Note note = *std::exchange(note_, std::nullopt);
    if (!keep) return;
    if (note.stretch) {
        messages::CallStretch called = *note.stretch;
        called.text = note.text;
        request(messages::EditRequest{.edit = called});
    } else if (note.beat < 0) {
        request(messages::EditRequest{.edit = messages::SetNotes{.text = note.text}});
    } else {
        request(messages::EditRequest{
            .edit = messages::NoteBeat{.beat = static_cast<std::size_t>(note.beat),
                                       .text = note.text}});
    }
}

void DesktopEngine::obey(const messages::AskSecond& asked) {
    request(messages::SecondJob{.job = ++jobs_, .name = asked.name});
}

void DesktopEngine::obey(const messages::UseModel& asked) {
    request(messages::ModelJob{.job = ++jobs_, .name = asked.name, .lead = lead_});
}

void DesktopEngine::obey(const messages::UseLead& asked) {
    lead_ = asked.name;
    request(messages::AnalyzeJob{.job = ++jobs_, .lead = lead_});
}

void DesktopEngine::obey(const messages::UseRecording& asked) {
    request(messages::ChooseJob{.job = ++jobs_, .index = asked.index, .lead = {}});
}

void DesktopEngine::obey(const messages::ChooseFiles&) {
    say("Drop files onto the window, or name them on the command line.");
}

void DesktopEngine::obey(const messages::ChooseRecording&) {
    say("Name one recording on the command line to see it.");
}

void DesktopEngine::obey(const messages::CopyText& asked) {
    ImGui::SetClipboardText(asked.text.c_str());
    say("Copied.");
}

// --- the workflow's steps ------------------------------------------------------------------------

void DesktopEngine::take(const workspace::TellMessage& told) {
    const messages::Document document(told.json);
    if (messages::is<messages::JobFailed>(document.root())) {
        const auto ended = messages::read_loosely<messages::JobFailed>(document.root());
        for (const std::string& text : ended.errors) error(text);
        if (ended.cancelled && ended.errors.empty()) say("Cancelled.");
    } else if (messages::is<messages::JobDone>(document.root())) {
        for (const std::string& text :
             messages::read_loosely<messages::JobDone>(document.root()).errors)
            error(text);
    } else {
        app_.message(told.json);
    }
}

void DesktopEngine::take(const workspace::TellLevel& told) {
    const signal::Level& level = workflow_.workspace().pyramid(told.lead).levels()[told.level];
    app_.level(told.lead, static_cast<std::int64_t>(level.samples_per_bin), level.min_max);
}

void DesktopEngine::take(const workspace::TellBeats& told) {
    const workspace::BeatArrays& b = told.beats;
    app_.beats({b.sample, b.label, b.probabilities, b.classes, b.person, b.doubtful});
}

void DesktopEngine::take(const workspace::TellReference& told) {
    app_.reference({told.reference.sample, told.reference.aami, {}});
}

void DesktopEngine::take(const workspace::TellDensity& told) {
    const morphology::ClusterDensity& d = told.density;
    app_.session.findings.set_density(told.cluster, d.columns, d.rows, d.low, d.high, d.first_s,
                                      d.last_s, d.counts);
}

Result<const cli::Model*> DesktopEngine::model(const std::string& name) {
    if (const auto known = models_.find(name); known != models_.end()) return &known->second;
    const auto given = given_models_.find(name.ends_with(".onnx") ? name : name + ".onnx");
    auto found = cli::find_model(given != given_models_.end() ? given->second.string() : name);
    if (!found) return std::unexpected(found.error());
    return &models_.insert_or_assign(name, std::move(*found)).first->second;
}

void DesktopEngine::take(const workspace::NeedModel& need) {
    if (need.of_job) models_.erase(need.name);  // the file may be another than before
    const auto found = model(need.name);
    if (!found) return answer(std::unexpected(found.error()));
    answer(workspace::Answer{.bytes = (*found)->onnx, .text = {}, .outputs = {}});
}

void DesktopEngine::take(const workspace::OpenNetwork& asked) {
    const auto found = model(asked.model);
    if (!found) return answer(std::unexpected(found.error()));
    if (asked.purpose == workspace::Purpose::trial) sessions_.erase(asked.model);
    if (!sessions_.contains(asked.model)) {
        auto session = runtime::Session::open((*found)->onnx, (*found)->card, asked.model);
        if (!session) return answer(std::unexpected(session.error()));
        sessions_.emplace(asked.model, std::move(*session));
    }
    answer(workspace::Answer{});
}

void DesktopEngine::take(const workspace::RunNetwork& asked) {
    const auto session = sessions_.find(asked.model);
    answer(cli::run_network(session->second, asked));
}

}  // namespace telltale::desktop
