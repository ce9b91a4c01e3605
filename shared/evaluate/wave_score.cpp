#include "evaluate/wave_score.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>
#include <utility>

namespace telltale::evaluate {
namespace {

constexpr double apart_s = 1.5;

std::optional<double> percent(std::size_t part, std::size_t whole) {
    if (whole == 0) return std::nullopt;
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

/// A point that was found.
struct Found {
    double at_s = 0;
    std::optional<double> spread_s;
};

struct Stretch {
    double first_s = 0, last_s = 0;
};

std::vector<Stretch> stretches(std::span<const MarkedWave> reference) {
    std::vector<double> times;
    for (const MarkedWave& wave : reference)
        for (const auto& point : {wave.onset_s, wave.peak_s, wave.end_s})
            if (point) times.push_back(*point);
    std::ranges::sort(times);
    std::vector<Stretch> found;
    for (const double t : times) {
        if (found.empty() || t - found.back().last_s > apart_s) found.push_back({t, t});
        found.back().last_s = t;
    }
    return found;
}

bool inside(const std::vector<Stretch>& stretches, double t) {
    return std::ranges::any_of(stretches,
                               [t](const Stretch& s) { return t >= s.first_s && t <= s.last_s; });
}

std::optional<double> point_of(const MarkedWave& wave, std::size_t point) {
    return point == 0 ? wave.onset_s : point == 1 ? wave.peak_s : wave.end_s;
}

Found point_of(const waves::Wave& wave, std::size_t point) {
    if (point == 1) return {wave.peak_s, std::nullopt};
    const waves::Edge& edge = point == 0 ? wave.onset : wave.end;
    return {edge.at_s, edge.spread_s};
}

/// The nearest pairs first, each point in one pair at most. What is found and has no partner counts
/// where a person has looked.
PointCounts match(const std::vector<double>& reference, const std::vector<Found>& found,
                  const std::vector<Stretch>& judged) {
    PointCounts counts;
    counts.reference = reference.size();
    struct Pair {
        double away = 0;
        std::size_t reference = 0, found = 0;
    };
    std::vector<Pair> pairs;
    std::size_t begin = 0;
    for (std::size_t r = 0; r < reference.size(); ++r) {
        while (begin < found.size() && found[begin].at_s < reference[r] - wave_tolerance_s) ++begin;
        for (std::size_t f = begin;
             f < found.size() && found[f].at_s <= reference[r] + wave_tolerance_s; ++f)
            pairs.push_back({std::abs(found[f].at_s - reference[r]), r, f});
    }
    std::ranges::stable_sort(pairs, {}, &Pair::away);
    std::vector<bool> reference_taken(reference.size()), found_taken(found.size());
    for (const Pair& pair : pairs) {
        if (reference_taken[pair.reference] || found_taken[pair.found]) continue;
        reference_taken[pair.reference] = found_taken[pair.found] = true;
        ++counts.found;
        ++counts.right;
        const double error_ms = 1000 * (found[pair.found].at_s - reference[pair.reference]);
        counts.sum_ms += error_ms;
        counts.sum_squares_ms += error_ms * error_ms;
        if (const auto spread = found[pair.found].spread_s) {
            ++counts.with_spread;
            if (std::abs(error_ms) <= 2000 * *spread) ++counts.within_two_spreads;
        }
    }
    counts.marked = counts.right;
    for (std::size_t f = 0; f < found.size(); ++f)
        if (!found_taken[f] && inside(judged, found[f].at_s)) ++counts.marked;
    return counts;
}

}  // namespace

std::vector<MarkedWave> marked_waves(std::span<const Annotation> annotations, double rate) {
    std::vector<MarkedWave> waves;
    std::optional<double> opened;
    bool open_end = false;  // the last wave still waits for its ")"
    for (const Annotation& a : annotations) {
        const double t = static_cast<double>(a.sample) / rate;
        const auto start = [&](waves::WaveKind kind) {
            waves.push_back({kind, opened, t, std::nullopt});
            opened.reset();
            open_end = true;
        };
        if (a.code == Code::waveform_on) {
            opened = t;
            open_end = false;
        } else if (a.code == Code::waveform_off) {
            if (open_end) waves.back().end_s = t;
            open_end = false;
            opened.reset();
        } else if (a.code == Code::p_wave) {
            start(waves::WaveKind::p);
        } else if (a.code == Code::t_wave) {
            start(waves::WaveKind::t);
        } else if (a.code == Code::u_wave) {
            opened.reset();
            open_end = false;
        } else if (is_beat(a.code)) {
            start(waves::WaveKind::qrs);
        }
    }
    return waves;
}

std::optional<double> PointCounts::sensitivity() const {
    return percent(found, reference);
}
std::optional<double> PointCounts::predictive_value() const {
    return percent(right, marked);
}
std::optional<double> PointCounts::mean_ms() const {
    if (found == 0) return std::nullopt;
    return sum_ms / static_cast<double>(found);
}
std::optional<double> PointCounts::sd_ms() const {
    if (found < 2) return std::nullopt;
    const auto n = static_cast<double>(found);
    const double mean = sum_ms / n;
    return std::sqrt(std::max(0.0, (sum_squares_ms - n * mean * mean) / (n - 1)));
}

PointCounts& PointCounts::operator+=(const PointCounts& other) {
    reference += other.reference;
    found += other.found;
    marked += other.marked;
    right += other.right;
    sum_ms += other.sum_ms;
    sum_squares_ms += other.sum_squares_ms;
    with_spread += other.with_spread;
    within_two_spreads += other.within_two_spreads;
    return *this;
}

std::optional<double> WaveScore::f1(waves::WaveKind kind) const {
    const PointCounts& peak = of(kind, 1);
    if (peak.reference + peak.marked == 0) return std::nullopt;
    return 200.0 * static_cast<double>(peak.found) /
           static_cast<double>(peak.reference + peak.marked);
}

WaveScore& WaveScore::operator+=(const WaveScore& other) {
    for (std::size_t w = 0; w < counts.size(); ++w)
        for (std::size_t p = 0; p < counts[w].size(); ++p) counts[w][p] += other.counts[w][p];
    return *this;
}

WaveScore score_waves(std::span<const MarkedWave> reference, const waves::WaveMarks& found) {
    WaveScore score;
    const auto judged = stretches(reference);
    for (const waves::WaveKind kind : waves::all_waves)
        for (std::size_t point = 0; point < wave_points.size(); ++point) {
            std::vector<double> marked;
            std::vector<double> wave_without;  // waves on which a person did not mark this point
            for (const MarkedWave& wave : reference) {
                if (wave.kind != kind) continue;
                if (const auto at = point_of(wave, point))
                    marked.push_back(*at);
                else if (wave.peak_s)
                    wave_without.push_back(*wave.peak_s);
            }
            std::vector<Found> points;
            const auto add = [&](const waves::Wave& wave) {
                // On a wave that lacks this point nothing can be said of it.
                if (std::ranges::any_of(wave_without, [&](double peak) {
                        return std::abs(peak - wave.peak_s) <= wave_tolerance_s;
                    }))
                    return;
                points.push_back(point_of(wave, point));
            };
            for (const waves::BeatWaves& beat : found.beats)
                if (const auto& wave = beat.wave(kind)) add(*wave);
            if (kind == waves::WaveKind::p)
                for (const waves::Wave& wave : found.lone_p) add(wave);
            std::ranges::sort(points, {}, &Found::at_s);
            std::ranges::sort(marked);
            score.counts[static_cast<std::size_t>(kind)][point] = match(marked, points, judged);
        }
    return score;
}

WaveScore score_best_lead(std::span<const MarkedWave> reference,
                          std::span<const waves::WaveMarks> leads) {
    std::vector<WaveScore> each;
    for (const waves::WaveMarks& lead : leads) each.push_back(score_waves(reference, lead));
    WaveScore score;
    for (const waves::WaveKind kind : waves::all_waves)
        for (std::size_t point = 0; point < wave_points.size(); ++point) {
            std::optional<PointCounts> best;
            for (const WaveScore& lead : each) {
                const PointCounts& counts = lead.of(kind, point);
                if (!best || counts.found > best->found ||
                    (counts.found == best->found && counts.sum_squares_ms < best->sum_squares_ms))
                    best = counts;
            }
            if (best) score.counts[static_cast<std::size_t>(kind)][point] = *best;
        }
    return score;
}

waves::WaveMarks as_found(std::span<const MarkedWave> marked, std::span<const std::int64_t> r_peaks,
                          double rate) {
    waves::WaveMarks marks;
    const auto wave_of = [](const MarkedWave& m) -> std::optional<waves::Wave> {
        if (!m.onset_s || !m.end_s || !m.peak_s) return std::nullopt;
        waves::Wave wave;
        wave.onset = {*m.onset_s, 0};
        wave.end = {*m.end_s, 0};
        wave.peak_s = *m.peak_s;
        return wave;
    };
    std::optional<waves::Wave> p;
    for (const MarkedWave& m : marked) {
        if (m.kind == waves::WaveKind::p) {
            if (p) marks.lone_p.push_back(*p);
            p = wave_of(m);
        } else if (m.kind == waves::WaveKind::t) {
            if (!marks.beats.empty() && !marks.beats.back().t) marks.beats.back().t = wave_of(m);
        } else if (m.peak_s) {
            const auto nearest = std::ranges::min_element(r_peaks, {}, [&](std::int64_t peak) {
                return std::abs(static_cast<double>(peak) / rate - *m.peak_s);
            });
            if (nearest == r_peaks.end()) continue;
            waves::BeatWaves beat;
            beat.beat = static_cast<std::size_t>(nearest - r_peaks.begin());
            beat.qrs = wave_of(m);
            beat.p = std::exchange(p, std::nullopt);
            marks.beats.push_back(std::move(beat));
        }
    }
    if (p) marks.lone_p.push_back(*p);
    return marks;
}

std::vector<MarkedWave> as_marked(const waves::WaveMarks& found) {
    std::vector<MarkedWave> marked;
    const auto add = [&](waves::WaveKind kind, const waves::Wave& wave) {
        marked.push_back({kind, wave.onset.at_s, wave.peak_s, wave.end.at_s});
    };
    for (const waves::BeatWaves& beat : found.beats)
        for (const waves::WaveKind kind : waves::all_waves)
            if (const auto& wave = beat.wave(kind)) add(kind, *wave);
    for (const waves::Wave& wave : found.lone_p) add(waves::WaveKind::p, wave);
    return marked;
}

nlohmann::ordered_json to_json(const WaveScore& score) {
    using Json = nlohmann::ordered_json;
    const auto value = [](const std::optional<double>& v) { return v ? Json(*v) : Json(); };
    Json json;
    for (const waves::WaveKind kind : waves::all_waves) {
        Json wave = {{"f1", value(score.f1(kind))}};
        for (std::size_t point = 0; point < wave_points.size(); ++point) {
            const PointCounts& c = score.of(kind, point);
            wave[wave_points[point]] = {{"se", value(c.sensitivity())},
                                        {"ppv", value(c.predictive_value())},
                                        {"mean_ms", value(c.mean_ms())},
                                        {"sd_ms", value(c.sd_ms())},
                                        {"reference", c.reference},
                                        {"found", c.found},
                                        {"marked", c.marked},
                                        {"with_spread", c.with_spread},
                                        {"within_two_spreads", c.within_two_spreads}};
        }
        json[waves::name(kind)] = std::move(wave);
    }
    return json;
}

std::string to_text(const WaveScore& score) {
    const auto number = [](const std::optional<double>& v, int digits) {
        return v ? std::format("{:.{}f}", *v, digits) : std::string("-");
    };
    std::string text = std::format("{:11} {:>9} {:>7} {:>7} {:>9} {:>7}\n", "", "reference", "Se %",
                                   "+P %", "mean ms", "SD ms");
    for (const waves::WaveKind kind : waves::all_waves)
        for (std::size_t point = 0; point < wave_points.size(); ++point) {
            const PointCounts& c = score.of(kind, point);
            text += std::format("{:11} {:9} {:>7} {:>7} {:>9} {:>7}\n",
                                std::format("{} {}", waves::name(kind), wave_points[point]),
                                c.reference, number(c.sensitivity(), 2),
                                number(c.predictive_value(), 2), number(c.mean_ms(), 1),
                                number(c.sd_ms(), 1));
        }
    return text;
}

}  // namespace telltale::evaluate
