// The wave network's stepper: P, QRS and T of the beats of a recording, lead by lead. Like
// classify::Analysis, it runs no network itself:
//
//     auto analysis = WaveAnalysis::open(recording, card, beats, plan);
//     while (auto batch = analysis->next_batch()) analysis->accept(run(*batch));
//     const std::vector<WaveMarks>& leads = analysis->leads();
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "beats/detector.hpp"
#include "classify/analysis.hpp"
#include "classify/card.hpp"
#include "recording/interval.hpp"
#include "recording/recording.hpp"
#include "waves/wave_rows.hpp"
#include "waves/waves.hpp"

namespace telltale::waves {

/// The ECG leads in mV.
[[nodiscard]] std::vector<std::size_t> wave_leads(const Recording& recording);

/// Which stretches of a recording are looked at, samples [first, last) in time order: the whole of
/// one that is at most half an hour long, else 8 s of every two minutes. A day's waves are told by
/// samples, so that they cost seconds; any stretch can be asked for when it is looked at.
[[nodiscard]] std::vector<Interval> wave_plan(const Recording& recording);

class WaveAnalysis {
public:
    /// `beats` in time order; `stretches` in time order without overlaps. An error if the recording
    /// has no ECG lead in mV, no sampling rate from 50 to 10 000 Hz, or the card is none of a wave
    /// model made for these frames. `recording` must outlive the analysis.
    [[nodiscard]] static Result<WaveAnalysis> open(const Recording& recording, classify::Card card,
                                                   std::span<const beats::Beat> beats,
                                                   std::span<const Interval> stretches);

    /// The frames of one stretch of one lead, [1, frames, features]; nothing when all are done, the
    /// same ones again if they were not accepted. Batch::beats counts frames here.
    [[nodiscard]] std::optional<classify::Batch> next_batch();
    /// The network's logits, [batch.beats, classes]. An error if the size is wrong or a value is
    /// not finite.
    [[nodiscard]] Result<void> accept(std::span<const float> output);
    /// From 0 to 1.
    [[nodiscard]] double progress() const;
    /// Which leads these are, as indices into the recording's.
    [[nodiscard]] const std::vector<std::size_t>& lead_indices() const { return lead_indices_; }
    /// What was found so far, one entry a lead of lead_indices().
    [[nodiscard]] const std::vector<WaveMarks>& leads() const { return leads_; }
    [[nodiscard]] const classify::Card& card() const { return card_; }

private:
    WaveAnalysis() = default;
    [[nodiscard]] Interval part() const;

    const Recording* recording_ = nullptr;
    classify::Card card_;
    std::vector<std::int64_t> r_peaks_;
    std::vector<Interval> parts_;  ///< The stretches, cut into what a batch holds.
    std::vector<std::size_t> lead_indices_;
    std::vector<WaveMarks> leads_;
    std::size_t done_ = 0;  ///< Batches: part by part, each on all leads.
    WaveRows rows_;
    std::vector<std::int64_t> shape_;
};

}  // namespace telltale::waves
