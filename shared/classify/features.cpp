// Features: the groups, and the row of one beat.
#include "classify/features.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "classify/feature_math.hpp"
#include "classify/feature_p_wave.hpp"
#include "classify/feature_parts.hpp"

namespace telltale::classify {
namespace {

// The shape itself, a value for every two of the window: 64 Hz from 0.5 s before the R peak.
constexpr std::size_t shape_values = 64;
constexpr std::size_t shape_first = PreparedBeats::window_before - shape_values;
static_assert(shape_first + 2 * shape_values <= PreparedBeats::window_length);

constexpr std::array<std::string_view, 15> names = {"F", "G",  "M",  "Rm", "Rq", "Rseq", "A", "K",
                                                    "X", "LL", "Rs", "AF", "E",  "W",    "D"};
constexpr std::array<std::size_t, 15> counts = {31, 7, 12, 5, 14, 10,           p_values,    7,
                                                4,  6, 3,  5, 4,  shape_values, shape_values};

constexpr float limit = 6;

// Takes values one by one and keeps each in its range.
class Row {
public:
    explicit Row(float* at) : at_(at) {}
    void add(float value) {
        *at_++ = std::isfinite(value) ? std::clamp(value, -limit, limit) : 0.0F;
    }
    void add_log(float ratio) { add(log_of(ratio)); }

private:
    float* at_;
};

struct Likeness {
    float correlation = 0;  ///< Means removed.
    float size = 0;         ///< 0.5 ln(ea / eb), mean squares + 1e-4
    float difference = 0;   ///< 0.5 ln((mean squared difference + 1e-4) / eb)
};

Likeness compare(const Part& part, const float* a, const float* b) {
    float x[PreparedBeats::window_length];
    float y[PreparedBeats::window_length];
    const std::size_t n = part.size();
    std::copy_n(part.of(a), n, x);
    std::copy_n(part.of(b), n, y);
    const float xx = centre(x, n);
    const float yy = centre(y, n);
    const float xy = dot(x, y, n);
    const auto count = static_cast<float>(n);
    const float ea = xx / count + 1e-4F;
    const float eb = yy / count + 1e-4F;
    const float apart = std::max(0.0F, xx + yy - 2 * xy) / count + 1e-4F;
    return {correlation_of(xy, xx, yy), 0.5F * log_of(ea / eb), 0.5F * log_of(apart / eb)};
}

// Mean size, steepest step, and height above and below 0.
struct Extent {
    float mean = 0, steepest = 0, balance = 0;
};

Extent extent_of(const float* window) {
    const float* const x = beat_part.of(window);
    Extent extent;
    float low = x[0];
    float high = x[0];
    for (std::size_t k = 0; k < beat_part.size(); ++k) {
        extent.mean += std::fabs(x[k]);
        if (k > 0) extent.steepest = std::max(extent.steepest, std::fabs(x[k] - x[k - 1]));
        low = std::min(low, x[k]);
        high = std::max(high, x[k]);
    }
    extent.mean /= static_cast<float>(beat_part.size());
    extent.balance = high + low;
    return extent;
}

}  // namespace

std::span<const std::string_view> feature_groups() {
    return names;
}

std::size_t feature_count(std::string_view group) {
    const auto at = std::ranges::find(names, group);
    return at == names.end() ? 0 : counts[static_cast<std::size_t>(at - names.begin())];
}

std::size_t feature_count(std::span<const std::string> groups) {
    std::size_t count = 0;
    for (const std::string& group : groups) count += feature_count(group);
    return count;
}

PreparedBeats::PreparedBeats(const FeatureInput& input) {
    measure_intervals(input);
    measure_rhythm();
    measure_entropy();
    look_at_signal(input);
}

PreparedBeats::PreparedBeats(const FeatureInput& input, const PreparedBeats& same_beats)
    : intervals_(same_beats.intervals_),
      unknown_(same_beats.unknown_),
      pre_(same_beats.pre_),
      post_(same_beats.post_),
      rhythm_(same_beats.rhythm_),
      median_(same_beats.median_),
      mean_(same_beats.mean_),
      q90_(same_beats.q90_),
      rough_(same_beats.rough_),
      late_share_(same_beats.late_share_) {
    look_at_signal(input);
}

void PreparedBeats::look_at_signal(const FeatureInput& input) {
    cut_windows(input);
    align();
    find_typical();
    find_clusters();
    find_slow_references();
    fit_p_to_rr();
    measure_p_waves();
}

void PreparedBeats::measure_p_waves() {
    const std::size_t n = beats();
    p_waves_.resize(n * p_values);
    std::vector<double> sums(n + 1, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        const auto values = measure_p_wave(window(i).data());
        std::ranges::copy(values, p_waves_.begin() + static_cast<std::ptrdiff_t>(i * p_values));
        sums[i + 1] = sums[i] + values[3];
    }
    p_near16_.resize(n);
    p_near64_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        p_near16_[i] = mean_around(sums, i, 8);
        p_near64_[i] = mean_around(sums, i, 32);
    }
}

void PreparedBeats::write_row(std::size_t beat, const float* window,
                              std::span<const std::string> groups, float* out) const {
    const Rhythm& r = rhythm_[beat];
    const float pre = pre_[beat];
    const float post = post_[beat];
    const auto at = static_cast<std::int64_t>(beat);
    const float* const typical = typical_.data();
    for (const std::string& group : groups) {
        Row row(out);
        out += feature_count(group);
        if (group == "F") {
            for (const float usual : {r.median16, r.median64, median_, r.q75_64}) {
                row.add_log(pre / usual);
                row.add_log(post / usual);
            }
            row.add_log(pre / post);
            row.add_log(pre / r.previous8);
            row.add_log(post / r.next8);
            row.add_log((pre + post) / (2 * r.median64));
            row.add_log(r.median16 / median_);
            row.add_log(median_ / 0.8F);
            row.add(std::min(5 * r.rough64, 1.5F));
            row.add(std::min(5 * r.rough16, 1.5F));
            row.add(r.changes64);
            row.add(std::min(2 * r.iqr64, 1.5F));
            row.add(rough_);
            row.add(std::clamp((r.median64 - pre) / (5 * r.median64 * (r.rough64 + 0.02F)), -2.0F,
                               2.0F));
            row.add(std::clamp((r.median16 - pre) / (5 * r.median16 * (r.rough16 + 0.02F)), -2.0F,
                               2.0F));
            for (std::int64_t k = -5; k < 5; ++k) row.add_log(interval(at + k) / r.median64);
        } else if (group == "G") {
            const Cluster& c = clusters_[cluster_of_[beat]];
            row.add(std::sqrt(static_cast<float>(c.beats) / static_cast<float>(beats())));
            row.add(c.log_pre);
            row.add(c.log_post);
            row.add(c.correlation);
            row.add(c.early_share);
            row.add(c.log_pre_sd);
            row.add(c.log_size);
        } else if (group == "M") {
            for (const Part& part : {p_part, qrs_part, t_part}) {
                const Likeness like = compare(part, window, typical);
                row.add(like.correlation);
                row.add(like.size);
                row.add(like.difference);
            }
            const Extent own = extent_of(window);
            const Extent usual = extent_of(typical);
            row.add_log((own.mean + 0.01F) / (usual.mean + 0.01F));
            row.add_log((own.steepest + 0.01F) / (usual.steepest + 0.01F));
            row.add(own.balance - usual.balance);
        } else if (group == "Rm") {
            row.add_log(pre / mean_);
            row.add_log(post / mean_);
            row.add_log(pre / r.mean10);
            row.add_log(post / r.mean10);
            row.add_log(r.mean10 / mean_);
        } else if (group == "Rq") {
            for (const float upper : {q90_, r.q90_128, r.q90_16}) {
                row.add_log(pre / upper);
                row.add_log(post / upper);
            }
            row.add_log(r.q90_128 / q90_);
            row.add_log(r.q90_16 / r.q90_128);
            row.add_log(median_ / q90_);
            row.add_log(mean_ / q90_);
            row.add_log(r.median64 / r.q90_128);
            row.add_log(q90_ / 0.8F);
            row.add(late_share_);
            row.add(r.late_share128);
        } else if (group == "Rseq") {
            for (std::int64_t k = -5; k < 5; ++k) row.add_log(interval(at + k) / r.q90_128);
        } else if (group == "A") {
            if (window == this->window(beat).data()) {
                for (std::size_t k = 0; k < p_values; ++k) row.add(p_waves_[beat * p_values + k]);
            } else {
                for (const float value : measure_p_wave(window)) row.add(value);
            }
        } else if (group == "K") {
            const Cluster& slow = clusters_[slow_cluster_];
            const Likeness p = compare(p_part, window, slow_beat_.data());
            const Likeness qrs = compare(qrs_part, window, slow_beat_.data());
            row.add(p.correlation);
            row.add(p.difference);
            row.add(qrs.correlation);
            row.add(qrs.difference);
            row.add_log(pre / slow.pre_median);
            row.add(cluster_of_[beat] == slow_cluster_ ? 1.0F : 0.0F);
            row.add_log(slow.pre_median / median_);
        } else if (group == "X") {
            const float predicted = predict_log_rr(beat, window);
            row.add(predicted - predicted_q90_);
            row.add(predicted_r2_);
            row.add(predicted_sd_);
            row.add(log_of(pre) - predicted);
        } else if (group == "LL") {
            const std::size_t place = beat / local_step;
            const float* const slow = local_slow_.data() + place * window_length;
            const Likeness p = compare(p_part, window, slow);
            const Likeness qrs = compare(qrs_part, window, slow);
            row.add(p.correlation);
            row.add(p.difference);
            row.add(qrs.correlation);
            row.add(qrs.difference);
            row.add_log(pre / local_slow_pre_[place]);
            row.add_log(local_slow_pre_[place] / r.median64);
        } else if (group == "Rs") {
            for (const float seconds : {pre, post, r.median64}) row.add_log(seconds / 0.8F);
        } else if (group == "AF") {
            row.add(p_near16_[beat]);
            row.add(p_near64_[beat]);
            row.add(r.turns64);
            row.add(r.changes16);
            row.add(p_waves_[beat * p_values + 3] - p_near64_[beat]);
        } else if (group == "E") {
            for (const float entropy : r.entropy) row.add(entropy - 1);
            row.add(r.erratic_share);
        } else if (group == "W" || group == "D") {
            const bool difference = group == "D";
            for (std::size_t k = shape_first; k < shape_first + 2 * shape_values; k += 2) {
                const float value = (window[k] + window[k + 1]) / 2;
                row.add(difference ? value - (typical[k] + typical[k + 1]) / 2 : value);
            }
        }
    }
}

std::vector<float> PreparedBeats::features(std::span<const std::string> groups) const {
    std::vector<float> out;
    add_features(groups, 0, beats(), out);
    return out;
}

void PreparedBeats::add_features(std::span<const std::string> groups, std::size_t first,
                                 std::size_t count, std::vector<float>& out) const {
    const std::size_t width = feature_count(groups);
    const std::size_t held = out.size();
    out.resize(held + count * width);
    for (std::size_t i = 0; i < count; ++i)
        write_row(first + i, window(first + i).data(), groups, out.data() + held + i * width);
}

std::vector<float> PreparedBeats::occluded_features(std::size_t beat, double first_s, double last_s,
                                                    std::span<const std::string> groups) const {
    std::vector<float> out(feature_count(groups));
    if (beat >= beats()) return out;
    std::vector<float> changed(window(beat).begin(), window(beat).end());
    const auto place = [](double seconds) {
        const double k = std::floor(seconds * window_rate + 0.5) + window_before;
        return static_cast<std::size_t>(std::clamp(k, 0.0, static_cast<double>(window_length)));
    };
    const std::size_t first = place(first_s);
    const std::size_t last = place(last_s);
    if (first < last) {
        const float a = changed[first > 0 ? first - 1 : first];
        const float b = changed[std::min(last, window_length - 1)];
        const auto steps = static_cast<float>(last - first + 1);
        for (std::size_t k = first; k < last; ++k)
            changed[k] = a + (b - a) * (static_cast<float>(k - first + 1) / steps);
    }
    write_row(beat, changed.data(), groups, out.data());
    return out;
}

std::vector<float> beat_features(const FeatureInput& input, std::span<const std::string> groups) {
    return PreparedBeats(input).features(groups);
}

}  // namespace telltale::classify
