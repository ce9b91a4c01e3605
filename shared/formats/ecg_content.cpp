#include "formats/ecg_content.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace telltale::formats {
namespace {

constexpr std::size_t most_windows = 12;
constexpr double window_s = 10, least_s = 2;
constexpr double working_rate = 125;  // Hz

using Values = std::vector<double>;

// Centred running mean over about `seconds`; at the ends over what there is.
Values running_mean(const Values& x, double seconds, double rate) {
    const auto half = static_cast<std::size_t>(std::lround(seconds * rate / 2 - 0.5 + 1e-9));
    Values sums(x.size() + 1, 0);
    for (std::size_t i = 0; i < x.size(); ++i) sums[i + 1] = sums[i] + x[i];
    Values means(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t first = i > half ? i - half : 0;
        const std::size_t last = std::min(x.size(), i + half + 1);
        means[i] = (sums[last] - sums[first]) / static_cast<double>(last - first);
    }
    return means;
}

double deviation(const Values& x) {
    double sum = 0;
    for (const double v : x) sum += v * v;
    return x.empty() ? 0 : std::sqrt(sum / static_cast<double>(x.size()));
}

Values minus(const Values& a, const Values& b) {
    Values result(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] - b[i];
    return result;
}

double quantile(Values x, double part) {
    const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(x.size() - 1));
    std::nth_element(x.begin(), x.begin() + at, x.end());
    return x[static_cast<std::size_t>(at)];
}

// 0 at `none`, 1 at `full`, straight between.
double ramp(double value, double none, double full) {
    return std::clamp((value - none) / (full - none), 0.0, 1.0);
}

// Where the envelope stands out, at least 180 ms apart.
std::vector<std::size_t> deflections(const Values& envelope, double threshold, double rate) {
    const auto apart = static_cast<std::size_t>(0.18 * rate);
    std::vector<std::size_t> peaks;
    for (std::size_t i = 1; i + 1 < envelope.size(); ++i) {
        if (envelope[i] < threshold || envelope[i] < envelope[i - 1] ||
            envelope[i] <= envelope[i + 1])
            continue;
        if (peaks.empty() || i - peaks.back() >= apart)
            peaks.push_back(i);
        else if (envelope[i] > envelope[peaks.back()])
            peaks.back() = i;
    }
    return peaks;
}

// Where each deflection has its main wave: the peak of the sign that the deflections have together.
std::vector<std::size_t> aligned(const Values& y, const std::vector<std::size_t>& peaks,
                                 double rate) {
    const auto search = static_cast<std::size_t>(0.06 * rate);
    const auto around = [&](std::size_t p) {
        return std::pair{p > search ? p - search : 0, std::min(y.size(), p + search + 1)};
    };
    double sign = 0;
    for (const std::size_t p : peaks)
        for (auto [i, end] = around(p); i < end; ++i) sign += y[i] * y[i] * y[i];
    sign = sign < 0 ? -1 : 1;
    std::vector<std::size_t> result;
    for (const std::size_t p : peaks) {
        std::size_t at = p;
        for (auto [i, end] = around(p); i < end; ++i)
            if (sign * y[i] > sign * y[at]) at = i;
        result.push_back(at);
    }
    return result;
}

// The deflections' stretches of `half_s` to both sides, each brought to the same deviation.
std::vector<Values> pieces_of(const Values& y, const std::vector<std::size_t>& peaks, double half_s,
                              double rate) {
    const auto half = static_cast<std::size_t>(half_s * rate);
    std::vector<Values> pieces;
    for (const std::size_t p : peaks) {
        if (p < half || p + half >= y.size()) continue;
        Values piece(y.begin() + static_cast<std::ptrdiff_t>(p - half),
                     y.begin() + static_cast<std::ptrdiff_t>(p + half + 1));
        const double size = deviation(piece);
        if (size > 0)
            for (double& v : piece) v /= size;
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

Values sum_of(const std::vector<Values>& pieces) {
    Values sum(pieces.empty() ? 0 : pieces[0].size(), 0);
    for (const Values& piece : pieces)
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += piece[i];
    return sum;
}

// How alike the deflections are: the median correlation of each with the average of the others.
double likeness(const Values& y, const std::vector<std::size_t>& peaks, double rate) {
    const std::vector<Values> pieces = pieces_of(y, peaks, 0.12, rate);
    if (pieces.size() < 2) return 0;
    const Values sum = sum_of(pieces);
    Values correlations;
    for (const Values& piece : pieces) {
        double with = 0, others = 0, own = 0;
        for (std::size_t i = 0; i < piece.size(); ++i) {
            const double other = sum[i] - piece[i];
            with += piece[i] * other;
            others += other * other;
            own += piece[i] * piece[i];
        }
        correlations.push_back(others > 0 && own > 0 ? with / std::sqrt(others * own) : 0);
    }
    return quantile(std::move(correlations), 0.5);
}

// How far the average deflection swings on: its largest value 90 to 190 ms from its peak (less
// where the next deflection comes sooner) over that of the peak. Alpha waves and tremor swing on.
double swing(const Values& y, const std::vector<std::size_t>& peaks, double rate) {
    Values distances;
    for (std::size_t i = 1; i < peaks.size(); ++i)
        distances.push_back(static_cast<double>(peaks[i] - peaks[i - 1]) / rate);
    const double far = std::min(0.19, 0.6 * quantile(std::move(distances), 0.5));
    const Values sum = sum_of(pieces_of(y, peaks, far, rate));
    if (sum.empty()) return 1;
    const std::size_t middle = sum.size() / 2;
    const auto near = static_cast<std::size_t>(std::lround(0.09 * rate));
    double peak = 0, beside = 0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        const std::size_t from = i > middle ? i - middle : middle - i;
        double& largest = from < near ? peak : beside;
        largest = std::max(largest, std::abs(sum[i]));
    }
    return peak > 0 ? beside / peak : 1;
}

// How much of the deflections stays: the level 100 to 160 ms after over that before, as part of the
// range between. The upstroke of a pulse wave is a step, a QRS complex comes back.
double level_change(const Values& x, const std::vector<std::size_t>& peaks, double rate) {
    const auto near = static_cast<std::size_t>(0.1 * rate);
    const auto far = static_cast<std::size_t>(0.16 * rate);
    Values changes;
    for (const std::size_t p : peaks) {
        if (p < far || p + far >= x.size()) continue;
        double before = 0, after = 0;
        for (std::size_t k = near; k <= far; ++k) {
            before += x[p - k];
            after += x[p + k];
        }
        const auto [low, high] =
            std::minmax_element(x.begin() + static_cast<std::ptrdiff_t>(p - far),
                                x.begin() + static_cast<std::ptrdiff_t>(p + far + 1));
        if (*high > *low)
            changes.push_back(std::abs(after - before) / static_cast<double>(far - near + 1) /
                              (*high - *low));
    }
    return changes.empty() ? 1 : quantile(std::move(changes), 0.5);
}

struct Window {
    bool flat = false;
    bool smooth = false;
    double score = 0;
};

Window look_at_window(std::span<const float> samples, double sampling_rate) {
    // Blocks of samples are averaged down to the working rate; a missing one repeats the last.
    const auto block =
        static_cast<std::size_t>(std::max(1.0, std::round(sampling_rate / working_rate)));
    const double rate = sampling_rate / static_cast<double>(block);
    Values x;
    double last = 0;
    std::size_t missing = 0;
    bool any = false;
    for (std::size_t i = 0; i + block <= samples.size(); i += block) {
        double sum = 0;
        std::size_t count = 0;
        for (std::size_t k = 0; k < block; ++k)
            if (std::isfinite(samples[i + k])) sum += samples[i + k], ++count;
        if (count > 0) {
            last = sum / static_cast<double>(count);
            if (!any) std::ranges::fill(x, last);
            any = true;
        } else {
            ++missing;
        }
        x.push_back(last);
    }
    Window window;
    if (2 * missing >= x.size() || x.size() < 8) return {.flat = true};
    const double all = deviation(minus(x, running_mean(x, 1.2, rate)));
    const auto [low, high] = std::ranges::minmax(x);
    if (!(all > 1e-7 * std::max(std::abs(low), std::abs(high))) || high == low)
        return {.flat = true};
    const Values y = minus(running_mean(x, 0.024, rate), running_mean(x, 0.14, rate));
    const double quick = deviation(y) / all;
    window.smooth = quick < 0.1;
    Values envelope = y;
    for (double& v : envelope) v = std::abs(v);
    envelope = running_mean(envelope, 0.08, rate);
    const double top = quantile(envelope, 0.98);
    if (!(top > 0)) return window;
    const double quiet = quantile(envelope, 0.5) / top;
    const auto peaks = deflections(envelope, 0.45 * top, rate);
    const double a_minute =
        60 * static_cast<double>(peaks.size()) * rate / static_cast<double>(x.size());
    if (peaks.size() < 3 || a_minute < 20 || a_minute > 320) return window;
    const auto waves = aligned(y, peaks, rate);
    window.score = ramp(quick, 0.34, 0.5) * ramp(quiet, 0.55, 0.42) *
                   ramp(likeness(y, waves, rate), 0.6, 0.85) *
                   ramp(swing(y, waves, rate), 0.7, 0.5) *
                   ramp(level_change(x, peaks, rate), 0.75, 0.5);
    return window;
}

// Goes up in nearly all of its steps (or down), falling back now and then: a counter or a clock.
// Or has so few values, or holds each so long, that it is a status or a trend.
Content stepwise(std::span<const float> samples, double sampling_rate) {
    std::size_t up = 0, down = 0, steps = 0, largest = 0, held = 0, same = 0;
    std::vector<float> values;  // up to five different ones
    float before = 0, step = 0;
    bool any = false;
    for (const float v : samples) {
        if (!std::isfinite(v)) continue;
        if (values.size() <= 4 && std::ranges::find(values, v) == values.end()) values.push_back(v);
        if (any) {
            ++steps;
            if (v > before) ++up;
            if (v < before) ++down;
            if (v != before && v - before == step) ++same;
            step = v - before;
            held = v == before ? held + 1 : 0;
            largest += held > static_cast<std::size_t>(0.5 * sampling_rate) ? 1 : 0;
        }
        before = v;
        any = true;
    }
    if (values.size() < 2) return Content::blank;
    const auto most = static_cast<std::size_t>(0.02 * static_cast<double>(up + down));
    const bool climbs = 5 * (up + down) > steps && std::min(up, down) <= most;
    // Nearly all steps are as the one before: it counts, however soon it starts again.
    if (values.size() > 4 && (climbs || 10 * same > 8 * steps)) return Content::counter;
    if (values.size() <= 4) return Content::few_steps;
    // It changes less than thrice a second: most samples lie in stretches that stand still.
    if (3 * largest > steps &&
        static_cast<double>(up + down) * sampling_rate < 3 * static_cast<double>(steps))
        return Content::few_steps;
    return Content::undecided;
}

}  // namespace

ContentVerdict look_at(std::span<const float> samples, double sampling_rate) {
    ContentVerdict verdict;
    if (samples.empty()) return {.content = Content::blank, .score = 0, .flat_share = 1};
    if (!(sampling_rate >= 20) || !(sampling_rate <= 1e6)) return verdict;
    const auto length = std::max<std::size_t>(
        static_cast<std::size_t>(least_s * sampling_rate),
        std::min(samples.size(), static_cast<std::size_t>(window_s * sampling_rate)));
    if (samples.size() < length) {
        const Content steps = stepwise(samples, sampling_rate);
        verdict.content = steps;
        verdict.flat_share = steps == Content::blank ? 1 : 0;
        return verdict;
    }
    const std::size_t count = std::clamp<std::size_t>(samples.size() / length, 1, most_windows);
    std::size_t flat = 0, smooth = 0, counters = 0, few = 0, blank = 0;
    Values scores;
    for (std::size_t w = 0; w < count; ++w) {
        const std::size_t first = count == 1 ? 0 : (samples.size() - length) / (count - 1) * w;
        const auto piece = samples.subspan(first, length);
        switch (stepwise(piece, sampling_rate)) {
            case Content::blank: ++blank; break;
            case Content::counter: ++counters; continue;
            case Content::few_steps: ++few; continue;
            default: break;
        }
        const Window window = look_at_window(piece, sampling_rate);
        flat += window.flat ? 1 : 0;
        smooth += window.smooth ? 1 : 0;
        scores.push_back(window.score);
    }
    verdict.flat_share = static_cast<double>(flat) / static_cast<double>(count);
    std::ranges::sort(scores, std::greater());
    // An ECG may be disturbed for most of the time, but hardly anything looks like one by chance
    // in a quarter of its windows.
    const std::size_t quarter = (count + 3) / 4;
    if (scores.size() >= quarter) verdict.score = scores[quarter - 1];
    if (blank == count) {
        // The windows are blank; is all of it?
        const auto some = std::ranges::find_if_not(samples, [](float v) { return std::isnan(v); });
        const bool still =
            std::all_of(some, samples.end(), [&](float v) { return std::isnan(v) || v == *some; });
        if (still) verdict.content = Content::blank;
    } else if (verdict.score >= 0.3) {
        verdict.content = Content::qrs;
    } else if (2 * counters > count) {
        verdict.content = Content::counter;
    } else if (2 * (few + flat) > count && few > 0) {
        verdict.content = Content::few_steps;
    } else if (smooth > 0 && 4 * (smooth + flat + few) >= 3 * count) {
        verdict.content = Content::smooth;
    }
    return verdict;
}

std::string_view in_words(Content content) {
    switch (content) {
        case Content::blank: return "is blank";
        case Content::counter: return "counts upwards";
        case Content::few_steps: return "changes in a few steps only";
        case Content::smooth: return "is too smooth for an ECG";
        case Content::qrs: return "shows QRS complexes";
        case Content::undecided: return "does not look like an ECG";
    }
    return "";
}

}  // namespace telltale::formats
