// Writes what the detector measures of every candidate, and whether it is a beat, for training
// the networks of shared/beats/merit.cpp (tests/bench/train_merit.py).
//
//     detector_measures FOLDER OUT first|second RECORD...
//
// "first" gives the measures of the first network, "second" those of the second, made with the
// first one's present weights. Each record gives several passes: either lead as recorded, and
// with changes that recordings undergo: other sampling rates, noise, artefacts, changing gain,
// dropped beats. Rows are little-endian float32: record number, pass, label (1 a beat), position
// in s, then the measures.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "beats/beat_search.hpp"
#include "beats/slope_energy.hpp"
#include "formats/formats.hpp"
#include "support/data.hpp"
#include "synth/random.hpp"

using namespace telltale;

namespace {

std::vector<float> resampled(const std::vector<float>& x, double from, double to) {
    std::vector<float> out;
    const double ratio = from / to;
    for (std::size_t i = 0;; ++i) {
        const double at = static_cast<double>(i) * ratio;
        const auto k = static_cast<std::size_t>(at);
        if (k + 1 >= x.size()) return out;
        const auto t = static_cast<float>(at - static_cast<double>(k));
        out.push_back(x[k] * (1 - t) + x[k + 1] * t);
    }
}

// The gain falls to a third or so for half a minute at a time.
void change_gain(std::vector<float>& x, double rate, synth::Random& random) {
    std::size_t at = 0;
    while (at < x.size()) {
        const auto pause = static_cast<std::size_t>(random.uniform(20, 90) * rate);
        const auto length = static_cast<std::size_t>(random.uniform(4, 40) * rate);
        const auto gain = static_cast<float>(random.uniform(0.2, 0.8));
        at += pause;
        for (std::size_t i = at; i < std::min(x.size(), at + length); ++i) x[i] *= gain;
        at += length;
    }
}

// One to three beats in a row are blocked: their QRS and T become a straight line, P waves stay.
void block_beats(std::vector<float>& x, double rate, std::vector<double>& beats_s,
                 synth::Random& random) {
    std::vector<double> left;
    int blocking = 0;
    for (std::size_t k = 0; k < beats_s.size(); ++k) {
        if (blocking == 0 && random.uniform() < 0.05)
            blocking = 1 + static_cast<int>(random.uniform(0, 3));
        const double next = k + 1 < beats_s.size() ? beats_s[k + 1] : beats_s[k] + 1;
        if (blocking == 0 || next - beats_s[k] < 0.5) {
            left.push_back(beats_s[k]);
            continue;
        }
        --blocking;
        const auto from = static_cast<std::size_t>(std::max(0.0, (beats_s[k] - 0.07) * rate));
        const auto to =
            std::min(x.size() - 1,
                     static_cast<std::size_t>(std::min(beats_s[k] + 0.45, next - 0.25) * rate));
        for (std::size_t i = from; i <= to && to > from; ++i) {
            const float t = static_cast<float>(i - from) / static_cast<float>(to - from);
            x[i] = x[from] * (1 - t) + x[to] * t + static_cast<float>(0.006 * random.normal());
        }
    }
    beats_s = left;
}

// Stretches of noise, some of it slow, with steps and spikes.
void add_artefacts(std::vector<float>& x, double rate, synth::Random& random) {
    std::size_t at = 0;
    while (at < x.size()) {
        at += static_cast<std::size_t>(random.uniform(10, 60) * rate);
        const auto length = static_cast<std::size_t>(random.uniform(2, 20) * rate);
        const double white = random.uniform(0, 0.12), slow = random.uniform(0, 0.3);
        const double keep = random.uniform(0.5, 0.97);
        double low = 0, step = 0;
        for (std::size_t i = at; i < std::min(x.size(), at + length); ++i) {
            low = keep * low + random.normal() * (1 - keep);
            if (random.uniform() < 0.15 / rate) step = random.uniform(-1, 1);
            step *= 1 - 3 / rate;
            x[i] += static_cast<float>(white * random.normal() + slow * low * 3 + step);
        }
        at += length;
    }
}

bool second_network = false;

void write_pass(std::FILE* out, float record, float pass, const std::vector<float>& signal,
                double rate, const std::vector<double>& beats_s) {
    beats::SlopeEnergy energies(rate);
    beats::BeatSearch search(energies.rate(), energies.scale(), 0.2);
    std::vector<beats::BeatSearch::Described> described;
    search.describe_to = &described;
    std::vector<float> slope;
    std::vector<double> energy;
    energies.push(signal, slope, energy);
    energies.finish(slope, energy);
    search.push(energy, slope);
    search.finish();
    std::vector<double> at_s;
    for (const auto& d : described)
        at_s.push_back(static_cast<double>(energies.sample_of_halves(
                           2 * d.index - energies.energy_delay_halves())) /
                       rate);
    std::vector<float> label(described.size(), 0.0F);
    for (const double beat : beats_s) {
        const auto after = std::ranges::lower_bound(at_s, beat) - at_s.begin();
        std::ptrdiff_t best = -1;
        for (std::ptrdiff_t k = std::max<std::ptrdiff_t>(0, after - 1);
             k <= after && k < static_cast<std::ptrdiff_t>(at_s.size()); ++k)
            if (std::abs(at_s[k] - beat) <= 0.14 &&
                (best < 0 || std::abs(at_s[k] - beat) < std::abs(at_s[best] - beat)))
                best = k;
        if (best >= 0) label[static_cast<std::size_t>(best)] = 1;
    }
    for (std::size_t i = 0; i < described.size(); ++i) {
        const float head[] = {record, pass, label[i], static_cast<float>(at_s[i])};
        std::fwrite(head, sizeof(float), 4, out);
        if (second_network)
            std::fwrite(described[i].context.data(), sizeof(float), beats::context_count, out);
        else
            std::fwrite(described[i].measures.data(), sizeof(float), beats::measure_count, out);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        std::fprintf(stderr, "usage: detector_measures FOLDER OUT first|second RECORD...\n");
        return 2;
    }
    std::FILE* out = std::fopen(argv[2], "wb");
    if (!out) return 1;
    second_network = std::string(argv[3]) == "second";
    for (int r = 4; r < argc; ++r) {
        std::vector<tests::File> files;
        for (const char* extension : {".hea", ".dat", ".atr"})
            files.push_back(tests::read_file(std::filesystem::path(argv[1]) /
                                             (argv[r] + std::string(extension))));
        const auto read = formats::read_recordings(tests::named(files));
        if (read.recordings.empty()) continue;
        const Recording& recording = read.recordings[0];
        std::vector<double> beats_s;
        for (const Annotation& a : recording.annotations)
            if (is_beat(a.code))
                beats_s.push_back(static_cast<double>(a.sample) / recording.sampling_rate);
        synth::Random random(static_cast<std::uint64_t>(r));
        const double rate = recording.sampling_rate;
        const auto name = static_cast<float>(std::atof(argv[r]));
        for (int lead = 0; lead < 2; ++lead) {
            const auto& signal = recording.leads[static_cast<std::size_t>(lead)].samples;
            const float first = lead == 0 ? 0.0F : 100.0F;
            write_pass(out, name, first, signal, rate, beats_s);
            std::vector<float> changed = signal;
            change_gain(changed, rate, random);
            write_pass(out, name, first + 1, resampled(changed, rate, 250), 250, beats_s);
            changed = signal;
            std::vector<double> left = beats_s;
            block_beats(changed, rate, left, random);
            write_pass(out, name, first + 2, resampled(changed, rate, 128), 128, left);
            write_pass(out, name, first + 3, changed, rate, left);
            changed = signal;
            add_artefacts(changed, rate, random);
            write_pass(out, name, first + 4, changed, rate, beats_s);
        }
    }
    std::fclose(out);
    return 0;
}
