#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <complex>
#include <numbers>

#include "numbers/mixing.hpp"
#include "rhythm/hrv.hpp"
#include "rhythm/spline.hpp"
#include "signal/fft.hpp"

namespace telltale::rhythm {
namespace {

constexpr double vlf_from = 0.0033, lf_from = 0.04, hf_from = 0.15, hf_to = 0.40;  // Hz

void add(BandPower& bands, double frequency, double power) {
    if (frequency < vlf_from || frequency >= hf_to) return;
    if (frequency < lf_from)
        bands.vlf += power;
    else if (frequency < hf_from)
        bands.lf += power;
    else
        bands.hf += power;
}

constexpr double grid_hz = 4;  // of the resampled series

std::uint64_t hash_of(std::span<const double> values) {
    // Four lanes, so that no value waits for the one before.
    std::array<std::uint64_t, 4> lanes{values.size(), 1, 2, 3};
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint64_t& lane = lanes[i % lanes.size()];
        lane = std::rotl(lane ^ std::bit_cast<std::uint64_t>(values[i]), 27) * 0x9e3779b97f4a7c15U;
    }
    std::uint64_t hash = 0;
    for (const std::uint64_t lane : lanes) hash = numbers::mixed(hash ^ lane);
    return hash;
}

/// Welch over segments of `length` values of the 4 Hz series.
std::optional<Spectrum> welch_with(const NnSeries& nn, std::size_t length, Known& known) {
    signal::Welch welch(length, grid_hz);
    const double seconds = static_cast<double>(length) / grid_hz;
    std::vector<double> covered(nn.size() + 1);  // NN time before interval i, in s
    for (std::size_t i = 0; i < nn.size(); ++i) covered[i + 1] = covered[i] + nn.ms[i] / 1000.0;

    std::size_t window = 0;
    const auto power_of = [&](std::span<const double> values) -> std::span<const double> {
        if (window == known.windows.size()) known.windows.emplace_back();
        Known::Window& before = known.windows[window++];
        if (const std::uint64_t now = hash_of(values); before.of != now)
            before = {now, welch.power(values)};
        return before.density;
    };
    std::vector<double> x, y;
    for (std::size_t first = 0; first < nn.size();) {
        // A stretch: no more than longest_gap_s without an NN interval inside.
        std::size_t last = first + 1;
        while (last < nn.size() && static_cast<double>(nn.end[last] - nn.rr[last] -
                                                       nn.end[last - 1]) <= longest_gap_s * nn.rate)
            ++last;
        x.clear();
        y.clear();
        for (std::size_t i = first; i < last; ++i) {
            x.push_back(nn.end_s(i) - nn.end_s(first));
            y.push_back(nn.ms[i]);
        }
        if (x.size() >= 2 && x.back() >= seconds - 1 / grid_hz) {
            const std::vector<double> series = resampled(x, y, 1 / grid_hz);
            std::size_t from = 0, to = 0;  // intervals that end inside the segment
            for (std::size_t start = 0; start + length <= series.size(); start += welch.hop()) {
                const double begin = static_cast<double>(start) / grid_hz;
                while (from < x.size() && x[from] <= begin) ++from;
                while (to < x.size() && x[to] <= begin + seconds) ++to;
                if (covered[first + to] - covered[first + from] < least_coverage * seconds)
                    continue;
                welch.add_power(power_of(std::span(series).subspan(start, length)));
            }
        }
        first = last;
    }
    if (welch.segments() == 0) return std::nullopt;

    BandPower bands;
    const std::vector<double> density = welch.density();
    const double step = grid_hz / static_cast<double>(length);
    for (std::size_t k = 0; k < density.size(); ++k)
        add(bands, static_cast<double>(k) * step, density[k] * step);
    Spectrum spectrum{.method = "Welch, natural cubic spline at 4 Hz, Hann windows half overlapped",
                      .segment_s = seconds,
                      .segments = welch.segments(),
                      .lf_ms2 = bands.lf,
                      .hf_ms2 = bands.hf};
    if (seconds >= 250) spectrum.vlf_ms2 = bands.vlf;
    complete(spectrum);
    return spectrum;
}

}  // namespace

void complete(Spectrum& spectrum) {
    constexpr double rounding_ms2 = 1e-9;  // of perfectly even intervals only rounding is left
    const double both = spectrum.lf_ms2 + spectrum.hf_ms2;
    if (spectrum.vlf_ms2) spectrum.total_ms2 = *spectrum.vlf_ms2 + both;
    if (both > rounding_ms2) {
        spectrum.lf_nu = 100.0 * spectrum.lf_ms2 / both;
        spectrum.hf_nu = 100.0 * spectrum.hf_ms2 / both;
    }
    if (spectrum.hf_ms2 > rounding_ms2) spectrum.lf_hf = spectrum.lf_ms2 / spectrum.hf_ms2;
}

std::optional<Spectrum> welch_spectrum(const NnSeries& nn, Known& known) {
    // 256 s resolves VLF's upper part; short recordings fall back to 128 s, the Task Force's two
    // minutes that LF needs at least.
    auto spectrum = welch_with(nn, 1024, known);
    if (!spectrum) spectrum = welch_with(nn, 512, known);
    return spectrum;
}

BandPower lomb_scargle(const NnSeries& nn, std::size_t first, std::size_t last) {
    // Scargle (1982), eq. 10, with the mean taken out, at k / 300 Hz. As a one-sided density:
    // 2 P dt, dt being the mean distance of the beats. The angles advance by the same step from
    // one frequency to the next, so each beat's phasor is turned by multiplication.
    const std::size_t n = last - first;
    const auto frequencies = static_cast<std::size_t>(std::ceil(hf_to * segment_s));
    double mean = 0;
    for (std::size_t i = first; i < last; ++i) mean += nn.ms[i];
    mean /= static_cast<double>(n);

    // Sums over the beats of y cos, y sin, cos 2wt, sin 2wt at each frequency.
    std::vector<double> yc(frequencies + 1), ys(frequencies + 1);
    std::vector<double> c2(2 * frequencies + 1), s2(2 * frequencies + 1);
    for (std::size_t i = first; i < last; ++i) {
        const double value = nn.ms[i] - mean;
        const double angle = 2.0 * std::numbers::pi / segment_s * (nn.end_s(i) - nn.end_s(first));
        const double step_c = std::cos(angle), step_s = std::sin(angle);
        double c = 1, s = 0;
        for (std::size_t k = 1; k <= 2 * frequencies; ++k) {
            const double turned = c * step_c - s * step_s;
            s = c * step_s + s * step_c;
            c = turned;
            c2[k] += c;
            s2[k] += s;
            if (k > frequencies) continue;
            yc[k] += value * c;
            ys[k] += value * s;
        }
    }
    const double dt = (nn.end_s(last - 1) - nn.end_s(first)) / static_cast<double>(n - 1);
    BandPower bands;
    for (std::size_t k = 1; k < frequencies; ++k) {
        // tan(2 w tau) = sum sin 2wt / sum cos 2wt makes the result independent of where t is 0.
        const double two_tau = std::atan2(s2[2 * k], c2[2 * k]);
        const double ct = std::cos(two_tau / 2), st = std::sin(two_tau / 2);
        const double yc_tau = yc[k] * ct + ys[k] * st;
        const double ys_tau = ys[k] * ct - yc[k] * st;
        const double turned = std::hypot(c2[2 * k], s2[2 * k]);
        const double cc = (static_cast<double>(n) + turned) / 2;  // sum of cos^2(w(t - tau))
        const double ss = (static_cast<double>(n) - turned) / 2;
        double power = cc > 0 ? yc_tau * yc_tau / cc : 0.0;
        if (ss > 1e-9 * static_cast<double>(n)) power += ys_tau * ys_tau / ss;
        add(bands, static_cast<double>(k) / segment_s, power / 2 * 2 * dt / segment_s);
    }
    return bands;
}

}  // namespace telltale::rhythm
