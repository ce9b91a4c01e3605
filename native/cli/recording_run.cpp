#include "cli/recording_run.hpp"

#include <format>
#include <utility>

#include "cli/output.hpp"
#include "report/findings.hpp"

namespace telltale::cli {
namespace {

constexpr std::size_t batch_beats = 512;

Result<void> classify_all(classify::Analysis& analysis, runtime::Session& session,
                          const std::string& name) {
    ProgressLine progress;
    while (!analysis.detect_some())
        progress.show(
            std::format("{}: finding beats, {:.0f} %", name, 100 * analysis.progress().detection));
    while (const auto batch = analysis.next_batch(batch_beats)) {
        const auto output = session.run(*batch);
        if (!output) return std::unexpected(output.error());
        if (auto accepted = analysis.accept(*output, session.embedding()); !accepted)
            return std::unexpected(accepted.error());
        progress.show(std::format("{}: naming beats, {:.0f} %", name,
                                  100 * analysis.progress().classification));
    }
    return {};
}

}  // namespace

Result<RunModels> RunModels::open(const std::string& model, const std::string& rhythm,
                                  int threads) {
    auto found = find_model(model);
    if (!found) return std::unexpected(found.error());
    if (!classify::names_beats(found->card))
        return fail(found->path.string(), "",
                    "names rhythms, expected a model that names beats (see `telltale models`)");
    auto session = runtime::Session::open(found->onnx, found->card, found->path.string(),
                                          {.threads = threads});
    if (!session) return std::unexpected(session.error());
    auto rhythms = open_rhythm_model(rhythm, threads);
    if (!rhythms) return std::unexpected(rhythms.error());
    return RunModels{std::move(*found), std::move(*session), std::move(*rhythms)};
}

Result<RecordingRun> run_recording(const Recording& recording, const std::string& lead,
                                   RunModels& models) {
    auto analysis = classify::Analysis::open(recording, models.model.card, {.lead = lead});
    if (!analysis) return std::unexpected(analysis.error());
    if (auto done = classify_all(*analysis, models.session, recording.name); !done)
        return std::unexpected(done.error());
    RecordingRun run{.analysis = std::move(*analysis)};
    run.warnings = run.analysis.warnings();
    run.quality = signal::assess(recording);
    std::vector<beats::Beat> found;
    for (const classify::ClassifiedBeat& beat : run.analysis.beats()) {
        found.push_back({.sample = beat.sample, .confidence = beat.detection_confidence});
        run.beats.push_back({.sample = beat.sample,
                             .label = beat.label,
                             .probabilities = beat.probabilities,
                             .confidence = beat.detection_confidence,
                             .doubtful = beat.doubtful});
        if (beat.paced)
            report::as_paced(run.beats.back(), models.model.card.classes, run.more_classes);
    }
    if (!models.rhythm) return run;
    std::string why;
    auto answers = judge_rhythm(recording, std::move(found), *models.rhythm, why);
    if (!answers) return std::unexpected(answers.error());
    if (!why.empty()) run.warnings.push_back(why);
    if (!*answers) return run;
    std::vector<std::string> classes = models.model.card.classes;
    classes.insert(classes.end(), run.more_classes.begin(), run.more_classes.end());
    run.course = report::find_course(recording, classes, run.beats, **answers, run.quality);
    report::leave_unnamed(run.beats, *run.course);
    return run;
}

}  // namespace telltale::cli
