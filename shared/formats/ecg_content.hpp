// What the samples of a channel look like: an ECG, something that is surely none, or neither.
#pragma once

#include <span>
#include <string_view>

namespace telltale::formats {

/// What samples can tell about the channel that they come from.
enum class Content {
    blank,      ///< No sample, or always the same value.
    counter,    ///< Goes up in even steps, perhaps from the start again: an index, a clock.
    few_steps,  ///< At most four values, or values that stay for a second: a status, a trend.
    smooth,     ///< Nothing as quick as a QRS complex: respiration, a pulse wave, a pressure.
    qrs,        ///< The same quick deflection again and again, with quiet between.
    undecided,  ///< Anything else: noise, EEG, fibrillation.
};

/// The score is a heuristic of ours, from up to twelve windows of 10 s spread over the samples,
/// each brought to about 125 Hz: (1) the part of the window's deviation that lies between about 5
/// and 20 Hz (difference of running means of 24 and 140 ms, over the deviation from a running mean
/// of 1.2 s); (2) the quiet between deflections (median of its envelope over the 98th percentile);
/// (3) the likeness of the deflections (median correlation with the average of the others, 240 ms
/// each), and that their average does not swing on; (4) that the level comes back after each; and
/// that they come 20 to 320 times a minute.
/// ECGs score near 1; EEG, EMG and noise fail at (2) and (3), pulse waves, pressures and
/// respiration at (1) and (4).
struct ContentVerdict {
    Content content = Content::undecided;
    double score = 0;       ///< 0 to 1: how sure it is of QRS complexes, in its best windows.
    double flat_share = 0;  ///< Part of the windows without any change (or without samples).
};

/// `samples` in any unit, NaN where missing; `sampling_rate` in Hz. Looks at two minutes at
/// most, but for a channel that is blank there.
[[nodiscard]] ContentVerdict look_at(std::span<const float> samples, double sampling_rate);

/// "is blank", "counts", ...: to follow the channel's name in a sentence.
[[nodiscard]] std::string_view in_words(Content content);

}  // namespace telltale::formats
