#include "measure.hpp"

#include <algorithm>
#include <cmath>
#include <format>

namespace telltale::window {
namespace {

constexpr float least_prominence = 0.05F;           // mV: half a small square at 10 mm/mV
constexpr double least_qt = 200, longest_qt = 800;  // ms

}  // namespace

std::optional<std::size_t> nearest_extremum(std::span<const float> mv, std::size_t at,
                                            std::size_t reach) {
    if (at >= mv.size() || reach == 0) return std::nullopt;
    const std::size_t first = at > reach ? at - reach : 0;
    const std::size_t last = std::min(mv.size(), at + reach + 1);
    const auto window = mv.subspan(first, last - first);
    if (window.size() < 3 || !std::ranges::all_of(window, [](float v) { return std::isfinite(v); }))
        return std::nullopt;

    std::vector<float> sorted(window.begin(), window.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    const float median = *middle;

    // Of equal samples (a clipped peak) the one nearest to `at`.
    const std::size_t centre = at - first;
    const auto distance = [&](std::size_t i) { return i > centre ? i - centre : centre - i; };
    std::optional<std::size_t> best;
    float best_height = least_prominence;
    const auto consider = [&](bool peak) {
        const auto higher = [&](float a, float b) { return peak ? a > b : a < b; };
        std::size_t extreme = 0;
        for (std::size_t i = 1; i < window.size(); ++i)
            if (higher(window[i], window[extreme]) ||
                (window[i] == window[extreme] && distance(i) < distance(extreme)))
                extreme = i;
        // On a slope the extreme is at the edge, and the true one is beyond it.
        if (window[extreme] == window.front() || window[extreme] == window.back()) return;
        const float height = std::abs(window[extreme] - median);
        if (height < best_height) return;
        best_height = height;
        best = first + extreme;
    };
    consider(true);
    consider(false);
    return best;
}

Measured measure(const Calipers& calipers, std::span<const double> beats, double sampling_rate) {
    Measured m;
    const double samples = calipers.last() - calipers.first();
    m.ms = 1000 * samples / sampling_rate;
    if (m.ms > 0) m.rate = 60000 / m.ms;
    if (calipers.from_mv && calipers.to_mv) {
        const bool in_order = calipers.from <= calipers.to;
        const double earlier = in_order ? *calipers.from_mv : *calipers.to_mv;
        const double later = in_order ? *calipers.to_mv : *calipers.from_mv;
        m.mv = later - earlier;
    }

    const auto within = std::ranges::lower_bound(beats, calipers.first());
    const auto beyond = std::ranges::upper_bound(beats, calipers.last());
    if (beyond - within != 1 || m.ms < least_qt || m.ms > longest_qt) return m;
    double rr = 0;
    if (within != beats.begin())
        rr = *within - *(within - 1);
    else if (beyond != beats.end())
        rr = *beyond - *within;
    if (rr <= 0) return m;
    const double rr_s = rr / sampling_rate;
    m.qt = {m.ms, 1000 * rr_s, m.ms / std::sqrt(rr_s), m.ms / std::cbrt(rr_s)};
    return m;
}

std::vector<double> marching(const Calipers& calipers, double first, double last,
                             std::size_t most) {
    const double step = calipers.last() - calipers.first();
    std::vector<double> legs;
    if (!(step > 0) || !(last > first) || (last - first) / step > static_cast<double>(most))
        return legs;
    // Counted, not summed, so that far legs stand exactly.
    for (double k = std::ceil((first - calipers.first()) / step);
         calipers.first() + k * step <= last; ++k)
        if (k < 0 || k > 1) legs.push_back(calipers.first() + k * step);
    return legs;
}

std::vector<std::string> measured_lines(const Measured& m) {
    std::string line = std::format("{:.0f} ms", m.ms);
    if (m.rate && *m.rate < 1000) line += std::format(" ({:.0f}/min)", *m.rate);
    if (m.mv) line += std::format(", {:+.2f} mV", *m.mv == 0 ? 0.0 : *m.mv);
    std::vector<std::string> lines = {std::move(line)};
    if (m.qt)
        lines.push_back(std::format("QT {:.0f} ms, RR {:.0f} ms, QTcB {:.0f} ms, QTcF {:.0f} ms",
                                    m.qt->qt, m.qt->rr, m.qt->bazett, m.qt->fridericia));
    return lines;
}

}  // namespace telltale::window
