#include "train/data/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace telltale::train {

namespace {

double power_of(const std::vector<float>& x) {
    if (x.empty()) return 0;
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
    double sum = 0;
    for (const float v : x) sum += (v - mean) * (v - mean);
    return sum / static_cast<double>(x.size());
}

}  // namespace

void add_noise(std::vector<float>& x, double rate, double snr_db,
               const std::vector<Recording>& noises, bool electrode, Random& random) {
    std::vector<float> noise(x.size());
    const int parts = 1 + static_cast<int>(random.below(2));
    for (int part = 0; part < parts; ++part) {
        const std::size_t which = electrode ? 1 + random.below(2) : random.below(noises.size());
        const Recording& from = noises[which];
        const auto& samples = from.leads[random.below(from.leads.size())].samples;
        const double step = from.sampling_rate / rate;
        const auto span = static_cast<std::size_t>(static_cast<double>(x.size()) * step) + 2;
        if (span >= samples.size()) continue;
        const auto begin = random.below(samples.size() - span);
        const double level = random.uniform(0.3, 1);
        for (std::size_t i = 0; i < x.size(); ++i)
            noise[i] += static_cast<float>(
                level * samples[begin + static_cast<std::size_t>(static_cast<double>(i) * step)]);
    }
    const double have = power_of(noise);
    if (have <= 0) return;
    const double wanted = std::max(power_of(x), 1e-4) / std::pow(10, snr_db / 10);
    const auto factor = static_cast<float>(std::sqrt(wanted / have));
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += factor * noise[i];
}

void blur(std::vector<float>& x, double rate, double seconds) {
    const auto width = static_cast<std::size_t>(seconds * rate);
    if (width < 2 || x.size() <= width) return;
    double sum = 0;
    std::vector<float> result(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        sum += x[i];
        if (i >= width) sum -= x[i - width];
        result[i >= width / 2 ? i - width / 2 : 0] =
            static_cast<float>(sum / static_cast<double>(std::min(i + 1, width)));
    }
    x.swap(result);
}

}  // namespace telltale::train
