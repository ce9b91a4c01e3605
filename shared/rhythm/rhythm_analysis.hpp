// The rhythm network's stepper: what it says of each second of a recording. Like
// classify::Analysis, it runs no network itself:
//
//     auto analysis = RhythmAnalysis::open(recording, card, beats);
//     while (auto batch = analysis->next_batch()) analysis->accept(run(*batch));
//     const RhythmAnswers answers = analysis->answers();
//     const auto episodes = rhythm::episodes(answers, ...);   // episodes.hpp
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "beats/detector.hpp"
#include "classify/analysis.hpp"
#include "classify/card.hpp"
#include "recording/recording.hpp"
#include "rhythm/rhythm_features.hpp"

namespace telltale::rhythm {

/// How a rhythm model's classes are named: WFDB's names of rhythms ("N", "AFIB", ...) for each
/// second; with "recording:" before them what a short recording is as a whole ("N", "A", "O", "~"
/// as in the PhysioNet Challenge 2017), and "recording:weight", how much each second counts there.
inline constexpr std::string_view recording_prefix = "recording:";
inline constexpr std::string_view recording_weight = "recording:weight";

/// What the network says of a recording.
struct RhythmAnswers {
    std::vector<std::string> rhythms;  ///< Of the columns of `seconds`.
    std::vector<float> seconds;        ///< Probabilities, a row a second.
    std::vector<std::string> kinds;    ///< Of `recording`; empty if the model knows none.
    std::vector<float> recording;      ///< Probabilities of the recording as a whole.

    [[nodiscard]] std::size_t length() const {
        return rhythms.empty() ? 0 : seconds.size() / rhythms.size();
    }
};

/// Leads' outputs of one model put together: the weighted mean of the logits a second, then the
/// softmax. `outputs` are a lead's logits each, [seconds, card.classes]; `weights` a lead's
/// SecondRows::weight each.
[[nodiscard]] RhythmAnswers combine(const classify::Card& card,
                                    std::span<const std::vector<float>> outputs,
                                    std::span<const std::vector<float>> weights);

class RhythmAnalysis {
public:
    /// `beats` of the recording in time order. An error if the recording has no lead in mV, no
    /// sampling rate from 50 to 10 000 Hz, or the card is none of a rhythm model made for these
    /// features. `recording` must outlive the analysis.
    [[nodiscard]] static Result<RhythmAnalysis> open(const Recording& recording,
                                                     classify::Card card,
                                                     std::vector<beats::Beat> beats);

    /// The next seconds of a lead, [1, seconds, features]; nothing when all are done, the same ones
    /// again if they were not accepted. Batch::beats counts seconds here.
    [[nodiscard]] std::optional<classify::Batch> next_batch();
    /// The network's logits, [batch.beats, classes]. An error if the size is wrong or a value is
    /// not finite.
    [[nodiscard]] Result<void> accept(std::span<const float> output);
    /// From 0 to 1.
    [[nodiscard]] double progress() const;
    /// What was said of all seconds; only when next_batch() has nothing more.
    [[nodiscard]] RhythmAnswers answers() const;
    [[nodiscard]] const classify::Card& card() const { return card_; }

private:
    RhythmAnalysis() = default;

    const Recording* recording_ = nullptr;
    classify::Card card_;
    std::vector<beats::Beat> beats_;
    std::vector<Interval> unseen_;
    std::vector<std::size_t> leads_;
    std::size_t lead_ = 0;  ///< Of leads_: the one whose seconds are asked for.
    SecondRows rows_;       ///< Of that lead, once it is begun.
    std::vector<std::vector<float>> outputs_, weights_;
    std::size_t first_ = 0, kept_ = 0, count_ = 0;  ///< The batch that is out.
    std::vector<std::int64_t> shape_;
};

}  // namespace telltale::rhythm
