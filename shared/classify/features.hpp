// What the sequence models see of a beat: numbers about its interval, its shape and its P wave,
// each measured against the rest of the same recording. The trainer, the program and the page all
// call these functions, so that a network always sees what it was trained on.
//
// The same samples and positions give the same bits on every machine: +, -, *, / and sqrt only.
// site/features.md lists every feature with its formula.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::classify {

struct FeatureInput {
    double sampling_rate = 0;                 ///< Hz
    std::span<const float> samples;           ///< One lead in mV (any linear unit will do).
    std::span<const std::int64_t> positions;  ///< Beats (R peaks), samples, in time order.
};

/// The names of the groups of features, in the order in which they are documented:
/// "F", "G", "M", "Rm", "Rq", "Rseq", "A", "K", "X", "LL", "Rs", "AF", "E".
[[nodiscard]] std::span<const std::string_view> feature_groups();

/// Values of one group; 0 if there is no group of that name.
[[nodiscard]] std::size_t feature_count(std::string_view group);
/// Values a beat of several groups together.
[[nodiscard]] std::size_t feature_count(std::span<const std::string> groups);

/// One lead and its beats, prepared: filtered, cut to windows at 128 Hz, aligned and scaled, with
/// what the whole recording tells (typical beat, kinds of beats, rhythm) worked out. It holds
/// copies of all that it needs.
///
/// Time: linear in samples and beats. Memory: about 1 kB a beat beside a few MB.
class PreparedBeats {
public:
    /// Prepares any number of beats, none and one included. Samples that are missing (NaN, or
    /// beyond any ECG) are filled by straight lines. Positions outside the recording are taken to
    /// be at its nearest end.
    explicit PreparedBeats(const FeatureInput& input);

    [[nodiscard]] std::size_t beats() const { return pre_.size(); }

    /// Row-major [beats, feature_count(groups)]; every value is finite and within -6 to 6. Groups
    /// that do not exist add no values.
    [[nodiscard]] std::vector<float> features(std::span<const std::string> groups) const;

    /// The row of one beat, as if its signal from `first_s` to `last_s` (seconds from the R peak,
    /// last left out) were a straight line. The rest of the recording stays as it was.
    [[nodiscard]] std::vector<float> occluded_features(std::size_t beat, double first_s,
                                                       double last_s,
                                                       std::span<const std::string> groups) const;

    /// Whether samples of the beat's window had to be filled in, or are missing between it and a
    /// neighbour. Such an interval may hide a beat: the usual one nearby stands for it.
    [[nodiscard]] bool filled(std::size_t beat) const {
        return filled_[beat] || (beat > 0 && unknown_[beat - 1]) ||
               (beat < unknown_.size() && unknown_[beat]);
    }

    // The window of a beat: values at 128 Hz from `window_before` values before the R peak.
    static constexpr double window_rate = 128;
    static constexpr std::size_t window_before = 72;
    static constexpr std::size_t window_length = 136;
    /// Aligned with the recording's typical beat, in units of the typical QRS's peak-to-peak.
    [[nodiscard]] std::span<const float> window(std::size_t beat) const {
        return std::span(windows_).subspan(beat * window_length, window_length);
    }
    /// The recording's typical beat, as a window.
    [[nodiscard]] std::span<const float> typical_beat() const { return typical_; }

private:
    static constexpr std::size_t local_step = 32;  // beats that share a local reference
    struct Cluster {
        std::vector<float> centre;
        std::size_t beats = 0;
        float pre_median = 0;   // s
        float log_pre = 0;      // median of log pre / l64
        float log_post = 0;     // median of log post / l64
        float correlation = 0;  // of the centre with the typical beat
        float early_share = 0;  // of beats with log pre / l64 < -0.1
        float log_pre_sd = 0;
        float log_size = 0;  // log of peak-to-peak over the typical beat's
    };
    // The RRs around one beat, summed up once for all groups.
    struct Rhythm {
        float mean10 = 0, median16 = 0, median64 = 0;     // s
        float q75_64 = 0, q90_16 = 0, q90_128 = 0;        // s
        float rough16 = 0, rough64 = 0, iqr64 = 0;        // shares of the median
        float changes64 = 0, changes16 = 0, turns64 = 0;  // shares
        float late_share128 = 0;
        float previous8 = 0, next8 = 0;  // s
        std::array<float, 3> entropy{};  // nats, of 24, 48 and 96 RRs
        float erratic_share = 0;         // of 256 beats around
    };

    void cut_windows(const FeatureInput& input);
    void measure_intervals(const FeatureInput& input);
    void measure_rhythm();
    void measure_entropy();
    void align();
    void find_typical();
    void find_clusters();
    void find_slow_references();
    void fit_p_to_rr();
    void measure_p_waves();
    [[nodiscard]] float interval(std::int64_t k) const;  // RR between beats k and k + 1, reflected
    // ln of the RR before a beat (s) that its P wave lets expect.
    [[nodiscard]] float predict_log_rr(std::size_t beat, const float* window) const;
    void write_row(std::size_t beat, const float* window, std::span<const std::string> groups,
                   float* out) const;

    std::vector<float> windows_;  // [beats, window_length]
    std::vector<bool> filled_;
    std::vector<float> intervals_;   // RR, s, clipped
    std::vector<bool> unknown_;      // samples are missing in it
    std::vector<float> pre_, post_;  // RR before and after each beat, s
    std::vector<Rhythm> rhythm_;
    float median_ = 0, mean_ = 0, q90_ = 0, rough_ = 0, late_share_ = 0;  // of all RRs
    std::vector<float> typical_;
    std::vector<Cluster> clusters_;
    std::vector<std::uint16_t> cluster_of_;
    std::size_t slow_cluster_ = 0;
    std::vector<float> slow_beat_;        // median beat of the slow cluster
    std::vector<float> local_slow_;       // one window for every `local_step` beats
    std::vector<float> local_slow_pre_;   // s
    std::vector<float> p_mean_, p_axes_;  // [p], [components, p]
    std::vector<float> p_weights_;        // [folds, components + 1]
    float predicted_q90_ = 0, predicted_r2_ = 0, predicted_sd_ = 0;
    std::vector<float> p_waves_;              // [beats, p_values]
    std::vector<float> p_near16_, p_near64_;  // mean likeness of P waves around
};

/// The features of all beats: PreparedBeats(input).features(groups).
[[nodiscard]] std::vector<float> beat_features(const FeatureInput& input,
                                               std::span<const std::string> groups);

}  // namespace telltale::classify
