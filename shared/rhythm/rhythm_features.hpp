// A recording as the rhythm network reads it: a row of features for each second and lead.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "beats/detector.hpp"
#include "recording/interval.hpp"
#include "recording/recording.hpp"

namespace telltale::rhythm {

/// The groups of features, in the order of a row; a model's card names them. Another way to work
/// out a group gets another name, so that no model is fed what it has not learnt from.
inline constexpr std::string_view lead_group = "lead-1";            ///< lead_features.hpp
inline constexpr std::string_view intervals_group = "intervals-1";  ///< beat_features.hpp
inline constexpr std::string_view shapes_group = "shapes-1";        ///< beat_features.hpp

[[nodiscard]] std::vector<std::string> rhythm_groups();
/// Values in a row.
[[nodiscard]] std::size_t rhythm_feature_count();

struct SecondRows {
    std::size_t seconds = 0;
    std::vector<float> values;  ///< seconds x rhythm_feature_count()
    /// For each second how far the lead can be listened to beside others: 1, or close to 0 where
    /// it has no samples or is flat.
    std::vector<float> weight;
};

/// The rows of one lead (mV at `rate` Hz, 50 to 10 000) with the beats of the recording in time
/// order, and its unseen_stretches(). Finite whatever the
/// samples; the same bits on every machine; linear time.
[[nodiscard]] SecondRows rhythm_rows(std::span<const float> samples, double rate,
                                     std::span<const beats::Beat> beats,
                                     std::span<const Interval> missing = {});

/// Of a recording's leads those that the rhythm is judged on: the first three ECG leads in mV.
[[nodiscard]] std::vector<std::size_t> rhythm_leads(const Recording& recording);

/// The stretches in which a beat may go unseen, since no ECG lead has samples (missing.hpp).
[[nodiscard]] std::vector<Interval> unseen_stretches(const Recording& recording);

}  // namespace telltale::rhythm
