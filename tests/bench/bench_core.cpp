// Speed of the core on 24 hours of one lead at 360 Hz, already in memory: an ECG, and white noise.
// Prints CPU seconds; builds natively and for WebAssembly.
#include <cstdio>
#include <ctime>
#include <vector>

#include "beats/detector.hpp"
#include "beats/slope_energy.hpp"
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

}  // namespace

int main() {
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
