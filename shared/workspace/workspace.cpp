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

// The analysis's beats with the person's changes over them.
std::vector<Edits::Beat> Workspace::reviewed() const {
    const classify::Analysis* analysis = work_.run.analysis();
    if (analysis == nullptr) return {};
    std::vector<std::int64_t> samples;
    for (const classify::ClassifiedBeat& beat : analysis->beats()) samples.push_back(beat.sample);
    return work_.edits.apply(samples, std::llround(same_beat_s * work_.recording->sampling_rate));
}

std::vector<std::int64_t> Workspace::marks() const {
    std::vector<std::int64_t> samples;
    for (const Edits::Beat& beat : reviewed()) samples.push_back(beat.sample);
    return samples;
}

BeatArrays Workspace::beats() const {
    BeatArrays arrays;
    if (work_.run.analysis() == nullptr) return arrays;
    const std::size_t classes = card_->classes.size();
    const Report report = this->report();
    arrays.classes = classes;
    arrays.probabilities.resize(report.beats.size() * classes);
    for (std::size_t i = 0; i < report.beats.size(); ++i) {
        const report::Beat& beat = report.beats[i];
        arrays.sample.push_back(static_cast<double>(beat.sample));
        arrays.label.push_back(beat.label < 0 ? 255 : static_cast<std::uint8_t>(beat.label));
        arrays.person.push_back(beat.person ? 1 : beat.follows ? 2 : 0);
        // A beat without a class has no answer to doubt.
        arrays.doubtful.push_back(beat.doubtful && beat.label >= 0 ? 1 : 0);
        std::ranges::copy(beat.probabilities,
                          arrays.probabilities.begin() + static_cast<std::ptrdiff_t>(i * classes));
    }
    return arrays;
}

std::vector<std::string> Workspace::warnings() const {
    const classify::Analysis* analysis = work_.run.analysis();
    return analysis != nullptr ? analysis->warnings() : std::vector<std::string>{};
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
    work_.answers.set(work_.run.found(), work_.asking->answers());
    work_.asking.reset();
    return std::nullopt;
}

Result<void> Workspace::accept_rhythm(std::span<const float> output) {
    if (!work_.asking) return fail("", "", "no rhythm model is in use");
    return work_.asking->accept(output);
}

const rhythm::RhythmCourse* Workspace::course() const {
    const rhythm::RhythmAnswers* answers = work_.answers.get(work_.run.found());
    if (answers == nullptr || !work_.quality || !whole()) return nullptr;
    const BeatsRevision now = revision();
    if (work_.course.get(now) == nullptr) {
        report::Review review;
        work_.course.set(now, report::find_course(*work_.recording, labels_, named(review),
                                                  *answers, *work_.quality));
    }
    return work_.course.get(now);
}

// --- what it means -------------------------------------------------------------------------------

std::vector<report::Beat> Workspace::named(report::Review& review) const {
    std::vector<report::Beat> named;
    const classify::Analysis* analysis = work_.run.analysis();
    if (analysis == nullptr) return named;
    const auto found = analysis->beats();
    const auto beats = reviewed();
    const classify::Adapted* adapted = this->adapted(beats);
    for (const Edits::Beat& beat : beats) {
        report::Beat& out = named.emplace_back();
        out.sample = beat.sample;
        out.person = !beat.label.empty();
        if (beat.source) {
            const classify::ClassifiedBeat& source = found[*beat.source];
            out.label = source.label;
            out.probabilities = source.probabilities;
            out.confidence = source.detection_confidence;
            out.doubtful = source.doubtful && beat.label.empty();
            std::vector<std::string> none;  // labels_ holds Q
            if (source.paced)
                report::as_paced(out, labels_, none);
            else if (adapted != nullptr && beat.label.empty())
                follow(*adapted, source, *beat.source, out);
        }
        if (!out.person) continue;
        // Given with another model in use, it may be a class of that one: told as unknown.
        const auto it = std::ranges::find(labels_, beat.label);
        const int label = it == labels_.end() ? -1 : static_cast<int>(it - labels_.begin());
        ++(!beat.source ? review.added : label == out.label ? review.confirmed : review.renamed);
        out.paced = out.paced && label == out.label;
        out.label = label;
    }
    const auto kept =
        std::ranges::count_if(beats, [](const auto& b) { return b.source.has_value(); });
    review.removed = found.size() - static_cast<std::size_t>(kept);
    return named;
}

Workspace::Report Workspace::report() const {
    Report report;
    const Recording& recording = *work_.recording;
    const classify::Analysis* analysis = work_.run.analysis();
    report::Review review;
    report.beats = named(review);
    const rhythm::RhythmCourse* course = this->course();
    if (course != nullptr) report::leave_unnamed(report.beats, *course);
    review.moved =
        static_cast<std::size_t>(std::ranges::count(report.beats, true, &report::Beat::follows));
    // A note belongs to the beat that is nearest.
    const auto reach = std::llround(same_beat_s * recording.sampling_rate);
    for (const auto& [sample, note] : work_.edits.beat_notes()) {
        const auto after =
            std::ranges::lower_bound(report.beats, sample, {}, &report::Beat::sample);
        report::Beat* nearest = nullptr;
        for (const auto it : {after - (after == report.beats.begin() ? 0 : 1), after})
            if (it != report.beats.end() && std::abs(it->sample - sample) <= reach &&
                (nearest == nullptr ||
                 std::abs(it->sample - sample) < std::abs(nearest->sample - sample)))
                nearest = &*it;
        if (nearest != nullptr) nearest->note = note;
    }
    report.input = {.recording = recording.name,
                    .sampling_rate = recording.sampling_rate,
                    .start = recording.start,
                    .samples = static_cast<std::int64_t>(recording.length()),
                    .lead = analysis != nullptr ? recording.leads[analysis->lead()].name : "",
                    .detector = "telltale",
                    .model = card_ ? card_->name : "",
                    .model_version = card_ ? card_->version : "",
                    .classes = card_ ? card_->classes : std::vector<std::string>{},
                    .more_classes = {},
                    .beats = report.beats,
                    .warnings = recording.warnings};
    if (card_)
        report.input.more_classes.assign(
            labels_.begin() + static_cast<std::ptrdiff_t>(card_->classes.size()), labels_.end());
    report.input.notes = work_.edits.notes();
    report.input.review = review;
    report.input.course = course;
    for (std::string& warning : warnings()) report.input.warnings.push_back(std::move(warning));
    return report;
}

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
    while (!assess_some()) {
    }
    const Report report = this->report();
    auto rhythm = report::find_rhythm(*work_.recording, report.input, {}, *work_.quality);
    if (!rhythm) return std::unexpected(rhythm.error());
    work_.rhythm.set(revision(), std::move(*rhythm));
    return {};
}

Result<bool> Workspace::find_clusters() {
    if (auto beats = whole(); !beats) return std::unexpected(beats.error());
    auto samples = marks();
    if (work_.clusters.get(samples) != nullptr) return false;
    const Report report = this->report();
    work_.clusters.set(std::move(samples), report::find_clusters(*work_.recording, report.input));
    return true;
}

std::size_t Workspace::cluster_count() const {
    const auto* clusters = work_.clusters.get(marks());
    return clusters != nullptr ? clusters->clusters.size() : 0;
}

morphology::ClusterDensity Workspace::cluster_density(std::size_t index) const {
    const auto samples = marks();
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
    const auto beats = reviewed();
    Reviewed about{.labels = labels_,
                   .beats = beats,
                   .length = static_cast<std::int64_t>(recording.length()),
                   .sampling_rate = recording.sampling_rate,
                   .class_of = {},
                   .snap = {},
                   .members = {}};
    about.class_of = [&](const Edits::Beat& beat) {
        if (!beat.label.empty() || !beat.source) return beat.label;
        const classify::ClassifiedBeat source = analysis->beats()[*beat.source];
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
    const Report report = this->report();
    const report::Input& input = report.input;
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
