#include "train/rhythm/synthetic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace telltale::train {

namespace {

constexpr double turn = 2 * std::numbers::pi;

/// Waves whose frequency and size walk at random.
void add_fibrillation(std::vector<float>& x, double rate, Random& random) {
    const double size = std::exp(random.uniform(std::log(0.08), std::log(1.0)));
    const double centre = random.uniform(3, 7);
    const double spread = random.uniform(0.05, 0.6);
    const int waves = 2 + static_cast<int>(random.below(3));
    for (int w = 0; w < waves; ++w) {
        double frequency = centre * (1 + 0.25 * random.normal());
        double phase = random.uniform(0, turn), level = 1;
        const double tilt = random.uniform(0, 0.5);
        for (float& value : x) {
            frequency += (centre - frequency) / rate + spread * random.normal() / std::sqrt(rate);
            frequency = std::clamp(frequency, 1.5, 10.0);
            level += (1 - level) * 0.7 / rate + 0.6 * random.normal() / std::sqrt(rate);
            level = std::clamp(level, 0.1, 2.0);
            phase += turn * frequency / rate;
            value += static_cast<float>(size / waves * level *
                                        (std::sin(phase) + tilt * std::sin(2 * phase)));
        }
    }
}

struct Bump {
    double at, width, height;  // s, s, mV
};

/// Beats of a wide shape at the places given.
void add_wide_beats(std::vector<float>& x, double rate, const std::vector<double>& places,
                    double shortest, Random& random) {
    const double qrs = random.uniform(0.11, 0.2);
    const double sign = random.uniform() < 0.5 ? -1 : 1;
    const double size = sign * std::exp(random.uniform(std::log(0.4), std::log(2.5)));
    const std::array<Bump, 4> bumps = {{{-0.25 * qrs, 0.2 * qrs, size * random.uniform(-0.4, 1)},
                                        {0.1 * qrs, random.uniform(0.18, 0.35) * qrs, size},
                                        {0.45 * qrs, 0.2 * qrs, size * random.uniform(-0.8, 0.4)},
                                        {std::min(0.32, 0.5 * shortest), random.uniform(0.04, 0.08),
                                         -size * random.uniform(0.1, 0.7)}}};
    const double vary = random.uniform(0.01, 0.12);
    for (const double place : places) {
        const double gain = 1 + vary * random.normal();
        for (const Bump& b : bumps) {
            const double middle = place + b.at * (1 + 0.3 * vary * random.normal());
            const auto from = static_cast<std::int64_t>((middle - 4 * b.width) * rate);
            const auto to = static_cast<std::int64_t>((middle + 4 * b.width) * rate);
            for (std::int64_t i = std::max<std::int64_t>(from, 0);
                 i < std::min(to, static_cast<std::int64_t>(x.size())); ++i) {
                const double t = (static_cast<double>(i) / rate - middle) / b.width;
                x[static_cast<std::size_t>(i)] +=
                    static_cast<float>(gain * b.height * std::exp(-0.5 * t * t));
            }
        }
    }
}

}  // namespace

MadeRhythm made_rhythm(double seconds, double rate, Random& random) {
    MadeRhythm made;
    made.samples.resize(static_cast<std::size_t>(seconds * rate));
    const double kind = random.uniform();
    if (kind < 0.35) {
        made.label = second_vfl;
        add_fibrillation(made.samples, rate, random);
    } else {
        double bpm = random.uniform(125, 255), jitter = random.uniform(0.002, 0.04);
        made.label = second_vt;
        if (kind > 0.65) {
            bpm = random.uniform(45, 105);
            made.label = second_n;
            if (kind > 0.85) {
                bpm = random.uniform(55, 130);
                jitter = random.uniform(0.15, 0.25);
                made.label = second_afib;
            }
        }
        std::vector<double> places;
        const double rr = 60 / bpm;
        for (double t = random.uniform(-rr, 0); t < seconds + 1;) {
            places.push_back(t);
            t += rr * std::clamp(1 + jitter * random.normal(), 0.5, 1.8);
        }
        add_wide_beats(made.samples, rate, places, rr, random);
    }
    const double hiss = random.uniform(0, 0.02), sway = random.uniform(0, 0.15);
    const double sway_hz = random.uniform(0.1, 0.4), sway_at = random.uniform(0, turn);
    for (std::size_t i = 0; i < made.samples.size(); ++i)
        made.samples[i] += static_cast<float>(
            hiss * random.normal() +
            sway * std::sin(sway_at + turn * sway_hz * static_cast<double>(i) / rate));
    return made;
}

}  // namespace telltale::train
