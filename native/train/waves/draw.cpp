#include "train/waves/draw.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "signal/band_pass.hpp"
#include "train/data/noise.hpp"
#include "waves/delineate.hpp"

namespace telltale::train {

namespace {

std::size_t class_of(waves::WaveKind kind) {
    return kind == waves::WaveKind::p     ? waves::class_p
           : kind == waves::WaveKind::qrs ? waves::class_qrs
                                          : waves::class_t;
}

/// A straight line instead of each P wave.
void take_out_p(std::vector<float>& x, double rate, std::vector<evaluate::MarkedWave>& marks) {
    for (const evaluate::MarkedWave& wave : marks) {
        if (wave.kind != waves::WaveKind::p || !wave.onset_s || !wave.end_s) continue;
        const auto first = static_cast<std::size_t>(*wave.onset_s * rate);
        const auto last =
            std::min(x.size() - 1, static_cast<std::size_t>(*wave.end_s * rate + 0.5));
        for (std::size_t i = first + 1; i < last; ++i)
            x[i] = x[first] + (x[last] - x[first]) * static_cast<float>(i - first) /
                                  static_cast<float>(last - first);
    }
    std::erase_if(marks, [](const auto& wave) { return wave.kind == waves::WaveKind::p; });
}

DrawnLead labelled(const std::vector<evaluate::MarkedWave>& marks, double tempo,
                   waves::WaveRows rows) {
    DrawnLead drawn;
    drawn.rows = std::move(rows);
    const std::size_t frames = drawn.rows.frames;
    drawn.labels.assign(frames * waves::classes, 0);
    drawn.known.assign(frames, 0);
    double first = 1e9, last = -1;
    const double half = 0.5 / waves::frame_rate;
    for (const evaluate::MarkedWave& wave : marks) {
        for (const auto& point : {wave.onset_s, wave.peak_s, wave.end_s})
            if (point) {
                first = std::min(first, *point / tempo);
                last = std::max(last, *point / tempo);
            }
        if (!wave.onset_s || !wave.end_s) continue;
        const double onset = *wave.onset_s / tempo, end = *wave.end_s / tempo;
        const auto from = std::max<std::int64_t>(
            0, static_cast<std::int64_t>((onset - drawn.rows.first_s) * waves::frame_rate) - 1);
        for (auto f = static_cast<std::size_t>(from); f < frames; ++f) {
            const double t = drawn.rows.seconds(static_cast<double>(f));
            if (t - half > end) break;
            const double share = (std::min(t + half, end) - std::max(t - half, onset)) / (2 * half);
            if (share > 0)
                drawn.labels[f * waves::classes + class_of(wave.kind)] += static_cast<float>(share);
        }
    }
    for (std::size_t f = 0; f < frames; ++f) {
        const double t = drawn.rows.seconds(static_cast<double>(f));
        drawn.known[f] = t >= first && t <= last ? 1 : 0;
        float* label = &drawn.labels[f * waves::classes];
        const float sum = label[waves::class_p] + label[waves::class_qrs] + label[waves::class_t];
        // Waves that touch share a frame.
        if (sum > 1)
            for (std::size_t c = 1; c < waves::classes; ++c) label[c] /= sum;
        label[waves::class_none] = std::max(0.0F, 1 - sum);
    }
    return drawn;
}

}  // namespace

DrawnLead drawn_lead(const WaveSource& source, std::size_t lead, std::span<const float> samples,
                     std::span<const std::int64_t> r_peaks, double tempo) {
    return labelled(source.marks[lead], tempo,
                    waves::wave_rows(samples, source.recording.sampling_rate * tempo, r_peaks, 0,
                                     static_cast<std::int64_t>(samples.size())));
}

DrawnLead changed_lead(const WaveRecipe& recipe, const WaveSource& source, std::size_t lead,
                       const std::vector<Recording>& noises, Random& random) {
    const Recording& r = source.recording;
    std::vector<float> x = r.leads[lead].samples;
    auto marks = source.marks[lead];
    if (random.uniform() < recipe.without_p) take_out_p(x, r.sampling_rate, marks);
    if (random.uniform() < 0.2) {
        // What two electrodes elsewhere would show; the waves' times hardly differ.
        const auto& other = r.leads[random.below(r.leads.size())].samples;
        const auto share = static_cast<float>(random.uniform(-0.3, 0.3));
        for (std::size_t i = 0; i < x.size(); ++i) x[i] += share * other[i];
    }
    const double tempo = std::exp(random.uniform(-0.36, 0.34));
    const double rate = r.sampling_rate * tempo;
    if (random.uniform() < recipe.slow) blur(x, rate, random.uniform(0.004, 0.016));
    if (random.uniform() < recipe.noise)
        add_noise(x, rate, random.uniform(4, 24), noises, false, random);
    if (random.uniform() < 0.3) {
        const double hertz = random.uniform() < 0.5 ? 50 : 60;
        const double height = std::exp(random.uniform(-6.5, -3.5)), at = random.uniform(0, 6);
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] += static_cast<float>(height * std::sin(at + 2 * std::numbers::pi * hertz *
                                                                  static_cast<double>(i) / rate));
    }
    if (random.uniform() < 0.5) {
        const double hiss = std::exp(random.uniform(-6.5, -3.7));
        for (float& value : x) value += static_cast<float>(hiss * random.normal());
    }
    const auto gain = static_cast<float>(std::exp(random.uniform(-1.2, 1.2)) *
                                         (random.uniform() < recipe.flip ? -1 : 1));
    for (float& value : x) value *= gain;
    std::vector<std::int64_t> peaks;
    const double jitter = random.uniform() < 0.5 ? 0.006 : 0.02;
    for (const std::int64_t peak : source.r_peaks)
        peaks.push_back(peak + std::llround(random.uniform(-jitter, jitter) * rate));
    std::ranges::sort(peaks);
    return labelled(marks, tempo,
                    waves::wave_rows(x, rate, peaks, 0, static_cast<std::int64_t>(x.size())));
}

}  // namespace telltale::train
