#include "synth/synth.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "synth/random.hpp"

namespace telltale::synth {
namespace {

constexpr int lead_count = 12;
constexpr std::array<const char*, lead_count> lead_names = {"II",  "V1", "I",  "III", "aVR", "aVL",
                                                            "aVF", "V2", "V3", "V4",  "V5",  "V6"};
using Amplitudes = std::array<double, lead_count>;

// The limb leads follow from I and II (Einthoven, Goldberger).
constexpr Amplitudes mv(double i, double ii, double v1, double v2, double v3, double v4, double v5,
                        double v6) {
    return {ii, v1, i, ii - i, -(i + ii) / 2, i - ii / 2, ii - i / 2, v2, v3, v4, v5, v6};
}

// A bump: its top lies `at` seconds after the R peak, and its two sides may differ.
struct Wave {
    double at;     // s
    double left;   // s, standard deviation before the top
    double right;  // s, after it
    Amplitudes height;
    bool stretches;  // moves with the square root of the RR interval, as the QT interval does
};

// Sinus P waves: right atrium, then left, so that V1 is biphasic.
//                                                    I     II    V1     V2    V3    V4    V5    V6
constexpr Wave sinus_p[] = {
    {-0.172, 0.017, 0.019, mv(0.030, 0.075, 0.060, 0.055, 0.045, 0.040, 0.035, 0.030), false},
    {-0.142, 0.017, 0.018, mv(0.050, 0.075, -0.040, 0.010, 0.020, 0.030, 0.035, 0.035), false}};
// From low in the atrium: earlier relative to the QRS, and negative in II.
constexpr Wave ectopic_p[] = {
    {-0.130, 0.014, 0.020, mv(0.045, -0.085, 0.070, 0.050, 0.030, 0.010, -0.020, -0.025), false}};
constexpr Wave normal_qrst[] = {
    {-0.026, 0.0065, 0.0075, mv(-0.07, -0.10, 0.00, 0.00, 0.00, -0.05, -0.12, -0.13), false},
    {-0.013, 0.0080, 0.0080, mv(0.00, 0.00, 0.24, 0.42, 0.50, 0.25, 0.00, 0.00), false},
    {0.000, 0.0110, 0.0105, mv(0.70, 1.20, 0.00, 0.15, 0.55, 1.45, 1.50, 1.10), false},
    {0.016, 0.0120, 0.0125, mv(0.00, 0.00, -1.05, -1.60, -1.10, -0.35, 0.00, 0.00), false},
    {0.030, 0.0090, 0.0110, mv(-0.10, -0.19, -0.12, -0.20, -0.25, -0.35, -0.28, -0.10), false},
    // The ST segment rises gently into an asymmetric T.
    {0.190, 0.0600, 0.0500, mv(0.020, 0.035, 0.020, 0.100, 0.100, 0.070, 0.045, 0.030), true},
    {0.285, 0.0520, 0.0340, mv(0.190, 0.310, -0.060, 0.420, 0.480, 0.430, 0.370, 0.270), true}};
// From the right ventricle's outflow tract: broad, up in II, down in V1, T against the QRS.
constexpr Wave ventricular_qrst[] = {
    {-0.045, 0.0160, 0.0200, mv(0.05, 0.20, 0.12, 0.20, 0.15, 0.12, 0.10, 0.10), false},
    {0.000, 0.0260, 0.0300, mv(0.25, 1.55, -0.95, -1.35, -0.60, 0.90, 1.30, 1.25), false},
    {0.055, 0.0220, 0.0260, mv(0.15, 0.55, -0.80, -1.05, -0.85, 0.15, 0.45, 0.45), false},
    {0.175, 0.0550, 0.0600, mv(-0.05, -0.12, 0.10, 0.15, 0.08, -0.06, -0.10, -0.10), true},
    {0.310, 0.0650, 0.0520, mv(-0.15, -0.50, 0.38, 0.55, 0.35, -0.22, -0.38, -0.36), true}};

enum class Kind { sinus, atrial, ventricular };

struct Beat {
    double time;  // s, of the R peak
    double rr;    // s, the interval before it, for the QT interval
    Kind kind;
};

constexpr double breaths_per_second = 0.23;

// The value within its bounds; the lower one for what is no number.
double within(double value, double low, double high) {
    return value >= low ? std::min(value, high) : low;
}

// The rhythm: a sinus node that breathes, with premature beats from atrium and ventricle.
std::vector<Beat> rhythm(const Options& o, double length_s, Random& random) {
    const double mean = 60.0 / within(o.heart_rate, 20.0, 250.0);
    const double pvc = within(o.pvc_share, 0.0, 0.5);
    const double apb = within(o.apb_share, 0.0, 0.5 - pvc);
    // No premature beat follows another directly, so the rest have to bear the share.
    const double chance = (pvc + apb) / (1 - (pvc + apb));
    const double of_ventricle = pvc + apb > 0 ? pvc / (pvc + apb) : 0;

    std::vector<Beat> beats;
    double time = 0.25 + 0.3 * random.uniform() * mean, before = mean, drift = 0;
    bool premature_before = true;  // the first beats are sinus beats
    while (time < length_s + 0.5) {
        if (beats.empty()) beats.push_back({time, mean, Kind::sinus});
        drift = 0.9 * drift + 0.006 * random.normal();
        const double rr = mean * (1 + 0.035 * wave(breaths_per_second * time) +
                                  0.015 * wave(0.094 * time) + drift);
        const double draw = random.uniform(), early = random.uniform();
        const bool premature = !premature_before && beats.size() > 2 && draw < chance;
        if (premature && draw < chance * of_ventricle) {
            // The sinus node goes on underneath: the pause compensates fully.
            const double coupling = rr * (0.56 + 0.10 * early);
            beats.push_back({time + coupling, rr, Kind::ventricular});
            beats.push_back({time + 2 * rr, 2 * rr - coupling, Kind::sinus});
            time += 2 * rr;
        } else if (premature) {
            // The sinus node is reset: the pause is little longer than a normal interval.
            const double coupling = rr * (0.62 + 0.12 * early);
            beats.push_back({time + coupling, coupling, Kind::atrial});
            beats.push_back({time + coupling + 1.12 * rr, 1.12 * rr, Kind::sinus});
            time += coupling + 1.12 * rr;
        } else {
            time += rr;
            beats.push_back({time, 0.5 * (rr + before), Kind::sinus});
        }
        premature_before = premature;
        before = rr;
    }
    return beats;
}

void draw_wave(const Wave& w, const Beat& beat, double scale, double rate,
               std::span<std::vector<double>> leads) {
    // Normal beats were drawn for an RR interval of one second.
    const double stretch = w.stretches ? std::sqrt(std::clamp(beat.rr, 0.45, 1.3)) : 1.0;
    const double top = beat.time + w.at * stretch;
    const double left = w.left * stretch, right = w.right * stretch;
    const auto length = static_cast<std::int64_t>(leads[0].size());
    const auto first =
        std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil((top - 4.5 * left) * rate)));
    const auto last = std::min<std::int64_t>(
        length - 1, static_cast<std::int64_t>(std::floor((top + 4.5 * right) * rate)));
    for (std::int64_t i = first; i <= last; ++i) {
        const double t = static_cast<double>(i) / rate - top;
        const double shape = scale * bell(t / (t < 0 ? left : right));
        for (std::size_t l = 0; l < leads.size(); ++l)
            leads[l][static_cast<std::size_t>(i)] += shape * w.height[l];
    }
}

}  // namespace

Recording make(const Options& o) {
    constexpr double most_samples = 0x1p31;
    const double rate = within(o.sampling_rate, 50.0, 20000.0);
    const double wanted = within(std::round(o.duration_s * rate), 0.0, most_samples);
    const auto length = static_cast<std::size_t>(wanted);
    const auto count = static_cast<std::size_t>(std::clamp(o.leads, 1, lead_count));
    const double length_s = static_cast<double>(length) / rate;

    Recording recording;
    recording.name = o.name;
    recording.sampling_rate = rate;
    recording.comments = {"Synthetic: made by Telltale, no person's heart."};

    Random random(o.seed);
    const std::vector<Beat> beats = rhythm(o, length_s, random);
    std::vector<std::vector<double>> traces(count, std::vector<double>(length));
    recording.annotations.push_back({.sample = 0, .code = Code::rhythm, .aux = "(N"});
    for (const Beat& beat : beats) {
        // Breathing turns the heart a little, and no two beats are quite alike.
        const double scale =
            1 + 0.04 * wave(breaths_per_second * beat.time + 0.2) + 0.012 * random.normal();
        const auto draw = [&](std::span<const Wave> waves) {
            if (length > 0)
                for (const Wave& w : waves) draw_wave(w, beat, scale, rate, traces);
        };
        Code code = Code::normal;
        if (beat.kind == Kind::ventricular) {
            draw(ventricular_qrst);
            code = Code::premature_ventricular;
        } else {
            const bool sinus = beat.kind == Kind::sinus;
            if (sinus)
                draw(sinus_p);
            else
                draw(ectopic_p);
            draw(normal_qrst);
            if (!sinus) code = Code::atrial_premature;
        }
        const auto sample = static_cast<std::int64_t>(std::floor(beat.time * rate + 0.5));
        if (sample < static_cast<std::int64_t>(length))
            recording.annotations.push_back({.sample = sample, .code = code});
    }

    for (std::size_t l = 0; l < count; ++l) {
        Lead lead;
        lead.name = lead.original_name = lead_names[l];
        lead.calibration = {.gain = 200, .baseline = 0};
        const double phase = random.uniform(), slow_phase = random.uniform();
        const double breathing = o.wander_mv * random.uniform(0.3, 0.6);
        lead.samples.resize(length);
        for (std::size_t i = 0; i < length; ++i) {
            const double t = static_cast<double>(i) / rate;
            const double value = traces[l][i] + breathing * wave(breaths_per_second * t + phase) +
                                 (o.wander_mv - breathing) * wave(0.061 * t + slow_phase) +
                                 o.noise_mv * random.normal();
            // Whole ADC units, and no more than 12 bits hold.
            const double adc = within(std::floor(value * 200 + 0.5), -2047.0, 2047.0);
            lead.samples[i] = static_cast<float>(adc / 200);
        }
        std::vector<double>().swap(traces[l]);
        recording.leads.push_back(std::move(lead));
    }
    return recording;
}

}  // namespace telltale::synth
