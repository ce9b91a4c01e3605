#include "rhythm/rhythm_analysis.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <utility>

namespace telltale::rhythm {
namespace {

/// Columns of a model's output.
struct Columns {
    std::vector<std::size_t> rhythms, kinds;
    std::optional<std::size_t> weight;

    explicit Columns(const classify::Card& card) {
        for (std::size_t i = 0; i < card.classes.size(); ++i) {
            if (card.classes[i] == recording_weight)
                weight = i;
            else if (card.classes[i].starts_with(recording_prefix))
                kinds.push_back(i);
            else
                rhythms.push_back(i);
        }
    }
};

void softmax(std::span<float> values) {
    const float largest = *std::ranges::max_element(values);
    float sum = 0;
    for (float& value : values) {
        value = std::exp(value - largest);
        sum += value;
    }
    for (float& value : values) value /= sum;
}

}  // namespace

RhythmAnswers combine(const classify::Card& card, std::span<const std::vector<float>> outputs,
                      std::span<const std::vector<float>> weights) {
    const Columns columns(card);
    const std::size_t classes = card.classes.size();
    RhythmAnswers answers;
    for (const std::size_t c : columns.rhythms) answers.rhythms.push_back(card.classes[c]);
    for (const std::size_t c : columns.kinds)
        answers.kinds.push_back(card.classes[c].substr(recording_prefix.size()));
    if (outputs.empty() || columns.rhythms.empty()) return answers;
    const std::size_t seconds = outputs[0].size() / classes;
    std::vector<float> mean(seconds * classes);
    for (std::size_t s = 0; s < seconds; ++s) {
        float total = 0;
        for (std::size_t lead = 0; lead < outputs.size(); ++lead) {
            const float w = weights[lead][s];
            total += w;
            for (std::size_t c = 0; c < classes; ++c)
                mean[s * classes + c] += w * outputs[lead][s * classes + c];
        }
        for (std::size_t c = 0; c < classes; ++c) mean[s * classes + c] /= total;
    }
    const auto temperature = static_cast<float>(card.output.temperature);
    answers.seconds.reserve(seconds * columns.rhythms.size());
    for (std::size_t s = 0; s < seconds; ++s) {
        for (const std::size_t c : columns.rhythms)
            answers.seconds.push_back(mean[s * classes + c] / temperature);
        softmax(std::span(answers.seconds).last(columns.rhythms.size()));
    }
    if (columns.kinds.empty() || !columns.weight) {
        answers.kinds.clear();
        return answers;
    }
    std::vector<float> attention(seconds);
    for (std::size_t s = 0; s < seconds; ++s) attention[s] = mean[s * classes + *columns.weight];
    softmax(attention);
    for (const std::size_t c : columns.kinds) {
        float sum = 0;
        for (std::size_t s = 0; s < seconds; ++s) sum += attention[s] * mean[s * classes + c];
        answers.recording.push_back(sum);
    }
    softmax(answers.recording);
    return answers;
}

Result<RhythmAnalysis> RhythmAnalysis::open(const Recording& recording, classify::Card card,
                                            std::vector<beats::Beat> beats) {
    if (!(recording.sampling_rate >= 50 && recording.sampling_rate <= 10000))
        return fail(recording.name, "",
                    std::format("the sampling rate is {} Hz, expected 50 to 10 000 Hz",
                                recording.sampling_rate));
    if (recording.length() == 0) return fail(recording.name, "", "the recording has no samples");
    RhythmAnalysis analysis;
    analysis.leads_ = rhythm_leads(recording);
    if (analysis.leads_.empty())
        return fail(recording.name, "", "no lead is in mV: the rhythm cannot be judged");
    if (card.input.kind != classify::InputKind::rhythm || !classify::is_complete(card.input) ||
        !(card.output.temperature > 0))
        return fail(card.name, "", "this is no rhythm model");
    if (card.input.groups != rhythm_groups() || card.input.length != rhythm_feature_count())
        return fail(card.name, "",
                    "the rhythm model was made for other features than this program works out");
    analysis.recording_ = &recording;
    analysis.card_ = std::move(card);
    analysis.beats_ = std::move(beats);
    analysis.unseen_ = unseen_stretches(recording);
    return analysis;
}

std::optional<classify::Batch> RhythmAnalysis::next_batch() {
    if (lead_ == leads_.size()) return std::nullopt;
    if (rows_.seconds == 0) {
        rows_ = rhythm_rows(recording_->leads[leads_[lead_]].samples, recording_->sampling_rate,
                            beats_, unseen_);
        outputs_.emplace_back();
        outputs_.back().reserve(rows_.seconds * card_.classes.size());
        weights_.push_back(rows_.weight);
    }
    const std::size_t begin = outputs_.back().size() / card_.classes.size();
    kept_ = std::min(card_.input.chunk, rows_.seconds - begin);
    first_ = std::min(card_.input.context, begin);
    const std::size_t after = std::min(card_.input.context, rows_.seconds - begin - kept_);
    count_ = first_ + kept_ + after;
    const std::size_t width = card_.input.length;
    shape_ = {1, static_cast<std::int64_t>(count_), static_cast<std::int64_t>(width)};
    classify::Batch batch;
    batch.beats = count_;
    batch.first = first_;
    batch.kept = kept_;
    batch.inputs.push_back(
        {card_.input.name, shape_,
         std::span(rows_.values).subspan((begin - first_) * width, count_ * width)});
    return batch;
}

Result<void> RhythmAnalysis::accept(std::span<const float> output) {
    const std::size_t classes = card_.classes.size();
    if (count_ == 0) return fail(card_.name, "", "no batch is waiting for its output");
    if (output.size() != count_ * classes)
        return fail(card_.name, "",
                    std::format("the network gave {} values for {} seconds, expected {}",
                                output.size(), count_, count_ * classes));
    if (!std::ranges::all_of(output, [](float v) { return std::isfinite(v); }))
        return fail(card_.name, "", "the network's output holds a value that is not finite");
    const auto kept = output.subspan(first_ * classes, kept_ * classes);
    outputs_.back().insert(outputs_.back().end(), kept.begin(), kept.end());
    count_ = 0;
    if (outputs_.back().size() == rows_.seconds * classes) {
        ++lead_;
        rows_ = {};
    }
    return {};
}

double RhythmAnalysis::progress() const {
    double done = static_cast<double>(lead_);
    if (rows_.seconds > 0)
        done += static_cast<double>(outputs_.back().size() / card_.classes.size()) /
                static_cast<double>(rows_.seconds);
    return done / static_cast<double>(leads_.size());
}

RhythmAnswers RhythmAnalysis::answers() const {
    return combine(card_, outputs_, weights_);
}

}  // namespace telltale::rhythm
