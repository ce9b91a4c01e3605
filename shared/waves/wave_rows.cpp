#include "waves/wave_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "signal/band_pass.hpp"
#include "signal/exact_math.hpp"
#include "waves/median.hpp"

namespace telltale::waves {
namespace {

constexpr double baseline_hz = 0.4, upper_hz = 90;
constexpr double margin_s = 3;        ///< Filtered on either side, for the high-pass to settle.
constexpr double qrs_reach_s = 0.08;  ///< Of a QRS on either side of its R peak.
constexpr double smallest_mv = 0.02;
constexpr double longest_s = 2;
constexpr double bump_s = 0.04;
constexpr double most_missing = 0.1;

/// A stretch of the lead without baseline, counted from sample `from`.
struct Stretch {
    std::vector<double> x;
    std::int64_t from = 0;
    double rate = 0;

    /// Mean of the straight lines between the samples over 4 ms about a time; of a slow recording
    /// the line itself.
    [[nodiscard]] double around(double seconds) const {
        const double half = rate > 250 ? 0.002 * rate : 0;
        const double at = seconds * rate - static_cast<double>(from);
        if (half == 0) return line(at);
        // The integral of the lines from at - half to at + half.
        const double a = at - half, b = at + half;
        double sum = 0, left = a;
        while (left < b) {
            const double right = std::min(b, std::floor(left) + 1);
            sum += (right - left) * 0.5 * (line(left) + line(right));
            left = right;
        }
        return sum / (b - a);
    }

private:
    [[nodiscard]] double line(double at) const {
        const double last = static_cast<double>(x.size() - 1);
        const double held = std::clamp(at, 0.0, last);
        const auto i = static_cast<std::size_t>(held);
        const double share = held - static_cast<double>(i);
        return share == 0 ? x[i] : x[i] + share * (x[i + 1] - x[i]);
    }
};

/// The usual height of a QRS from its deepest to its highest value, mV.
double qrs_size(const Stretch& stretch, std::span<const std::int64_t> peaks) {
    const auto reach = static_cast<std::int64_t>(qrs_reach_s * stretch.rate);
    const auto size = static_cast<std::int64_t>(stretch.x.size());
    std::vector<double> heights;
    const auto add = [&](std::int64_t first, std::int64_t last) {
        first = std::max<std::int64_t>(first, 0);
        last = std::min(last, size);
        if (first >= last) return;
        const auto [low, high] = std::ranges::minmax(std::span(stretch.x).subspan(
            static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
        heights.push_back(high - low);
    };
    for (const std::int64_t peak : peaks)
        add(peak - stretch.from - reach, peak - stretch.from + reach + 1);
    const auto second = static_cast<std::int64_t>(stretch.rate);
    if (heights.empty())
        for (std::int64_t at = 0; at < size; at += second) add(at, at + second);
    return std::max(median(heights), smallest_mv);
}

}  // namespace

WaveRows wave_rows(std::span<const float> samples, double rate,
                   std::span<const std::int64_t> r_peaks, std::int64_t first, std::int64_t last) {
    WaveRows rows;
    const auto length = static_cast<std::int64_t>(samples.size());
    first = std::max<std::int64_t>(first, 0);
    last = std::min(last, length);
    if (first >= last) return rows;
    const auto inside =
        samples.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
    const auto missing =
        std::ranges::count_if(inside, [](float sample) { return !signal::is_usable(sample); });
    rows.first_s = static_cast<double>(first) / rate;
    rows.frames =
        static_cast<std::size_t>(static_cast<double>(last - first) / rate * frame_rate) + 1;

    Stretch stretch;
    stretch.rate = rate;
    const auto margin = static_cast<std::int64_t>(margin_s * rate);
    stretch.from = first - margin;
    signal::fill_stretch(samples, first - margin, last + margin, stretch.x);
    signal::BandPass(baseline_hz, std::min(upper_hz, 0.4 * rate), rate).apply(stretch.x);

    const auto begin = std::ranges::lower_bound(r_peaks, first);
    const auto end = std::ranges::lower_bound(r_peaks, last);
    const double scale = qrs_size(stretch, {begin, end});
    rows.usable = static_cast<double>(missing) < most_missing * static_cast<double>(last - first) &&
                  scale > smallest_mv;
    const auto size = static_cast<float>(signal::exact_log(scale) / (3 * std::numbers::ln2));

    rows.values.resize(rows.frames * feature_count);
    auto next = begin;
    for (std::size_t f = 0; f < rows.frames; ++f) {
        const double t = rows.seconds(static_cast<double>(f));
        while (next != r_peaks.end() && static_cast<double>(*next) / rate <= t) ++next;
        double since = longest_s, until = longest_s;
        if (next != r_peaks.begin())
            since = std::min(since, t - static_cast<double>(*(next - 1)) / rate);
        if (next != r_peaks.end()) until = std::min(until, static_cast<double>(*next) / rate - t);
        float* row = &rows.values[f * feature_count];
        for (std::size_t side = 0; side < 2; ++side) {
            const double x = stretch.around(t + (side == 0 ? -0.002 : 0.002)) / scale;
            row[side] = static_cast<float>(std::clamp(x, -4.0, 4.0));
            row[2 + side] =
                static_cast<float>(std::clamp(x / std::sqrt(std::abs(x) + 0.02), -2.0, 2.0));
        }
        row[4] = static_cast<float>(since);
        row[5] = static_cast<float>(until);
        row[6] = static_cast<float>(std::max(0.0, 1 - std::min(since, until) / bump_s));
        row[7] = size;
    }
    return rows;
}

}  // namespace telltale::waves
