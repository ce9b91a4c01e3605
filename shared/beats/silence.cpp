#include "beats/silence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace telltale::beats {
namespace {

constexpr std::array kind_names = {std::string_view("quiet"), std::string_view("unreadable"),
                                   std::string_view("unclear")};

constexpr double always_s = 2.5, least_s = 1.5, share = 1.8;
// The T wave behind the last beat and the P wave before the next are no part of the silence.
constexpr double after_beat_s = 0.45, before_beat_s = 0.25;
constexpr double complex_s = 0.1;  // p-p over this: a QRS complex shows its height, a P wave too
constexpr double background_s = 0.04;    // p-p over this: noise and hum
constexpr std::size_t beats_around = 8;  // to each side
constexpr double around_s = 120;         // not further than this

// A P wave may be this high beside the QRS complex.
constexpr double quiet_height = 0.35;
constexpr double quiet_mv = 0.04;  // what is lower than this is no QRS complex
// The usual noise may rise and fall so far.
constexpr double noise_rise = 2.5, noise_fall = 0.25;
constexpr double hum_rise = 3, least_hum_mv = 0.006;
// Beats must stand out this much for a lead to tell of their absence.
constexpr double good_contrast = 4;
constexpr double unreadable_share = 0.4;
// Where nothing is known of a lead's usual noise, it is flat if it moves less than this, and less
// than this share of the beats that there are.
constexpr double flat_mv = 0.2, flat_share = 0.5;
// A long gap is looked at piece by piece, so that one artefact does not hide what the rest shows.
constexpr double piece_s = 2;
constexpr double quiet_share = 0.85;

double quantile(std::vector<double>& values, double q) {
    if (values.empty()) return 0;
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::ranges::nth_element(values, at);
    return *at;
}

/// What a stretch of a lead looks like.
struct Look {
    double highest = 0;     // mV: the largest p-p within complex_s
    double background = 0;  // mV: the lower quartile of p-p within background_s
    double hum = 0;         // mV: amplitude at 50 or 60 Hz
    double missing = 0;     // share of the samples
    bool any = false;
};

double tone(std::span<const float> x, double rate, double frequency) {
    if (frequency * 2.1 > rate) return 0;
    // Over whole pieces of 0.2 s, each without its mean: baseline wander leaks little.
    const auto length = static_cast<std::size_t>(0.2 * rate);
    const double turn = 2 * std::numbers::pi * frequency / rate;
    const double c = std::round(2 * std::cos(turn) * 0x1p30) * 0x1p-30;
    std::vector<double> amplitudes;
    for (std::size_t at = 0; at + length <= x.size(); at += length) {
        double mean = 0;
        for (std::size_t i = 0; i < length; ++i) mean += static_cast<double>(x[at + i]);
        mean /= static_cast<double>(length);
        double a = 0, b = 0;
        for (std::size_t i = 0; i < length; ++i) {
            const double s = static_cast<double>(x[at + i]) - mean + c * a - b;
            b = a;
            a = s;
        }
        const double power = a * a + b * b - c * a * b;
        if (std::isfinite(power))
            amplitudes.push_back(2 * std::sqrt(std::max(0.0, power)) / static_cast<double>(length));
    }
    return quantile(amplitudes, 0.3);
}

Look look_at(std::span<const float> x, double rate) {
    Look look;
    const auto range_of = [&](std::size_t length, auto&& use) {
        const std::size_t step = std::max<std::size_t>(1, length / 2);
        for (std::size_t at = 0; at + length <= x.size(); at += step) {
            float low = x[at], high = x[at];
            bool whole = true;
            for (std::size_t i = at; i < at + length; ++i) {
                whole = whole && std::isfinite(x[i]);
                low = std::min(low, x[i]);
                high = std::max(high, x[i]);
            }
            if (whole) use(static_cast<double>(high) - static_cast<double>(low));
        }
    };
    range_of(std::max<std::size_t>(2, static_cast<std::size_t>(complex_s * rate)), [&](double r) {
        look.highest = std::max(look.highest, r);
        look.any = true;
    });
    std::vector<double> ranges;
    range_of(std::max<std::size_t>(2, static_cast<std::size_t>(background_s * rate)),
             [&](double r) { ranges.push_back(r); });
    look.background = quantile(ranges, 0.25);
    look.hum = std::max(tone(x, rate, 50), tone(x, rate, 60));
    std::size_t missing = 0;
    for (const float v : x) missing += std::isfinite(v) ? 0 : 1;
    look.missing = x.empty() ? 1 : static_cast<double>(missing) / static_cast<double>(x.size());
    return look;
}

/// A lead around a gap: its beats' height, and its noise between them.
struct Usual {
    double height = 0, background = 0, hum = 0;
    bool good = false;
};

class Explainer {
public:
    explicit Explainer(const SilenceInput& input) : in_(input) {}

    [[nodiscard]] SilenceKind explain(std::int64_t first, std::int64_t last,
                                      std::size_t next) const {
        // next: the index of the first beat behind the gap.
        const auto length = static_cast<std::int64_t>(in_.leads[0].size());
        const bool opens = next == 0, ends = next == in_.beats.size();
        const std::int64_t from = opens ? first : first + samples(after_beat_s);
        const std::int64_t to = ends ? length : last - samples(before_beat_s);
        if (to - from < samples(0.3)) return SilenceKind::quiet;  // hardly longer than usual
        std::vector<Usual> usual;
        for (std::size_t lead = 0; lead < in_.leads.size(); ++lead)
            usual.push_back(usual_of(lead, first, last, next));
        const std::int64_t pieces = std::max<std::int64_t>(1, (to - from) / samples(piece_s));
        std::array<double, 3> count{};
        for (std::int64_t k = 0; k < pieces; ++k)
            ++count[static_cast<std::size_t>(explain_piece(
                from + (to - from) * k / pieces, from + (to - from) * (k + 1) / pieces, usual))];
        const double quiet = count[static_cast<std::size_t>(SilenceKind::quiet)];
        const double unclear = count[static_cast<std::size_t>(SilenceKind::unclear)];
        const double unreadable = count[static_cast<std::size_t>(SilenceKind::unreadable)];
        if (quiet >= quiet_share * static_cast<double>(pieces)) return SilenceKind::quiet;
        return unclear >= unreadable || quiet > unreadable ? SilenceKind::unclear
                                                           : SilenceKind::unreadable;
    }

private:
    enum class Verdict : std::uint8_t { quiet, off, moves };

    [[nodiscard]] std::int64_t samples(double seconds) const {
        return std::llround(seconds * in_.sampling_rate);
    }

    [[nodiscard]] SilenceKind explain_piece(std::int64_t from, std::int64_t to,
                                            std::span<const Usual> usual) const {
        bool quiet = false, moves = false;
        for (std::size_t lead = 0; lead < in_.leads.size(); ++lead) {
            const auto x = in_.leads[lead].subspan(static_cast<std::size_t>(from),
                                                   static_cast<std::size_t>(to - from));
            const Verdict verdict =
                judge(lead, look_at(x, in_.sampling_rate), usual[lead], from, to);
            quiet = quiet || verdict == Verdict::quiet;
            moves = moves || verdict == Verdict::moves;
        }
        if (moves) return SilenceKind::unclear;
        return quiet ? SilenceKind::quiet : SilenceKind::unreadable;
    }

    // Share of [from, to) that the lead's unreadable stretches cover; flat ones only if asked.
    [[nodiscard]] double unreadable(std::size_t lead, std::int64_t from, std::int64_t to) const {
        std::int64_t covered = 0, reached = from;
        for (const signal::PoorStretch& s : in_.poor[lead]) {
            if (s.last <= reached || !s.unreadable() || s.defect == signal::Defect::flat) continue;
            if (s.first >= to) break;
            const std::int64_t a = std::max(reached, s.first), b = std::min(to, s.last);
            if (b > a) covered += b - a, reached = b;
        }
        return static_cast<double>(covered) / static_cast<double>(to - from);
    }

    [[nodiscard]] Verdict judge(std::size_t lead, const Look& look, const Usual& usual,
                                std::int64_t from, std::int64_t to) const {
        const double step = in_.steps[lead];
        if (!look.any || look.missing > unreadable_share) return Verdict::off;
        if (unreadable(lead, from, to) > unreadable_share) return Verdict::off;
        if (!usual.good) {
            if (look.highest < std::min(flat_mv, flat_share * usual.height) &&
                look.background > 2 * step)
                return Verdict::quiet;
            // Else it can tell that something moves, no more.
            return look.highest > 0.15 && look.highest > 6 * look.background ? Verdict::moves
                                                                             : Verdict::off;
        }
        if (look.hum > std::max(hum_rise * usual.hum, least_hum_mv) &&
            look.hum > 0.25 * look.background)
            return Verdict::off;
        if (look.background > noise_rise * usual.background + 2 * step &&
            look.highest < 4 * look.background)
            return Verdict::off;  // noise, where the ECG was
        if (look.highest > std::max(quiet_height * usual.height, quiet_mv)) return Verdict::moves;
        // The noise of an electrode on the skin is gone, more than the converter's steps could
        // hide.
        if (usual.background > 3 * step && usual.background > 0.002 &&
            look.background < noise_fall * usual.background)
            return Verdict::off;
        return Verdict::quiet;
    }

    [[nodiscard]] Usual usual_of(std::size_t lead, std::int64_t first, std::int64_t last,
                                 std::size_t next) const {
        const auto x = in_.leads[lead];
        const auto length = static_cast<std::int64_t>(x.size());
        std::vector<double> heights, backgrounds, hums;
        const auto use = [&](std::size_t beat) {
            const std::int64_t at = in_.beats[beat];
            const std::int64_t reach = samples(0.07);
            const std::int64_t a = std::max<std::int64_t>(0, at - reach);
            const std::int64_t b = std::min(length, at + reach);
            const Look look =
                look_at(x.subspan(static_cast<std::size_t>(a), static_cast<std::size_t>(b - a)),
                        in_.sampling_rate);
            if (look.any) heights.push_back(look.highest);
            if (beat + 1 >= in_.beats.size() || beat + 1 == next) return;
            const std::int64_t c = at + reach, d = in_.beats[beat + 1] - reach;
            if (d - c < samples(0.15) || d - c > samples(always_s)) return;
            const Look between =
                look_at(x.subspan(static_cast<std::size_t>(c), static_cast<std::size_t>(d - c)),
                        in_.sampling_rate);
            if (!between.any) return;
            backgrounds.push_back(between.background);
            hums.push_back(between.hum);
        };
        for (std::size_t k = 1; k <= beats_around && k <= next; ++k) {
            if (first - in_.beats[next - k] > samples(around_s)) break;
            use(next - k);
        }
        for (std::size_t k = 0; k < beats_around && next + k < in_.beats.size(); ++k) {
            if (in_.beats[next + k] - last > samples(around_s)) break;
            use(next + k);
        }
        Usual usual;
        if (heights.size() < 3) return usual;
        // Of beats of several heights the lower ones: what is missing may be one of those.
        usual.height = quantile(heights, 0.2);
        if (backgrounds.empty()) return usual;
        usual.background = quantile(backgrounds, 0.5);
        usual.hum = quantile(hums, 0.5);
        usual.good = usual.height > good_contrast * usual.background && usual.height > quiet_mv;
        return usual;
    }

    const SilenceInput& in_;
};

// The median of the intervals around the one that ends at beat `next`, in samples.
std::optional<double> usual_interval(std::span<const std::int64_t> beats, std::size_t next) {
    std::vector<double> around;
    const auto count = static_cast<std::ptrdiff_t>(beats.size());
    for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(next) - 4;
         i <= static_cast<std::ptrdiff_t>(next) + 4; ++i)
        if (i >= 1 && i < count && i != static_cast<std::ptrdiff_t>(next))
            around.push_back(static_cast<double>(beats[static_cast<std::size_t>(i)] -
                                                 beats[static_cast<std::size_t>(i - 1)]));
    if (around.empty()) return std::nullopt;
    return quantile(around, 0.5);
}

}  // namespace

std::string_view name(SilenceKind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

std::vector<Silence> find_silences(const SilenceInput& input) {
    std::vector<Silence> found;
    if (input.leads.empty() || input.leads[0].empty()) return found;
    const auto length = static_cast<std::int64_t>(input.leads[0].size());
    const double rate = input.sampling_rate;
    const Explainer explainer(input);
    for (std::size_t next = 0; next <= input.beats.size(); ++next) {
        const bool open = next == 0 || next == input.beats.size();
        const std::int64_t first = next == 0 ? 0 : input.beats[next - 1];
        const std::int64_t last = next == input.beats.size() ? length : input.beats[next];
        double limit = always_s * rate;
        if (const auto usual = usual_interval(input.beats, next); usual && !open)
            limit = std::min(limit, std::max(share * *usual, least_s * rate));
        if (static_cast<double>(last - first) < limit) continue;
        found.push_back({first, last, explainer.explain(first, last, next), open});
    }
    return found;
}

}  // namespace telltale::beats
