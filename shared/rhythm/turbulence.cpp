#include "rhythm/turbulence.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace telltale::rhythm {
namespace {

constexpr std::size_t before = 5, after = 15, slope_over = 5, least_beats = 5;

/// Whether interval i is one of sinus rhythm: between normal beats, with nothing unreadable.
bool sinus(const Series& series, std::size_t i) {
    return series.joined[i] && series.type(i) == AamiClass::N &&
           series.type(i + 1) == AamiClass::N && !series.beats[i].paced &&
           !series.beats[i + 1].paced;
}

double ms(const Series& series, std::size_t i) {
    return 1000 * series.rr_s(i);
}

/// Intervals [first, last) that may surround a premature beat.
bool usable(const Series& series, std::size_t first, std::size_t last, double reference) {
    for (std::size_t i = first; i < last; ++i) {
        if (!sinus(series, i)) return false;
        const double rr = ms(series, i);
        if (rr < 300 || rr > 2000 || std::abs(rr - reference) > 0.2 * reference) return false;
        if (i > first && std::abs(rr - ms(series, i - 1)) > 200) return false;
    }
    return true;
}

}  // namespace

Turbulence turbulence(const Series& series) {
    Turbulence found;
    double onset = 0;
    std::array<double, after> mean{};
    // Beat b, the intervals b - 1 before it and b behind it.
    for (std::size_t b = before + 1; b + 1 + after < series.beats.size(); ++b) {
        if (series.type(b) != AamiClass::V || !series.joined[b - 1] || !series.joined[b]) continue;
        const std::size_t first = b - 1 - before, next = b + 1;  // intervals
        double reference = 0;
        for (std::size_t i = first; i < b - 1; ++i) reference += ms(series, i) / before;
        if (ms(series, b - 1) > 0.8 * reference || ms(series, b) < 1.2 * reference) continue;
        if (!usable(series, first, b - 1, reference) ||
            !usable(series, next, next + after, reference))
            continue;
        ++found.beats;
        const double ahead = ms(series, b - 3) + ms(series, b - 2);
        onset += 100 * (ms(series, next) + ms(series, next + 1) - ahead) / ahead;
        for (std::size_t i = 0; i < after; ++i) mean[i] += ms(series, next + i);
    }
    if (found.beats < least_beats) return found;
    const auto count = static_cast<double>(found.beats);
    found.onset_percent = onset / count;
    // Least squares over five points in a row: weights -2 to 2, over 10.
    double steepest = -1e9;
    for (std::size_t i = 0; i + slope_over <= after; ++i) {
        double slope = 0;
        for (std::size_t k = 0; k < slope_over; ++k)
            slope += (static_cast<double>(k) - 2) * mean[i + k] / count / 10;
        steepest = std::max(steepest, slope);
    }
    found.slope_ms = steepest;
    return found;
}

std::optional<double> deceleration_capacity(const NnSeries& nn, std::size_t least) {
    constexpr double most_rise = 1.05;
    double sum = 0;
    std::size_t anchors = 0;
    for (std::size_t i = 2; i + 1 < nn.size(); ++i) {
        if (!nn.follows[i - 1] || !nn.follows[i] || !nn.follows[i + 1]) continue;
        if (!(nn.ms[i] > nn.ms[i - 1]) || nn.ms[i] > most_rise * nn.ms[i - 1]) continue;
        sum += (nn.ms[i] + nn.ms[i + 1] - nn.ms[i - 1] - nn.ms[i - 2]) / 4;
        ++anchors;
    }
    if (anchors < std::max<std::size_t>(1, least)) return std::nullopt;
    return sum / static_cast<double>(anchors);
}

}  // namespace telltale::rhythm
