#include "rhythm/lead_features.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "signal/exact_math.hpp"
#include "signal/fft.hpp"

namespace telltale::rhythm {
namespace {

constexpr std::size_t slow_rate = 25;  // Hz, of the autocorrelations
constexpr std::size_t fast_rate = 50;  // Hz, of spectrum and quantiles
constexpr std::size_t lags = 37;
constexpr std::size_t short_first = 2, short_last = 26;
constexpr std::size_t wide = 4, near = 2;  // seconds to either side: windows of 9 and 5 s

// Amplitudes are counted on a scale of eight steps an octave, from 2^-11 mV on.
constexpr std::size_t steps_an_octave = 8;
constexpr int lowest_octave = -11;
constexpr std::size_t bins = 16 * steps_an_octave;
constexpr float flat_mv = 0.004F;
constexpr float least_power = 1e-6F;  // mV^2 a value: 1 uV, below which there is no shape to see

std::size_t bin_of(float amplitude) {
    // The exponent and the first three bits of the mantissa: nearly a logarithm.
    const auto bits = std::bit_cast<std::uint32_t>(amplitude);
    const int at = static_cast<int>(bits >> 20U) - (127 + lowest_octave) * 8;
    return static_cast<std::size_t>(std::clamp(at, 0, static_cast<int>(bins) - 1));
}

/// Octaves above 2^lowest_octave mV.
float octaves(float bin) {
    return bin / static_cast<float>(steps_an_octave);
}

/// What each second keeps, from which windows of any length are summed.
struct Second {
    std::array<float, lags + 1> signal{}, envelope{};  // sums of products at lags 0 to 37
    float envelope_sum = 0;
    std::array<std::uint8_t, bins> amplitude{}, slope{};   // counts
    std::size_t highest_amplitude = 0, highest_slope = 0;  // bins
    float crossings = 0;
    float flat = 0;  // values
    float fast_power = 0, power = 0;
};

/// The sum of products of a second with what comes `lag` values before, for all lags at once.
void multiply(const std::vector<float>& x, std::size_t begin, std::array<float, lags + 1>& sums) {
    // Reversed, so that the inner loop runs through memory forwards.
    std::array<float, lags + 1> reversed{};
    const float* base = x.data() + begin;  // x holds `lags` zeros before its first value
    for (std::size_t i = 0; i < slow_rate; ++i) {
        const float value = base[i + lags];
        const float* before = base + i;
        for (std::size_t k = 0; k <= lags; ++k) reversed[k] += value * before[k];
    }
    for (std::size_t k = 0; k <= lags; ++k) sums[k] = reversed[lags - k];
}

/// A quantile of counts, in bins: linear within its bin.
float quantile(const std::array<std::uint16_t, bins>& counts, std::size_t total, double q) {
    const auto wanted = static_cast<float>(q * static_cast<double>(total));
    float below = 0;
    for (std::size_t b = 0; b < bins; ++b) {
        const float here = counts[b];
        if (here > 0 && below + here >= wanted)
            return static_cast<float>(b) + std::clamp((wanted - below) / here, 0.0F, 1.0F);
        below += here;
    }
    return static_cast<float>(bins);
}

class Spectrum {
public:
    static constexpr std::size_t size = 256, length = 5 * fast_rate;
    static constexpr std::size_t count = 15;

    Spectrum() : fft_(size), work_(size) {
        for (std::size_t i = 0; i < length; ++i)
            window_[i] =
                static_cast<float>(0.5 - 0.5 * signal::exact_turn((static_cast<double>(i) + 0.5) /
                                                                  static_cast<double>(length))
                                                   .real());
    }

    /// The features of two neighbouring seconds by one transform: one is its real part, the other
    /// its imaginary one. `x` at 50 Hz; `second` + 1 may lie beyond the end.
    void two(const std::vector<float>& x, std::size_t second, float* first, float* next) {
        const auto at = [&](std::int64_t i) {
            return i >= 0 && i < static_cast<std::int64_t>(x.size())
                       ? x[static_cast<std::size_t>(i)]
                       : 0.0F;
        };
        const auto begin =
            (static_cast<std::int64_t>(second) - 2) * static_cast<std::int64_t>(fast_rate);
        std::ranges::fill(work_, std::complex<double>{});
        for (std::size_t i = 0; i < length; ++i) {
            const auto place = begin + static_cast<std::int64_t>(i);
            work_[i] = {at(place) * window_[i],
                        at(place + static_cast<std::int64_t>(fast_rate)) * window_[i]};
        }
        fft_.forward(work_);
        std::array<double, size / 2> a{}, b{};
        for (std::size_t k = 1; k < size / 2; ++k) {
            const auto z = work_[k], mirror = work_[size - k];
            const double ar = z.real() + mirror.real(), ai = z.imag() - mirror.imag();
            const double br = z.imag() + mirror.imag(), bi = mirror.real() - z.real();
            a[k] = 0.25 * (ar * ar + ai * ai);
            b[k] = 0.25 * (br * br + bi * bi);
        }
        describe(a, first);
        if (next != nullptr) describe(b, next);
    }

private:
    static void describe(const std::array<double, size / 2>& power, float* out) {
        // Edges in bins of 50/256 Hz: 0.4 0.8 1.2 1.6 2.1 2.9 3.9 4.9 6.1 8.0 11.1 16.0 25 Hz.
        constexpr std::array<std::size_t, 13> edges = {2,  4,  6,  8,  11, 15, 20,
                                                       25, 31, 41, 57, 82, 128};
        double total = static_cast<double>(least_power) * length;
        double moment = 0;
        std::size_t peak = edges[0];
        std::array<double, 12> bands{};
        for (std::size_t band = 0; band < bands.size(); ++band)
            for (std::size_t k = edges[band]; k < edges[band + 1]; ++k) {
                bands[band] += power[k];
                moment += power[k] * static_cast<double>(k);
                if (power[k] > power[peak]) peak = k;
            }
        for (const double band : bands) total += band;
        for (const double band : bands) *out++ = static_cast<float>(std::sqrt(band / total));
        const double around =
            power[peak - 1] + power[peak] + (peak + 1 < power.size() ? power[peak + 1] : 0.0);
        *out++ = static_cast<float>(std::sqrt(around / total));
        constexpr double hertz = static_cast<double>(fast_rate) / size;
        *out++ = static_cast<float>(static_cast<double>(peak) * hertz / 10);
        *out++ = static_cast<float>(moment / total * hertz / 10);
    }

    signal::Fft fft_;
    std::vector<std::complex<double>> work_;
    std::array<float, length> window_{};
};

/// The lead at lower rates, and what each of its seconds keeps.
class Summed {
public:
    explicit Summed(const NetworkLead& lead) : seconds(lead.seconds()) {
        const std::size_t count = seconds.size();
        fast.resize(count * fast_rate);
        std::vector<float> slope(fast.size());
        std::vector<float> padded(count * slow_rate + lags), envelope(count * slow_rate + lags);
        const auto& x = lead.x;
        for (std::size_t i = 0; i < fast.size(); ++i) fast[i] = 0.5F * (x[2 * i] + x[2 * i + 1]);
        for (std::size_t i = 0; i + 2 < fast.size(); ++i)
            slope[i + 1] = std::fabs(fast[i + 2] - fast[i]);
        for (std::size_t i = 0; i < count * slow_rate; ++i) {
            padded[i + lags] = 0.5F * (fast[2 * i] + fast[2 * i + 1]);
            envelope[i + lags] = 0.5F * (slope[2 * i] + slope[2 * i + 1]);
        }
        for (std::size_t s = 0; s < count; ++s) {
            Second& second = seconds[s];
            multiply(padded, s * slow_rate, second.signal);
            multiply(envelope, s * slow_rate, second.envelope);
            for (std::size_t i = 0; i < slow_rate; ++i) {
                const std::size_t at = lags + s * slow_rate + i;
                second.envelope_sum += envelope[at];
                if ((padded[at] < 0) != (padded[at - 1] < 0)) second.crossings += 1;
            }
            for (std::size_t i = s * fast_rate; i < (s + 1) * fast_rate; ++i) {
                const std::size_t a = bin_of(std::fabs(fast[i])), b = bin_of(slope[i]);
                ++second.amplitude[a];
                ++second.slope[b];
                second.highest_amplitude = std::max(second.highest_amplitude, a);
                second.highest_slope = std::max(second.highest_slope, b);
                if (slope[i] < flat_mv) second.flat += 1;
                const float step = x[2 * i + 1] - x[2 * i];
                second.fast_power += step * step;
                second.power += x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1];
            }
        }
        slow.assign(padded.begin() + lags, padded.end());
    }

    std::vector<Second> seconds;
    std::vector<float> fast, slow;
};

/// Autocorrelations of the window [from, to) at lags `first` to `last`; returns behind them.
float* correlations(const Summed& summed, std::size_t from, std::size_t to, std::size_t first,
                    std::size_t last, float* out) {
    std::array<float, lags + 1> signal{}, envelope{};
    float sum = 0;
    for (std::size_t s = from; s < to; ++s) {
        const Second& second = summed.seconds[s];
        for (std::size_t k = 0; k <= lags; ++k) signal[k] += second.signal[k];
        for (std::size_t k = 0; k <= lags; ++k) envelope[k] += second.envelope[k];
        sum += second.envelope_sum;
    }
    const auto values = static_cast<float>((to - from) * slow_rate);
    const float power = signal[0] + values * least_power;
    for (std::size_t k = first; k <= last; ++k) *out++ = std::clamp(signal[k] / power, -1.0F, 1.0F);
    // The envelope is never negative: its mean is taken out.
    const float square = sum * sum / values;
    const float variance = std::max(envelope[0] - square, 0.0F) + values * least_power;
    for (std::size_t k = first; k <= last; ++k)
        *out++ = std::clamp((envelope[k] - square) / variance, -1.0F, 1.0F);
    return out;
}

/// Sums of counts over a window that moves on.
class Counts {
public:
    explicit Counts(std::array<std::uint8_t, bins> Second::* of) : of_(of) {}
    void add(const Second& second) {
        for (std::size_t b = 0; b < bins; ++b)
            counts_[b] = static_cast<std::uint16_t>(counts_[b] + (second.*of_)[b]);
        total_ += fast_rate;
    }
    void remove(const Second& second) {
        for (std::size_t b = 0; b < bins; ++b)
            counts_[b] = static_cast<std::uint16_t>(counts_[b] - (second.*of_)[b]);
        total_ -= fast_rate;
    }
    [[nodiscard]] float at(double q) const { return quantile(counts_, total_, q); }

private:
    std::array<std::uint8_t, bins> Second::* of_;
    std::array<std::uint16_t, bins> counts_{};
    std::size_t total_ = 0;
};

}  // namespace

void lead_features(const NetworkLead& lead, std::size_t stride, std::span<float> out) {
    const std::size_t count = lead.seconds();
    if (count == 0) return;
    const Summed summed(lead);
    const auto& seconds = summed.seconds;
    Spectrum spectrum;
    constexpr std::size_t spectrum_at = 2 * lags + 2 * (short_last - short_first + 1);
    for (std::size_t s = 0; s < count; s += 2)
        spectrum.two(summed.fast, s, out.data() + s * stride + spectrum_at,
                     s + 1 < count ? out.data() + (s + 1) * stride + spectrum_at : nullptr);

    Counts amplitude_wide(&Second::amplitude), amplitude(&Second::amplitude), slope(&Second::slope);
    for (std::size_t s = 0; s < std::min(wide, count); ++s) amplitude_wide.add(seconds[s]);
    for (std::size_t s = 0; s < std::min(near, count); ++s) {
        amplitude.add(seconds[s]);
        slope.add(seconds[s]);
    }
    for (std::size_t s = 0; s < count; ++s) {
        if (s + wide < count) amplitude_wide.add(seconds[s + wide]);
        if (s > wide) amplitude_wide.remove(seconds[s - wide - 1]);
        if (s + near < count) {
            amplitude.add(seconds[s + near]);
            slope.add(seconds[s + near]);
        }
        if (s > near) {
            amplitude.remove(seconds[s - near - 1]);
            slope.remove(seconds[s - near - 1]);
        }
        const std::size_t wide_from = s > wide ? s - wide : 0;
        const std::size_t wide_to = std::min(s + wide + 1, count);
        const std::size_t near_from = s > near ? s - near : 0;
        const std::size_t near_to = std::min(s + near + 1, count);
        const Second& second = seconds[s];

        float* row = out.data() + s * stride;
        row = correlations(summed, wide_from, wide_to, 1, lags, row);
        row = correlations(summed, near_from, near_to, short_first, short_last, row);
        row += Spectrum::count;

        const float scale = amplitude_wide.at(0.97);
        const auto against = [scale](float bin) {
            return std::clamp(0.5F * octaves(bin - scale), -4.0F, 4.0F);
        };
        for (const double q : {0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 1.0})
            *row++ = against(amplitude.at(q));
        for (const double q : {0.1, 0.25, 0.5, 0.75, 0.9, 1.0}) *row++ = against(slope.at(q));
        *row++ = octaves(scale) + static_cast<float>(lowest_octave);
        *row++ =
            octaves(static_cast<float>(second.highest_slope)) + static_cast<float>(lowest_octave);
        *row++ = against(static_cast<float>(second.highest_amplitude));
        *row++ = against(static_cast<float>(second.highest_slope));
        std::size_t least = bins;
        std::size_t sum = 0;
        for (std::size_t k = wide_from; k < wide_to; ++k) {
            least = std::min(least, seconds[k].highest_amplitude);
            sum += seconds[k].highest_amplitude;
        }
        *row++ = against(static_cast<float>(least));
        *row++ = against(static_cast<float>(sum) / static_cast<float>(wide_to - wide_from));

        // Crossings by more than a tenth of the scale either way count once.
        const float scale_mv = [&] {
            const auto whole = static_cast<int>(octaves(scale));
            float mv = 1;
            for (int k = 0; k < std::abs(whole + lowest_octave); ++k)
                mv *= whole + lowest_octave < 0 ? 0.5F : 2.0F;
            return mv * (1 + octaves(scale) - static_cast<float>(whole));
        }();
        float crossings = 0, clear = 0, flat = 0;
        int side = 0;
        for (std::size_t k = near_from; k < near_to; ++k) {
            crossings += seconds[k].crossings;
            flat += seconds[k].flat;
        }
        for (std::size_t i = near_from * slow_rate; i < near_to * slow_rate; ++i) {
            const float value = summed.slow[i];
            const int now = value > 0.1F * scale_mv ? 1 : value < -0.1F * scale_mv ? -1 : side;
            if (side != 0 && now != side) clear += 1;
            side = now;
        }
        const auto near_seconds = static_cast<float>(near_to - near_from);
        *row++ = clear / near_seconds / 10;
        *row++ = crossings / near_seconds / 10;
        *row++ = std::sqrt(second.fast_power /
                           (second.power + static_cast<float>(network_rate) * least_power));
        *row++ = second.flat / static_cast<float>(fast_rate);
        *row++ = flat / near_seconds / static_cast<float>(fast_rate);
        *row++ = lead.missing[s];
    }
}

}  // namespace telltale::rhythm
