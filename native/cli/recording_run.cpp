#include "cli/recording_run.hpp"

#include <cctype>
#include <chrono>
#include <format>
#include <utility>

#include "cli/network_answer.hpp"
#include "cli/output.hpp"
#include "messages/json.hpp"

namespace telltale::cli {
namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// A host of the workflow: gives models, runs networks, and shows how far it is.
class Host {
public:
    static constexpr const char *beats_name = "beats", *rhythm_name = "rhythm",
                                *waves_name = "waves";

    Host(workspace::Workflow& workflow, RunModels& models, const std::string& recording)
        : workflow_(workflow), models_(models), recording_(recording) {}

    void run() {
        for (;;) {
            const workspace::Step step = workflow_.step();
            if (std::holds_alternative<workspace::Idle>(step)) return;
            std::visit([this](const auto& one) { take(one); }, step);
        }
    }

private:
    void take(const workspace::TellMessage& told) {
        const messages::Document document(told.json);
        if (!messages::is<messages::ProgressInfo>(document.root())) return;
        auto progress = messages::read_loosely<messages::ProgressInfo>(document.root());
        if (progress.fraction < 0 || progress.stage.empty()) return;
        progress.stage[0] =
            static_cast<char>(std::tolower(static_cast<unsigned char>(progress.stage[0])));
        line_.show(
            std::format("{}: {}, {:.0f} %", recording_, progress.stage, 100 * progress.fraction));
    }
    void take(const workspace::NeedModel& need) {
        const Model& model = need.name == rhythm_name  ? models_.rhythm->model
                             : need.name == waves_name ? models_.waves->model
                                                       : models_.model;
        answer(workspace::Answer{.bytes = model.onnx, .text = {}, .outputs = {}});
    }
    void take(const workspace::OpenNetwork&) { answer(workspace::Answer{}); }
    void take(const workspace::RunNetwork& asked) {
        runtime::Session& session =
            asked.purpose == workspace::Purpose::rhythm  ? models_.rhythm->session
            : asked.purpose == workspace::Purpose::waves ? models_.waves->session
                                                         : models_.session;
        answer(run_network(session, asked));
    }
    template <class T>
    void take(const T&) {}  // nobody looks at the beats meanwhile

    void answer(Result<workspace::Answer> given) {
        workflow_.answer(workflow_.ticket(), std::move(given));
    }

    workspace::Workflow& workflow_;
    RunModels& models_;
    const std::string& recording_;
    ProgressLine line_;
};

}  // namespace

Result<RunModels> RunModels::open(const std::string& model, const std::string& rhythm,
                                  const std::string& waves, int threads) {
    auto found = find_model(model);
    if (!found) return std::unexpected(found.error());
    if (!classify::names_beats(found->card))
        return fail(
            found->path.string(), "",
            "names rhythms or waves, expected a model that names beats (see `telltale models`)");
    auto session = runtime::Session::open(found->onnx, found->card, found->path.string(),
                                          {.threads = threads});
    if (!session) return std::unexpected(session.error());
    auto rhythms = open_side_model(rhythm, "rhythm", classify::InputKind::rhythm, threads);
    if (!rhythms) return std::unexpected(rhythms.error());
    auto marking = open_side_model(waves, "waves", classify::InputKind::waves, threads);
    if (!marking) return std::unexpected(marking.error());
    return RunModels{std::move(*found), std::move(*session), std::move(*rhythms),
                     std::move(*marking)};
}

Result<RecordingRun> run_recording(const Recording& recording, const std::string& lead,
                                   RunModels& models) {
    auto workflow = std::make_unique<workspace::Workflow>(now);
    workspace::Workspace& workspace = workflow->workspace();
    workspace.use_recording(recording);
    workflow->set_models(
        {{.name = Host::beats_name, .title = {}, .group = {}, .twin = {}, .training_records = {}}},
        Host::beats_name, models.rhythm ? Host::rhythm_name : "",
        models.waves ? Host::waves_name : "");
    workflow->handle(messages::AnalyzeJob{.job = 1, .lead = lead, .findings = false});
    Host(*workflow, models, recording.name).run();
    if (const auto& error = workflow->failure()) return std::unexpected(*error);
    const classify::Analysis& analysis = *workspace.run().analysis();
    RecordingRun run{.lead = analysis.lead(),
                     .report = workspace.report(),
                     .quality = *workspace.quality(),
                     .course = workspace.course(),
                     .warnings = workflow->warnings(),
                     .workflow = {}};
    run.workflow = std::move(workflow);
    return run;
}

}  // namespace telltale::cli
