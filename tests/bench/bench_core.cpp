// Speed of the core, in CPU time; builds natively and for WebAssembly.
// Detection: 24 hours of one lead at 360 Hz, already in memory: an ECG, and white noise.
// Reading: 6 hours of two leads from WFDB and EDF files in memory to samples in mV, beside a memcpy
// of those samples.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "beats/detector.hpp"
#include "beats/slope_energy.hpp"
#include "formats/formats.hpp"
#include "synth/random.hpp"
#include "synth/synth.hpp"

using namespace telltale;

namespace {

double now() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

void measure(const char* name, const std::vector<float>& signal) {
    double begin = now();
    beats::SlopeEnergy energies(360);
    std::vector<float> slope;
    std::vector<double> energy;
    double sum = 0;
    for (std::size_t at = 0; at < signal.size(); at += 8192) {
        slope.clear();
        energy.clear();
        energies.push(
            std::span(signal).subspan(at, std::min<std::size_t>(8192, signal.size() - at)), slope,
            energy);
        sum += energy.back();
    }
    const double first = now() - begin;
    begin = now();
    auto detector = beats::Detector::create(360, 1);
    const std::span<const float> lead(signal);
    detector->push(std::span(&lead, 1));
    detector->finish();
    const auto found = detector->take();
    std::printf("%-12s %.3f s in all, %.3f s of it slopes, %zu beats, %.1f M samples/s (%g)\n",
                name, now() - begin, first, found.size(),
                static_cast<double>(signal.size()) / (now() - begin) / 1e6, sum > 0 ? 1.0 : 0.0);
}

// The best of a few rounds, in MB of samples (float32) a second.
template <class Work>
double best_rate(std::size_t bytes, Work&& work) {
    double best = 0;
    for (int round = 0; round < 7; ++round) {
        const double begin = now();
        work();
        best = std::max(best, static_cast<double>(bytes) / std::max(now() - begin, 1e-9) / 1e6);
    }
    return best;
}

void measure_reading() {
    const Recording part =
        synth::make({.name = "x", .duration_s = 360, .sampling_rate = 360, .leads = 2});
    Recording recording = part;
    recording.annotations.clear();
    for (Lead& lead : recording.leads) {
        const std::vector<float> once = lead.samples;
        for (int i = 1; i < 60; ++i)
            lead.samples.insert(lead.samples.end(), once.begin(), once.end());
    }
    const std::size_t bytes = recording.length() * recording.leads.size() * sizeof(float);

    const double copying = best_rate(bytes, [&] {
        // Fresh memory each time, as a reader needs it.
        std::vector<std::vector<float>> copies(recording.leads.size());
        for (std::size_t l = 0; l < copies.size(); ++l) {
            copies[l].resize(recording.length());
            std::memcpy(copies[l].data(), recording.leads[l].samples.data(),
                        recording.length() * sizeof(float));
        }
        if (copies[1].back() != recording.leads[1].samples.back()) std::abort();
    });
    std::printf("%-8s %6.0f MB/s\n", "memcpy", copying);

    const auto measure_files = [&](const char* name, std::span<const formats::NamedBytes> files,
                                   std::size_t file_bytes) {
        const double rate = best_rate(bytes, [&] {
            const auto result = formats::read_recordings(files);
            if (result.recordings.size() != 1 ||
                result.recordings[0].length() != recording.length())
                std::abort();
        });
        std::printf("%-8s %6.0f MB/s of samples, %5.0f MB/s of file, memcpy / %.1f\n", name, rate,
                    rate * static_cast<double>(file_bytes) / static_cast<double>(bytes),
                    copying / rate);
    };
    for (const auto format : {formats::WfdbFormat::f212, formats::WfdbFormat::f16}) {
        const auto written = formats::write_wfdb(recording, format);
        if (!written) std::abort();
        const formats::NamedBytes files[] = {{"x.hea", std::as_bytes(std::span(written->header))},
                                             {"x.dat", written->data}};
        measure_files(format == formats::WfdbFormat::f16 ? "WFDB 16" : "WFDB 212", files,
                      written->data.size());
    }
    const auto edf = formats::write_edf(recording);
    if (!edf) std::abort();
    const formats::NamedBytes file{"x.edf", *edf};
    measure_files("EDF", std::span(&file, 1), edf->size());
}

}  // namespace

int main() {
    measure_reading();
    // 24 hours, as 48 repeats of one half hour.
    const Recording recording = synth::make(
        {.duration_s = 1800, .sampling_rate = 360, .pvc_share = 0.05, .apb_share = 0.05});
    std::vector<float> signal;
    signal.reserve(48 * recording.length());
    for (int i = 0; i < 48; ++i)
        signal.insert(signal.end(), recording.leads[0].samples.begin(),
                      recording.leads[0].samples.end());
    for (int round = 0; round < 3; ++round) measure("ECG", signal);
    synth::Random random(1);
    for (float& x : signal) x = static_cast<float>(0.3 * random.normal());
    for (int round = 0; round < 3; ++round) measure("white noise", signal);
    return 0;
}
