#include "engine.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>
#include <new>
#include <utility>

#include "formats/formats.hpp"
#include "report/report.hpp"
#include "synth/synth.hpp"

namespace telltale::page {
namespace {

// Names come from files: bytes that are no UTF-8 are replaced rather than refused.
std::string text(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string start_text(const StartTime& start) {
    const std::string time =
        std::format("{:02}:{:02}:{:02}", start.hour, start.minute, static_cast<int>(start.second));
    if (start.year == 0) return time;
    return std::format("{:04}-{:02}-{:02} {}", start.year, start.month, start.day, time);
}

std::vector<std::byte> bytes_of(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

}  // namespace

std::byte* Engine::add_file(std::string name, std::size_t bytes) {
    std::unique_ptr<std::byte[]> room(bytes > 0 ? new (std::nothrow) std::byte[bytes] : nullptr);
    if (bytes > 0 && room == nullptr) return nullptr;
    files_.push_back({std::move(name), std::move(room), bytes});
    return files_.back().bytes.get();
}

void Engine::forget_files() { files_.clear(); }

Engine::Opened Engine::open_files(double sampling_rate) {
    std::vector<formats::NamedBytes> named;
    for (const File& file : files_) named.push_back({file.name, {file.bytes.get(), file.size}});
    formats::ReadOptions options;
    if (sampling_rate > 0) options.sampling_rate = sampling_rate;
    formats::ReadResult result = formats::read_recordings(named, options);
    files_.clear();
    Opened opened;
    found_ = std::move(result.recordings);
    for (const Recording& recording : found_) opened.recordings.push_back(recording.name);
    opened.errors = std::move(result.errors);
    return opened;
}

void Engine::use(const Recording* recording) {
    analysis_.reset();
    detected_.reset();
    pyramids_.clear();
    pyramids_.resize(recording->leads.size());
    recording_ = recording;
}

bool Engine::choose(std::size_t index) {
    if (index >= (found_.empty() ? recordings_ : found_).size()) return false;
    if (!found_.empty()) {
        analysis_.reset();  // it points into what is dropped here
        recordings_ = std::exchange(found_, {});
    }
    use(&recordings_[index]);
    return true;
}

void Engine::use_synthetic(double seconds) {
    analysis_.reset();
    synthetic_ = synth::make({.duration_s = seconds, .pvc_share = 0.2});
    use(&synthetic_);
}

std::string Engine::recording_json() const {
    if (recording_ == nullptr) return {};
    nlohmann::json leads = nlohmann::json::array();
    for (const Lead& lead : recording_->leads)
        leads.push_back({{"name", lead.name}, {"unit", lead.unit}});
    const ReferenceArrays reference = this->reference();
    nlohmann::json json = {{"type", "recording"},
                           {"name", recording_->name},
                           {"sampling_rate", recording_->sampling_rate},
                           {"length", recording_->length()},
                           {"leads", leads},
                           {"warnings", recording_->warnings},
                           {"has_reference", !reference.sample.empty()}};
    if (recording_->start) json["start"] = start_text(*recording_->start);
    return text(json);
}

const signal::Pyramid& Engine::pyramid(std::size_t lead) {
    auto& pyramid = pyramids_[lead];
    if (!pyramid) pyramid = signal::Pyramid::build(recording_->leads[lead].samples);
    return *pyramid;
}

std::span<const float> Engine::samples(std::size_t lead, double first, double count) const {
    if (recording_ == nullptr || lead >= recording_->leads.size()) return {};
    const auto length = static_cast<double>(recording_->length());
    if (!(first >= 0 && first < length && count > 0)) return {};
    const auto start = static_cast<std::size_t>(first);
    const auto wanted = static_cast<std::size_t>(std::min(count, length));
    return std::span(recording_->leads[lead].samples)
        .subspan(start, std::min(wanted, recording_->length() - start));
}

ReferenceArrays Engine::reference() const {
    ReferenceArrays reference;
    if (recording_ == nullptr) return reference;
    for (const Annotation& annotation : recording_->annotations) {
        const auto aami = aami_class(annotation.code);
        if (!aami) continue;
        reference.sample.push_back(static_cast<double>(annotation.sample));
        reference.aami.push_back(static_cast<std::uint8_t>(*aami));
    }
    return reference;
}

Result<void> Engine::use_model(std::span<const std::byte> onnx, std::string_view file) {
    auto card = classify::read_card(onnx, file);
    if (!card) return std::unexpected(card.error());
    analysis_.reset();
    card_ = std::move(*card);
    return {};
}

std::string Engine::model_json() const {
    if (!card_) return {};
    nlohmann::json metrics = nlohmann::json::array();
    for (const classify::Metric& metric : card_->metrics)
        metrics.push_back(
            {{"protocol", metric.protocol}, {"name", metric.name}, {"value", metric.value}});
    return text({{"type", "model"},
                 {"name", card_->name},
                 {"title", card_->title},
                 {"version", card_->version},
                 {"classes", card_->classes},
                 {"lead", analysis_ ? analysis_->lead() : 0},
                 {"description", card_->description},
                 {"licence", card_->licence},
                 {"metrics", metrics}});
}

Result<void> Engine::start(const std::string& lead) {
    if (recording_ == nullptr) return fail("", "", "no recording is open");
    if (!card_) return fail("", "", "no model is chosen");
    classify::AnalysisOptions options{.lead = lead};
    auto analysis = classify::Analysis::open(*recording_, *card_, options);
    if (analysis && detected_ && detected_->lead == analysis->lead()) {
        options.given_beats = detected_->beats;
        analysis = classify::Analysis::open(*recording_, *card_, std::move(options));
    }
    if (!analysis) return std::unexpected(analysis.error());
    analysis_ = std::move(*analysis);
    return {};
}

bool Engine::detect_some() {
    if (!analysis_) return true;
    if (!analysis_->detect_some()) return false;
    if (!detected_ || detected_->lead != analysis_->lead()) {
        detected_ = Detected{.lead = analysis_->lead(), .beats = {}};
        for (const classify::ClassifiedBeat& beat : analysis_->beats())
            detected_->beats.push_back({beat.sample, beat.detection_confidence});
    }
    return true;
}

std::optional<classify::Batch> Engine::next_batch(std::size_t max_beats) {
    return analysis_ ? analysis_->next_batch(max_beats) : std::nullopt;
}

Result<void> Engine::accept(std::span<const float> output) {
    if (!analysis_) return fail("", "", "no analysis is under way");
    return analysis_->accept(output);
}

classify::Progress Engine::progress() const {
    return analysis_ ? analysis_->progress() : classify::Progress{};
}

BeatArrays Engine::beats() const {
    BeatArrays arrays;
    if (!analysis_) return arrays;
    const auto beats = analysis_->beats();
    const std::size_t classes = card_->classes.size();
    arrays.probabilities.resize(beats.size() * classes);
    for (std::size_t i = 0; i < beats.size(); ++i) {
        arrays.sample.push_back(static_cast<double>(beats[i].sample));
        arrays.label.push_back(beats[i].label < 0 ? 255
                                                  : static_cast<std::uint8_t>(beats[i].label));
        std::ranges::copy(beats[i].probabilities,
                          arrays.probabilities.begin() +
                              static_cast<std::ptrdiff_t>(i * classes));
    }
    return arrays;
}

std::vector<std::string> Engine::warnings() const {
    return analysis_ ? analysis_->warnings() : std::vector<std::string>{};
}

std::string Engine::summary_json() const {
    if (!analysis_) return {};
    return text({{"type", "summary"},
                 {"counts", analysis_->counts()},
                 {"beats", analysis_->beats().size()}});
}

std::optional<std::vector<std::byte>> Engine::export_as(std::string_view kind) const {
    if (!analysis_) return std::nullopt;
    std::vector<report::Beat> beats;
    for (const classify::ClassifiedBeat& beat : analysis_->beats())
        beats.push_back({beat.sample, beat.label, beat.probabilities, beat.detection_confidence,
                         beat.doubtful});
    report::Input input{.recording = recording_->name,
                        .sampling_rate = recording_->sampling_rate,
                        .samples = static_cast<std::int64_t>(recording_->length()),
                        .lead = recording_->leads[analysis_->lead()].name,
                        .detector = "telltale",
                        .model = card_->name,
                        .model_version = card_->version,
                        .classes = card_->classes,
                        .beats = beats,
                        .warnings = recording_->warnings};
    for (std::string& warning : analysis_->warnings()) input.warnings.push_back(std::move(warning));
    if (kind == "csv") return bytes_of(report::beats_csv(input));
    if (kind == "json") return bytes_of(report::beats_json(input));
    if (kind == "atr") return formats::write_wfdb_annotations(report::annotations(input));
    return std::nullopt;
}

}  // namespace telltale::page
