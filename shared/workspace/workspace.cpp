#include "workspace/workspace.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <utility>

#include "beats/snap.hpp"
#include "classify/adapt_analysis.hpp"
#include "formats/formats.hpp"
#include "report/findings.hpp"
#include "report/html_report.hpp"
#include "rhythm/named_seconds.hpp"
#include "rhythm/rhythm_features.hpp"
#include "rhythm/rhythm_message.hpp"
#include "synth/synth.hpp"
#include "workspace/bytes.hpp"
#include "workspace/conversion.hpp"
#include "workspace/review.hpp"

namespace telltale::workspace {
// --- files and recordings ------------------------------------------------------------------------

Opened Workspace::open_files(double sampling_rate) {
    beat_set_.forget();  // it looks at a set of the files before
    return intake_.open(sampling_rate);
}

void Workspace::use(const Recording* recording) {
    work_ = {};
    work_.recording = recording;
    work_.pyramids.resize(recording->leads.size());
}

bool Workspace::choose(std::size_t index) {
    if (index >= intake_.recordings()) return false;
    work_ = {};  // it looks at a recording that may go now
    use(intake_.take(index));
    return true;
}

void Workspace::use_synthetic(double seconds) {
    work_ = {};
    synthetic_ = synth::make({.duration_s = seconds, .pvc_share = 0.2});
    use(&synthetic_);
}

const signal::Pyramid& Workspace::pyramid(std::size_t lead) {
    auto& pyramid = work_.pyramids[lead];
    if (!pyramid) pyramid = signal::Pyramid::build(work_.recording->leads[lead].samples);
    return *pyramid;
}

std::span<const float> Workspace::samples(std::size_t lead, double first, double count) const {
    const Recording* recording = work_.recording;
    if (recording == nullptr || lead >= recording->leads.size()) return {};
    const auto length = static_cast<double>(recording->length());
    if (!(first >= 0 && first < length && count > 0)) return {};
    const auto start = static_cast<std::size_t>(first);
    const auto wanted = static_cast<std::size_t>(std::min(count, length));
    return std::span(recording->leads[lead].samples)
        .subspan(start, std::min(wanted, recording->length() - start));
}

ReferenceArrays Workspace::reference() const {
    ReferenceArrays reference;
    if (work_.recording == nullptr) return reference;
    for (const Annotation& annotation : work_.recording->annotations) {
        const auto aami = aami_class(annotation.code);
        if (!aami) continue;
        reference.sample.push_back(static_cast<double>(annotation.sample));
        reference.aami.push_back(static_cast<std::uint8_t>(*aami));
    }
    return reference;
}

// --- model and analysis --------------------------------------------------------------------------

Result<void> Workspace::use_model(std::span<const std::byte> onnx, std::string_view file) {
    auto card = classify::read_card(onnx, file);
    if (!card) return std::unexpected(card.error());
    work_.run.stop();
    work_.asking.reset();
    card_ = std::move(*card);
    labels_ = classify::labels_of(*card_);
    return {};
}

Result<void> Workspace::start(const std::string& lead) {
    if (work_.recording == nullptr) return fail("", "", "no recording is open");
    if (!card_) return fail("", "", "no model is chosen");
    work_.asking.reset();
    return work_.run.start(*work_.recording, *card_, lead);
}

classify::Progress Workspace::progress() const {
    const classify::Analysis* analysis = work_.run.analysis();
    return analysis != nullptr ? analysis->progress() : classify::Progress{};
}

std::vector<std::string> Workspace::warnings() const {
    const classify::Analysis* analysis = work_.run.analysis();
    if (analysis == nullptr) return {};
    const std::uint64_t revision = work_.run.revision();
    if (work_.warnings.get(revision) == nullptr) work_.warnings.set(revision, analysis->warnings());
    return *work_.warnings.get(revision);
}

bool Workspace::choose_set(std::size_t index) {
    if (index >= intake_.beat_sets().size()) return false;
    beat_set_.use(intake_.beat_sets()[index]);
    return true;
}

// --- which rhythm holds when ---------------------------------------------------------------------

Result<void> Workspace::start_rhythm(std::span<const std::byte> onnx, std::string_view file) {
    work_.asking.reset();
    if (auto beats = whole(); !beats) return beats;
    if (work_.answers.get(work_.run.found()) != nullptr) return {};
    if (rhythm::rhythm_leads(*work_.recording).empty()) return fail("", "", "no ECG lead is in mV");
    auto card = classify::read_card(onnx, file);
    if (!card) return std::unexpected(card.error());
    std::vector<beats::Beat> found;
    for (const classify::ClassifiedBeat& beat : work_.run.analysis()->beats())
        found.push_back({.sample = beat.sample, .confidence = beat.detection_confidence});
    auto asking =
        rhythm::RhythmAnalysis::open(*work_.recording, std::move(*card), std::move(found));
    if (!asking) return std::unexpected(asking.error());
    while (!assess_some()) {
    }
    work_.asking = std::move(*asking);
    return {};
}

std::optional<classify::Batch> Workspace::next_rhythm_batch() {
    if (!work_.asking) return std::nullopt;
    auto batch = work_.asking->next_batch();
    if (batch) return batch;
    const std::uint64_t found = work_.run.found();
    work_.answers.set(found, work_.asking->answers());
    work_.seconds.set(
        found, rhythm::name_seconds(*work_.answers.get(found), work_.recording->sampling_rate,
                                    static_cast<std::int64_t>(work_.recording->length())));
    work_.asking.reset();
    return std::nullopt;
}

Result<void> Workspace::accept_rhythm(std::span<const float> output) {
    if (!work_.asking) return fail("", "", "no rhythm model is in use");
    return work_.asking->accept(output);
}

// --- what it means -------------------------------------------------------------------------------

Result<void> Workspace::whole() const {
    switch (work_.run.state()) {
        case AnalysisRun::State::none: return fail("", "", "There are no beats yet.");
        case AnalysisRun::State::finding: return fail("", "", "The beats are not all found yet.");
        case AnalysisRun::State::named_in_part:
            return fail("", "", "The beats are named in part only: let a model name them all.");
        default: return {};
    }
}

bool Workspace::assess_some() {
    const Recording* recording = work_.recording;
    if (recording == nullptr || work_.quality) return true;
    auto& assessed = work_.assessed;
    if (assessed.size() < recording->leads.size())
        assessed.push_back(signal::poor_stretches(*recording, assessed.size()));
    if (assessed.size() < recording->leads.size()) return false;
    work_.missing = rhythm::unseen_stretches(*recording);
    work_.quality = signal::assess(*recording, std::exchange(assessed, {}));
    return true;
}

Result<void> Workspace::find() {
    if (auto found = find_rhythm(); !found) return found;
    if (auto found = find_clusters(); !found) return std::unexpected(found.error());
    return {};
}

Result<void> Workspace::find_rhythm() {
    if (auto beats = whole(); !beats) return beats;
    if (work_.rhythm.get(revision()) != nullptr) return {};
    auto rhythm = read_rhythm({});
    if (!rhythm) return std::unexpected(rhythm.error());
    work_.hrv = rhythm->hrv;
    work_.rhythm.set(revision(), std::move(*rhythm));
    return {};
}

Result<messages::RhythmInfo> Workspace::rhythm_at_once() {
    if (auto beats = whole(); !beats) return std::unexpected(beats.error());
    auto rhythm = read_rhythm({.hrv = false});
    if (!rhythm) return std::unexpected(rhythm.error());
    rhythm->hrv = work_.hrv;
    return rhythm::message_of(*rhythm);
}

Result<rhythm::Summary> Workspace::read_rhythm(const rhythm::Options& options) {
    while (!assess_some()) {
    }
    const Report& report = now();
    const auto beats = report::rhythm_beats(report.input);
    signal::RecordingQuality quality{.leads = {}, .unreadable = work_.quality->unreadable};
    std::ranges::copy(called_dark(), std::back_inserter(quality.unreadable));
    return report::find_rhythm(*work_.recording, report.input, options, quality, beats, gaps(beats),
                               &work_.known);
}

Result<bool> Workspace::find_clusters() {
    if (auto beats = whole(); !beats) return std::unexpected(beats.error());
    const auto& samples = marks();
    if (work_.clusters.get(samples) != nullptr) return false;
    work_.clusters.set(samples, report::find_clusters(*work_.recording, now().input));
    return true;
}

std::size_t Workspace::cluster_count() const {
    const auto* clusters = work_.clusters.get(marks());
    return clusters != nullptr ? clusters->clusters.size() : 0;
}

morphology::ClusterDensity Workspace::cluster_density(std::size_t index) const {
    const auto& samples = marks();
    const auto* clusters = work_.clusters.get(samples);
    const classify::Analysis* analysis = work_.run.analysis();
    if (clusters == nullptr || analysis == nullptr) return {};
    const std::size_t lead = analysis->lead();
    return morphology::cluster_density(*clusters, index, lead, work_.recording->leads[lead].samples,
                                       work_.recording->sampling_rate, samples);
}

// --- review --------------------------------------------------------------------------------------

Result<void> Workspace::edit(const messages::Edit& edit) {
    const classify::Analysis* analysis = work_.run.analysis();
    if (analysis == nullptr) return fail("", "edit", "there are no beats yet");
    const Recording& recording = *work_.recording;
    const auto& beats = reviewed();
    Reviewed about{.labels = labels_,
                   .beats = beats,
                   .length = static_cast<std::int64_t>(recording.length()),
                   .sampling_rate = recording.sampling_rate,
                   .class_of = {},
                   .snap = {},
                   .members = {}};
    about.class_of = [&](const Edits::Beat& beat) {
        if (!beat.label.empty() || !beat.source) return std::string(beat.label);
        const classify::ClassifiedBeat& source = found_beats()[*beat.source];
        const int label = source.label;
        if (source.paced) return std::string("Q");
        return label < 0 ? std::string() : card_->classes[static_cast<std::size_t>(label)];
    };
    about.snap = [&](std::int64_t sample) {
        return beats::largest_deflection(recording.leads[analysis->lead()].samples,
                                         recording.sampling_rate, sample);
    };
    about.members = [&](std::size_t index) -> std::optional<std::vector<std::int64_t>> {
        const auto* clusters = work_.clusters.get(marks());
        if (clusters == nullptr || index >= clusters->clusters.size()) return std::nullopt;
        std::vector<std::int64_t> samples;
        for (const std::uint32_t member : clusters->clusters[index].members)
            samples.push_back(beats[member].sample);
        return samples;
    };
    return change(work_.edits, edit, about);
}

const std::string& Workspace::fingerprint() {
    if (work_.fingerprint.empty() && work_.recording != nullptr)
        work_.fingerprint = workspace::fingerprint(*work_.recording);
    return work_.fingerprint;
}

std::string Workspace::session_json() {
    if (work_.recording == nullptr) return {};
    const classify::Analysis* analysis = work_.run.analysis();
    return session_file(work_.edits, *work_.recording, fingerprint(), card_ ? &*card_ : nullptr,
                        analysis != nullptr ? work_.recording->leads[analysis->lead()].name : "");
}

Result<void> Workspace::load_review(std::string_view text, std::string_view file,
                                    Edits::Steps steps, Edits& edits) {
    if (work_.recording == nullptr)
        return fail(std::string(file), "", "open the recording that it belongs to first");
    const auto review = review_in(text, file, *work_.recording, fingerprint());
    if (!review) return std::unexpected(review.error());
    return edits.load(*review, file, static_cast<std::int64_t>(work_.recording->length()), steps);
}

Result<void> Workspace::open_session(std::string_view text, std::string_view file) {
    return load_review(text, file, Edits::Steps::of_the_file, work_.edits);
}

Result<void> Workspace::adopt_session(std::string_view text, std::string_view file) {
    return load_review(text, file, Edits::Steps::own, work_.edits);
}

Result<void> Workspace::check_session(std::string_view text, std::string_view file) {
    Edits nowhere;
    return load_review(text, file, Edits::Steps::of_the_file, nowhere);
}

// --- a second opinion, and why -------------------------------------------------------------------

Result<void> Workspace::use_second(std::span<const std::byte> onnx, std::string_view file) {
    work_.second.reset();
    if (work_.run.analysis() == nullptr) return fail("", "", "there are no beats yet");
    auto card = classify::read_card(onnx, file);
    if (!card) return std::unexpected(card.error());
    classify::AnalysisOptions options;
    options.given_beats.emplace();
    for (const std::int64_t sample : marks()) options.given_beats->push_back({sample, 1.0F});
    auto analysis =
        classify::Analysis::open(*work_.recording, std::move(*card), std::move(options));
    if (!analysis) return std::unexpected(analysis.error());
    work_.second = std::move(*analysis);
    return {};
}

std::optional<classify::Batch> Workspace::next_second_batch(std::size_t max_beats) {
    return work_.second ? work_.second->next_batch(max_beats) : std::nullopt;
}

Result<void> Workspace::accept_second(std::span<const float> output) {
    if (!work_.second) return fail("", "", "no second model is in use");
    return work_.second->accept(output);
}

Result<classify::Batch> Workspace::explain(std::size_t beat) {
    const classify::Analysis* analysis = work_.run.analysis();
    if (analysis == nullptr) return fail("", "", "there are no beats yet");
    Explained now = explained_now();
    if (work_.explainer.get(now) == nullptr) {
        auto explainer = classify::Explainer::open(*work_.recording, *card_, analysis->read_leads(),
                                                   now.samples);
        if (!explainer) return std::unexpected(explainer.error());
        work_.explainer.set(now, std::move(*explainer));
    }
    const auto batch = work_.explainer.get(now)->batch(beat);
    if (!batch) return fail("", "", "there is no such beat");
    return *batch;
}

// --- exports -------------------------------------------------------------------------------------

Result<std::vector<std::byte>> Workspace::convert(std::string_view kind) const {
    if (work_.recording == nullptr) return fail("", "", "no recording is open");
    return converted(*work_.recording, kind);
}

Result<std::vector<std::byte>> Workspace::export_as(std::string_view kind,
                                                    std::span<const std::int64_t> strips) {
    if (kind == "session" && work_.recording != nullptr) return bytes_of(session_json());
    if (auto beats = whole(); !beats) return std::unexpected(beats.error());
    if (kind == "waves" || kind == "waves_csv") return export_waves(kind == "waves_csv");
    if (kind == "html")
        if (auto found = find(); !found) return std::unexpected(found.error());
    const report::Input& input = now().input;
    if (kind == "html") {
        const report::Findings findings{.quality = *work_.quality,
                                        .rhythm = *work_.rhythm.get(revision()),
                                        .clusters = *work_.clusters.get(marks()),
                                        .options = {}};
        return bytes_of(report::html_report(*work_.recording, input, findings,
                                            {.chosen = {strips.begin(), strips.end()}}));
    }
    if (kind == "edf_beats") {
        Recording with_beats = *work_.recording;
        with_beats.annotations = report::annotations(input);
        return formats::write_edf(with_beats);
    }
    if (kind == "csv") return bytes_of(report::beats_csv(input));
    if (kind == "json") return bytes_of(report::beats_json(input));
    if (kind == "atr") return formats::write_wfdb_annotations(report::annotations(input));
    return fail("", "", std::format("there is no export named {}", kind));
}

}  // namespace telltale::workspace
