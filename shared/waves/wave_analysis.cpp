#include "waves/wave_analysis.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <utility>

#include "classify/probabilities.hpp"
#include "formats/ecg_leads.hpp"
#include "waves/delineate.hpp"

namespace telltale::waves {
namespace {

constexpr double whole_up_to_s = 1800;
constexpr double sampled_s = 8, sampled_every_s = 120;

std::int64_t samples_of(double seconds, double rate) {
    return static_cast<std::int64_t>(std::floor(seconds * rate + 0.5));
}

}  // namespace

std::vector<std::size_t> wave_leads(const Recording& recording) {
    std::vector<std::size_t> leads;
    for (const std::size_t i : formats::ecg_leads(recording))
        if (recording.leads[i].unit == "mV") leads.push_back(i);
    return leads;
}

std::vector<Interval> wave_plan(const Recording& recording) {
    const auto length = static_cast<std::int64_t>(recording.length());
    const double rate = recording.sampling_rate;
    if (length == 0 || !(rate > 0)) return {};
    if (recording.duration() <= whole_up_to_s) return {{0, length}};
    std::vector<Interval> plan;
    const std::int64_t every = samples_of(sampled_every_s, rate);
    for (std::int64_t at = 0; at < length; at += every)
        plan.push_back({at, std::min(length, at + samples_of(sampled_s, rate))});
    return plan;
}

Result<WaveAnalysis> WaveAnalysis::open(const Recording& recording, classify::Card card,
                                        std::span<const beats::Beat> beats,
                                        std::span<const Interval> stretches) {
    const double rate = recording.sampling_rate;
    if (!(rate >= 50 && rate <= 10000))
        return fail(recording.name, "",
                    std::format("the sampling rate is {} Hz, expected 50 to 10 000 Hz", rate));
    WaveAnalysis analysis;
    analysis.lead_indices_ = wave_leads(recording);
    if (analysis.lead_indices_.empty())
        return fail(recording.name, "", "no lead is in mV: its waves cannot be measured");
    if (card.input.kind != classify::InputKind::waves || !classify::is_complete(card.input) ||
        card.classes.size() != classes)
        return fail(card.name, "", "this is no model of waves");
    if (card.input.groups != std::vector{std::string(feature_group)} ||
        card.input.length != feature_count)
        return fail(card.name, "",
                    "the wave model was made for other frames than this program works out");
    analysis.recording_ = &recording;
    analysis.leads_.resize(analysis.lead_indices_.size());
    for (const beats::Beat& beat : beats) analysis.r_peaks_.push_back(beat.sample);
    const std::int64_t most = samples_of(static_cast<double>(card.input.chunk) / frame_rate, rate);
    for (const Interval& stretch : stretches)
        for (std::int64_t at = stretch.first; at < stretch.last; at += most)
            analysis.parts_.push_back({at, std::min(stretch.last, at + most)});
    analysis.card_ = std::move(card);
    return analysis;
}

Interval WaveAnalysis::part() const {
    return parts_[done_ / lead_indices_.size()];
}

std::optional<classify::Batch> WaveAnalysis::next_batch() {
    const std::size_t leads = lead_indices_.size();
    for (; done_ < parts_.size() * leads; ++done_) {
        if (rows_.frames == 0) {
            const Interval asked = part();
            // A stretch without beats has no waves to tell.
            const auto first_beat = std::ranges::lower_bound(r_peaks_, asked.first);
            if (first_beat == r_peaks_.end() || *first_beat >= asked.last) continue;
            const std::int64_t context = samples_of(
                static_cast<double>(card_.input.context) / frame_rate, recording_->sampling_rate);
            rows_ = wave_rows(recording_->leads[lead_indices_[done_ % leads]].samples,
                              recording_->sampling_rate, r_peaks_, asked.first - context,
                              asked.last + context);
            if (!rows_.usable) {
                rows_ = {};
                continue;
            }
        }
        shape_ = {1, static_cast<std::int64_t>(rows_.frames),
                  static_cast<std::int64_t>(feature_count)};
        classify::Batch batch;
        batch.beats = rows_.frames;
        batch.first = 0;
        batch.kept = rows_.frames;
        batch.inputs.push_back({card_.input.name, shape_, rows_.values});
        return batch;
    }
    return std::nullopt;
}

Result<void> WaveAnalysis::accept(std::span<const float> output) {
    if (rows_.frames == 0) return fail(card_.name, "", "no batch is waiting for its output");
    if (output.size() != rows_.frames * classes)
        return fail(card_.name, "",
                    std::format("the network gave {} values for {} frames, expected {}",
                                output.size(), rows_.frames, rows_.frames * classes));
    if (!std::ranges::all_of(output, [](float v) { return std::isfinite(v); }))
        return fail(card_.name, "", "the network's output holds a value that is not finite");
    std::vector<float> probabilities(output.size());
    for (std::size_t f = 0; f < rows_.frames; ++f)
        classify::to_probabilities(card_.output, output.subspan(f * classes, classes),
                                   std::span(probabilities).subspan(f * classes, classes));
    const std::size_t lead = done_ % lead_indices_.size();
    WaveMarks found =
        delineate(recording_->leads[lead_indices_[lead]].samples, recording_->sampling_rate,
                  r_peaks_, part().first, part().last, rows_, probabilities);
    std::ranges::move(found.beats, std::back_inserter(leads_[lead].beats));
    std::ranges::move(found.lone_p, std::back_inserter(leads_[lead].lone_p));
    rows_ = {};
    ++done_;
    return {};
}

double WaveAnalysis::progress() const {
    const std::size_t all = parts_.size() * lead_indices_.size();
    return all == 0 ? 1 : static_cast<double>(done_) / static_cast<double>(all);
}

}  // namespace telltale::waves
