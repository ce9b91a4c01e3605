#include "beats/pacing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>

#include "beats/log2.hpp"

namespace telltale::beats {
namespace {

constexpr double narrow_s = 0.013, broad_s = 0.032;  // to either side of a pulse's top
constexpr double before_s = 0.12, after_s = 0.06;    // of the mark: where its spike is looked for
constexpr double edge_s = 0.35;                      // around a mark, all that is looked at
constexpr float least_mv = 0.02F;
// As high from its narrow neighbours as from its broad ones: less than 26 ms from foot to foot.
constexpr float surely_pulse = 0.9F;
constexpr float usual_complex_mv = 0.8F;

/// The sharpest pulse of a complex on one lead.
struct Pulse {
    std::int64_t offset = 0;  // of its top from the mark, in samples
    float height = 0;         // mV above the line between 13 ms before and behind; 0 if unknown
    float evidence = -9;      // log odds that it is a pacing spike with its complex
    float spike = -9;         // the same where the complex may be too low on this lead to see
    float ratio = 0;          // its height by narrow neighbours over that by broad ones
};

class Lead {
public:
    Lead(std::span<const float> samples, double rate) : x_(samples), rate_(rate) {}

    [[nodiscard]] Pulse pulse(std::int64_t mark) const {
        Pulse found;
        const auto length = static_cast<std::int64_t>(x_.size());
        if (mark < reach(edge_s) || mark + reach(edge_s) >= length) return found;
        for (std::int64_t i = mark - reach(edge_s); i < mark + reach(edge_s); ++i)
            if (!std::isfinite(at(i))) return found;
        const std::int64_t narrow = reach(narrow_s), broad = reach(broad_s);
        std::int64_t top = mark;
        float height = 0;
        for (std::int64_t i = mark - reach(before_s); i <= mark + reach(after_s); ++i)
            if (const float h = std::fabs(above(i, narrow)); h > height) height = h, top = i;
        if (height <= least_mv) return found;
        const float sign = above(top, narrow) > 0 ? 1.0F : -1.0F;
        const float by_broad = sign * above(top, broad);
        found.offset = top - mark;
        found.height = sign * height;
        found.ratio = by_broad > 0 ? height / by_broad : 0;
        const float ratio = found.ratio <= 1.5F ? found.ratio : 0;
        // Sharp things before it and behind it, and how far the slow complex goes behind it.
        const float before = sharpest(top - reach(0.15), top - reach(0.026)) / height;
        const float behind = sharpest(top + reach(0.03) + 1, top + reach(0.15)) / height;
        const auto complex = x_.subspan(static_cast<std::size_t>(top + reach(0.06)),
                                        static_cast<std::size_t>(reach(0.16) - reach(0.06)));
        const auto [low, high] = std::ranges::minmax(complex);
        // A pulse that no heart makes may be of any height: that says nothing of the complex.
        const float usual = ratio >= surely_pulse ? std::min(height, usual_complex_mv) : height;
        const float wide = (high - low) / usual;
        const auto octaves = [](float x, float least, float most) {
            return std::clamp(log2_of(x), least, most);
        };
        const float wide_octaves = octaves(wide, -2, 1);
        found.evidence = -5.48F - 1.34F * octaves(before, -5, 0) - 0.54F * std::min(ratio, 1.0F) -
                         3.78F * std::max(0.0F, 0.85F - ratio) - 1.21F * octaves(behind, -3, 2) +
                         2.76F * wide_octaves;
        found.spike = ratio >= surely_pulse ? found.evidence - 2.76F * std::min(wide_octaves, 0.0F)
                                            : found.evidence;
        return found;
    }

private:
    [[nodiscard]] std::int64_t reach(double seconds) const {
        return std::max<std::int64_t>(1, std::llround(seconds * rate_));
    }
    [[nodiscard]] float at(std::int64_t i) const { return x_[static_cast<std::size_t>(i)]; }
    /// How far a sample stands above the line between those at a distance.
    [[nodiscard]] float above(std::int64_t i, std::int64_t distance) const {
        return at(i) - 0.5F * (at(i - distance) + at(i + distance));
    }
    [[nodiscard]] float sharpest(std::int64_t first, std::int64_t last) const {
        float most = 0;
        for (std::int64_t i = first; i < last; ++i)
            most = std::max(most, std::fabs(above(i, reach(narrow_s))));
        return most;
    }

    std::span<const float> x_;
    double rate_;
};

bool alike(const Pulse& a, const Pulse& b) {
    const float share = b.height != 0 ? a.height / b.height : 0;
    return share > 0.65F && share < 1.5F;
}

/// Whether two beats have a pulse of one size on this lead, and on another one.
bool same_spike(std::span<const std::vector<Pulse>> pulses, std::size_t lead, std::size_t a,
                std::size_t b) {
    if (!alike(pulses[lead][a], pulses[lead][b])) return false;
    for (std::size_t k = 0; k < pulses.size(); ++k)
        if (k != lead && alike(pulses[k][a], pulses[k][b])) return true;
    return pulses.size() == 1;
}

std::vector<std::vector<Pulse>> pulses_of(const PacingInput& input) {
    std::vector<std::vector<Pulse>> pulses;
    for (const std::span<const float> samples : input.leads) {
        const Lead lead(samples, input.sampling_rate);
        auto& of_lead = pulses.emplace_back();
        of_lead.reserve(input.beats.size());
        for (const std::int64_t mark : input.beats) of_lead.push_back(lead.pulse(mark));
    }
    return pulses;
}

}  // namespace

std::vector<bool> paced_beats(const PacingInput& input) {
    constexpr float sure = 2.8F, other_lead = 0.8F, sure_alone = 4.5F, possible = -1;
    constexpr double skew_s = 0.028;
    constexpr std::size_t neighbours = 60, fewest = 3;
    constexpr double share_sure = 0.06, share_possible = 0.12;
    const std::size_t count = input.beats.size();
    std::vector<bool> paced(count);
    if (input.sampling_rate < least_pacing_rate) return paced;
    const auto pulses = pulses_of(input);
    const auto skew = static_cast<std::int64_t>(skew_s * input.sampling_rate + 0.5);
    for (std::size_t lead = 0; lead < pulses.size(); ++lead) {
        const auto& own = pulses[lead];
        std::vector<std::size_t> believed;  // beats whose spike this lead and another one show
        for (std::size_t i = 0; i < count; ++i) {
            float best = -9;
            for (std::size_t k = 0; k < pulses.size(); ++k)
                if (k != lead && std::abs(pulses[k][i].offset - own[i].offset) <= skew)
                    best = std::max(best, pulses[k][i].spike);
            if (pulses.size() == 1 ? own[i].evidence > sure_alone
                                   : own[i].evidence > sure && best > other_lead)
                believed.push_back(i);
        }
        std::size_t from = 0;  // of `believed`: the first within reach
        for (std::size_t i = 0; i < count; ++i) {
            while (from < believed.size() && believed[from] + neighbours < i) ++from;
            if (paced[i] || own[i].evidence <= possible) continue;
            std::size_t agree = 0;
            bool itself = false;
            for (std::size_t k = from; k < believed.size() && believed[k] <= i + neighbours; ++k)
                if (believed[k] == i)
                    itself = true;
                else if (same_spike(pulses, lead, believed[k], i))
                    ++agree;
            const auto around =
                static_cast<double>(std::min(i, neighbours) + std::min(count - 1 - i, neighbours));
            paced[i] = static_cast<double>(agree) >=
                       std::max(static_cast<double>(fewest),
                                around * (itself ? share_sure : share_possible));
        }
    }
    return paced;
}

std::vector<bool> marks_on_spikes(const PacingInput& input) {
    constexpr std::size_t run = 8;          // marks that must alternate
    constexpr float pulse_ratio = 0.95F;    // of a spike
    constexpr float complex_ratio = 0.85F;  // of what is behind it
    const std::size_t count = input.beats.size();
    std::vector<bool> on_spike(count);
    if (input.sampling_rate < least_pacing_rate || count < run) return on_spike;
    const auto pulses = pulses_of(input);
    const auto steady = std::max<std::int64_t>(2, std::llround(0.016 * input.sampling_rate));
    const auto least = std::llround(0.1 * input.sampling_rate),
               most = std::llround(0.4 * input.sampling_rate);
    const auto distance = [&](std::size_t i) { return input.beats[i + 1] - input.beats[i]; };
    // On every lead that shows the pulse it is as narrow; on none the complex is.
    const auto pair = [&](std::size_t i) {
        if (distance(i) < least || distance(i) > most) return false;
        bool spike = false;
        for (const auto& of_lead : pulses) {
            const Pulse &here = of_lead[i], &next = of_lead[i + 1];
            if (std::fabs(here.height) < 0.2F) continue;
            if (here.ratio < pulse_ratio || next.ratio > complex_ratio) return false;
            if (std::fabs(here.height) > 1.5F * std::fabs(next.height)) spike = true;
        }
        return spike;
    };
    for (std::size_t i = 0; i + run <= count;) {
        std::size_t end = i;
        while (end + 1 < count && pair(end) && std::abs(distance(end) - distance(i)) <= steady)
            end += 2;
        if (end - i >= run)
            for (std::size_t k = i; k < end; k += 2) on_spike[k] = true;
        i = std::max(end, i + 1);
    }
    return on_spike;
}

}  // namespace telltale::beats
