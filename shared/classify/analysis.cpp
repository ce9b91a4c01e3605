#include "classify/analysis.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <utility>

#include "beats/fast_hearts.hpp"
#include "beats/pacing.hpp"
#include "classify/features.hpp"
#include "classify/probabilities.hpp"
#include "classify/windows.hpp"
#include "formats/ecg_leads.hpp"

namespace telltale::classify {
namespace {

// Samples that detect_some() looks at in one go: some minutes of ECG, milliseconds of computing.
constexpr std::size_t stretch = 1 << 18;

// What to say of a lead that is not one that the card prefers.
std::string instead_of(const InputCard& input, const Lead& lead, const std::string& reason) {
    std::string preferred;
    for (const std::string& name : input.lead_choice)
        preferred += std::format("{}{}", preferred.empty() ? "" : " or ", name);
    return std::format("the model expects lead {}; the recording has none, so {} is taken: {}",
                       preferred, lead.name, reason);
}

// The rate, if it is fast and steadier than a heart's own: every two intervals together within
// 1 % of each other, but for a tenth of them at either side. Spikes and the complexes behind them,
// both taken for beats, look like this.
std::optional<double> clockwork_rate(std::span<const std::int64_t> positions, double rate) {
    constexpr std::size_t fewest = 40;
    constexpr double fast_bpm = 120, steady = 0.01;
    if (positions.size() < fewest) return std::nullopt;
    std::vector<double> twice;
    for (std::size_t i = 2; i < positions.size(); ++i)
        twice.push_back(static_cast<double>(positions[i] - positions[i - 2]));
    std::ranges::sort(twice);
    const double low = twice[twice.size() / 10], high = twice[twice.size() - 1 - twice.size() / 10];
    const double bpm = 120 * rate / twice[twice.size() / 2];
    if (bpm < fast_bpm || high - low > std::max(2.0, steady * low)) return std::nullopt;
    return bpm;
}

bool is_runnable(const Card& card) {
    return !card.classes.empty() && is_complete(card.input) && card.output.temperature > 0;
}

}  // namespace

Result<Analysis> Analysis::open(const Recording& recording, Card card, AnalysisOptions options) {
    if (recording.length() == 0) return fail(recording.name, "", "the recording has no samples");
    if (!(recording.sampling_rate > 0))
        return fail(recording.name, "", "the sampling rate is not known, expected it in Hz");
    if (!(recording.sampling_rate >= 50 && recording.sampling_rate <= 10000))
        return fail(recording.name, "",
                    std::format("the sampling rate is {} Hz, expected 50 to 10 000 Hz",
                                recording.sampling_rate));
    if (!names_beats(card))
        return fail(card.name, "", "the model names rhythms, expected one that names beats");
    if (!is_runnable(card)) return fail(card.name, "", "the model card is incomplete");

    Analysis analysis;
    analysis.recording_ = &recording;
    const auto choice = formats::choose_lead(recording, card.input.lead_choice, options.lead);
    if (!choice) return std::unexpected(choice.error());
    const Lead& lead = recording.leads[choice->lead];
    if (!choice->preferred && !card.input.lead_choice.empty())
        analysis.warnings_.push_back(instead_of(card.input, lead, choice->reason));
    analysis.lead_ = choice->lead;
    analysis.card_ = std::move(card);
    const std::string& unit = lead.unit;
    if (analysis.card_.input.kind == InputKind::window &&
        analysis.card_.input.scaling == Scaling::none && unit != "mV")
        analysis.warnings_.push_back(
            std::format("the model expects mV; lead {} is in '{}'", lead.name, unit));

    analysis.choose_read_leads(!options.lead.empty());

    if (options.given_beats) {
        std::vector<beats::Beat>& given = *options.given_beats;
        const auto length = static_cast<std::int64_t>(recording.length());
        std::erase_if(given, [&](const beats::Beat& beat) {
            return beat.sample < 0 || beat.sample >= length;
        });
        std::ranges::stable_sort(given, {}, &beats::Beat::sample);
        for (const beats::Beat& beat : given) {
            analysis.positions_.push_back(beat.sample);
            analysis.confidences_.push_back(beat.confidence);
        }
        analysis.searched_ = recording.length();
        analysis.find_pacing();
        return analysis;
    }
    analysis.searched_leads_ = {analysis.lead_};
    if (options.lead.empty())
        for (const std::size_t other : formats::ecg_leads(recording))
            if (other != analysis.lead_) analysis.searched_leads_.push_back(other);
    auto detector = beats::Detector::create(recording.sampling_rate,
                                            analysis.searched_leads_.size(), options.detector);
    if (!detector) return std::unexpected(detector.error());
    analysis.detector_ = std::move(*detector);
    analysis.detector_options_ = options.detector;
    return analysis;
}

// A network that joins leads reads the first of the recording's ECG leads, that of the card at
// their head.
void Analysis::choose_read_leads(bool one_lead) {
    read_leads_ = {lead_};
    if (one_lead || card_.input.kind != InputKind::sequence) return;
    for (const std::size_t other : formats::ecg_leads(*recording_))
        if (other != lead_ && read_leads_.size() < card_.input.leads) read_leads_.push_back(other);
}

std::vector<std::span<const float>> Analysis::searched(std::size_t first, std::size_t count) const {
    std::vector<std::span<const float>> leads;
    for (const std::size_t lead : searched_leads_)
        leads.push_back(std::span(recording_->leads[lead].samples).subspan(first, count));
    return leads;
}

void Analysis::take_detected() {
    const auto length = static_cast<std::int64_t>(recording_->length());
    std::vector<beats::Beat> found = detector_->take();
    std::erase_if(found, [&](const beats::Beat& b) { return b.sample < 0 || b.sample >= length; });
    found = beats::look_again(searched(0, recording_->length()), recording_->sampling_rate,
                              std::move(found), detector_options_);
    for (const beats::Beat& beat : found) {
        positions_.push_back(beat.sample);
        confidences_.push_back(beat.confidence);
    }
}

bool Analysis::detect_some() {
    if (!detector_) return true;
    const std::size_t count = std::min(stretch, recording_->length() - searched_);
    detector_->push(searched(searched_, count));
    searched_ += count;
    if (searched_ < recording_->length()) return false;
    detector_->finish();
    take_detected();
    detector_.reset();
    find_pacing();
    return true;
}

// Marks that the detector has set on spikes go; beats that were given stay, whatever they are.
void Analysis::find_pacing() {
    std::vector<std::span<const float>> leads;
    for (const std::size_t lead :
         searched_leads_.empty() ? formats::ecg_leads(*recording_) : searched_leads_)
        leads.emplace_back(recording_->leads[lead].samples);
    if (!searched_leads_.empty()) {
        const auto spikes = beats::marks_on_spikes({leads, recording_->sampling_rate, positions_});
        std::size_t kept = 0;
        for (std::size_t i = 0; i < positions_.size(); ++i) {
            if (spikes[i]) continue;
            positions_[kept] = positions_[i];
            confidences_[kept++] = confidences_[i];
        }
        spikes_ = positions_.size() - kept;
        positions_.resize(kept);
        confidences_.resize(kept);
    }
    paced_ = beats::paced_beats({leads, recording_->sampling_rate, positions_});
}

void Analysis::prepare_beats() {
    if (!prepared_.empty()) return;
    // A beat is filled where no lead has its samples.
    features_filled_.assign(positions_.size(), true);
    prepared_.reserve(read_leads_.size());
    for (const std::size_t lead : read_leads_) {
        const FeatureInput of_lead{recording_->sampling_rate, recording_->leads[lead].samples,
                                   positions_};
        if (prepared_.empty())
            prepared_.emplace_back(of_lead);
        else
            prepared_.emplace_back(of_lead, prepared_[0]);
        for (std::size_t i = 0; i < positions_.size(); ++i)
            if (!prepared_.back().filled(i)) features_filled_[i] = false;
    }
}

void Analysis::fill_batch(std::size_t max_beats) {
    const InputCard& input = card_.input;
    const std::size_t begin = labels_.size();
    const std::size_t left = positions_.size() - begin;
    if (input.kind == InputKind::sequence) {
        prepare_beats();
        batch_kept_ = std::min(input.chunk, left);
        batch_first_ = std::min(input.context, begin);
        const std::size_t end = begin + batch_kept_;
        const std::size_t after = std::min(input.context, positions_.size() - end);
        batch_beats_ = batch_first_ + batch_kept_ + after;
        batch_data_.clear();
        for (const PreparedBeats& of_lead : prepared_)
            of_lead.add_features(input.groups, begin - batch_first_, batch_beats_, batch_data_);
        batch_filled_.assign(features_filled_.begin() + static_cast<std::ptrdiff_t>(begin),
                             features_filled_.begin() + static_cast<std::ptrdiff_t>(end));
        batch_shape_ = {1, static_cast<std::int64_t>(batch_beats_),
                        static_cast<std::int64_t>(input.length)};
        if (input.leads > 1)
            batch_shape_.insert(batch_shape_.begin() + 1,
                                static_cast<std::int64_t>(prepared_.size()));
        return;
    }
    batch_beats_ = batch_kept_ = std::min(std::max<std::size_t>(max_beats, 1), left);
    batch_first_ = 0;
    batch_data_.resize(batch_beats_ * input.length);
    batch_filled_.assign(batch_beats_, false);
    for (std::size_t i = 0; i < batch_beats_; ++i) {
        const std::span<float> row = std::span(batch_data_).subspan(i * input.length, input.length);
        const WindowInfo info =
            cut_window(input, recording_->sampling_rate, samples(), positions_, begin + i, row);
        batch_filled_[i] = info.filled > 0;
    }
    batch_shape_ = input.shape;
    batch_shape_[0] = static_cast<std::int64_t>(batch_beats_);
}

std::optional<Batch> Analysis::next_batch(std::size_t max_beats) {
    while (!detect_some()) {
    }
    if (batch_beats_ == 0) {
        if (labels_.size() == positions_.size()) return std::nullopt;
        fill_batch(max_beats);
    }
    Batch batch;
    batch.beats = batch_beats_;
    batch.first = batch_first_;
    batch.kept = batch_kept_;
    batch.inputs.push_back({card_.input.name, batch_shape_, batch_data_});
    return batch;
}

Result<void> Analysis::accept(std::span<const float> output, std::span<const float> embedding) {
    const std::size_t classes = card_.classes.size();
    const std::size_t width = card_.output.embedding_length;
    if (batch_beats_ == 0) return fail(card_.name, "", "no batch is waiting for its output");
    if (output.size() != batch_beats_ * classes)
        return fail(card_.name, "",
                    std::format("the network gave {} values for {} beats, expected {}",
                                output.size(), batch_beats_, batch_beats_ * classes));
    if (!embedding.empty() && embedding.size() != batch_beats_ * width)
        return fail(card_.name, "",
                    std::format("the network gave an embedding of {} values for {} beats, expected "
                                "{}",
                                embedding.size(), batch_beats_, batch_beats_ * width));
    const auto bad = std::ranges::find_if_not(output, [](float v) { return std::isfinite(v); });
    if (bad != output.end())
        return fail(card_.name, "",
                    std::format("the network's output for a beat holds a value that is not "
                                "finite (beat {} of the batch)",
                                static_cast<std::size_t>(bad - output.begin()) / classes));
    const auto kept = output.subspan(batch_first_ * classes, batch_kept_ * classes);
    outputs_.insert(outputs_.end(), kept.begin(), kept.end());
    if (!embedding.empty()) {
        const auto told = embedding.subspan(batch_first_ * width, batch_kept_ * width);
        embeddings_.insert(embeddings_.end(), told.begin(), told.end());
    }
    for (std::size_t i = 0; i < batch_kept_; ++i) {
        const std::span<const float> row = output.subspan((batch_first_ + i) * classes, classes);
        labels_.push_back(static_cast<int>(std::ranges::max_element(row) - row.begin()));
        filled_.push_back(batch_filled_[i]);
        probabilities_.resize(probabilities_.size() + classes);
        to_probabilities(card_.output, row, std::span(probabilities_).last(classes));
    }
    batch_beats_ = 0;
    if (labels_.size() == positions_.size()) prepared_.clear();
    return {};
}

Progress Analysis::progress() const {
    const auto share = [](std::size_t part, std::size_t whole) {
        return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
    };
    return {share(searched_, recording_->length()),
            detector_ ? 0.0 : share(labels_.size(), positions_.size())};
}

std::vector<ClassifiedBeat> Analysis::beats() const {
    const std::size_t classes = card_.classes.size();
    std::vector<ClassifiedBeat> beats(positions_.size());
    for (std::size_t i = 0; i < beats.size(); ++i) {
        beats[i].sample = positions_[i];
        beats[i].detection_confidence = confidences_[i];
        beats[i].paced = i < paced_.size() && paced_[i];
        if (i >= labels_.size()) continue;
        beats[i].label = labels_[i];
        beats[i].filled = filled_[i];
        beats[i].probabilities = std::span(probabilities_).subspan(i * classes, classes);
        beats[i].doubtful =
            beats[i].filled || beats[i].probabilities[static_cast<std::size_t>(labels_[i])] <
                                   card_.output.doubtful_below;
    }
    return beats;
}

std::vector<std::size_t> Analysis::counts() const {
    std::vector<std::size_t> counts(card_.classes.size());
    for (const int label : labels_) ++counts[static_cast<std::size_t>(label)];
    return counts;
}

std::vector<std::string> Analysis::warnings() const {
    std::vector<std::string> warnings = warnings_;
    if (const auto filled = std::ranges::count(filled_, true); filled > 0)
        warnings.push_back(
            std::format("{} of {} beats lie where samples are missing; their "
                        "classes are doubtful",
                        filled, positions_.size()));
    if (const auto paced = std::ranges::count(paced_, true); paced > 0)
        warnings.push_back(
            std::format("{} of {} beats are a pacemaker's; they are of no other class", paced,
                        positions_.size()));
    if (spikes_ > 0)
        warnings.push_back(
            std::format("{} marks lay on a pacemaker's spikes and are left out", spikes_));
    if (const auto bpm = clockwork_rate(positions_, recording_ ? recording_->sampling_rate : 0))
        warnings.push_back(
            std::format("the marks come as regularly as a clock at {:.0f} a minute; a pacemaker's "
                        "spikes may have been counted as beats",
                        *bpm));
    return warnings;
}

}  // namespace telltale::classify
