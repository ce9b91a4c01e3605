#include "support/trains.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace telltale::tests {
namespace {

// A complex of width 1 about 0 and height 1; outside [-0.5, 0.5] it has died away.
double complex_at(int shape, double x) {
    const auto bump = [x](double at, double width) { return synth::bell((x - at) / width); };
    switch (shape) {
        case 1: return 1.0 * bump(-0.06, 0.13) - 0.55 * bump(0.24, 0.11);
        case 2: return -0.2 * bump(-0.3, 0.08) + 1.0 * bump(-0.02, 0.12) - 0.3 * bump(0.28, 0.1);
        case 3: return 0.3 * bump(-0.25, 0.1) - 1.0 * bump(0.08, 0.15);
        case 4: return 0.8 * bump(-0.17, 0.13) + 0.95 * bump(0.16, 0.14);
        case 5: return 1.0 * bump(0.0, 0.22);
        case 6: return -1.0 * bump(-0.1, 0.2) - 0.35 * bump(0.22, 0.14);
        default: return 1.0 * bump(0.0, 0.14);
    }
}

struct Placed {
    double at_s = 0;
    bool ventricular = false;
    double rr_s = 1;  // to the next
    double height = 1;
    bool spike = false, captured = true;
};

std::vector<Placed> place(const TrainOptions& o, synth::Random& random,
                          std::vector<std::pair<double, double>>& fibrillating) {
    std::vector<Placed> beats;
    const double usual = 60 / o.rate_bpm;
    double at = 0.3 + random.uniform() * usual;
    int left_in_run = 0;
    bool after_premature = false;
    for (int number = 0; at < o.duration_s; ++number) {
        Placed beat{.at_s = at, .height = number % 2 == 1 ? 1 - o.alternans : 1.0};
        double rr = usual * (1 + o.variation * random.normal());
        beat.spike = o.spike_mv > 0;
        switch (o.rhythm) {
            case TrainRhythm::irregular: rr = usual * random.uniform(0.6, 1.5); break;
            case TrainRhythm::bigeminy:
                beat.ventricular = number % 2 == 1;
                rr = usual * (beat.ventricular ? 1.35 : 0.65);
                break;
            case TrainRhythm::ectopic:
                beat.ventricular = after_premature;
                after_premature = !after_premature && random.uniform() < 0.12;
                if (after_premature) rr *= random.uniform(0.5, 0.8);
                if (beat.ventricular) rr *= random.uniform(1.0, 1.5);
                break;
            case TrainRhythm::runs:
                if (left_in_run > 0) {
                    --left_in_run;
                    beat.ventricular = true;
                    if (left_in_run > 0) rr = 60 / o.run_bpm * (1 + 0.02 * random.normal());
                } else if (random.uniform() < 0.06) {
                    left_in_run = 3 + static_cast<int>(random.uniform(0, 60));
                    rr *= random.uniform(0.5, 0.8);
                }
                break;
            case TrainRhythm::pauses:
                if (random.uniform() < 0.06) rr += random.uniform(2, 20);
                break;
            case TrainRhythm::fibrillation:
                if (random.uniform() < 0.04) {
                    const double from = at + 0.45 * usual, length = random.uniform(4, 25);
                    fibrillating.emplace_back(from, from + length);
                    rr = 0.45 * usual + length + random.uniform(0.3, 2);
                }
                break;
            case TrainRhythm::failing_pacer:
                beat.captured = std::fmod(number * 0.37 + random.uniform(0, 0.5), 1) < 0.6;
                beat.spike = true;
                break;
            case TrainRhythm::regular: break;
        }
        rr = std::max(rr, 0.19);
        beat.rr_s = rr;
        beats.push_back(beat);
        at += rr;
    }
    return beats;
}

}  // namespace

Recording make_train(const TrainOptions& o) {
    synth::Random random(o.seed);
    std::vector<std::pair<double, double>> fibrillating;
    const std::vector<Placed> beats = place(o, random, fibrillating);
    Recording recording;
    recording.name = "train";
    recording.sampling_rate = o.sampling_rate;
    const auto length = static_cast<std::size_t>(o.duration_s * o.sampling_rate);
    const int pvc_shape = static_cast<int>(random.uniform(0, 7));
    for (int lead = 0; lead < o.leads; ++lead) {
        // Other leads see the same heart from elsewhere.
        const bool first = lead == 0;
        const double size = first ? 1 : random.uniform(-1.2, 1.2);
        const double pvc_size =
            first ? (random.uniform() < 0.5 ? -1 : 1) : random.uniform(-1.2, 1.2);
        const int shape = first ? o.shape : static_cast<int>(random.uniform(0, 7));
        const double t_size = first ? o.t_share : random.uniform(-0.5, 0.5);
        std::vector<float> x(length, 0.0F);
        const auto add = [&](double from_s, double to_s, auto&& value) {
            const auto from = static_cast<std::int64_t>(std::max(0.0, from_s * o.sampling_rate));
            const auto to = std::min(static_cast<std::int64_t>(length),
                                     static_cast<std::int64_t>(to_s * o.sampling_rate) + 1);
            for (std::int64_t i = from; i < to; ++i)
                x[static_cast<std::size_t>(i)] +=
                    static_cast<float>(value(static_cast<double>(i) / o.sampling_rate));
        };
        for (const Placed& beat : beats) {
            const double width = beat.ventricular ? o.pvc_qrs_s : o.qrs_s;
            const double height =
                o.r_mv * beat.height * (beat.ventricular ? o.pvc_height * pvc_size : size);
            if (beat.spike) {
                const double spike_at = beat.at_s - width / 2 - o.spike_before_s;
                const double tall = (o.spike_mv > 0 ? o.spike_mv : 2.0) * (first ? 1 : -0.6);
                if (o.spike_s < 0.02)
                    add(spike_at, spike_at + o.spike_s, [&](double) { return tall; });
                else  // up and down again, and a little of it once more
                    add(spike_at - o.spike_s, spike_at + 1.5 * o.spike_s, [&](double t) {
                        const double u = (t - spike_at) / o.spike_s;
                        return tall *
                               (synth::bell((u + 0.2) / 0.14) - synth::bell((u - 0.2) / 0.14) +
                                0.25 * synth::bell((u - 0.62) / 0.16));
                    });
            }
            if (!beat.captured) continue;
            add(beat.at_s - width, beat.at_s + width, [&](double t) {
                return height *
                       complex_at(beat.ventricular ? pvc_shape : shape, (t - beat.at_s) / width);
            });
            // T: against the complex in wide beats; its time follows the interval (Bazett's root).
            const double qt = std::min(0.38 * std::sqrt(std::max(beat.rr_s, 0.25)) + width - 0.09,
                                       0.85 * std::max(beat.rr_s, 0.3));
            const double t_at = beat.at_s + qt - width / 2 - 0.06;
            const double t_width = std::min(0.055, 0.14 * std::max(beat.rr_s, 0.2));
            const double t_height =
                beat.ventricular ? -0.45 * height : o.r_mv * beat.height * t_size;
            add(t_at - 4 * t_width, t_at + 4 * t_width,
                [&](double t) { return t_height * synth::bell((t - t_at) / t_width); });
            if (!beat.ventricular && o.p_mv != 0 && o.rate_bpm < 150) {
                const double p_at = beat.at_s - width / 2 - 0.1;
                add(p_at - 0.1, p_at + 0.1, [&](double t) {
                    return o.p_mv * (first ? 1 : size) * synth::bell((t - p_at) / 0.022);
                });
            }
        }
        for (const auto& [from, to] : fibrillating) {
            // A wave whose rate, height and shape wander.
            const double rate = random.uniform(3, 7), tall = o.r_mv * random.uniform(0.2, 1.2);
            const double slow = random.uniform(0.05, 0.4), slower = random.uniform(0.05, 0.3);
            const double shift = random.uniform();
            add(from, to, [&](double t) {
                const double edge = std::min({1.0, (t - from) / 0.2, (to - t) / 0.2});
                const double phase = rate * t + 0.35 * synth::wave(slow * t + shift) +
                                     0.2 * synth::wave(2.3 * slower * t);
                const double height = tall * (0.65 + 0.35 * synth::wave(slower * t + shift));
                return std::max(0.0, edge) * height *
                       (synth::wave(phase) + 0.3 * synth::wave(2 * phase + shift));
            });
        }
        const double wander_hz = random.uniform(0.1, 0.4), wander_at = random.uniform();
        for (std::size_t i = 0; i < length; ++i) {
            const double t = static_cast<double>(i) / o.sampling_rate;
            x[i] += static_cast<float>(
                o.noise_mv * random.normal() + o.hum_mv * synth::wave(50 * t) +
                o.wander_mv * synth::wave(wander_hz * t + wander_at) + o.offset_mv);
            if (o.glitches_a_minute > 0 &&
                random.uniform() < o.glitches_a_minute / 60 / o.sampling_rate)
                x[i] += static_cast<float>(random.uniform() < 0.5 ? -o.glitch_mv : o.glitch_mv);
        }
        recording.leads.push_back({.name = first ? "II" : "V1",
                                   .original_name = first ? "II" : "V1",
                                   .samples = std::move(x)});
    }
    for (const Placed& beat : beats) {
        const auto sample = std::llround(beat.at_s * o.sampling_rate);
        if (beat.captured && sample < static_cast<std::int64_t>(length))
            recording.annotations.push_back(
                {.sample = sample,
                 .code = beat.ventricular ? Code::premature_ventricular : Code::normal});
    }
    return recording;
}

TrainOptions any_train(synth::Random& random, std::uint64_t seed) {
    TrainOptions o;
    o.seed = seed;
    o.rhythm = static_cast<TrainRhythm>(static_cast<int>(random.uniform(0, 8)));
    constexpr std::array rates = {100.0, 125.0, 128.0, 200.0, 250.0,
                                  256.0, 300.0, 360.0, 500.0, 1000.0};
    o.sampling_rate =
        rates[static_cast<std::size_t>(random.uniform(0, static_cast<double>(rates.size())))];
    const double speed = random.uniform();
    o.rate_bpm = speed < 0.5   ? random.uniform(45, 120)
                 : speed < 0.7 ? random.uniform(20, 60)
                 : speed < 0.9 ? random.uniform(120, 220)
                               : random.uniform(200, 300);
    if (o.rhythm == TrainRhythm::bigeminy) o.rate_bpm = std::min(o.rate_bpm, 130.0);
    if (o.rhythm == TrainRhythm::ectopic || o.rhythm == TrainRhythm::runs)
        o.rate_bpm = std::min(o.rate_bpm, 160.0);
    o.variation = random.uniform() < 0.3 ? 0.002 : random.uniform(0.005, 0.06);
    // A complex fills at most half of the interval.
    o.qrs_s =
        std::min(random.uniform() < 0.5 ? random.uniform(0.06, 0.11) : random.uniform(0.1, 0.22),
                 0.5 * 60 / o.rate_bpm);
    o.shape = static_cast<int>(random.uniform(0, 7));
    o.r_mv = (random.uniform() < 0.5 ? -1 : 1) * 0.25 * std::pow(2.0, random.uniform(0, 3.6));
    const double tall = random.uniform();
    o.t_share = (random.uniform() < 0.3 ? -1 : 1) *
                (tall < 0.6 ? random.uniform(0, 0.5) : random.uniform(0.5, 1.9));
    // What is as steep as the complex itself cannot be told from it.
    o.t_share = std::clamp(o.t_share, -0.16 / o.qrs_s, 0.16 / o.qrs_s);
    o.p_mv = random.uniform() < 0.3 ? 0 : random.uniform(0.02, 0.15) * std::abs(o.r_mv);
    o.pvc_height = 0.35 * std::pow(2.0, random.uniform(0, 3.9));
    o.pvc_qrs_s = random.uniform(0.11, 0.22);
    o.run_bpm = random.uniform(100, 260);
    o.pvc_qrs_s = std::min(
        o.pvc_qrs_s, o.rhythm == TrainRhythm::runs ? 0.6 * 60 / o.run_bpm : 0.45 * 60 / o.rate_bpm);
    if (random.uniform() < 0.15) o.alternans = random.uniform(0.1, 0.6);
    if (random.uniform() < 0.15 || o.rhythm == TrainRhythm::failing_pacer) {
        o.spike_mv = random.uniform(0.3, 6);
        if (random.uniform() < 0.5) {
            o.spike_s = random.uniform(0.03, 0.055);
            o.spike_mv = std::abs(o.r_mv) * random.uniform(0.15, 1.5);
            o.spike_before_s = random.uniform(0.0, 0.1);
        }
        if (random.uniform() < 0.7)
            o.qrs_s = std::min(random.uniform(0.12, 0.2), 0.5 * 60 / o.rate_bpm);
    }
    o.noise_mv = std::abs(o.r_mv) * (random.uniform() < 0.6 ? random.uniform(0.001, 0.02)
                                                            : random.uniform(0.02, 0.12));
    if (random.uniform() < 0.2) o.hum_mv = std::abs(o.r_mv) * random.uniform(0.01, 0.12);
    o.wander_mv = std::abs(o.r_mv) * random.uniform(0, 0.6);
    if (random.uniform() < 0.1) o.glitches_a_minute = random.uniform(1, 30);
    o.glitch_mv = std::abs(o.r_mv) * random.uniform(1, 6);
    if (random.uniform() < 0.15) o.offset_mv = random.uniform(-300, 300);
    return o;
}

}  // namespace telltale::tests
