// Speed of the sequence models' inputs on 24 hours of one lead at 360 Hz, already in memory: every
// group of features. Prints CPU seconds; builds natively and for WebAssembly.
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "classify/features.hpp"
#include "synth/synth.hpp"

using namespace telltale;

int main() {
    // 24 hours, as 48 repeats of one half hour.
    const Recording recording = synth::make(
        {.duration_s = 1800, .sampling_rate = 360, .pvc_share = 0.05, .apb_share = 0.05});
    std::vector<float> signal;
    std::vector<std::int64_t> beats;
    signal.reserve(48 * recording.length());
    for (int i = 0; i < 48; ++i) {
        for (const Annotation& a : recording.annotations)
            if (is_beat(a.code)) beats.push_back(a.sample + std::ssize(signal));
        signal.insert(signal.end(), recording.leads[0].samples.begin(),
                      recording.leads[0].samples.end());
    }
    const std::vector<std::string> groups(classify::feature_groups().begin(),
                                          classify::feature_groups().end());
    for (int round = 0; round < 3; ++round) {
        const std::clock_t begin = std::clock();
        const classify::PreparedBeats prepared({360, signal, beats});
        const std::clock_t middle = std::clock();
        const std::vector<float> values = prepared.features(groups);
        const std::clock_t end = std::clock();
        const auto seconds = [](std::clock_t ticks) {
            return static_cast<double>(ticks) / CLOCKS_PER_SEC;
        };
        std::printf("%zu beats: %.2f s to prepare, %.2f s for %zu features of each\n",
                    prepared.beats(), seconds(middle - begin), seconds(end - middle),
                    values.size() / prepared.beats());
    }
}
