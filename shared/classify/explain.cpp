#include "classify/explain.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <utility>

#include "classify/feature_math.hpp"
#include "classify/probabilities.hpp"
#include "classify/windows.hpp"

namespace telltale::classify {
namespace {

// Each place is hidden by two parts, one shifted by half: wide enough to hide a wave's slope,
// narrow enough to tell a P wave from a QRS.
constexpr double part_s = 0.08;
constexpr double step_s = 0.04;
// A window of many seconds is explained about its beat only.
constexpr double most_s = 3;

}  // namespace

Result<Explainer> Explainer::open(const Recording& recording, Card card,
                                  std::vector<std::size_t> leads,
                                  std::vector<std::int64_t> positions) {
    if (leads.empty()) return fail(recording.name, "", "there is no lead to explain beats on");
    for (const std::size_t lead : leads)
        if (lead >= recording.leads.size())
            return fail(recording.name, "", std::format("there is no lead {}", lead));
    if (card.input.leads == 1) leads.erase(leads.begin() + 1, leads.end());
    // The same conditions as for an analysis; nothing is detected.
    auto analysis = Analysis::open(
        recording, card,
        {.lead = recording.leads[leads[0]].name, .given_beats = std::vector<beats::Beat>{}});
    if (!analysis) return std::unexpected(analysis.error());
    Explainer explainer;
    explainer.recording_ = &recording;
    explainer.card_ = std::move(card);
    explainer.leads_ = std::move(leads);
    const auto length = static_cast<std::int64_t>(recording.length());
    for (std::int64_t& at : positions) at = std::clamp<std::int64_t>(at, 0, length - 1);
    std::ranges::sort(positions);
    explainer.positions_ = std::move(positions);
    return explainer;
}

std::optional<Batch> Explainer::batch(std::size_t beat) {
    beat_.reset();
    if (beat >= positions_.size()) return std::nullopt;
    const InputCard& input = card_.input;
    double first = -static_cast<double>(PreparedBeats::window_before) / PreparedBeats::window_rate;
    double last =
        first + static_cast<double>(PreparedBeats::window_length) / PreparedBeats::window_rate;
    if (input.kind == InputKind::window) {
        first = input.window == WindowKind::centred ? -input.before : 0.0;
        last = first + static_cast<double>(input.length) / input.sampling_rate;
        first = std::max(first, -most_s);
        last = std::min(last, most_s);
    }
    parts_.clear();
    for (int k = 0; first + step_s * k < last; ++k) {
        const double from = first + step_s * k;
        parts_.push_back({from, std::min(from + part_s, last)});
    }
    data_.clear();
    if (input.kind == InputKind::window)
        add_windows(beat);
    else
        add_sequences(beat);
    beat_ = beat;
    Batch batch;
    batch.beats = variants_ * rows_a_variant_;
    batch.kept = batch.beats;
    batch.inputs.push_back({input.name, shape_, data_});
    return batch;
}

void Explainer::add_windows(std::size_t beat) {
    const InputCard& input = card_.input;
    const double rate = recording_->sampling_rate;
    const std::span<const float> samples = recording_->leads[leads_[0]].samples;
    const auto length = static_cast<std::int64_t>(samples.size());
    // What the window can reach: the excerpt is occluded in place of the whole lead.
    const std::int64_t at = positions_[beat];
    const double margin_s = has_band_pass(input) ? 1 / input.band_pass_low : 0.0;
    const auto reach = [&](double seconds) {
        return static_cast<std::int64_t>((seconds + margin_s) * rate) + 3;
    };
    const std::int64_t begin = std::max<std::int64_t>(at - reach(input.before), 0);
    std::int64_t end = length;
    if (input.window == WindowKind::centred)
        end = std::min(at + reach(input.after), length);
    else if (beat + 2 < positions_.size())
        end = std::min(positions_[beat + 2] + 3, length);
    const std::span<const float> excerpt =
        samples.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    std::vector<std::int64_t> near;
    std::size_t index = 0;
    for (std::size_t i = beat > 0 ? beat - 1 : 0; i < std::min(beat + 3, positions_.size()); ++i) {
        if (i == beat) index = near.size();
        near.push_back(positions_[i] - begin);
    }
    variants_ = 1 + parts_.size();
    rows_a_variant_ = 1;
    row_of_beat_ = 0;
    data_.resize(variants_ * input.length);
    const auto row = [&](std::size_t variant) {
        return std::span(data_).subspan(variant * input.length, input.length);
    };
    cut_window(input, rate, excerpt, near, index, row(0));
    std::vector<float> hidden(excerpt.begin(), excerpt.end());
    for (std::size_t v = 0; v < parts_.size(); ++v) {
        const auto place = [&](double seconds) {
            return static_cast<std::size_t>(
                std::clamp<std::int64_t>(at - begin + std::llround(seconds * rate), 0,
                                         static_cast<std::int64_t>(excerpt.size())));
        };
        const std::size_t first = place(parts_[v].first_s);
        const std::size_t last = place(parts_[v].last_s);
        if (first < last) {
            const float a = hidden[first > 0 ? first - 1 : 0];
            const float b = hidden[std::min(last, excerpt.size() - 1)];
            const auto steps = static_cast<float>(last - first + 1);
            for (std::size_t k = first; k < last; ++k)
                hidden[k] = a + (b - a) * (static_cast<float>(k - first + 1) / steps);
        }
        cut_window(input, rate, hidden, near, index, row(1 + v));
        std::copy(excerpt.begin() + static_cast<std::ptrdiff_t>(first),
                  excerpt.begin() + static_cast<std::ptrdiff_t>(last),
                  hidden.begin() + static_cast<std::ptrdiff_t>(first));
    }
    shape_ = input.shape;
    shape_[0] = static_cast<std::int64_t>(variants_);
}

void Explainer::add_sequences(std::size_t beat) {
    const InputCard& input = card_.input;
    const std::size_t width = input.length;
    for (std::size_t l = rows_.size(); l < leads_.size(); ++l) {
        PreparedBeats prepared(
            {recording_->sampling_rate, recording_->leads[leads_[l]].samples, positions_});
        std::vector<float> rows = prepared.features(input.groups);
        std::vector<float> column(positions_.size()), usual;
        for (std::size_t k = 0; k < width; ++k) {
            for (std::size_t i = 0; i < column.size(); ++i) column[i] = rows[i * width + k];
            usual.push_back(median(column));
        }
        rows_.push_back({std::move(prepared), std::move(rows), std::move(usual)});
    }
    const std::size_t before = std::min(beat, input.context);
    const std::size_t after = std::min(positions_.size() - 1 - beat, input.context);
    rows_a_variant_ = before + 1 + after;
    row_of_beat_ = before;
    variants_ = 1 + parts_.size() + input.groups.size();
    data_.reserve(variants_ * rows_.size() * rows_a_variant_ * width);
    for (std::size_t v = 0; v < variants_; ++v)
        for (const LeadRows& of : rows_) {
            const auto from =
                of.rows.begin() + static_cast<std::ptrdiff_t>((beat - before) * width);
            data_.insert(data_.end(), from,
                         from + static_cast<std::ptrdiff_t>(rows_a_variant_ * width));
        }
    for (std::size_t l = 0; l < rows_.size(); ++l) {
        const LeadRows& of = rows_[l];
        const auto row = [&](std::size_t variant) {
            return data_.begin() +
                   static_cast<std::ptrdiff_t>(
                       ((variant * rows_.size() + l) * rows_a_variant_ + before) * width);
        };
        for (std::size_t v = 0; v < parts_.size(); ++v)
            std::ranges::copy(of.prepared.occluded_features(beat, parts_[v].first_s,
                                                            parts_[v].last_s, input.groups),
                              row(1 + v));
        std::ptrdiff_t offset = 0;
        for (std::size_t g = 0; g < input.groups.size(); ++g) {
            const auto count = static_cast<std::ptrdiff_t>(feature_count(input.groups[g]));
            std::copy_n(of.usual.begin() + offset, count, row(1 + parts_.size() + g) + offset);
            offset += count;
        }
    }
    shape_ = {static_cast<std::int64_t>(variants_), static_cast<std::int64_t>(rows_a_variant_),
              static_cast<std::int64_t>(width)};
    if (input.leads > 1) shape_.insert(shape_.begin() + 1, static_cast<std::int64_t>(rows_.size()));
}

Result<Explanation> Explainer::accept(std::span<const float> output) {
    const std::size_t classes = card_.classes.size();
    if (!beat_) return fail(card_.name, "", "no beat is being explained");
    if (output.size() != variants_ * rows_a_variant_ * classes)
        return fail(card_.name, "",
                    std::format("the network gave {} values, expected {}", output.size(),
                                variants_ * rows_a_variant_ * classes));
    if (!std::ranges::all_of(output, [](float v) { return std::isfinite(v); }))
        return fail(card_.name, "", "the network's output holds a value that is not finite");
    std::vector<float> probabilities(classes);
    const auto answer = [&](std::size_t variant) {
        to_probabilities(
            card_.output,
            output.subspan((variant * rows_a_variant_ + row_of_beat_) * classes, classes),
            probabilities);
    };
    answer(0);
    Explanation result;
    result.beat = *beat_;
    const auto label =
        static_cast<std::size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
    result.label = static_cast<int>(label);
    result.probability = probabilities[label];

    // Each sample gets the mean of the parts that hid it.
    const double rate = recording_->sampling_rate;
    const auto length = static_cast<std::int64_t>(recording_->length());
    const auto place = [&](double seconds) {
        return std::clamp<std::int64_t>(positions_[*beat_] + std::llround(seconds * rate), 0,
                                        length);
    };
    result.first_sample = place(parts_.front().first_s);
    const std::int64_t end = place(parts_.back().last_s);
    const auto span =
        static_cast<std::size_t>(std::max<std::int64_t>(end - result.first_sample, 0));
    result.saliency.assign(span, 0.0F);
    std::vector<float> covering(span, 0.0F);
    for (std::size_t v = 0; v < parts_.size(); ++v) {
        answer(1 + v);
        const float change = result.probability - probabilities[label];
        for (std::int64_t i = place(parts_[v].first_s); i < place(parts_[v].last_s); ++i) {
            const auto k = static_cast<std::size_t>(i - result.first_sample);
            if (k >= span) break;
            result.saliency[k] += change;
            covering[k] += 1;
        }
    }
    for (std::size_t k = 0; k < span; ++k)
        if (covering[k] > 0) result.saliency[k] /= covering[k];
    for (std::size_t v = 1 + parts_.size(); v < variants_; ++v) {
        answer(v);
        result.groups.push_back(
            {card_.input.groups[v - 1 - parts_.size()], result.probability - probabilities[label]});
    }
    return result;
}

}  // namespace telltale::classify
