#include "signal_changes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace telltale::bench {
namespace {

std::size_t index(const Sample& s, double at_s) {
    return std::min(s.mv.size(), static_cast<std::size_t>(std::max(0.0, at_s * s.rate)));
}

// Half of the range that a typical second and a half holds.
double beat_height(const Sample& s) {
    std::vector<float> heights;
    const auto length = static_cast<std::size_t>(1.5 * s.rate);
    for (std::size_t i = 0; i + length <= s.mv.size(); i += length) {
        const auto [low, high] = std::ranges::minmax(std::span(s.mv).subspan(i, length));
        if (std::isfinite(low) && std::isfinite(high)) heights.push_back(high - low);
    }
    if (heights.empty()) return 0.5;
    std::ranges::nth_element(heights, heights.begin() + std::ssize(heights) / 2);
    return 0.5 * static_cast<double>(heights[heights.size() / 2]);
}

}  // namespace

Sample cut(const Sample& from, double begin_s, double length_s) {
    const std::size_t first = index(from, begin_s), last = index(from, begin_s + length_s);
    Sample s{.mv = {from.mv.begin() + static_cast<std::ptrdiff_t>(first),
                    from.mv.begin() + static_cast<std::ptrdiff_t>(last)},
             .rate = from.rate};
    for (std::size_t k = 0; k < from.beats_s.size(); ++k)
        if (from.beats_s[k] >= begin_s && from.beats_s[k] < begin_s + length_s) {
            s.beats_s.push_back(from.beats_s[k] - begin_s);
            s.ventricular.push_back(from.ventricular[k]);
        }
    return s;
}

Sample resampled(const Sample& from, double rate) {
    Sample s{.rate = rate, .beats_s = from.beats_s, .ventricular = from.ventricular};
    // Averaged first where the new rate is lower, so that little folds back.
    std::vector<float> x = from.mv;
    const auto wide = static_cast<std::size_t>(from.rate / rate);
    if (wide > 1)
        for (std::size_t i = 0; i + wide <= x.size(); ++i) {
            float sum = 0;
            for (std::size_t k = 0; k < wide; ++k) sum += from.mv[i + k];
            x[i] = sum / static_cast<float>(wide);
        }
    const double ratio = from.rate / rate;
    for (std::size_t i = 0;; ++i) {
        const double at = static_cast<double>(i) * ratio;
        const auto k = static_cast<std::size_t>(at);
        if (k + 1 >= x.size()) return s;
        const auto t = static_cast<float>(at - static_cast<double>(k));
        s.mv.push_back(x[k] * (1 - t) + x[k + 1] * t);
    }
}

Sample hastened(Sample from, double factor) {
    from.rate *= factor;
    for (double& at : from.beats_s) at /= factor;
    return from;
}

void change_gain(Sample& s, synth::Random& random) {
    for (double at = 0; at < s.seconds();) {
        at += random.uniform(20, 90);
        const double length = random.uniform(4, 40);
        const auto gain = static_cast<float>(random.uniform(0.2, 0.8));
        for (std::size_t i = index(s, at); i < index(s, at + length); ++i) s.mv[i] *= gain;
        at += length;
    }
}

void block_beats(Sample& s, synth::Random& random) {
    std::vector<float>& x = s.mv;
    std::vector<double> left;
    std::vector<bool> ventricular;
    int blocking = 0;
    for (std::size_t k = 0; k < s.beats_s.size(); ++k) {
        if (blocking == 0 && random.uniform() < 0.05)
            blocking = 1 + static_cast<int>(random.uniform(0, 3));
        const double here = s.beats_s[k];
        const double next = k + 1 < s.beats_s.size() ? s.beats_s[k + 1] : here + 1;
        if (blocking == 0 || next - here < 0.5 || x.size() < 2) {
            left.push_back(here);
            ventricular.push_back(s.ventricular[k]);
            continue;
        }
        --blocking;
        const std::size_t from = index(s, here - 0.07);
        const auto to = std::min(x.size() - 1, index(s, std::min(here + 0.45, next - 0.25)));
        for (std::size_t i = from; i <= to && to > from; ++i) {
            const float t = static_cast<float>(i - from) / static_cast<float>(to - from);
            x[i] = x[from] * (1 - t) + x[to] * t + static_cast<float>(0.006 * random.normal());
        }
    }
    s.beats_s = left;
    s.ventricular = ventricular;
}

void add_artefacts(Sample& s, synth::Random& random) {
    for (double at = 0; at < s.seconds();) {
        at += random.uniform(10, 60);
        const double length = random.uniform(2, 20);
        const double white = random.uniform(0, 0.12), slow = random.uniform(0, 0.3);
        const double keep = random.uniform(0.5, 0.97);
        double low = 0, step = 0;
        for (std::size_t i = index(s, at); i < index(s, at + length); ++i) {
            low = keep * low + random.normal() * (1 - keep);
            if (random.uniform() < 0.15 / s.rate) step = random.uniform(-1, 1);
            step *= 1 - 3 / s.rate;
            s.mv[i] += static_cast<float>(white * random.normal() + slow * low * 3 + step);
        }
        at += length;
    }
}

void add_noise(Sample& s, std::span<const float> noise, double noise_rate, double decibels,
               synth::Random& random) {
    double power = 0;
    for (std::size_t i = 0; i < noise.size(); i += 7)
        power += static_cast<double>(noise[i] * noise[i]);
    power /= static_cast<double>(noise.size() / 7 + 1);
    // The signal's power by that of a peak: as the noise stress test does (Moody et al. 1984).
    const double height = beat_height(s);
    const auto gain = static_cast<float>(
        std::sqrt(height * height * 0.5 / std::pow(10.0, decibels / 10) / std::max(power, 1e-9)));
    const auto shift =
        static_cast<std::size_t>(random.uniform() * static_cast<double>(noise.size()));
    for (double at = random.uniform(0, 20); at < s.seconds();) {
        const double length = random.uniform(5, 90);
        for (std::size_t i = index(s, at); i < index(s, at + length); ++i) {
            const auto n = static_cast<std::size_t>(static_cast<double>(i) * noise_rate / s.rate);
            s.mv[i] += gain * noise[(n + shift) % noise.size()];
        }
        at += length + random.uniform(5, 60);
    }
}

void scale_ectopic(Sample& s, double factor, double share_of_others, synth::Random& random) {
    for (std::size_t k = 0; k < s.beats_s.size(); ++k) {
        if (!s.ventricular[k] && random.uniform() >= share_of_others) continue;
        const std::size_t from = index(s, s.beats_s[k] - 0.13);
        const double next = k + 1 < s.beats_s.size() ? s.beats_s[k + 1] : s.beats_s[k] + 1;
        const std::size_t to = index(s, std::min(s.beats_s[k] + 0.42, next - 0.13));
        if (to <= from + 4) continue;
        // About the line through its ends.
        const float a = s.mv[from], b = s.mv[to - 1];
        for (std::size_t i = from; i < to; ++i) {
            const float t = static_cast<float>(i - from) / static_cast<float>(to - 1 - from);
            const float line = a * (1 - t) + b * t;
            s.mv[i] = line + static_cast<float>(factor) * (s.mv[i] - line);
        }
    }
}

void widen(Sample& s, double width_s) {
    const double before = beat_height(s);
    const auto half = std::max<std::size_t>(1, static_cast<std::size_t>(width_s * s.rate / 2));
    for (int pass = 0; pass < 2; ++pass) {
        std::vector<double> sums(s.mv.size() + 1, 0.0);
        for (std::size_t i = 0; i < s.mv.size(); ++i)
            sums[i + 1] = sums[i] + static_cast<double>(s.mv[i]);
        for (std::size_t i = 0; i < s.mv.size(); ++i) {
            const std::size_t from = i < half ? 0 : i - half;
            const std::size_t to = std::min(s.mv.size(), i + half + 1);
            s.mv[i] = static_cast<float>((sums[to] - sums[from]) / static_cast<double>(to - from));
        }
    }
    const auto gain = static_cast<float>(before / std::max(1e-6, beat_height(s)));
    for (float& x : s.mv) x *= gain;
}

void add_pacing(Sample& s, double spike_mv, synth::Random& random) {
    // Half of the recorders have filters that make a wave of it.
    const double wave_s = random.uniform() < 0.5 ? 0 : random.uniform(0.03, 0.05);
    const auto add = [&](double at_s) {
        if (wave_s > 0) {
            for (std::size_t i = index(s, at_s - wave_s); i < index(s, at_s + wave_s); ++i) {
                const double x = (static_cast<double>(i) / s.rate - at_s) / wave_s;
                s.mv[i] += static_cast<float>(
                    0.4 * spike_mv *
                    (synth::bell((x + 0.2) / 0.14) - synth::bell((x - 0.2) / 0.14)));
            }
            return;
        }
        const std::size_t i = index(s, at_s);
        if (i + 1 >= s.mv.size()) return;
        s.mv[i] += static_cast<float>(spike_mv);
        if (s.rate > 300) s.mv[i + 1] += static_cast<float>(0.7 * spike_mv);
        // The recorder's filters answer with a small wave back.
        for (std::size_t k = 2; k < static_cast<std::size_t>(0.02 * s.rate) && i + k < s.mv.size();
             ++k)
            s.mv[i + k] -= static_cast<float>(0.06 * spike_mv);
    };
    const double before_s = random.uniform(0.05, 0.12);
    for (const double beat : s.beats_s) add(beat - before_s + random.uniform(-0.005, 0.005));
    for (double at = 0; at < s.seconds(); at += random.uniform(1.5, 8)) add(at);
}

void fail_at_times(Sample& s, double longest_s, synth::Random& random) {
    for (double at = random.uniform(5, 60); at < s.seconds();) {
        const double length = random.uniform(2, longest_s);
        const int kind = static_cast<int>(random.uniform(0, 4));
        const double size = random.uniform(0.01, 0.4),
                     held = static_cast<double>(s.mv[std::min(index(s, at), s.mv.size() - 1)]);
        for (std::size_t i = index(s, at); i < index(s, at + length); ++i) {
            const double t = static_cast<double>(i) / s.rate;
            s.mv[i] = static_cast<float>(kind == 0   ? std::numeric_limits<double>::quiet_NaN()
                                         : kind == 1 ? held
                                         : kind == 2 ? held + size * synth::wave(50 * t)
                                                     : held + size * random.normal());
        }
        at += length + random.uniform(10, 90);
    }
}

}  // namespace telltale::bench
