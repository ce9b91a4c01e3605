#include "waves/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "signal/band_pass.hpp"
#include "waves/median.hpp"

namespace telltale::waves {
namespace {

constexpr std::size_t fewest_beats = 3;
constexpr double level_s = 0.02;  ///< Before the QRS, over which its level is taken.
constexpr double shortest_rr_s = 0.24, longest_rr_s = 2.5;

/// Nothing where it rests on fewer than three beats, or on less than half of `of`.
std::optional<Measured> measured(std::vector<double> values, std::size_t of) {
    if (values.size() < fewest_beats || 2 * values.size() < of) return std::nullopt;
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) +
                                               0.5)];
    };
    return Measured{.median = at(0.5), .low = at(0.05), .high = at(0.95), .beats = values.size()};
}

IntervalFigures figures_of(std::span<const BeatIntervals> beats) {
    IntervalFigures figures;
    std::vector<double> p, pr, qrs, qt, rr;
    std::vector<double> qtc[4];
    for (const BeatIntervals& beat : beats) {
        if (!beat.qrs_s) continue;
        ++figures.beats;
        qrs.push_back(*beat.qrs_s);
        if (beat.p_s) p.push_back(*beat.p_s);
        if (beat.pr_s) pr.push_back(*beat.pr_s);
        if (beat.rr_s) rr.push_back(*beat.rr_s);
        if (beat.qt_s) {
            qt.push_back(*beat.qt_s);
            if (beat.rr_s && *beat.rr_s >= shortest_rr_s && *beat.rr_s <= longest_rr_s)
                for (std::size_t c = 0; c < 4; ++c)
                    qtc[c].push_back(
                        corrected_qt(*beat.qt_s, *beat.rr_s, static_cast<Correction>(c)));
        }
    }
    figures.with_p = p.size();
    figures.with_t = qt.size();
    figures.p = measured(std::move(p), figures.beats);
    figures.pr = measured(std::move(pr), figures.beats);
    figures.qrs = measured(std::move(qrs), figures.beats);
    figures.qt = measured(std::move(qt), figures.beats);
    figures.rr = measured(std::move(rr), figures.beats);
    for (std::size_t c = 0; c < 4; ++c) figures.qtc[c] = measured(std::move(qtc[c]), figures.beats);
    return figures;
}

/// A lead's heights of one beat, mV.
struct Heights {
    std::optional<double> p, r, s, t, st;
};

class LeadSamples {
public:
    LeadSamples(std::span<const float> samples, double rate) : x_(samples), rate_(rate) {}

    /// Mean over [from, to) s; nothing where samples are missing.
    [[nodiscard]] std::optional<double> level(double from_s, double to_s) const {
        const auto first = static_cast<std::int64_t>(std::floor(from_s * rate_ + 0.5));
        const auto last = std::max(first + 1, static_cast<std::int64_t>(to_s * rate_ + 0.5));
        if (first < 0 || last > static_cast<std::int64_t>(x_.size())) return std::nullopt;
        double sum = 0;
        for (std::int64_t i = first; i < last; ++i) {
            if (!signal::is_usable(x_[static_cast<std::size_t>(i)])) return std::nullopt;
            sum += x_[static_cast<std::size_t>(i)];
        }
        return sum / static_cast<double>(last - first);
    }
    struct Extremes {
        double low = 0, high = 0;
    };
    [[nodiscard]] Extremes extremes(double from_s, double to_s) const {
        const auto end = static_cast<double>(x_.size()) - 1;
        const auto first =
            static_cast<std::size_t>(std::clamp(std::floor(from_s * rate_ + 0.5), 0.0, end));
        const auto last =
            static_cast<std::size_t>(std::clamp(std::floor(to_s * rate_ + 0.5), 0.0, end));
        const auto [low, high] = std::minmax_element(
            x_.begin() + static_cast<std::ptrdiff_t>(first),
            x_.begin() + static_cast<std::ptrdiff_t>(std::max(first, last)) + 1);
        return {*low, *high};
    }

private:
    std::span<const float> x_;
    double rate_;
};

/// Against the level before the QRS of all leads; `own` are the lead's waves.
Heights heights_of(const LeadSamples& lead, const Wave& qrs, const BeatWaves& own) {
    Heights heights;
    const auto level = lead.level(qrs.onset.at_s - level_s, qrs.onset.at_s);
    if (!level) return heights;
    const auto span = lead.extremes(qrs.onset.at_s, qrs.end.at_s);
    heights.r = std::max(0.0, span.high - *level);
    heights.s = std::min(0.0, span.low - *level);
    if (own.p) heights.p = own.p->height_mv;
    if (own.t) heights.t = own.t->height_mv;
    const double at = qrs.end.at_s + st_after_j_s;
    if (const auto st = lead.level(at - 0.004, at + 0.004)) heights.st = *st - *level;
    return heights;
}

std::optional<double> median_of(const std::vector<double>& values) {
    if (values.size() < fewest_beats) return std::nullopt;
    return median(values);
}

std::optional<QtRegression> regression(std::span<const BeatIntervals> beats) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    double low = longest_rr_s, high = 0;
    for (const BeatIntervals& beat : beats) {
        if (!beat.qt_s || !beat.rr_s || *beat.rr_s < shortest_rr_s || *beat.rr_s > longest_rr_s)
            continue;
        n += 1;
        x += *beat.rr_s;
        y += *beat.qt_s;
        xx += *beat.rr_s * *beat.rr_s;
        xy += *beat.rr_s * *beat.qt_s;
        yy += *beat.qt_s * *beat.qt_s;
        low = std::min(low, *beat.rr_s);
        high = std::max(high, *beat.rr_s);
    }
    if (n < 30 || high - low < 0.1) return std::nullopt;
    const double vx = xx - x * x / n, vy = yy - y * y / n, both = xy - x * y / n;
    if (!(vx > 0) || !(vy > 0)) return std::nullopt;
    return QtRegression{.slope = both / vx,
                        .correlation = both / std::sqrt(vx * vy),
                        .beats = static_cast<std::size_t>(n)};
}

/// From the net heights of I and aVF, or of I and II: aVF = II - I / 2.
std::optional<double> axis(const Recording& recording, const std::vector<LeadFigures>& leads) {
    const auto net = [&](std::string_view name) -> std::optional<double> {
        for (const LeadFigures& lead : leads)
            if (recording.leads[lead.lead].name == name && lead.r_mv && lead.s_mv)
                return *lead.r_mv + *lead.s_mv;
        return std::nullopt;
    };
    const auto one = net("I");
    auto foot = net("aVF");
    if (!foot)
        if (const auto two = net("II"); two && one) foot = *two - *one / 2;
    if (!one || !foot || std::hypot(*one, *foot) < 0.1) return std::nullopt;
    return std::atan2(2 / std::numbers::sqrt3 * *foot, *one) * 180 / std::numbers::pi;
}

}  // namespace

double corrected_qt(double qt_s, double rr_s, Correction correction) {
    switch (correction) {
        case Correction::bazett: return qt_s / std::sqrt(rr_s);
        case Correction::fridericia: return qt_s / std::cbrt(rr_s);
        case Correction::framingham: return qt_s + 0.154 * (1 - rr_s);
        case Correction::hodges: return qt_s + 0.00175 * (60 / rr_s - 60);
    }
    return qt_s;
}

std::vector<BeatIntervals> beat_intervals(const WaveMarks& joined,
                                          std::span<const std::int64_t> r_peaks, double rate) {
    std::vector<BeatIntervals> beats;
    for (const BeatWaves& waves : joined.beats) {
        BeatIntervals beat;
        beat.beat = waves.beat;
        if (waves.beat > 0)
            beat.rr_s = static_cast<double>(r_peaks[waves.beat] - r_peaks[waves.beat - 1]) / rate;
        if (waves.qrs) {
            beat.qrs_s = waves.qrs->seconds();
            if (waves.t) beat.qt_s = waves.t->end.at_s - waves.qrs->onset.at_s;
            if (waves.p) beat.pr_s = waves.qrs->onset.at_s - waves.p->onset.at_s;
        }
        if (waves.p) beat.p_s = waves.p->seconds();
        beats.push_back(beat);
    }
    return beats;
}

Intervals intervals(const Recording& recording, std::span<const std::size_t> lead_indices,
                    std::span<const WaveMarks> leads, const WaveMarks& joined,
                    std::span<const std::int64_t> r_peaks, const std::vector<bool>& normal) {
    Intervals result;
    const double rate = recording.sampling_rate;
    const auto length = static_cast<std::int64_t>(recording.length());
    std::vector<BeatIntervals> beats = beat_intervals(joined, r_peaks, rate);
    std::erase_if(beats, [&](const BeatIntervals& b) { return !normal[b.beat]; });
    result.all = figures_of(beats);
    result.all.lone_p = joined.lone_p.size();
    result.qt_rr = regression(beats);

    // The pieces that hold beats.
    const auto piece = static_cast<std::int64_t>(segment_s * rate);
    std::map<std::int64_t, std::pair<std::size_t, std::size_t>> pieces;  // [first, last) of `beats`
    for (std::size_t i = 0; i < beats.size(); ++i) {
        auto& span = pieces.try_emplace(r_peaks[beats[i].beat] / piece, i, i).first->second;
        span.second = i + 1;
    }
    std::map<std::size_t, const BeatWaves*> together;
    for (const BeatWaves& waves : joined.beats) together[waves.beat] = &waves;
    for (const auto& [number, span] : pieces) {
        IntervalSegment segment;
        segment.first = number * piece;
        segment.last = std::min(length, (number + 1) * piece);
        segment.figures =
            figures_of(std::span(beats).subspan(span.first, span.second - span.first));
        segment.st_mv.resize(leads.size());
        result.segments.push_back(std::move(segment));
    }
    for (std::size_t l = 0; l < leads.size(); ++l) {
        const LeadSamples samples(recording.leads[lead_indices[l]].samples, rate);
        std::vector<double> p, r, s, t, st;
        std::map<std::int64_t, std::vector<double>> st_of_piece;
        for (const BeatWaves& own : leads[l].beats) {
            const auto all = together.find(own.beat);
            if (!normal[own.beat] || all == together.end() || !all->second->qrs || !own.qrs)
                continue;
            const Heights heights = heights_of(samples, *all->second->qrs, own);
            const auto add = [](std::vector<double>& to, const std::optional<double>& value) {
                if (value) to.push_back(*value);
            };
            add(p, heights.p);
            add(r, heights.r);
            add(s, heights.s);
            add(t, heights.t);
            add(st, heights.st);
            add(st_of_piece[r_peaks[own.beat] / piece], heights.st);
        }
        result.leads.push_back({.lead = lead_indices[l],
                                .beats = r.size(),
                                .p_mv = median_of(p),
                                .r_mv = median_of(r),
                                .s_mv = median_of(s),
                                .t_mv = median_of(t),
                                .st_mv = median_of(st)});
        for (IntervalSegment& segment : result.segments)
            segment.st_mv[l] = median_of(st_of_piece[segment.first / piece]);
    }
    result.axis_degrees = axis(recording, result.leads);
    return result;
}

}  // namespace telltale::waves
