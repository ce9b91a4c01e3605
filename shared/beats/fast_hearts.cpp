#include "beats/fast_hearts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace telltale::beats {
namespace {

constexpr double slower = 2;  // than it is, for the second look
constexpr double piece_s = 30, margin_s = 16;
constexpr std::size_t fewest = 6;  // beats that tell a rate
// Chosen on records of MIT-BIH played three times as fast, and so that MIT-BIH, svdb, stdb and
// qtdb as they are change by no beat.
constexpr double seems_fast_s = 0.45, perhaps_fast_s = 0.65, is_fast_s = 0.4;  // median interval
constexpr float unsure = 0.45F, surer_by = 0.04F;
// Noise has fast marks in plenty, but none that are sure.
constexpr float sure = 0.40F;

/// What the beats of a piece look like; `interval` in samples.
struct Look {
    std::size_t count = 0;
    double interval = 0;
    float confidence = 0;
};

template <class T>
T middle_of(std::vector<T>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

std::span<const Beat> within(std::span<const Beat> beats, std::int64_t first, std::int64_t last) {
    const auto from = std::ranges::lower_bound(beats, first, {}, &Beat::sample);
    const auto to = std::ranges::lower_bound(beats, last, {}, &Beat::sample);
    return {from, to};
}

Look look_at(std::span<const Beat> beats) {
    Look look{.count = beats.size()};
    if (beats.size() < fewest) return look;
    std::vector<double> intervals;
    std::vector<float> confidences;
    for (std::size_t i = 0; i < beats.size(); ++i) {
        if (i > 0) intervals.push_back(static_cast<double>(beats[i].sample - beats[i - 1].sample));
        confidences.push_back(beats[i].confidence);
    }
    look.interval = middle_of(intervals);
    look.confidence = middle_of(confidences);
    return look;
}

class SecondLook {
public:
    SecondLook(std::span<const std::span<const float>> leads, double rate, DetectorOptions options)
        : leads_(leads), rate_(rate), options_(options) {}

    std::vector<Beat> take(std::vector<Beat> beats) {
        const auto length = static_cast<std::int64_t>(leads_.front().size());
        const auto pieces = std::max<std::int64_t>(
            1, std::llround(static_cast<double>(length) / (piece_s * rate_)));
        const auto start = [&](std::int64_t piece) { return length * piece / pieces; };
        std::vector<Beat> result;
        const auto keep = [&](std::span<const Beat> more) {
            for (const Beat& beat : more) {
                const double apart = options_.refractory_s / slower * rate_;
                if (!result.empty() &&
                    static_cast<double>(beat.sample - result.back().sample) < apart) {
                    if (beat.confidence > result.back().confidence) result.back() = beat;
                    continue;
                }
                result.push_back(beat);
            }
        };
        for (std::int64_t piece = 0; piece < pieces;) {
            std::int64_t end = piece;
            while (end < pieces && seems_fast(look_at(within(beats, start(end), start(end + 1)))))
                ++end;
            if (end == piece) {
                keep(within(beats, start(piece), start(piece + 1)));
                ++piece;
                continue;
            }
            const std::vector<Beat> again = slowed(start(piece), start(end));
            for (; piece < end; ++piece) {
                const auto first = within(beats, start(piece), start(piece + 1));
                const auto second = within(again, start(piece), start(piece + 1));
                keep(better(look_at(first), look_at(second)) ? second : first);
            }
        }
        return result;
    }

private:
    [[nodiscard]] bool seems_fast(const Look& look) const {
        if (look.count < fewest) return false;
        return look.interval < seems_fast_s * rate_ ||
               (look.interval < perhaps_fast_s * rate_ && look.confidence < unsure);
    }
    [[nodiscard]] bool better(const Look& first, const Look& second) const {
        return second.count >= first.count && second.interval < is_fast_s * rate_ &&
               second.confidence >= sure && second.confidence >= first.confidence + surer_by;
    }

    /// The beats of samples [first, last) as if the heart beat half as fast.
    [[nodiscard]] std::vector<Beat> slowed(std::int64_t first, std::int64_t last) const {
        const auto length = static_cast<std::int64_t>(leads_.front().size());
        const auto margin = static_cast<std::int64_t>(margin_s * rate_);
        const std::int64_t from = std::max<std::int64_t>(0, first - margin),
                           to = std::min(length, last + margin);
        auto detector = Detector::create(rate_ / slower, leads_.size(), options_);
        if (!detector) return {};  // a rate that cannot be halved: the first look stands
        std::vector<std::span<const float>> part;
        for (const auto& lead : leads_)
            part.push_back(
                lead.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
        detector->push(part);
        detector->finish();
        std::vector<Beat> beats = detector->take();
        for (Beat& beat : beats) beat.sample += from;
        return beats;
    }

    std::span<const std::span<const float>> leads_;
    double rate_;
    DetectorOptions options_;
};

}  // namespace

std::vector<Beat> look_again(std::span<const std::span<const float>> leads, double sampling_rate,
                             std::vector<Beat> beats, DetectorOptions options) {
    if (leads.empty() || leads.front().empty() || beats.size() < fewest) return beats;
    return SecondLook(leads, sampling_rate, options).take(std::move(beats));
}

}  // namespace telltale::beats
