// Why a beat got its class, by occlusion: parts of its signal are replaced by a straight line one
// after the other, and what the network then says is held against what it said before. Needs
// nothing of the network but its answers.
//
//     auto explainer = Explainer::open(recording, card, lead, positions);
//     auto batch = explainer->batch(beat);
//     auto explanation = explainer->accept(run(*batch));
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "classify/analysis.hpp"
#include "classify/card.hpp"
#include "classify/features.hpp"
#include "recording/recording.hpp"

namespace telltale::classify {

/// How much of the class's probability goes if a group of features is taken back to what is usual
/// in the recording (its median over all beats).
struct GroupShare {
    std::string group;
    float change = 0;
};

struct Explanation {
    std::size_t beat = 0;
    int label = -1;         ///< The class that is explained: the one that the network gives.
    float probability = 0;  ///< Of that class.
    /// From this sample of the recording on there is a value for every sample: by how much the
    /// probability falls if the signal there is hidden, -1 to 1. Above 0: speaks for the class.
    std::int64_t first_sample = 0;
    std::vector<float> saliency;
    /// Sequence models only, in the card's order.
    std::vector<GroupShare> groups;
};

/// Explains beats of one lead with one model. Windows' models: the window is cut again from the
/// occluded signal. Sequences' models: the beat's features are made again from the occluded
/// signal; the other beats stay as they are.
class Explainer {
public:
    /// `leads` are those that an analysis reads, Analysis::read_leads(); a part is hidden in all of
    /// them. `positions` are the beats in samples, in time order. `recording` must outlive this. An
    /// error where Analysis::open would give one.
    [[nodiscard]] static Result<Explainer> open(const Recording& recording, Card card,
                                                std::vector<std::size_t> leads,
                                                std::vector<std::int64_t> positions);

    /// What the network is to be run on for a beat; nothing if there is no such beat. Some 30 to
    /// 50 variants in one batch. The views stay valid until the next call.
    [[nodiscard]] std::optional<Batch> batch(std::size_t beat);
    /// The network's output, [batch.beats, classes] row-major.
    [[nodiscard]] Result<Explanation> accept(std::span<const float> output);

private:
    Explainer() = default;
    void add_windows(std::size_t beat);
    void add_sequences(std::size_t beat);

    const Recording* recording_ = nullptr;
    Card card_;
    std::vector<std::size_t> leads_;
    std::vector<std::int64_t> positions_;
    // Sequence models: made with the first batch.
    struct LeadRows {
        PreparedBeats prepared;
        std::vector<float> rows;
        std::vector<float> usual;  // median of each feature
    };
    std::vector<LeadRows> rows_;  // of each lead

    // The batch that is out. Variant 0 is the beat as it is, then come parts, then groups.
    struct Occluded {
        double first_s = 0, last_s = 0;  // from the beat
    };
    std::optional<std::size_t> beat_;
    std::vector<Occluded> parts_;
    std::size_t variants_ = 0;
    std::size_t rows_a_variant_ = 1;
    std::size_t row_of_beat_ = 0;
    std::vector<float> data_;
    std::vector<std::int64_t> shape_;
};

}  // namespace telltale::classify
