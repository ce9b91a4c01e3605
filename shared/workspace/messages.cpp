// What a Workspace tells the window, as JSON messages.
#include <algorithm>
#include <format>
#include <nlohmann/json.hpp>

#include "evaluate/class_rocs.hpp"
#include "evaluate/comparison.hpp"
#include "morphology/clusters_json.hpp"
#include "recording/clock.hpp"
#include "recording/recording_json.hpp"
#include "report/report.hpp"
#include "rhythm/rhythm_json.hpp"
#include "signal/quality_json.hpp"
#include "workspace/workspace.hpp"

namespace telltale::workspace {
namespace {

// Names come from files: bytes that are no UTF-8 are replaced rather than refused.
std::string text(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// A message of the window: its type first, then what a part of the core told.
std::string message(const char* type, nlohmann::ordered_json json) {
    json["type"] = type;
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

evaluate::Comparison against_reference(const Recording& recording, const report::Input& input) {
    return evaluate::compare(recording.annotations, report::annotations(input),
                             recording.sampling_rate,
                             static_cast<std::int64_t>(recording.length()));
}

nlohmann::ordered_json roc_json(const Recording& recording, const report::Input& input) {
    std::vector<evaluate::ScoredBeat> beats;
    for (const report::Beat& beat : input.beats) beats.push_back({beat.sample, beat.probabilities});
    nlohmann::ordered_json list = nlohmann::json::array();
    for (const evaluate::ClassRoc& curve : evaluate::class_rocs(
             recording.annotations, beats, input.classes, recording.sampling_rate)) {
        nlohmann::json points = nlohmann::json::array();
        for (const evaluate::RocPoint& p : curve.roc.points)
            points.push_back({p.false_positive_rate, p.sensitivity});
        list.push_back({{"class", curve.class_name},
                        {"area", curve.roc.area},
                        {"positives", curve.roc.positives},
                        {"points", std::move(points)}});
    }
    return list;
}

}  // namespace

std::string Workspace::recording_json() const {
    if (work_.recording == nullptr) return {};
    const Recording& recording = *work_.recording;
    nlohmann::json leads = nlohmann::json::array();
    for (const Lead& lead : recording.leads)
        leads.push_back({{"name", lead.name},
                         {"unit", lead.unit},
                         {"calibration_assumed", lead.calibration.assumed}});
    nlohmann::json json = {{"type", "recording"},
                           {"name", recording.name},
                           {"sampling_rate", recording.sampling_rate},
                           {"length", recording.length()},
                           {"leads", leads},
                           {"warnings", recording.warnings},
                           {"has_reference", !reference().sample.empty()}};
    if (recording.start) json["start"] = date_and_time(*recording.start, 3);
    return text(json);
}

std::string Workspace::info_json() const {
    if (work_.recording == nullptr) return {};
    return to_json(*work_.recording).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Workspace::model_json() const {
    if (!card_) return {};
    nlohmann::json metrics = nlohmann::json::array();
    for (const classify::Metric& metric : card_->metrics)
        metrics.push_back(
            {{"protocol", metric.protocol}, {"name", metric.name}, {"value", metric.value}});
    const classify::Analysis* analysis = work_.run.analysis();
    return text({{"type", "model"},
                 {"name", card_->name},
                 {"title", card_->title},
                 {"version", card_->version},
                 {"classes", card_->classes},
                 {"labels", labels_},
                 {"doubtful_below", card_->output.doubtful_below},
                 {"lead", analysis != nullptr ? analysis->lead() : 0},
                 {"description", card_->description},
                 {"licence", card_->licence},
                 {"training_data", card_->training_data},
                 {"protocol", card_->protocol},
                 {"citation", card_->citation},
                 {"parameters", card_->parameters},
                 {"training_records", card_->training_records},
                 {"twin", card_->twin},
                 {"metrics", metrics}});
}

std::string Workspace::summary_json() const {
    if (work_.run.analysis() == nullptr) return {};
    const BeatArrays beats = this->beats();
    std::vector<std::size_t> counts(labels_.size());
    for (const std::uint8_t label : beats.label)
        if (label < counts.size()) ++counts[label];
    return text({{"type", "summary"}, {"counts", counts}, {"beats", beats.sample.size()}});
}

std::string Workspace::beat_set_json() const {
    const nlohmann::json json = beat_set_.json();
    return json.is_null() ? std::string() : text(json);
}

std::string Workspace::quality_json() {
    if (work_.recording == nullptr) return {};
    while (!assess_some()) {
    }
    return message("quality", signal::to_json(*work_.quality, *work_.recording));
}

std::string Workspace::rhythm_json() const {
    const auto* rhythm = work_.rhythm.get(revision());
    return rhythm != nullptr ? message("rhythm", rhythm::to_json(*rhythm)) : std::string();
}

std::string Workspace::clusters_json() const {
    const auto* clusters = work_.clusters.get(marks());
    return clusters != nullptr ? message("clusters", morphology::to_json(*clusters))
                               : std::string();
}

std::string Workspace::comparison_json() const {
    if (!whole() || reference().sample.empty()) return {};
    const Report report = this->report();
    const evaluate::Comparison comparison = against_reference(*work_.recording, report.input);
    const evaluate::Figures figures = evaluate::figures(comparison);
    nlohmann::ordered_json json, mismatches = nlohmann::json::array();
    for (const evaluate::Mismatch& m : comparison.mismatches)
        mismatches.push_back({m.sample, static_cast<int>(m.reference), static_cast<int>(m.test)});
    json["labels"] = "NSVFQOX";
    json["matrix"] = comparison.matrix;
    json["mismatches"] = std::move(mismatches);
    const auto set = [&](const char* key, const evaluate::Ratio& ratio) {
        if (const auto value = ratio.value()) json[key] = *value;
    };
    set("qrs_sensitivity", figures.qrs_sensitivity);
    set("qrs_predictivity", figures.qrs_predictivity);
    set("v_sensitivity", figures.v_sensitivity);
    set("v_predictivity", figures.v_predictivity);
    set("s_sensitivity", figures.s_sensitivity);
    set("s_predictivity", figures.s_predictivity);
    if (figures.rr_rms_error_s) json["rr_rms_error_s"] = *figures.rr_rms_error_s;
    json["roc"] = roc_json(*work_.recording, report.input);
    return message("comparison", std::move(json));
}

std::string Workspace::edits_json() const {
    const Edits& edits = work_.edits;
    nlohmann::json notes = nlohmann::json::array();
    for (const auto& [sample, note] : edits.beat_notes())
        notes.push_back({{"sample", sample}, {"text", note}});
    // Against the model's beats where these are known; else what the changes are by themselves.
    const report::Review review =
        work_.run.analysis() != nullptr ? report().input.review : report::Review{};
    return text({{"type", "edits"},
                 {"count", work_.run.analysis() != nullptr ? review.total() : edits.size()},
                 {"in_words", report::in_words(review)},
                 {"beat_notes", std::move(notes)},
                 {"notes", edits.notes()},
                 {"undo", edits.undo_text()},
                 {"redo", edits.redo_text()}});
}

std::string Workspace::second_json() const {
    if (!work_.second) return {};
    const classify::Card& card = work_.second->card();
    const auto found = work_.second->beats();
    nlohmann::ordered_json json = {{"name", card.name},
                                   {"title", card.title},
                                   {"lead", work_.recording->leads[work_.second->lead()].name},
                                   {"classes", card.classes}};
    nlohmann::json samples = nlohmann::json::array(), labels = nlohmann::json::array();
    std::vector<report::Beat> beats;
    for (const classify::ClassifiedBeat& beat : found) {
        samples.push_back(beat.sample);
        labels.push_back(beat.label);
        beats.push_back({.sample = beat.sample, .label = beat.label, .probabilities = {}});
    }
    json["samples"] = std::move(samples);
    json["labels"] = std::move(labels);
    if (!reference().sample.empty()) {
        report::Input input;
        input.classes = card.classes;
        input.beats = beats;
        json["matrix"] = against_reference(*work_.recording, input).matrix;
    }
    return message("second", std::move(json));
}

Result<std::string> Workspace::explained(std::span<const float> output) {
    const Explained now = explained_now();
    classify::Explainer* explainer = work_.explainer.get(now);
    if (explainer == nullptr) return fail("", "", "no beat is being explained");
    const auto explanation = explainer->accept(output);
    if (!explanation) return std::unexpected(explanation.error());
    nlohmann::ordered_json json = {
        {"sample", now.samples[explanation->beat]},
        {"class", explanation->label < 0
                      ? std::string()
                      : card_->classes[static_cast<std::size_t>(explanation->label)]},
        {"probability", explanation->probability},
        {"first", explanation->first_sample},
        {"saliency", explanation->saliency}};
    nlohmann::json groups = nlohmann::json::array();
    for (const classify::GroupShare& share : explanation->groups)
        groups.push_back({{"name", share.group}, {"change", share.change}});
    json["groups"] = std::move(groups);
    return message("explanation", std::move(json));
}

}  // namespace telltale::workspace
