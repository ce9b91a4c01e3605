// What a Workspace tells the window.
#include <algorithm>

#include "evaluate/class_rocs.hpp"
#include "evaluate/comparison.hpp"
#include "formats/facts.hpp"
#include "morphology/clusters_message.hpp"
#include "recording/clock.hpp"
#include "report/report.hpp"
#include "rhythm/rhythm_message.hpp"
#include "signal/quality_message.hpp"
#include "workspace/workspace.hpp"

namespace telltale::workspace {
namespace {

evaluate::Comparison against_reference(const Recording& recording, const report::Input& input) {
    return evaluate::compare(recording.annotations, report::annotations(input),
                             recording.sampling_rate,
                             static_cast<std::int64_t>(recording.length()));
}

std::vector<std::vector<std::size_t>> matrix_of(const evaluate::Comparison& comparison) {
    std::vector<std::vector<std::size_t>> matrix;
    for (const auto& row : comparison.matrix) matrix.emplace_back(row.begin(), row.end());
    return matrix;
}

std::vector<messages::RocInfo> roc_of(const Recording& recording, const report::Input& input) {
    std::vector<evaluate::ScoredBeat> beats;
    for (const report::Beat& beat : input.beats) beats.push_back({beat.sample, beat.probabilities});
    std::vector<messages::RocInfo> list;
    for (const evaluate::ClassRoc& curve : evaluate::class_rocs(
             recording.annotations, beats, input.classes, recording.sampling_rate)) {
        messages::RocInfo told{.class_ = curve.class_name,
                               .area = curve.roc.area,
                               .positives = curve.roc.positives,
                               .points = {}};
        for (const evaluate::RocPoint& p : curve.roc.points)
            told.points.push_back({p.false_positive_rate, p.sensitivity});
        list.push_back(std::move(told));
    }
    return list;
}

}  // namespace

messages::RecordingInfo Workspace::recording_info() const {
    const Recording& recording = *work_.recording;
    messages::RecordingInfo told{.name = recording.name,
                                 .sampling_rate = recording.sampling_rate,
                                 .length = static_cast<std::int64_t>(recording.length()),
                                 .leads = {},
                                 .warnings = recording.warnings,
                                 .has_reference = !reference().sample.empty()};
    for (const Lead& lead : recording.leads)
        told.leads.push_back({lead.name, lead.unit, lead.calibration.assumed});
    if (recording.start) told.start = date_and_time(*recording.start, 3);
    return told;
}

messages::RecordingFacts Workspace::facts() const {
    return formats::facts_of(*work_.recording);
}

messages::ModelInfo Workspace::model_info() const {
    const classify::Analysis* analysis = work_.run.analysis();
    messages::ModelInfo told{.name = card_->name,
                             .title = card_->title,
                             .version = card_->version,
                             .classes = card_->classes,
                             .labels = labels_,
                             .doubtful_below = card_->output.doubtful_below,
                             .lead = analysis != nullptr ? analysis->lead() : 0,
                             .description = card_->description,
                             .licence = card_->licence,
                             .training_data = card_->training_data,
                             .protocol = card_->protocol,
                             .citation = card_->citation,
                             .parameters = card_->parameters,
                             .training_records = card_->training_records,
                             .twin = card_->twin,
                             .metrics = {}};
    for (const classify::Metric& metric : card_->metrics)
        told.metrics.push_back({metric.protocol, metric.name, metric.value});
    return told;
}

messages::SummaryInfo Workspace::summary_info() const {
    messages::SummaryInfo told;
    if (work_.run.analysis() == nullptr) return told;
    const auto& beats = now().beats;
    told.beats = beats.size();
    told.counts.resize(labels_.size());
    for (const report::Beat& beat : beats)
        if (beat.label >= 0) ++told.counts[static_cast<std::size_t>(beat.label)];
    return told;
}

std::optional<messages::QualityInfo> Workspace::quality_info() const {
    if (!work_.quality) return std::nullopt;
    return signal::message_of(*work_.quality, *work_.recording);
}

std::optional<messages::RhythmInfo> Workspace::rhythm_info() const {
    const auto* rhythm = work_.rhythm.get(revision());
    if (rhythm == nullptr) return std::nullopt;
    return rhythm::message_of(*rhythm);
}

std::optional<messages::ClustersInfo> Workspace::clusters_info() const {
    const auto* clusters = work_.clusters.get(marks());
    if (clusters == nullptr) return std::nullopt;
    return morphology::message_of(*clusters);
}

std::optional<messages::ComparisonInfo> Workspace::comparison_info() const {
    if (!whole() || reference().sample.empty()) return std::nullopt;
    const Report& report = now();
    const evaluate::Comparison comparison = against_reference(*work_.recording, report.input);
    const evaluate::Figures figures = evaluate::figures(comparison);
    messages::ComparisonInfo told{.labels = "NSVFQOX",
                                  .matrix = matrix_of(comparison),
                                  .mismatches = {},
                                  .qrs_sensitivity = figures.qrs_sensitivity.value(),
                                  .qrs_predictivity = figures.qrs_predictivity.value(),
                                  .v_sensitivity = figures.v_sensitivity.value(),
                                  .v_predictivity = figures.v_predictivity.value(),
                                  .s_sensitivity = figures.s_sensitivity.value(),
                                  .s_predictivity = figures.s_predictivity.value(),
                                  .rr_rms_error_s = figures.rr_rms_error_s,
                                  .roc = roc_of(*work_.recording, report.input)};
    for (const evaluate::Mismatch& m : comparison.mismatches)
        told.mismatches.push_back(
            {m.sample, static_cast<std::int64_t>(m.reference), static_cast<std::int64_t>(m.test)});
    return told;
}

messages::EditsInfo Workspace::edits_info() const {
    const Edits& edits = work_.edits;
    // Against the model's beats where these are known; else what the changes are by themselves.
    const bool known = work_.run.analysis() != nullptr;
    const report::Review review = known ? now().input.review : report::Review{};
    messages::EditsInfo told{
        .count = known ? review.total() : edits.size() + edits.stretches().size(),
        .in_words = report::in_words(review),
        .beat_notes = {},
        .stretches = workspace::told(edits.stretches()),
        .notes = edits.notes(),
        .undo = edits.undo_text(),
        .redo = edits.redo_text()};
    for (const auto& [sample, note] : edits.beat_notes()) told.beat_notes.push_back({sample, note});
    return told;
}

std::optional<messages::SecondInfo> Workspace::second_info() const {
    if (!work_.second) return std::nullopt;
    const classify::Card& card = work_.second->card();
    messages::SecondInfo told{.name = card.name,
                              .title = card.title,
                              .lead = work_.recording->leads[work_.second->lead()].name,
                              .classes = card.classes,
                              .samples = {},
                              .labels = {},
                              .matrix = {}};
    std::vector<report::Beat> beats;
    for (const classify::ClassifiedBeat& beat : work_.second->beats()) {
        told.samples.push_back(beat.sample);
        told.labels.push_back(beat.label);
        beats.push_back({.sample = beat.sample, .label = beat.label, .probabilities = {}});
    }
    if (!reference().sample.empty()) {
        report::Input input;
        input.classes = card.classes;
        input.beats = beats;
        told.matrix = matrix_of(against_reference(*work_.recording, input));
    }
    return told;
}

Result<messages::ExplanationInfo> Workspace::explained(std::span<const float> output) {
    const Explained now = explained_now();
    classify::Explainer* explainer = work_.explainer.get(now);
    if (explainer == nullptr) return fail("", "", "no beat is being explained");
    const auto explanation = explainer->accept(output);
    if (!explanation) return std::unexpected(explanation.error());
    messages::ExplanationInfo told{.sample = now.samples[explanation->beat],
                                   .probability = static_cast<double>(explanation->probability),
                                   .first = explanation->first_sample,
                                   .saliency = explanation->saliency,
                                   .groups = {}};
    if (explanation->label >= 0)
        told.class_ = card_->classes[static_cast<std::size_t>(explanation->label)];
    for (const classify::GroupShare& share : explanation->groups)
        told.groups.push_back({share.group, static_cast<double>(share.change)});
    return told;
}

}  // namespace telltale::workspace
