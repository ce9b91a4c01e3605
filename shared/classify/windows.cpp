#include "classify/windows.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "signal/band_pass.hpp"
#include "signal/wavelet.hpp"

namespace telltale::classify {
namespace {

// Beyond this no unit makes an ECG, and its square still fits a double with room to spare.
constexpr float largest = 1e18F;

bool usable(float value) {
    return std::fabs(value) <= largest;
}

// The lead between its samples.
class Curve {
public:
    explicit Curve(std::span<const float> samples) : samples_(samples) {}

    // At a position in samples, held to the first and last one. Not usable where a sample that
    // it needs is not.
    [[nodiscard]] float at(double position) const {
        const double last = static_cast<double>(samples_.size() - 1);
        const double held = std::clamp(position, 0.0, last);
        const double whole = std::floor(held);
        const auto i = static_cast<std::size_t>(whole);
        const double part = held - whole;
        const float a = samples_[i];
        if (part == 0.0) return a;
        const float b = samples_[i + 1];
        return static_cast<float>(a + (static_cast<double>(b) - a) * part);
    }

private:
    std::span<const float> samples_;
};

struct Extent {
    std::int64_t begin = 0;  // samples; may lie outside the recording (centred)
    std::int64_t end = 0;    // left out
};

Extent to_next_beats(const InputCard& input, double sampling_rate, std::int64_t length,
                     std::span<const std::int64_t> positions, std::size_t index) {
    const std::int64_t beat = positions[index];
    std::int64_t next = 0;
    std::int64_t next2 = 0;
    if (index + 1 < positions.size()) {
        next = positions[index + 1];
        next2 = index + 2 < positions.size() ? positions[index + 2] : length;
    } else {
        const std::int64_t interval = index > 0
                                          ? beat - positions[index - 1]
                                          : static_cast<std::int64_t>(std::floor(sampling_rate));
        next = beat + interval;
        next2 = next + interval;
    }
    const auto beyond = static_cast<std::int64_t>(
        std::floor(input.next_fraction * static_cast<double>(next2 - next)));
    return {beat, std::min(next + beyond, length)};
}

// Fills values that are not usable on the line between their neighbours; returns how many.
std::size_t fill(std::span<float> values) {
    std::size_t filled = 0;
    std::size_t i = 0;
    while (i < values.size()) {
        if (usable(values[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < values.size() && !usable(values[end])) ++end;
        const bool before = i > 0;
        const bool after = end < values.size();
        const float a = before ? values[i - 1] : after ? values[end] : 0.0F;
        const float b = after ? values[end] : a;
        const auto steps = static_cast<float>(end - i + 1);
        for (std::size_t k = i; k < end; ++k)
            values[k] = a + (b - a) * (static_cast<float>(k - i + 1) / steps);
        filled += end - i;
        i = end;
    }
    return filled;
}

// Writes a centred window of the lead after its band-pass; returns how many samples between its
// ends were filled. `begin`: the window's first place, `step`: samples from value to value.
std::size_t cut_filtered(const InputCard& input, double sampling_rate,
                         std::span<const float> samples, double begin, double step,
                         std::span<float> out) {
    const auto length = static_cast<double>(samples.size());
    const double margin = std::ceil(sampling_rate / input.band_pass_low);
    const double end = begin + static_cast<double>(out.size() - 1) * step;
    const auto place = [&](double at) { return std::clamp(at, 0.0, length - 1); };
    const auto first = static_cast<std::int64_t>(std::floor(place(begin)) - margin);
    const auto last = static_cast<std::int64_t>(std::ceil(place(end)) + margin) + 2;
    std::vector<double> stretch;
    signal::fill_stretch(samples, first, last, stretch);
    signal::BandPass(input.band_pass_low, input.band_pass_high, sampling_rate).apply(stretch);
    for (std::size_t k = 0; k < out.size(); ++k) {
        const double at = place(begin + static_cast<double>(k) * step) - static_cast<double>(first);
        const auto i = static_cast<std::size_t>(at);
        const double part = at - static_cast<double>(i);
        out[k] = static_cast<float>(stretch[i] + (stretch[i + 1] - stretch[i]) * part);
    }
    const auto from = samples.begin() + static_cast<std::ptrdiff_t>(std::floor(place(begin)));
    const auto to = samples.begin() + static_cast<std::ptrdiff_t>(std::ceil(place(end))) + 1;
    return static_cast<std::size_t>(
        std::count_if(from, to, [](float sample) { return !signal::is_usable(sample); }));
}

void scale_min_max(std::span<float> values, float low, float high) {
    const float range = high - low;
    for (float& value : values) value = range > 0 ? (value - low) / range : 0.0F;
}

void scale_z_score(std::span<float> values) {
    double sum = 0;
    for (const float value : values) sum += value;
    const double count = static_cast<double>(values.size());
    const double mean = sum / count;
    double squares = 0;
    for (const float value : values) squares += (value - mean) * (value - mean);
    const double sd = std::sqrt(squares / count);
    for (float& value : values) value = sd > 0 ? static_cast<float>((value - mean) / sd) : 0.0F;
}

}  // namespace

WindowInfo cut_window(const InputCard& input, double sampling_rate, std::span<const float> samples,
                      std::span<const std::int64_t> positions, std::size_t index,
                      std::span<float> out) {
    std::ranges::fill(out, 0.0F);
    if (samples.empty() || out.empty() || index >= positions.size()) return {};
    const auto length = static_cast<std::int64_t>(samples.size());
    const double step = sampling_rate / input.sampling_rate;
    const std::int64_t beat = positions[index];
    const Curve curve(samples);

    if (input.window == WindowKind::centred) {
        const double begin =
            static_cast<double>(beat) - std::floor(input.before * sampling_rate + 0.5);
        WindowInfo info;
        if (has_band_pass(input)) {
            info.filled = cut_filtered(input, sampling_rate, samples, begin, step, out);
        } else {
            for (std::size_t k = 0; k < out.size(); ++k)
                out[k] = curve.at(begin + static_cast<double>(k) * step);
            info.filled = fill(out);
        }
        if (input.denoise == Denoise::db4) signal::db4_denoise(out, input.denoise_levels);
        if (input.scaling == Scaling::min_max) {
            const auto [low, high] = std::ranges::minmax(out);
            scale_min_max(out, low, high);
        }
        if (input.scaling == Scaling::z_score) scale_z_score(out);
        return info;
    }

    const Extent extent = to_next_beats(input, sampling_rate, length, positions, index);
    if (extent.begin < 0 || extent.end <= extent.begin) return {};
    // Only the first out.size() values are kept, but all of them are scaled by.
    const auto span = static_cast<double>(extent.end - extent.begin);
    std::size_t count = 0;
    float low = 0;
    float high = 0;
    bool any = false;
    double offset = 0;
    for (; offset < span; offset = static_cast<double>(count) * step) {
        const float value = curve.at(static_cast<double>(extent.begin) + offset);
        if (count < out.size()) out[count] = value;
        ++count;
        if (!usable(value)) continue;
        low = any ? std::min(low, value) : value;
        high = any ? std::max(high, value) : value;
        any = true;
    }
    const std::span<float> kept = out.first(std::min(count, out.size()));
    const WindowInfo info{fill(kept)};
    if (input.scaling == Scaling::min_max) scale_min_max(kept, low, high);
    if (input.scaling == Scaling::z_score) scale_z_score(kept);
    return info;
}

}  // namespace telltale::classify
