#include "cli/rhythm_run.hpp"

#include <format>
#include <utility>

#include "cli/output.hpp"
#include "data/files.hpp"

namespace telltale::cli {

Result<std::optional<RhythmModel>> open_rhythm_model(const std::string& name, int threads) {
    if (name == "none") return std::nullopt;
    std::string found = name;
    if (found.empty()) found = default_model("rhythm");
    if (found.empty()) return std::nullopt;
    auto model = find_model(found);
    if (!model) return std::unexpected(model.error());
    if (classify::names_beats(model->card))
        return fail(model->path.string(), "",
                    "names beats, expected a model that names rhythms (see `telltale models`)");
    auto session = runtime::Session::open(model->onnx, model->card, model->path.string(),
                                          {.threads = threads});
    if (!session) return std::unexpected(session.error());
    return RhythmModel{std::move(*model), std::move(*session)};
}

Result<std::optional<rhythm::RhythmAnswers>> judge_rhythm(const Recording& recording,
                                                          std::vector<beats::Beat> beats,
                                                          RhythmModel& model, std::string& why) {
    if (rhythm::rhythm_leads(recording).empty()) {
        why = "the rhythm is not judged: no ECG lead is in mV";
        return std::nullopt;
    }
    auto analysis = rhythm::RhythmAnalysis::open(recording, model.model.card, std::move(beats));
    if (!analysis) return std::unexpected(analysis.error());
    ProgressLine progress;
    while (const auto batch = analysis->next_batch()) {
        const auto output = model.session.run(*batch);
        if (!output) return std::unexpected(output.error());
        if (auto accepted = analysis->accept(*output); !accepted)
            return std::unexpected(accepted.error());
        progress.show(std::format("{}: naming rhythms, {:.0f} %", recording.name,
                                  100 * analysis->progress()));
    }
    return analysis->answers();
}

}  // namespace telltale::cli
