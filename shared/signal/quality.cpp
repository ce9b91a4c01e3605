#include "signal/quality.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>

namespace telltale::signal {
namespace {

constexpr std::array defect_names = {
    std::string_view("lead_off"),        std::string_view("flat"),
    std::string_view("saturated"),       std::string_view("powerline"),
    std::string_view("baseline_wander"), std::string_view("muscle_noise"),
    std::string_view("electrode_motion")};
static_assert(defect_names.size() == static_cast<std::size_t>(Defect::electrode_motion) + 1);

constexpr double lead_off_s = 0.04, flat_s = 2.0, saturated_s = 0.06, saturated_long_s = 0.25;

float median(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// Collects stretches; one that begins within `join` samples of the last joins it.
class Stretches {
public:
    Stretches(std::vector<PoorStretch>& found, Defect defect, std::int64_t join)
        : found_(found), defect_(defect), join_(join) {}
    ~Stretches() { flush(); }
    Stretches(const Stretches&) = delete;
    Stretches& operator=(const Stretches&) = delete;

    void add(std::int64_t first, std::int64_t last, double score) {
        if (open_ && first - open_->last <= join_) {
            open_->last = last;
            open_->score = std::max(open_->score, score);
            return;
        }
        flush();
        open_ = PoorStretch{first, last, defect_, score};
    }

private:
    void flush() {
        if (open_) found_.push_back(*open_);
        open_.reset();
    }
    std::vector<PoorStretch>& found_;
    Defect defect_;
    std::int64_t join_;
    std::optional<PoorStretch> open_;
};

/// Runs of NaN.
void find_lead_off(std::span<const float> x, double rate, std::vector<PoorStretch>& found) {
    Stretches stretches(found, Defect::lead_off, static_cast<std::int64_t>(0.2 * rate));
    const auto least = static_cast<std::size_t>(std::ceil(lead_off_s * rate));
    for (std::size_t i = 0; i < x.size();) {
        std::size_t end = i;
        while (end < x.size() && !std::isfinite(x[end])) ++end;
        if (end - i >= least)
            stretches.add(static_cast<std::int64_t>(i), static_cast<std::int64_t>(end), 1);
        i = end + 1;
    }
}

/// Stretches whose values stay within two steps of the converter.
void find_flat(std::span<const float> x, double rate, double resolution,
               std::vector<PoorStretch>& found) {
    Stretches stretches(found, Defect::flat, static_cast<std::int64_t>(0.5 * rate));
    const auto least = static_cast<std::size_t>(std::ceil(flat_s * rate));
    const double tolerance = 2.01 * resolution;  // the step is rounded to float
    for (std::size_t i = 0; i < x.size();) {
        float low = x[i], high = x[i];
        std::size_t end = i;
        while (end < x.size() && std::isfinite(x[end])) {
            const float lower = std::min(low, x[end]), higher = std::max(high, x[end]);
            if (static_cast<double>(higher) - static_cast<double>(lower) > tolerance) break;
            low = lower;
            high = higher;
            ++end;
        }
        if (end - i >= least)
            stretches.add(static_cast<std::int64_t>(i), static_cast<std::int64_t>(end), 1);
        i = std::max(end, i + 1);
    }
}

/// Runs of one value at either end of the lead's range.
void find_saturated(std::span<const float> x, double rate, std::vector<PoorStretch>& found) {
    float low = 0, high = 0;
    bool any = false;
    for (const float value : x) {
        if (!std::isfinite(value)) continue;
        low = any ? std::min(low, value) : value;
        high = any ? std::max(high, value) : value;
        any = true;
    }
    if (!any || low == high) return;  // a flat line is no saturation
    // A clipped R peak disturbs; a run longer than a QRS complex hides what is there.
    const auto join = static_cast<std::int64_t>(0.5 * rate);
    Stretches clipped(found, Defect::saturated, join), lost(found, Defect::saturated, join);
    const auto least =
        std::max<std::size_t>(4, static_cast<std::size_t>(std::ceil(saturated_s * rate)));
    const auto long_run = static_cast<std::size_t>(std::ceil(saturated_long_s * rate));
    for (std::size_t i = 0; i < x.size();) {
        std::size_t end = i + 1;
        if (x[i] == low || x[i] == high) {
            while (end < x.size() && x[end] == x[i]) ++end;
            if (end - i >= least)
                (end - i >= long_run ? lost : clipped)
                    .add(static_cast<std::int64_t>(i), static_cast<std::int64_t>(end),
                         end - i >= long_run ? 1 : 0.5);
        }
        i = end;
    }
}

/// What is measured over a tenth of a second. Medians of these over a second ignore the QRS
/// complex, which fills no more than a few tenths.
struct Tenth {
    float low = 0, high = 0;  ///< Extremes.
    float mean = 0;
    float noise_power = 0;  ///< Mean square of the high-passed signal.
    float hum_power = 0;    ///< The part of it at 50 or 60 Hz, whichever is more.
};

/// x[n] - (x[n-k] + x[n+k]) / 2 with k = 10 ms: gain 1 - cos(2 pi f k), that is 2 at 50 Hz, 0.2 at
/// 10 Hz.
struct HighPass {
    explicit HighPass(double rate)
        : reach(std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(rate / 100)))) {}
    std::size_t reach;
    [[nodiscard]] double at(std::span<const float> x, std::size_t n) const {
        return static_cast<double>(x[n]) -
               0.5 * (static_cast<double>(x[n - reach]) + static_cast<double>(x[n + reach]));
    }
    [[nodiscard]] double gain(double frequency, double rate) const {
        return 1 - std::cos(2 * std::numbers::pi * frequency * static_cast<double>(reach) / rate);
    }
};

/// Goertzel's coefficient, rounded so that it does not depend on the mathematics library.
double goertzel(double frequency, double rate) {
    return std::round(2 * std::cos(2 * std::numbers::pi * frequency / rate) * 0x1p30) * 0x1p-30;
}

std::vector<Tenth> measure(std::span<const float> x, double rate) {
    const HighPass high_pass(rate);
    const double c50 = goertzel(50, rate), c60 = goertzel(60, rate);
    const bool has50 = rate > 105, has60 = rate > 125;
    std::vector<Tenth> tenths;
    for (std::size_t t = 0;; ++t) {
        const auto begin = static_cast<std::size_t>(static_cast<double>(t) * 0.1 * rate);
        const auto end = static_cast<std::size_t>(static_cast<double>(t + 1) * 0.1 * rate);
        if (end > x.size()) break;
        Tenth tenth;
        std::size_t count = 0, filtered = 0;
        double sum = 0, power = 0, a50 = 0, b50 = 0, a60 = 0, b60 = 0;
        for (std::size_t n = begin; n < end; ++n) {
            if (!std::isfinite(x[n])) continue;
            tenth.low = count == 0 ? x[n] : std::min(tenth.low, x[n]);
            tenth.high = count == 0 ? x[n] : std::max(tenth.high, x[n]);
            sum += static_cast<double>(x[n]);
            ++count;
            if (n < high_pass.reach || n + high_pass.reach >= x.size()) continue;
            const double y = high_pass.at(x, n);
            if (!std::isfinite(y)) continue;
            power += y * y;
            ++filtered;
            const double s50 = y + c50 * a50 - b50, s60 = y + c60 * a60 - b60;
            b50 = a50;
            a50 = s50;
            b60 = a60;
            a60 = s60;
        }
        if (count > 0) tenth.mean = static_cast<float>(sum / static_cast<double>(count));
        if (filtered > 0) {
            const auto n = static_cast<double>(filtered);
            tenth.noise_power = static_cast<float>(power / n);
            // |X|^2 of a sine of amplitude A is (A n / 2)^2; its power A^2 / 2.
            const double x50 = has50 ? a50 * a50 + b50 * b50 - c50 * a50 * b50 : 0;
            const double x60 = has60 ? a60 * a60 + b60 * b60 - c60 * a60 * b60 : 0;
            tenth.hum_power =
                static_cast<float>(std::min(2 * std::max(x50, x60) / (n * n), power / n));
        }
        tenths.push_back(tenth);
    }
    return tenths;
}

/// The height of the lead's typical beat: the median over stretches of 1.5 s of the largest range
/// of a tenth in each. Stretches in which nothing stands out are left out, if there are others: a
/// recorder that runs on after its electrodes came off must not make the noise the measure of the
/// ECG. 0 for a lead without signal.
double typical_height(const std::vector<Tenth>& tenths) {
    constexpr std::size_t length = 15;
    constexpr float stands_out = 3;  // times the middle tenth
    constexpr double share_of_ecg = 0.02;
    std::vector<float> heights, all, ranges;
    for (std::size_t t = 0; t + length <= tenths.size(); t += length) {
        ranges.clear();
        for (std::size_t k = t; k < t + length; ++k)
            ranges.push_back(tenths[k].high - tenths[k].low);
        const float height = std::ranges::max(ranges);
        if (!(height > 0)) continue;
        all.push_back(height);
        if (height > stands_out * median(ranges)) heights.push_back(height);
    }
    if (static_cast<double>(heights.size()) <
        std::max(3.0, share_of_ecg * static_cast<double>(all.size())))
        heights = all;
    return heights.empty() ? 0.0 : static_cast<double>(median(heights));
}

/// The defects of one second, as ratios to their thresholds.
struct Ratios {
    double powerline = 0, baseline_wander = 0, muscle_noise = 0, electrode_motion = 0;
};

/// One entry a second, the last one for what is left over if that is at least half a second.
std::vector<Ratios> ratios(const std::vector<Tenth>& tenths, double rate, double height,
                           const QualityOptions& options) {
    constexpr std::size_t second = 10, half = 5, reach = 20;  // tenths
    const double hum_gain = HighPass(rate).gain(50, rate);

    std::vector<float> baseline;  // medians of half seconds
    std::vector<float> values;
    for (std::size_t t = 0; t + half <= tenths.size(); t += half) {
        values.clear();
        for (std::size_t k = t; k < t + half; ++k) values.push_back(tenths[k].mean);
        baseline.push_back(median(values));
    }
    std::vector<Ratios> result;
    for (std::size_t t = 0; t < tenths.size(); t += second) {
        const std::size_t end = std::min(t + second, tenths.size());
        if (end - t < half) break;
        Ratios ratio;
        values.clear();
        for (std::size_t k = t; k < end; ++k) values.push_back(tenths[k].hum_power);
        const double hum = static_cast<double>(median(values));
        values.clear();
        for (std::size_t k = t; k < end; ++k)
            values.push_back(tenths[k].noise_power - tenths[k].hum_power);
        const double noise = static_cast<double>(median(values));
        // Noise spreads over all frequencies, so some of it always looks like hum.
        if (hum > noise)
            ratio.powerline = std::sqrt(2 * hum) / hum_gain / (options.powerline * height);
        ratio.muscle_noise =
            std::sqrt(hum > noise ? noise : noise + hum) / (options.muscle_noise * height);
        const std::size_t from = (t < reach ? 0 : t - reach) / half;
        const std::size_t to = std::min((end + reach) / half, baseline.size());
        if (from < to) {
            const auto [low, high] =
                std::ranges::minmax(std::span(baseline).subspan(from, to - from));
            ratio.baseline_wander = (static_cast<double>(high) - static_cast<double>(low)) /
                                    (options.baseline_wander * height);
        }
        // What has a name already is not named again. The second itself and the two seconds around
        // it must both move, so that neither an edge nor a single beat decides.
        if (ratio.powerline < 1 && ratio.muscle_noise < 1 && ratio.baseline_wander < 1) {
            const auto third = [&](std::size_t first, std::size_t last) {
                values.clear();
                for (std::size_t k = first; k < last; ++k)
                    values.push_back(tenths[k].high - tenths[k].low);
                const auto place = values.begin() + std::ssize(values) / 3;
                std::ranges::nth_element(values, place);
                return static_cast<double>(*place);
            };
            const double moves = std::min(
                third(t, end), third(t < half ? 0 : t - half, std::min(end + half, tenths.size())));
            ratio.electrode_motion = moves / (options.electrode_motion * height);
        }
        result.push_back(ratio);
    }
    return result;
}

constexpr double never = 1e9;

/// 0.5 at the threshold, 1 at `unreadable_at` times the threshold.
double score(double ratio, double unreadable_at) {
    return std::min(1.0, 0.5 + 0.5 * (ratio - 1) / (unreadable_at - 1));
}

void find_noise(std::span<const float> x, double rate, const QualityOptions& options,
                std::vector<PoorStretch>& found) {
    const std::vector<Tenth> tenths = measure(x, rate);
    const double height = typical_height(tenths);
    if (!(height > 0)) return;
    const std::vector<Ratios> seconds = ratios(tenths, rate, height, options);
    const auto length = static_cast<std::int64_t>(x.size());
    struct Kind {
        Defect defect;
        double Ratios::* ratio;
        double unreadable_at;
    };
    // A detector's own filters take most of hum and wander away, so these must be far stronger
    // before a stretch counts as unreadable.
    for (const Kind& kind : {Kind{Defect::powerline, &Ratios::powerline, 8},
                             Kind{Defect::baseline_wander, &Ratios::baseline_wander, 6},
                             Kind{Defect::muscle_noise, &Ratios::muscle_noise, 4},
                             Kind{Defect::electrode_motion, &Ratios::electrode_motion, never}}) {
        // Readable and unreadable parts stay apart: joining them would widen the latter.
        for (const bool unreadable : {false, true}) {
            Stretches stretches(found, kind.defect, 0);
            for (std::size_t s = 0; s < seconds.size(); ++s) {
                const double ratio = seconds[s].*kind.ratio;
                if (ratio < 1 || (score(ratio, kind.unreadable_at) >= 1) != unreadable) continue;
                const auto first = static_cast<std::int64_t>(static_cast<double>(s) * rate);
                const auto last =
                    s + 1 == seconds.size()
                        ? length
                        : static_cast<std::int64_t>(static_cast<double>(s + 1) * rate);
                stretches.add(first, last, score(ratio, kind.unreadable_at));
            }
        }
    }
}

}  // namespace

std::string_view name(Defect defect) {
    return defect_names[static_cast<std::size_t>(defect)];
}

std::vector<PoorStretch> poor_stretches(std::span<const float> samples, double rate,
                                        const QualityOptions& options) {
    std::vector<PoorStretch> found;
    if (!(rate >= 50) || !(rate <= 1e6) || static_cast<double>(samples.size()) < rate) return found;
    find_lead_off(samples, rate, found);
    find_flat(samples, rate, options.resolution, found);
    find_saturated(samples, rate, found);
    find_noise(samples, rate, options, found);
    std::ranges::sort(found, [](const PoorStretch& a, const PoorStretch& b) {
        return a.first != b.first ? a.first < b.first : a.defect < b.defect;
    });
    return found;
}

std::vector<Interval> unreadable_in_all(std::span<const std::vector<PoorStretch>> leads,
                                        std::int64_t join) {
    std::vector<Interval> common;
    for (std::size_t lead = 0; lead < leads.size(); ++lead) {
        // This lead's unreadable stretches, in order, joined.
        std::vector<Interval> own;
        for (const PoorStretch& stretch : leads[lead]) {
            if (!stretch.unreadable()) continue;
            if (!own.empty() && stretch.first - own.back().last < join)
                own.back().last = std::max(own.back().last, stretch.last);
            else
                own.push_back({stretch.first, stretch.last});
        }
        if (lead == 0) {
            common = std::move(own);
            continue;
        }
        std::vector<Interval> both;
        for (std::size_t a = 0, b = 0; a < common.size() && b < own.size();) {
            const Interval cut{std::max(common[a].first, own[b].first),
                               std::min(common[a].last, own[b].last)};
            if (cut.first < cut.last) both.push_back(cut);
            if (common[a].last < own[b].last)
                ++a;
            else
                ++b;
        }
        common = std::move(both);
    }
    return common;
}

std::vector<PoorStretch> poor_stretches(const Recording& recording, std::size_t lead) {
    const Lead& of = recording.leads[lead];
    QualityOptions options;
    options.resolution = of.calibration.gain > 0 ? 1 / of.calibration.gain : 0;
    return poor_stretches(of.samples, recording.sampling_rate, options);
}

RecordingQuality assess(const Recording& recording) {
    std::vector<std::vector<PoorStretch>> leads;
    for (std::size_t lead = 0; lead < recording.leads.size(); ++lead)
        leads.push_back(poor_stretches(recording, lead));
    return assess(recording, std::move(leads));
}

RecordingQuality assess(const Recording& recording, std::vector<std::vector<PoorStretch>> leads) {
    RecordingQuality quality{.leads = std::move(leads), .unreadable = {}};
    quality.unreadable =
        unreadable_in_all(quality.leads, static_cast<std::int64_t>(recording.sampling_rate));
    return quality;
}

}  // namespace telltale::signal
