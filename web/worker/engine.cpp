#include "engine.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <new>
#include <nlohmann/json.hpp>
#include <utility>

#include "evaluate/comparison.hpp"
#include "formats/formats.hpp"
#include "morphology/clusters_json.hpp"
#include "report/report.hpp"
#include "rhythm/rhythm.hpp"
#include "rhythm/rhythm_json.hpp"
#include "signal/quality_json.hpp"
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

// A message of the window: its type first, then what a part of the core told.
std::string message(const char* type, nlohmann::ordered_json json) {
    json["type"] = type;
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// A cluster's picture.
constexpr std::size_t most_columns = 128, density_rows = 72;

}  // namespace

std::byte* Engine::add_file(std::string name, std::size_t bytes) {
    std::unique_ptr<std::byte[]> room(bytes > 0 ? new (std::nothrow) std::byte[bytes] : nullptr);
    if (bytes > 0 && room == nullptr) return nullptr;
    files_.push_back({std::move(name), std::move(room), bytes});
    return files_.back().bytes.get();
}

void Engine::forget_files() {
    files_.clear();
}

Engine::Opened Engine::open_files(double sampling_rate) {
    std::vector<formats::NamedBytes> named;
    for (const File& file : files_) named.push_back({file.name, {file.bytes.get(), file.size}});
    formats::ReadOptions options;
    if (sampling_rate > 0) options.sampling_rate = sampling_rate;
    formats::ReadResult result = formats::read_recordings(named, options);
    files_.clear();
    Opened opened;
    found_ = std::move(result.recordings);
    for (const Recording& recording : found_) {
        Opened::Entry entry{.name = recording.name, .leads = {}, .seconds = recording.duration()};
        for (const Lead& lead : recording.leads)
            entry.leads += (entry.leads.empty() ? "" : ", ") + lead.name;
        entry.has_reference = std::ranges::any_of(recording.annotations, [](const Annotation& a) {
            return aami_class(a.code).has_value();
        });
        opened.recordings.push_back(std::move(entry));
    }
    opened.errors = std::move(result.errors);
    opened.needs_sampling_rate =
        sampling_rate <= 0 && std::ranges::any_of(opened.errors, [](const Error& error) {
            return error.message.starts_with("no sampling rate was found");
        });
    return opened;
}

void Engine::use(const Recording* recording) {
    analysis_.reset();
    detected_.reset();
    pyramids_.clear();
    pyramids_.resize(recording->leads.size());
    quality_.reset();
    clusters_ = {};
    clustered_.clear();
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
        leads.push_back({{"name", lead.name},
                         {"unit", lead.unit},
                         {"calibration_assumed", lead.calibration.assumed}});
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
                 {"training_data", card_->training_data},
                 {"protocol", card_->protocol},
                 {"citation", card_->citation},
                 {"parameters", card_->parameters},
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
                          arrays.probabilities.begin() + static_cast<std::ptrdiff_t>(i * classes));
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

// --- what it means -------------------------------------------------------------------------------

std::vector<Annotation> Engine::annotations_of(const std::optional<GivenBeats>& edited) const {
    std::vector<report::Beat> beats;
    const auto label = [](std::uint8_t l) { return l == 255 ? -1 : static_cast<int>(l); };
    if (edited) {
        for (std::size_t i = 0; i < edited->sample.size() && i < edited->label.size(); ++i)
            beats.push_back({.sample = static_cast<std::int64_t>(edited->sample[i]),
                             .label = label(edited->label[i]),
                             .probabilities = {}});
    } else if (analysis_) {
        for (const classify::ClassifiedBeat& beat : analysis_->beats())
            beats.push_back({.sample = beat.sample, .label = beat.label, .probabilities = {}});
    }
    report::Input input;
    if (card_) input.classes = card_->classes;
    input.beats = beats;
    return report::annotations(input);
}

const signal::RecordingQuality& Engine::quality() {
    if (!quality_) quality_ = signal::assess(*recording_);
    return *quality_;
}

std::string Engine::quality_json() {
    if (recording_ == nullptr) return {};
    return message("quality", signal::to_json(quality(), *recording_));
}

std::string Engine::rhythm_json(const std::optional<GivenBeats>& edited) {
    if (recording_ == nullptr || (!edited && !analysis_)) return {};
    std::vector<rhythm::Beat> beats;
    for (const Annotation& annotation : annotations_of(edited))
        if (const auto aami = aami_class(annotation.code))
            beats.push_back({.sample = annotation.sample, .type = *aami});
    const auto summary = rhythm::analyse({.beats = beats,
                                          .sampling_rate = recording_->sampling_rate,
                                          .length = static_cast<std::int64_t>(recording_->length()),
                                          .unreadable = quality().unreadable});
    if (!summary) return message("rhythm", {{"error", summary.error().to_string()}});
    return message("rhythm", rhythm::to_json(*summary));
}

std::string Engine::comparison_json(const std::optional<GivenBeats>& edited) const {
    if (recording_ == nullptr || (!edited && !analysis_)) return {};
    if (reference().sample.empty()) return {};
    using evaluate::Label;
    const evaluate::Comparison comparison = evaluate::compare(
        recording_->annotations, annotations_of(edited), recording_->sampling_rate,
        static_cast<std::int64_t>(recording_->length()));
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
    return message("comparison", std::move(json));
}

std::string Engine::clusters_json(const std::optional<GivenBeats>& edited) {
    if (recording_ == nullptr || (!edited && !analysis_)) return {};
    clustered_.clear();
    if (edited)
        for (const double sample : edited->sample)
            clustered_.push_back(static_cast<std::int64_t>(sample));
    else
        for (const classify::ClassifiedBeat& beat : analysis_->beats())
            clustered_.push_back(beat.sample);
    std::vector<std::span<const float>> leads;
    for (const Lead& lead : recording_->leads) leads.emplace_back(lead.samples);
    clusters_ = morphology::cluster_beats(leads, recording_->sampling_rate, clustered_);
    return message("clusters", morphology::to_json(clusters_));
}

ClusterDensity Engine::cluster_density(std::size_t index) const {
    ClusterDensity density;
    if (recording_ == nullptr || index >= clusters_.clusters.size()) return density;
    const morphology::Cluster& cluster = clusters_.clusters[index];
    const std::size_t lead = analysis_ ? analysis_->lead() : 0;
    if (lead >= cluster.shape.size() || cluster.shape[lead].size() < 2) return density;
    const std::vector<float>& shape = cluster.shape[lead];
    const std::vector<float>& samples = recording_->leads[lead].samples;

    // The mean shape with room for its members' spread.
    float low = 0, high = 0;
    for (const float value : shape)
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    const float margin = std::max(0.25F * (high - low), 0.05F);
    density.low = low - margin;
    density.high = high + margin;
    density.columns = std::min(most_columns, shape.size());
    density.rows = density_rows;
    density.first_s = -static_cast<double>(clusters_.shape_mark) / recording_->sampling_rate;
    density.last_s =
        density.first_s + static_cast<double>(shape.size() - 1) / recording_->sampling_rate;
    density.counts.assign(density.columns * density.rows, 0);

    std::vector<float> window(shape.size()), sorted;
    for (const std::uint32_t member : cluster.members) {
        if (member >= clustered_.size()) continue;
        const std::int64_t first =
            clustered_[member] - static_cast<std::int64_t>(clusters_.shape_mark);
        if (first < 0 || first + static_cast<std::int64_t>(shape.size()) >
                             static_cast<std::int64_t>(samples.size()))
            continue;
        std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(first), shape.size(),
                    window.begin());
        sorted.clear();
        std::ranges::copy_if(window, std::back_inserter(sorted),
                             [](float v) { return std::isfinite(v); });
        if (sorted.empty()) continue;
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::ranges::nth_element(sorted, middle);
        // Each member marks the cells between its least and greatest value in a column.
        const auto row_of = [&](float value) {
            const float share = (density.high - (value - *middle)) / (density.high - density.low);
            return std::clamp(static_cast<int>(share * static_cast<float>(density_rows)), 0,
                              static_cast<int>(density_rows) - 1);
        };
        for (std::size_t column = 0; column < density.columns; ++column) {
            const std::size_t from = column * (shape.size() - 1) / density.columns;
            const std::size_t to = (column + 1) * (shape.size() - 1) / density.columns;
            int top = static_cast<int>(density_rows), bottom = -1;
            for (std::size_t i = from; i <= to; ++i) {
                if (!std::isfinite(window[i])) continue;
                top = std::min(top, row_of(window[i]));
                bottom = std::max(bottom, row_of(window[i]));
            }
            for (int row = top; row <= bottom; ++row)
                density.counts[static_cast<std::size_t>(row) * density.columns + column] += 1;
        }
    }
    return density;
}

// --- exports -------------------------------------------------------------------------------------

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
