#include "engine.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <format>
#include <new>
#include <nlohmann/json.hpp>
#include <utility>

#include "conversion.hpp"
#include "evaluate/comparison.hpp"
#include "evaluate/roc.hpp"
#include "formats/formats.hpp"
#include "morphology/clusters_json.hpp"
#include "recording/recording_json.hpp"
#include "report/html_report.hpp"
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

// Marks this near, in s, are of one beat.
constexpr double same_beat_s = 0.05;
// A beat added by hand is looked for this far around the place, in s.
constexpr double snap_s = 0.06;
// A cluster's picture.
constexpr std::size_t most_columns = 128, density_rows = 72;
// Two recordings (the one in use, and the next while it is opened) and what is made from them must
// fit into the 4 GB that WebAssembly can address.
constexpr std::uint64_t most_sample_bytes = 1280ULL << 20, most_whole_bytes = 512ULL << 20;

}  // namespace

std::byte* Engine::add_file(std::string name, std::size_t bytes) {
    std::unique_ptr<std::byte[]> room(bytes > 0 ? new (std::nothrow) std::byte[bytes] : nullptr);
    if (bytes > 0 && room == nullptr) return nullptr;
    files_.push_back({std::move(name), std::move(room), bytes});
    return files_.back().bytes.get();
}

void Engine::add_source(std::string name, std::shared_ptr<formats::ByteSource> source) {
    sources_.push_back({std::move(name), std::move(source)});
}

void Engine::forget_files() {
    reading_.reset();
    sources_.clear();
    files_.clear();
}

void Engine::begin_reading(double sampling_rate) {
    if (reading_) return;
    reading_.emplace();
    for (const File& file : files_)
        reading_->files.push_back({file.name, {file.bytes.get(), file.size}});
    for (const Source& source : sources_)
        reading_->large.push_back({source.name, source.source.get()});
    formats::LargeOptions options{.most_sample_bytes = most_sample_bytes,
                                  .most_whole_bytes = most_whole_bytes};
    options.read.beat_sets = true;
    if (sampling_rate > 0) options.read.sampling_rate = sampling_rate;
    reading_->reader =
        std::make_unique<formats::LargeReader>(reading_->files, reading_->large, options);
}

bool Engine::read_some(double sampling_rate) {
    begin_reading(sampling_rate);
    return reading_->reader->read_some();
}

double Engine::read_progress() const {
    return reading_ ? reading_->reader->progress() : 0;
}

Engine::Opened Engine::open_files(double sampling_rate) {
    begin_reading(sampling_rate);
    formats::ReadResult result = reading_->reader->take();
    forget_files();
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
    rows_.reset();
    set_.reset();
    beat_sets_ = std::move(result.beat_sets);
    for (const formats::BeatSet& set : beat_sets_)
        opened.beat_sets.push_back({set.name, set.size()});
    opened.errors = std::move(result.errors);
    opened.needs_sampling_rate =
        sampling_rate <= 0 && std::ranges::any_of(opened.errors, [](const Error& error) {
            return formats::needs_sampling_rate(error);
        });
    return opened;
}

void Engine::use(const Recording* recording) {
    analysis_.reset();
    second_.reset();
    explainer_.reset();
    detected_.reset();
    pyramids_.clear();
    pyramids_.resize(recording->leads.size());
    assessed_.clear();
    quality_.reset();
    findings_.reset();
    clustered_.clear();
    edits_ = {};
    fingerprint_.clear();
    recording_ = recording;
}

bool Engine::choose(std::size_t index) {
    if (index >= (found_.empty() ? recordings_ : found_).size()) return false;
    if (!found_.empty()) {
        // These point into what is dropped here.
        analysis_.reset();
        second_.reset();
        explainer_.reset();
        recordings_ = std::exchange(found_, {});
    }
    use(&recordings_[index]);
    return true;
}

void Engine::use_synthetic(double seconds) {
    analysis_.reset();
    second_.reset();
    explainer_.reset();
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
    explainer_.reset();
    card_ = std::move(*card);
    labels_ = card_->classes;
    for (const AamiClass aami : all_aami_classes)
        if (const std::string name(1, letter(aami));
            std::ranges::find(labels_, name) == labels_.end())
            labels_.push_back(name);
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
                 {"labels", labels_},
                 {"doubtful_below", card_->output.doubtful_below},
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
    explainer_.reset();
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

// The analysis's beats with the person's changes over them.
std::vector<Edits::Beat> Engine::reviewed() const {
    if (!analysis_) return {};
    std::vector<std::int64_t> samples;
    for (const classify::ClassifiedBeat& beat : analysis_->beats()) samples.push_back(beat.sample);
    return edits_.apply(samples, std::llround(same_beat_s * recording_->sampling_rate));
}

BeatArrays Engine::beats() const {
    BeatArrays arrays;
    if (!analysis_) return arrays;
    const std::size_t classes = card_->classes.size();
    const Report report = this->report();
    arrays.probabilities.resize(report.beats.size() * classes);
    for (std::size_t i = 0; i < report.beats.size(); ++i) {
        const report::Beat& beat = report.beats[i];
        arrays.sample.push_back(static_cast<double>(beat.sample));
        arrays.label.push_back(beat.label < 0 ? 255 : static_cast<std::uint8_t>(beat.label));
        arrays.person.push_back(beat.person ? 1 : 0);
        arrays.doubtful.push_back(beat.doubtful ? 1 : 0);
        std::ranges::copy(beat.probabilities,
                          arrays.probabilities.begin() + static_cast<std::ptrdiff_t>(i * classes));
    }
    return arrays;
}

std::vector<std::string> Engine::warnings() const {
    return analysis_ ? analysis_->warnings() : std::vector<std::string>{};
}

std::string Engine::summary_json() const {
    if (!analysis_) return {};
    const BeatArrays beats = this->beats();
    std::vector<std::size_t> counts(labels_.size());
    for (const std::uint8_t label : beats.label)
        if (label < counts.size()) ++counts[label];
    return text({{"type", "summary"}, {"counts", counts}, {"beats", beats.sample.size()}});
}

// --- sets of beats ---------------------------------------------------------------------------

bool Engine::choose_set(std::size_t index) {
    if (index >= beat_sets_.size()) return false;
    rows_.reset();
    set_ = index;
    return true;
}

Result<void> Engine::start_set(std::span<const std::byte> onnx, std::string_view file) {
    if (!set_) return fail("", "", "no set of beats is open");
    auto card = classify::read_card(onnx, file);
    if (!card) return std::unexpected(card.error());
    rows_.reset();
    set_card_ = std::move(*card);
    auto rows = classify::BeatRows::open(beat_sets_[*set_], *set_card_);
    if (!rows) return std::unexpected(rows.error());
    rows_ = std::move(*rows);
    return {};
}

double Engine::set_model_worth() const {
    double worth = -1;
    if (!set_card_) return worth;
    for (const classify::Metric& m : set_card_->metrics) {
        // DS2 holds other patients than those that models learn from. What a twin reached there
        // says less than what the model itself did.
        if (m.name != "macro_f1" || !m.protocol.starts_with("ds2")) continue;
        worth = std::max(worth, set_card_->twin.empty() ? m.value : 0.5 * m.value);
    }
    return worth;
}

std::optional<classify::Batch> Engine::next_set_batch(std::size_t max_beats) {
    return rows_ ? rows_->next_batch(max_beats) : std::nullopt;
}

Result<void> Engine::accept_set(std::span<const float> output) {
    if (!rows_) return fail("", "", "no set of beats is being named");
    return rows_->accept(output);
}

std::string Engine::beat_set_json() const {
    if (!set_) return {};
    const formats::BeatSet& set = beat_sets_[*set_];
    nlohmann::json json = {{"name", set.name},
                           {"width", set.width},
                           {"label_names", set.label_names},
                           {"labels", set.labels},
                           {"warnings", set.warnings}};
    if (rows_ && rows_->given().size() == set.size()) {
        const std::size_t classes = set_card_->classes.size();
        std::vector<float> best;
        for (std::size_t i = 0; i < set.size(); ++i)
            best.push_back(rows_->probabilities()[i * classes + rows_->given()[i]]);
        json["model"] = set_card_->name;
        json["classes"] = set_card_->classes;
        json["given"] = rows_->given();
        json["best"] = best;
        json["truth"] = nullptr;
        json["confusion"] = nullptr;
        if (const auto truth = classify::classes_of_labels(set, set_card_->classes)) {
            std::vector<std::vector<std::size_t>> counts(classes,
                                                         std::vector<std::size_t>(classes));
            for (std::size_t i = 0; i < set.size(); ++i)
                ++counts[(*truth)[static_cast<std::size_t>(set.labels[i])]][rows_->given()[i]];
            json["truth"] = *truth;
            json["confusion"] = counts;
        }
    }
    return text(json);
}

std::span<const float> Engine::beat_set_values() const {
    return set_ ? std::span<const float>(beat_sets_[*set_].values) : std::span<const float>();
}

// --- what it means -------------------------------------------------------------------------------

Engine::Report Engine::report() const {
    Report report;
    if (analysis_) {
        const auto found = analysis_->beats();
        for (const Edits::Beat& beat : reviewed()) {
            report::Beat& out = report.beats.emplace_back();
            out.sample = beat.sample;
            out.person = !beat.label.empty();
            if (beat.source) {
                const classify::ClassifiedBeat& source = found[*beat.source];
                out.label = source.label;
                out.probabilities = source.probabilities;
                out.confidence = source.detection_confidence;
                out.doubtful = source.doubtful && beat.label.empty();
            }
            if (out.person) {
                // Given with another model in use, it may be a class of that one: told as unknown.
                const auto it = std::ranges::find(labels_, beat.label);
                out.label = it == labels_.end() ? -1 : static_cast<int>(it - labels_.begin());
            }
        }
    }
    // A note belongs to the beat that is nearest.
    const auto reach = std::llround(same_beat_s * recording_->sampling_rate);
    for (const auto& [sample, note] : edits_.beat_notes()) {
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
    report.input = {.recording = recording_->name,
                    .sampling_rate = recording_->sampling_rate,
                    .samples = static_cast<std::int64_t>(recording_->length()),
                    .lead = analysis_ ? recording_->leads[analysis_->lead()].name : "",
                    .detector = "telltale",
                    .model = card_ ? card_->name : "",
                    .model_version = card_ ? card_->version : "",
                    .classes = card_ ? card_->classes : std::vector<std::string>{},
                    .more_classes = {},
                    .beats = report.beats,
                    .warnings = recording_->warnings};
    if (card_)
        report.input.more_classes.assign(
            labels_.begin() + static_cast<std::ptrdiff_t>(card_->classes.size()), labels_.end());
    report.input.notes = edits_.notes();
    for (std::string& warning : warnings()) report.input.warnings.push_back(std::move(warning));
    return report;
}

bool Engine::assess_some() {
    if (recording_ == nullptr || quality_) return true;
    if (assessed_.size() < recording_->leads.size())
        assessed_.push_back(signal::poor_stretches(*recording_, assessed_.size()));
    if (assessed_.size() < recording_->leads.size()) return false;
    quality_ = signal::assess(*recording_, std::exchange(assessed_, {}));
    return true;
}

std::string Engine::quality_json() {
    if (recording_ == nullptr) return {};
    while (!assess_some()) {
    }
    return message("quality", signal::to_json(*quality_, *recording_));
}

Result<void> Engine::find() {
    if (auto found = find_rhythm(); !found) return found;
    if (auto found = find_clusters(); !found) return std::unexpected(found.error());
    return {};
}

Result<void> Engine::find_rhythm() {
    if (recording_ == nullptr || !analysis_) return fail("", "", "there are no beats yet");
    while (!assess_some()) {
    }
    const Report report = this->report();
    const rhythm::Options options;
    auto rhythm = report::find_rhythm(*recording_, report.input, options, *quality_);
    if (!rhythm) return std::unexpected(rhythm.error());
    if (!findings_) findings_ = report::Findings{.quality = *quality_};
    findings_->rhythm = std::move(*rhythm);
    findings_->options = options;
    return {};
}

Result<bool> Engine::find_clusters() {
    if (recording_ == nullptr || !analysis_ || !findings_)
        return fail("", "", "there are no beats yet");
    const Report report = this->report();
    std::vector<std::int64_t> samples;
    for (const report::Beat& beat : report.beats) samples.push_back(beat.sample);
    if (samples == clustered_ && !findings_->clusters.cluster_of.empty()) return false;
    findings_->clusters = report::find_clusters(*recording_, report.input);
    clustered_ = std::move(samples);
    return true;
}

std::string Engine::rhythm_json() const {
    return findings_ ? message("rhythm", rhythm::to_json(findings_->rhythm)) : std::string();
}

std::string Engine::clusters_json() const {
    return findings_ ? message("clusters", morphology::to_json(findings_->clusters))
                     : std::string();
}

std::string Engine::comparison_json() const {
    if (recording_ == nullptr || !analysis_) return {};
    if (reference().sample.empty()) return {};
    const Report report = this->report();
    const evaluate::Comparison comparison = evaluate::compare(
        recording_->annotations, report::annotations(report.input), recording_->sampling_rate,
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
    json["roc"] = roc_json(report.input);
    return message("comparison", std::move(json));
}

nlohmann::ordered_json Engine::roc_json(const report::Input& input) const {
    nlohmann::ordered_json list = nlohmann::json::array();
    // What the reference says of each beat that the model gave probabilities for.
    const ReferenceArrays reference = this->reference();
    const double reach = evaluate::ComparisonOptions{}.match_window_s * input.sampling_rate;
    std::vector<const report::Beat*> beats;
    std::vector<std::uint8_t> truth;
    std::size_t at = 0;
    for (const report::Beat& beat : input.beats) {
        if (beat.probabilities.size() != input.classes.size()) continue;
        const auto sample = static_cast<double>(beat.sample);
        const auto distance = [&](std::size_t i) { return std::abs(reference.sample[i] - sample); };
        while (at + 1 < reference.sample.size() && distance(at + 1) <= distance(at)) ++at;
        if (at >= reference.sample.size() || distance(at) > reach) continue;
        beats.push_back(&beat);
        truth.push_back(reference.aami[at]);
    }
    std::vector<float> scores(beats.size());
    std::vector<std::uint8_t> positive(beats.size());
    for (std::size_t c = 0; c < input.classes.size(); ++c) {
        const std::string& name = input.classes[c];
        const auto aami = std::ranges::find_if(all_aami_classes, [&](AamiClass of) {
            return name.size() == 1 && name[0] == letter(of);
        });
        if (aami == std::ranges::end(all_aami_classes)) continue;
        for (std::size_t i = 0; i < beats.size(); ++i) {
            scores[i] = beats[i]->probabilities[c];
            positive[i] = truth[i] == static_cast<std::uint8_t>(*aami) ? 1 : 0;
        }
        const auto roc = evaluate::roc(scores, positive);
        if (!roc) continue;
        nlohmann::json points = nlohmann::json::array();
        for (const evaluate::RocPoint& p : roc->points)
            points.push_back({p.false_positive_rate, p.sensitivity});
        list.push_back({{"class", name},
                        {"area", roc->area},
                        {"positives", roc->positives},
                        {"points", std::move(points)}});
    }
    return list;
}

ClusterDensity Engine::cluster_density(std::size_t index) const {
    ClusterDensity density;
    if (index >= cluster_count()) return density;
    const morphology::Clusters& clusters = findings_->clusters;
    const morphology::Cluster& cluster = clusters.clusters[index];
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
    density.first_s = -static_cast<double>(clusters.shape_mark) / recording_->sampling_rate;
    density.last_s =
        density.first_s + static_cast<double>(shape.size() - 1) / recording_->sampling_rate;
    density.counts.assign(density.columns * density.rows, 0);

    // Each member marks the cells between its least and greatest value in a column: the first and
    // the one after the last are noted here, and summed up at the end.
    const float rows_a_mv = static_cast<float>(density_rows) / (density.high - density.low);
    std::vector<float> some;
    std::vector<int> row(shape.size());
    std::vector<float> steps((density_rows + 1) * density.columns, 0);
    for (const std::uint32_t member : cluster.members) {
        if (member >= clustered_.size()) continue;
        const std::int64_t first =
            clustered_[member] - static_cast<std::int64_t>(clusters.shape_mark);
        if (first < 0 || first + static_cast<std::int64_t>(shape.size()) >
                             static_cast<std::int64_t>(samples.size()))
            continue;
        const auto window =
            std::span(samples).subspan(static_cast<std::size_t>(first), shape.size());
        // The middle of every third sample is that of all, near enough for a picture.
        some.clear();
        for (std::size_t i = 0; i < window.size(); i += 3)
            if (std::isfinite(window[i])) some.push_back(window[i]);
        if (some.empty()) continue;
        const auto middle = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 2);
        std::ranges::nth_element(some, middle);
        const float top_mv = density.high + *middle;
        for (std::size_t i = 0; i < window.size(); ++i)
            row[i] = std::isfinite(window[i])
                         ? std::clamp(static_cast<int>((top_mv - window[i]) * rows_a_mv), 0,
                                      static_cast<int>(density_rows) - 1)
                         : -1;
        for (std::size_t column = 0; column < density.columns; ++column) {
            const std::size_t from = column * (shape.size() - 1) / density.columns;
            const std::size_t to = (column + 1) * (shape.size() - 1) / density.columns;
            int top = static_cast<int>(density_rows), bottom = -1;
            for (std::size_t i = from; i <= to; ++i) {
                if (row[i] < 0) continue;
                top = std::min(top, row[i]);
                bottom = std::max(bottom, row[i]);
            }
            if (bottom < 0) continue;
            steps[static_cast<std::size_t>(top) * density.columns + column] += 1;
            steps[static_cast<std::size_t>(bottom + 1) * density.columns + column] -= 1;
        }
    }
    for (std::size_t column = 0; column < density.columns; ++column) {
        float inside = 0;
        for (std::size_t r = 0; r < density_rows; ++r) {
            inside += steps[r * density.columns + column];
            density.counts[r * density.columns + column] = inside;
        }
    }
    return density;
}

// --- review --------------------------------------------------------------------------------------

// Where the classified lead is furthest from its middle level nearby.
std::int64_t Engine::largest_near(std::int64_t sample) const {
    const std::vector<float>& x = recording_->leads[analysis_->lead()].samples;
    const auto length = static_cast<std::int64_t>(x.size());
    const auto reach = std::llround(snap_s * recording_->sampling_rate);
    const auto around = [&](std::int64_t side) {
        const auto first = std::max<std::int64_t>(0, sample - side);
        const auto last = std::min(length, sample + side + 1);
        return std::span(x).subspan(
            static_cast<std::size_t>(first),
            static_cast<std::size_t>(std::max<std::int64_t>(0, last - first)));
    };
    std::vector<float> level;
    for (const float v : around(4 * reach))
        if (std::isfinite(v)) level.push_back(v);
    if (level.empty()) return sample;
    const auto middle = level.begin() + static_cast<std::ptrdiff_t>(level.size() / 2);
    std::ranges::nth_element(level, middle);
    std::int64_t best = sample;
    float largest = -1;
    const auto near = around(reach);
    for (std::size_t i = 0; i < near.size(); ++i)
        if (const float d = std::abs(near[i] - *middle); d > largest) {
            largest = d;
            best = (near.data() - x.data()) + static_cast<std::int64_t>(i);
        }
    return best;
}

Result<void> Engine::edit(std::string_view text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    const auto wrong = [](std::string what) { return fail("", "edit", std::move(what)); };
    if (!analysis_) return wrong("there are no beats yet");
    if (!json.is_object()) return wrong("expected a JSON object");
    const auto string = [&](const char* key) {
        const auto it = json.find(key);
        return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
    };
    const auto number = [&](const char* key) -> std::optional<std::int64_t> {
        const auto it = json.find(key);
        if (it == json.end() || !it->is_number()) return std::nullopt;
        const double value = it->get<double>();
        if (!(value >= 0 && value < 1e15)) return std::nullopt;
        return static_cast<std::int64_t>(value);
    };
    const std::string action = string("action"), label = string("class");
    const bool known = std::ranges::find(labels_, label) != labels_.end();
    if ((action == "relabel" || action == "relabel_cluster" || action == "add") && !known)
        return wrong(std::format("there is no class {}", label));
    const auto beats = reviewed();
    std::vector<std::int64_t> samples;
    if (const auto list = json.find("beats"); list != json.end() && list->is_array())
        for (const auto& item : *list) {
            if (!item.is_number_unsigned() || item.get<std::size_t>() >= beats.size())
                return wrong("there is no such beat");
            samples.push_back(beats[item.get<std::size_t>()].sample);
        }
    const auto sample = number("sample");
    if ((action == "add" || action == "move") &&
        (!sample || *sample >= static_cast<std::int64_t>(recording_->length())))
        return wrong("expected a sample inside the recording");

    if (action == "relabel") {
        edits_.relabel(samples, label);
    } else if (action == "relabel_cluster") {
        const auto index = number("cluster");
        if (!findings_ || !index ||
            static_cast<std::size_t>(*index) >= findings_->clusters.clusters.size())
            return wrong("there is no such cluster");
        for (const std::uint32_t member :
             findings_->clusters.clusters[static_cast<std::size_t>(*index)].members)
            if (member < clustered_.size()) samples.push_back(clustered_[member]);
        edits_.relabel(samples, label);
    } else if (action == "add") {
        const std::int64_t place =
            number("snap").value_or(0) != 0 ? largest_near(*sample) : *sample;
        const auto near = std::llround(same_beat_s * recording_->sampling_rate);
        if (std::ranges::any_of(beats, [&](const Edits::Beat& beat) {
                return std::abs(beat.sample - place) <= near;
            }))
            return wrong("there is a beat already");
        edits_.add(place, label);
    } else if (action == "remove") {
        edits_.remove(samples);
    } else if (action == "move") {
        const auto index = number("beat");
        if (!index || static_cast<std::size_t>(*index) >= beats.size())
            return wrong("there is no such beat");
        const Edits::Beat& beat = beats[static_cast<std::size_t>(*index)];
        std::string kept = beat.label;
        if (kept.empty() && beat.source) {
            const int of_model = analysis_->beats()[*beat.source].label;
            if (of_model >= 0) kept = card_->classes[static_cast<std::size_t>(of_model)];
        }
        edits_.move(beat.sample, *sample, kept.empty() ? card_->classes.front() : kept);
    } else if (action == "notes") {
        edits_.set_notes(string("text"));
    } else if (action == "beat_note") {
        const auto index = number("beat");
        if (!index || static_cast<std::size_t>(*index) >= beats.size())
            return wrong("there is no such beat");
        // Where the beat has a note, that is changed, though its mark may lie a little aside.
        const std::int64_t place = beats[static_cast<std::size_t>(*index)].sample;
        const auto reach = std::llround(same_beat_s * recording_->sampling_rate);
        std::int64_t key = place;
        for (const auto& [noted, note] : edits_.beat_notes())
            if (std::abs(noted - place) <= reach &&
                (key == place || std::abs(noted - place) < std::abs(key - place)))
                key = noted;
        edits_.set_beat_note(key, string("text"));
    } else if (action == "undo") {
        if (!edits_.undo()) return wrong("there is nothing to undo");
    } else if (action == "redo") {
        if (!edits_.redo()) return wrong("there is nothing to do again");
    } else {
        return wrong(std::format("there is no action \"{}\"", action));
    }
    return {};
}

std::string Engine::edits_json() const {
    nlohmann::json notes = nlohmann::json::array();
    for (const auto& [sample, note] : edits_.beat_notes())
        notes.push_back({{"sample", sample}, {"text", note}});
    return text({{"type", "edits"},
                 {"count", edits_.size()},
                 {"beat_notes", std::move(notes)},
                 {"notes", edits_.notes()},
                 {"undo", edits_.undo_text()},
                 {"redo", edits_.redo_text()}});
}

// FNV-1a (Fowler, Noll, Vo) over the samples' bits, the leads one after the other.
const std::string& Engine::fingerprint() {
    if (!fingerprint_.empty() || recording_ == nullptr) return fingerprint_;
    std::uint64_t hash = 0xcbf29ce484222325U;
    const auto take = [&](std::uint32_t word) { hash = (hash ^ word) * 0x100000001b3U; };
    take(static_cast<std::uint32_t>(recording_->leads.size()));
    take(static_cast<std::uint32_t>(std::llround(recording_->sampling_rate * 1000)));
    for (const Lead& lead : recording_->leads)
        // NaN has many forms; all of them are one here.
        for (const float x : lead.samples)
            take(x == x ? std::bit_cast<std::uint32_t>(x) : 0x7fc00000U);
    fingerprint_ = std::format("{:016x}", hash);
    return fingerprint_;
}

std::string Engine::session_json() {
    if (recording_ == nullptr) return {};
    nlohmann::ordered_json json = {{"telltale_session", 1},
                                   {"fingerprint", fingerprint()},
                                   {"recording", recording_->name},
                                   {"samples", recording_->length()},
                                   {"sampling_rate", recording_->sampling_rate}};
    if (card_) json["model"] = {{"name", card_->name}, {"version", card_->version}};
    if (analysis_) json["lead"] = recording_->leads[analysis_->lead()].name;
    json["review"] = nlohmann::json::parse(edits_.json(), nullptr, false);
    return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<void> Engine::open_session(std::string_view text, std::string_view file) {
    const std::string name(file);
    if (recording_ == nullptr) return fail(name, "", "open the recording that it belongs to first");
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("telltale_session") || !json.contains("review"))
        return fail(name, "", "this is not a session file of Telltale");
    if (json["telltale_session"] != 1)
        return fail(name, "telltale_session", "made by a newer Telltale, expected 1");
    const auto print = json.find("fingerprint");
    if (print == json.end() || !print->is_string() || print->get<std::string>() != fingerprint())
        return fail(
            name, "fingerprint",
            std::format("this session belongs to another recording than {}", recording_->name));
    return edits_.load(json["review"].dump(), file,
                       static_cast<std::int64_t>(recording_->length()));
}

// --- a second opinion ----------------------------------------------------------------------------

Result<void> Engine::use_second(std::span<const std::byte> onnx, std::string_view file) {
    second_.reset();
    if (recording_ == nullptr || !analysis_) return fail("", "", "there are no beats yet");
    auto card = classify::read_card(onnx, file);
    if (!card) return std::unexpected(card.error());
    classify::AnalysisOptions options;
    options.given_beats.emplace();
    for (const Edits::Beat& beat : reviewed()) options.given_beats->push_back({beat.sample, 1.0F});
    auto analysis = classify::Analysis::open(*recording_, std::move(*card), std::move(options));
    if (!analysis) return std::unexpected(analysis.error());
    second_ = std::move(*analysis);
    return {};
}

std::optional<classify::Batch> Engine::next_second_batch(std::size_t max_beats) {
    return second_ ? second_->next_batch(max_beats) : std::nullopt;
}

Result<void> Engine::accept_second(std::span<const float> output) {
    if (!second_) return fail("", "", "no second model is in use");
    return second_->accept(output);
}

std::string Engine::second_json() const {
    if (!second_) return {};
    const classify::Card& card = second_->card();
    const auto found = second_->beats();
    nlohmann::ordered_json json = {{"name", card.name},
                                   {"title", card.title},
                                   {"lead", recording_->leads[second_->lead()].name},
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
        const auto matrix = evaluate::compare(recording_->annotations, report::annotations(input),
                                              recording_->sampling_rate,
                                              static_cast<std::int64_t>(recording_->length()))
                                .matrix;
        json["matrix"] = matrix;
    }
    return message("second", std::move(json));
}

// --- why this class ------------------------------------------------------------------------------

Result<classify::Batch> Engine::explain(std::size_t beat) {
    if (recording_ == nullptr || !analysis_) return fail("", "", "there are no beats yet");
    std::vector<std::int64_t> samples;
    for (const Edits::Beat& b : reviewed()) samples.push_back(b.sample);
    if (!explainer_ || samples != explained_) {
        explainer_.reset();
        auto explainer = classify::Explainer::open(*recording_, *card_, analysis_->lead(), samples);
        if (!explainer) return std::unexpected(explainer.error());
        explainer_ = std::move(*explainer);
        explained_ = std::move(samples);
    }
    const auto batch = explainer_->batch(beat);
    if (!batch) return fail("", "", "there is no such beat");
    return *batch;
}

Result<std::string> Engine::explained(std::span<const float> output) {
    if (!explainer_) return fail("", "", "no beat is being explained");
    const auto explanation = explainer_->accept(output);
    if (!explanation) return std::unexpected(explanation.error());
    nlohmann::ordered_json json = {
        {"sample", explained_[explanation->beat]},
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

// --- exports -------------------------------------------------------------------------------------

std::string Engine::info_json() const {
    if (recording_ == nullptr) return {};
    return to_json(*recording_).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::vector<std::byte>> Engine::convert(std::string_view kind) const {
    if (recording_ == nullptr) return fail("", "", "no recording is open");
    return converted(*recording_, kind);
}

std::optional<std::vector<std::byte>> Engine::export_as(std::string_view kind,
                                                        std::span<const std::int64_t> strips) {
    if (!analysis_) return std::nullopt;
    const Report report = this->report();
    const report::Input& input = report.input;
    if (kind == "html" && findings_)
        return bytes_of(report::html_report(*recording_, input, *findings_,
                                            {.chosen = {strips.begin(), strips.end()}}));
    if (kind == "edf") {
        Recording with_beats = *recording_;
        with_beats.annotations = report::annotations(input);
        auto file = formats::write_edf(with_beats);
        return file ? std::optional(std::move(*file)) : std::nullopt;
    }
    if (kind == "csv") return bytes_of(report::beats_csv(input));
    if (kind == "json") return bytes_of(report::beats_json(input));
    if (kind == "session") return bytes_of(session_json());
    if (kind == "atr") return formats::write_wfdb_annotations(report::annotations(input));
    return std::nullopt;
}

}  // namespace telltale::page
