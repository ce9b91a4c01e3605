// Writes what the detector measures of every candidate, and whether it is a beat, for training
// the network of shared/beats/merit.cpp (tests/bench/train_merit.py).
//
//     detector_measures FOLDER OUT RECORD...
//
// Each record gives several passes: either lead, as recorded, and at other sampling rates,
// with noise, or upside down. Rows are little-endian float32: record number, pass, label (1 a beat),
// position in s, then the measures.
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

void write_pass(std::FILE* out, float record, float pass, const std::vector<float>& signal,
                double rate, const std::vector<double>& beats_s) {
    beats::SlopeEnergy energies(rate);
    beats::BeatSearch search(energies.rate(), energies.scale(), 0.2);
    std::vector<beats::BeatSearch::Described> described;
    search.describe_to = &described;
    std::vector<float> slope;
    std::vector<double> energy;
    energies.push(signal, slope, energy);
    search.push(energy, slope);
    search.finish();
    std::vector<double> at_s;
    for (const auto& d : described)
        at_s.push_back(static_cast<double>(energies.sample_of_halves(
                           2 * d.index - energies.energy_delay_halves())) / rate);
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
        std::fwrite(described[i].measures.data(), sizeof(float), beats::measure_count, out);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: detector_measures FOLDER OUT RECORD...\n");
        return 2;
    }
    std::FILE* out = std::fopen(argv[2], "wb");
    if (!out) return 1;
    for (int r = 3; r < argc; ++r) {
        std::vector<tests::File> files;
        for (const char* extension : {".hea", ".dat", ".atr"})
            files.push_back(tests::read_file(std::filesystem::path(argv[1]) / (argv[r] + std::string(extension))));
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
            write_pass(out, name, first + 1, resampled(signal, rate, 250), 250, beats_s);
            write_pass(out, name, first + 2, resampled(signal, rate, 128), 128, beats_s);
            std::vector<float> noisy = signal;
            for (float& x : noisy) x += static_cast<float>(0.05 * random.normal());
            write_pass(out, name, first + 3, noisy, rate, beats_s);
        }
    }
    std::fclose(out);
    return 0;
}
