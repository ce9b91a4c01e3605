// Features, the signal's side: filter, windows, alignment, scale, typical beat.
#include <algorithm>
#include <cmath>
#include <utility>

#include "classify/feature_math.hpp"
#include "classify/feature_parts.hpp"
#include "classify/features.hpp"
#include "signal/band_pass.hpp"

namespace telltale::classify {
namespace {

constexpr std::size_t width = PreparedBeats::window_length;
constexpr auto before = static_cast<int>(PreparedBeats::window_before);

// Seconds that a stretch is filtered beyond itself: the high-pass forgets by exp(-2.2) a second.
constexpr double margin_s = 10;
// Seconds that windows reach beyond a stretch's beats, and more.
constexpr double reach_s = 1;
constexpr double stretch_s = 120;

// Beats that a median beat is made of at most, evenly chosen.
constexpr std::size_t most_for_median = 2048;

// The median of windows at each value, of beats chosen evenly.
std::vector<float> median_window(std::span<const float> windows,
                                 std::span<const std::uint32_t> beats) {
    const std::size_t count = std::min(beats.size(), most_for_median);
    std::vector<float> out(width, 0.0F);
    std::vector<float> column(count);
    if (count == 0) return out;
    for (std::size_t k = 0; k < width; ++k) {
        for (std::size_t i = 0; i < count; ++i)
            column[i] = windows[beats[i * beats.size() / count] * width + k];
        out[k] = median(column);
    }
    return out;
}

float part_correlation(const Part& part, const float* a, const float* b) {
    float x[width];
    float y[width];
    std::copy_n(part.of(a), part.size(), x);
    std::copy_n(part.of(b), part.size(), y);
    const float xx = centre(x, part.size());
    const float yy = centre(y, part.size());
    return correlation_of(dot(x, y, part.size()), xx, yy);
}

}  // namespace

void PreparedBeats::cut_windows(const FeatureInput& input) {
    const std::span<const std::int64_t> positions = input.positions;
    windows_.assign(positions.size() * width, 0.0F);
    filled_.assign(positions.size(), false);
    const auto length = static_cast<std::int64_t>(input.samples.size());
    if (length == 0 || !(input.sampling_rate > 0)) return;
    const double rate = input.sampling_rate;
    const double step = rate / window_rate;
    const auto samples_of = [&](double seconds) {
        return static_cast<std::int64_t>(seconds * rate) + 1;
    };
    const signal::BandPass band_pass(0.5, 40.0, rate);
    std::vector<double> stretch;
    const auto place = [&](std::size_t beat) {
        return std::clamp<std::int64_t>(positions[beat], 0, length - 1);
    };
    for (std::size_t beat = 0; beat < positions.size();) {
        const std::int64_t first_beat = place(beat);
        std::size_t end_beat = beat;
        while (end_beat < positions.size() && place(end_beat) >= first_beat &&
               place(end_beat) <= first_beat + samples_of(stretch_s))
            ++end_beat;
        std::int64_t last_beat = first_beat;
        for (std::size_t i = beat; i < end_beat; ++i) last_beat = std::max(last_beat, place(i));
        const std::int64_t around = samples_of(margin_s + reach_s);
        const std::int64_t first = first_beat - around;
        signal::fill_stretch(input.samples, first, last_beat + around + 1, stretch);
        band_pass.apply(stretch);
        for (; beat < end_beat; ++beat) {
            float* const out = windows_.data() + beat * width;
            const auto centre_at = static_cast<double>(place(beat));
            for (std::size_t k = 0; k < width; ++k) {
                const double at = std::clamp(centre_at + (static_cast<double>(k) - before) * step,
                                             0.0, static_cast<double>(length - 1)) -
                                  static_cast<double>(first);
                const auto i = static_cast<std::size_t>(at);
                const double part = at - static_cast<double>(i);
                out[k] = static_cast<float>(stretch[i] + (stretch[i + 1] - stretch[i]) * part);
            }
            const std::int64_t from =
                std::max<std::int64_t>(place(beat) - samples_of(before / window_rate), 0);
            const std::int64_t to = std::min(
                place(beat) + samples_of((static_cast<double>(width) - before) / window_rate),
                length);
            for (std::int64_t i = from; i < to && !filled_[beat]; ++i)
                filled_[beat] = !signal::is_usable(input.samples[static_cast<std::size_t>(i)]);
        }
    }
}

// Moves each window by up to 6 values to where its QRS is most like the median QRS. Twice, since
// the median gets sharper. Then scales by the typical QRS.
void PreparedBeats::align() {
    constexpr int most = 6;
    const std::size_t n = beats();
    std::vector<std::uint32_t> all(n);
    for (std::size_t i = 0; i < n; ++i) all[i] = static_cast<std::uint32_t>(i);
    std::vector<float> moved = windows_;
    for (int pass = 0; pass < 2; ++pass) {
        const std::vector<float> reference = median_window(moved, all);
        float wanted[width];
        std::copy_n(alignment_part.of(reference.data()), alignment_part.size(), wanted);
        const float wanted_norm = centre(wanted, alignment_part.size());
        for (std::size_t i = 0; i < n; ++i) {
            const float* const window = windows_.data() + i * width;
            int best_shift = 0;
            float best = -2;
            float best_correlation = 0;
            for (int shift = -most; shift <= most; ++shift) {
                float x[width];
                std::copy_n(alignment_part.of(window) + shift, alignment_part.size(), x);
                const float norm = centre(x, alignment_part.size());
                const float c =
                    correlation_of(dot(x, wanted, alignment_part.size()), norm, wanted_norm);
                const float score = c - 0.003F * static_cast<float>(shift < 0 ? -shift : shift);
                if (score > best) {
                    best = score;
                    best_shift = shift;
                    best_correlation = c;
                }
            }
            if (!(best_correlation > 0.5F)) best_shift = 0;
            float* const out = moved.data() + i * width;
            for (int k = 0; k < static_cast<int>(width); ++k)
                out[k] = window[std::clamp(k + best_shift, 0, static_cast<int>(width) - 1)];
        }
    }
    windows_ = std::move(moved);
    std::vector<float> heights(n);
    for (std::size_t i = 0; i < n; ++i)
        heights[i] = peak_to_peak(height_part.of(window(i).data()), height_part.size());
    const float height = median(heights);
    // A lead whose typical beat has no height is flat: there is nothing to scale to.
    const float factor = height > 1e-7F ? 1 / height : 0.0F;
    for (float& value : windows_) value = std::clamp(value * factor, -100.0F, 100.0F);
}

// The median beat; twice, the 60 % of beats most like it make the next one.
void PreparedBeats::find_typical() {
    const std::size_t n = beats();
    std::vector<std::uint32_t> all(n);
    for (std::size_t i = 0; i < n; ++i) all[i] = static_cast<std::uint32_t>(i);
    typical_ = median_window(windows_, all);
    std::vector<float> likeness(n);
    for (int pass = 0; pass < 2 && n > 0; ++pass) {
        for (std::size_t i = 0; i < n; ++i)
            likeness[i] = part_correlation(typical_part, window(i).data(), typical_.data());
        std::vector<float> ordered = likeness;
        const float least = quantile(ordered, 0.4);
        std::vector<std::uint32_t> kept;
        for (const std::uint32_t i : all)
            if (likeness[i] >= least) kept.push_back(i);
        typical_ = median_window(windows_, kept);
    }
}

// Kinds of beats: each beat joins the kind it is most like, or founds one (leader clustering).
void PreparedBeats::find_clusters() {
    constexpr std::size_t most = 40;
    constexpr float alike = 0.90F;
    constexpr std::size_t size = kind_part.size();
    const std::size_t n = beats();
    cluster_of_.assign(n, 0);
    clusters_.clear();
    if (n == 0) return;
    struct Centre {
        float values[size];
        float norm;
        std::size_t beats;
    };
    std::vector<Centre> centres;
    const auto nearest = [&](const float* x, float xx) {
        std::pair<std::size_t, float> best{0, -2.0F};
        for (std::size_t c = 0; c < centres.size(); ++c) {
            const float like = correlation_of(dot(x, centres[c].values, size), xx, centres[c].norm);
            if (like > best.second) best = {c, like};
        }
        return best;
    };
    const auto part_of = [&](std::size_t i, float* x) {
        std::copy_n(kind_part.of(window(i).data()), size, x);
        return centre(x, size);
    };
    float x[size];
    for (std::size_t i = 0; i < n; ++i) {
        const float xx = part_of(i, x);
        const auto [c, like] = nearest(x, xx);
        if (centres.empty() || (like < alike && centres.size() < most)) {
            Centre made;
            std::copy_n(x, size, made.values);
            made.norm = xx;
            made.beats = 1;
            centres.push_back(made);
            continue;
        }
        Centre& joined = centres[c];
        ++joined.beats;
        const float part = 1.0F / static_cast<float>(std::min<std::size_t>(joined.beats, 50));
        for (std::size_t k = 0; k < size; ++k) joined.values[k] += (x[k] - joined.values[k]) * part;
        joined.norm = dot(joined.values, joined.values, size);
    }
    // Kinds of one or two beats are accidents, unless there is nothing else.
    std::size_t largest = 0;
    for (const Centre& c : centres) largest = std::max(largest, c.beats);
    std::erase_if(centres,
                  [&](const Centre& c) { return c.beats < std::min<std::size_t>(3, largest); });
    clusters_.resize(centres.size());
    for (std::size_t i = 0; i < n; ++i) {
        const float xx = part_of(i, x);
        cluster_of_[i] = static_cast<std::uint16_t>(nearest(x, xx).first);
        ++clusters_[cluster_of_[i]].beats;
    }
    std::copy_n(kind_part.of(typical_.data()), size, x);
    const float typical_size = peak_to_peak(x, size);
    const float xx = centre(x, size);
    std::vector<std::vector<float>> log_pre(clusters_.size());
    std::vector<std::vector<float>> log_post(clusters_.size());
    std::vector<std::vector<float>> pre(clusters_.size());
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t c = cluster_of_[i];
        log_pre[c].push_back(log_of(pre_[i] / rhythm_[i].median64));
        log_post[c].push_back(log_of(post_[i] / rhythm_[i].median64));
        pre[c].push_back(pre_[i]);
    }
    for (std::size_t c = 0; c < clusters_.size(); ++c) {
        Cluster& cluster = clusters_[c];
        cluster.centre.assign(centres[c].values, centres[c].values + size);
        cluster.correlation = correlation_of(dot(x, centres[c].values, size), xx, centres[c].norm);
        cluster.log_size =
            log_of((peak_to_peak(centres[c].values, size) + 0.001F) / (typical_size + 0.001F));
        if (cluster.beats == 0) continue;
        const auto count = static_cast<float>(cluster.beats);
        double early = 0;
        double sum = 0;
        double squares = 0;
        for (const float value : log_pre[c]) {
            early += value < -0.1F ? 1 : 0;
            const double held = std::clamp(value, -1.0F, 1.0F);
            sum += held;
            squares += held * held;
        }
        cluster.early_share = static_cast<float>(early) / count;
        const double mean = sum / count;
        cluster.log_pre_sd =
            static_cast<float>(std::sqrt(std::max(0.0, squares / count - mean * mean)));
        cluster.log_pre = median(log_pre[c]);
        cluster.log_post = median(log_post[c]);
        cluster.pre_median = median(pre[c]);
    }
}

// Beats after long intervals, that may be the sinus beats where premature ones are the rule: the
// common kind with the longest RR before it, and around each place the slowest 15 % of 128 beats.
void PreparedBeats::find_slow_references() {
    const std::size_t n = beats();
    local_slow_.clear();
    local_slow_pre_.clear();
    slow_cluster_ = 0;
    slow_beat_.assign(width, 0.0F);
    if (n == 0) return;
    float longest = -1;
    for (std::size_t c = 0; c < clusters_.size(); ++c) {
        if (clusters_[c].beats * 20 < n || clusters_[c].pre_median <= longest) continue;
        longest = clusters_[c].pre_median;
        slow_cluster_ = c;
    }
    std::vector<std::uint32_t> members;
    for (std::size_t i = 0; i < n; ++i)
        if (cluster_of_[i] == slow_cluster_) members.push_back(static_cast<std::uint32_t>(i));
    slow_beat_ = median_window(windows_, members);

    std::vector<float> pre;
    for (std::size_t at = 0; at < n; at += local_step) {
        const std::size_t middle = at + local_step / 2;
        const std::size_t first = middle > 64 ? middle - 64 : 0;
        const std::size_t last = std::min(middle + 64, n);
        pre.clear();
        for (std::size_t i = first; i < last; ++i) pre.push_back(pre_[i]);
        const float least = quantile(pre, 0.85);
        const std::size_t place = local_slow_.size();
        local_slow_.resize(place + width, 0.0F);
        std::vector<float> slow;
        for (std::size_t i = first; i < last; ++i) {
            if (pre_[i] < least) continue;
            slow.push_back(pre_[i]);
            for (std::size_t k = 0; k < width; ++k) local_slow_[place + k] += window(i)[k];
        }
        const auto count = static_cast<float>(std::max<std::size_t>(slow.size(), 1));
        for (std::size_t k = 0; k < width; ++k) local_slow_[place + k] /= count;
        local_slow_pre_.push_back(slow.empty() ? median_ : median(slow));
    }
}

}  // namespace telltale::classify
