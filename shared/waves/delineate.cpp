#include "waves/delineate.hpp"

#include <algorithm>
#include <cmath>

#include "signal/band_pass.hpp"
#include "waves/p_evidence.hpp"

namespace telltale::waves {
namespace {

constexpr double qrs_reach_s = 0.12;  ///< A QRS reaches to within this of its R peak.
constexpr double longest_pr_s = 0.6;  ///< From a P wave's onset to its QRS.
constexpr double gap_s = 0.03;        ///< Parts of one wave are no further apart.
constexpr double shortest_s = 0.02;

/// Frames [first, last) where one class is above one half.
struct Run {
    std::size_t first = 0, last = 0;
    double weight = 0;  ///< Sum of the probabilities.
};

class Frames {
public:
    Frames(const WaveRows& rows, std::span<const float> probabilities)
        : rows_(rows), p_(probabilities) {}

    [[nodiscard]] float at(std::size_t frame, std::size_t wave) const {
        return p_[frame * classes + wave];
    }
    [[nodiscard]] std::size_t frame(double seconds) const {
        const double f = (seconds - rows_.first_s) * frame_rate + 0.5;
        return static_cast<std::size_t>(std::clamp(f, 0.0, static_cast<double>(rows_.frames)));
    }
    [[nodiscard]] std::size_t count() const { return rows_.frames; }

    /// Runs of a class within frames [first, last); parts of one wave are brought together.
    [[nodiscard]] std::vector<Run> runs(std::size_t wave, std::size_t first,
                                        std::size_t last) const {
        std::vector<Run> found;
        for (std::size_t f = first; f < last; ++f) {
            if (at(f, wave) <= 0.5F) continue;
            if (found.empty() || static_cast<double>(f - found.back().last) > gap_s * frame_rate)
                found.push_back({f, f, 0});
            found.back().last = f + 1;
            found.back().weight += at(f, wave);
        }
        std::erase_if(found, [](const Run& run) {
            return static_cast<double>(run.last - run.first) < shortest_s * frame_rate;
        });
        return found;
    }

    /// Where the probability passes `level` beyond the run's end: `step` -1 before, +1 after it.
    [[nodiscard]] double crossing(std::size_t wave, std::size_t inside, int step,
                                  float level) const {
        auto f = static_cast<std::int64_t>(inside);
        // From deep inside, so that levels above one half are found too.
        while (f >= 0 && f < static_cast<std::int64_t>(rows_.frames) &&
               at(static_cast<std::size_t>(f), wave) > level)
            f += step;
        if (f < 0 || f >= static_cast<std::int64_t>(rows_.frames))
            return rows_.seconds(static_cast<double>(f - step));
        const auto out = static_cast<std::size_t>(f);
        const auto in = static_cast<std::size_t>(f - step);
        const float high = at(in, wave), low = at(out, wave);
        const double share = high > low ? (high - level) / (high - low) : 0;
        return rows_.seconds(static_cast<double>(in) + step * std::min(share, 1.0));
    }

private:
    const WaveRows& rows_;
    std::span<const float> p_;
};

Edge edge(const Frames& frames, std::size_t wave, const Run& run, int step) {
    const std::size_t at = step < 0 ? run.first : run.last - 1;
    Edge edge;
    edge.at_s = frames.crossing(wave, at, step, 0.5F);
    // From 0.84 to 0.16 are two standard deviations of a normal distribution.
    std::size_t high = at;
    while (high > run.first && high + 1 < run.last && frames.at(high, wave) < 0.84F)
        high = step < 0 ? high + 1 : high - 1;
    const double from = frames.crossing(wave, high, step, 0.84F);
    const double to = frames.crossing(wave, at, step, 0.16F);
    edge.spread_s = static_cast<float>(std::abs(to - from) / 2);
    return edge;
}

/// An R wave is marked where it has this share of the depth of Q or S; else these are.
constexpr float least_r = 0.5F;

/// Peak and height over the line between the ends. False where samples are missing.
bool measure(std::span<const float> samples, double rate, bool qrs, Wave& wave) {
    const auto last_sample = static_cast<double>(samples.size()) - 1;
    const auto first = static_cast<std::size_t>(
        std::clamp(std::floor(wave.onset.at_s * rate + 0.5), 0.0, last_sample));
    const auto last = static_cast<std::size_t>(
        std::clamp(std::floor(wave.end.at_s * rate + 0.5), 0.0, last_sample));
    if (last <= first + 1) return false;
    for (std::size_t i = first; i <= last; ++i)
        if (!signal::is_usable(samples[i])) return false;
    const float begin = samples[first];
    const float slope = (samples[last] - begin) / static_cast<float>(last - first);
    float high = 0, low = 0;
    std::size_t highest = first, lowest = first;
    for (std::size_t i = first; i <= last; ++i) {
        const float over = samples[i] - begin - slope * static_cast<float>(i - first);
        if (over > high) {
            high = over;
            highest = i;
        }
        if (over < low) {
            low = over;
            lowest = i;
        }
    }
    const bool upwards = high >= -low * (qrs ? least_r : 1.0F);
    wave.height_mv = upwards ? high : low;
    wave.peak_s = static_cast<double>(upwards ? highest : lowest) / rate;
    return true;
}

}  // namespace

WaveMarks delineate(std::span<const float> samples, double rate,
                    std::span<const std::int64_t> r_peaks, std::int64_t first, std::int64_t last,
                    const WaveRows& rows, std::span<const float> probabilities) {
    WaveMarks marks;
    if (rows.frames == 0 || !rows.usable) return marks;
    const Frames frames(rows, probabilities);
    const auto make = [&](std::size_t wave, const Run& run) -> std::optional<Wave> {
        if (run.first == 0 || run.last == rows.frames) return std::nullopt;
        Wave made;
        made.onset = edge(frames, wave, run, -1);
        made.end = edge(frames, wave, run, 1);
        made.probability =
            static_cast<float>(run.weight / static_cast<double>(run.last - run.first));
        if (!measure(samples, rate, wave == class_qrs, made)) return std::nullopt;
        return made;
    };

    // The QRS of every beat in the rows: also those outside, which bound their neighbours' waves.
    struct Bound {
        std::size_t beat = 0;
        Run run;
        bool known = false;
    };
    std::vector<Bound> beats;
    for (std::size_t b = 0; b < r_peaks.size(); ++b) {
        const double t = static_cast<double>(r_peaks[b]) / rate;
        if (t < rows.first_s || t > rows.seconds(static_cast<double>(rows.frames))) continue;
        Bound bound{.beat = b, .run = {frames.frame(t), frames.frame(t), 0}, .known = false};
        double nearest = qrs_reach_s * frame_rate;
        const auto at = static_cast<double>(frames.frame(t));
        for (const Run& run : frames.runs(class_qrs, frames.frame(t - 2 * qrs_reach_s),
                                          frames.frame(t + 2 * qrs_reach_s))) {
            const double away = std::max(
                {0.0, static_cast<double>(run.first) - at, at - static_cast<double>(run.last)});
            if (away >= nearest) continue;
            nearest = away;
            bound.run = run;
            bound.known = true;
        }
        beats.push_back(bound);
    }
    for (std::size_t i = 0; i < beats.size(); ++i) {
        const std::size_t begin = i == 0 ? 0 : beats[i - 1].run.last;
        const Bound& beat = beats[i];
        const std::size_t end = i + 1 < beats.size() ? beats[i + 1].run.first : rows.frames;
        const bool asked = r_peaks[beat.beat] >= first && r_peaks[beat.beat] < last;
        if (!asked) continue;
        BeatWaves waves{.beat = beat.beat, .p = {}, .qrs = {}, .t = {}};
        if (beat.known) waves.qrs = make(class_qrs, beat.run);
        const auto weightiest = [](const std::vector<Run>& runs) {
            return std::ranges::max_element(runs, {}, &Run::weight);
        };
        const auto ts = frames.runs(class_t, beat.run.last, end);
        if (const auto t = weightiest(ts); t != ts.end()) waves.t = make(class_t, *t);
        // A P wave stands after the T wave before.
        const auto before = frames.runs(class_t, begin, beat.run.first);
        const auto after = before.empty() ? begin : weightiest(before)->last;
        auto ps = frames.runs(class_p, after, beat.run.first);
        const auto nearest =
            frames.frame(rows.seconds(static_cast<double>(beat.run.first)) - longest_pr_s);
        // The last of them is this beat's, if it is near enough; the others are followed by none.
        if (!ps.empty() && ps.back().first >= nearest) {
            waves.p = make(class_p, ps.back());
            ps.pop_back();
        }
        for (const Run& run : ps)
            if (auto lone = make(class_p, run)) marks.lone_p.push_back(*lone);
        marks.beats.push_back(std::move(waves));
    }
    drop_stray_p(marks, r_peaks, rate);
    return marks;
}

}  // namespace telltale::waves
