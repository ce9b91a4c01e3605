// Features, the rhythm's side: RR intervals and what is usual around each beat.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "classify/feature_math.hpp"
#include "classify/features.hpp"
#include "recording/missing.hpp"
#include "signal/sample_entropy.hpp"

namespace telltale::classify {
namespace {

constexpr float shortest = 0.15F;  // s
constexpr float longest = 3.0F;    // s

// The values under a window that slides, in order.
class Ordered {
public:
    void put(float value) { values_.insert(std::ranges::upper_bound(values_, value), value); }
    void take(float value) { values_.erase(std::ranges::lower_bound(values_, value)); }
    [[nodiscard]] float quantile(double q) const { return quantile_of_sorted(values_, q); }
    [[nodiscard]] float share_above(float limit) const {
        if (values_.empty()) return 0;
        const auto above = values_.end() - std::ranges::upper_bound(values_, limit);
        return static_cast<float>(above) / static_cast<float>(values_.size());
    }

private:
    std::vector<float> values_;
};

// Which intervals between beats have samples missing.
std::vector<bool> across_gaps(const FeatureInput& input) {
    const std::size_t n = input.positions.size();
    std::vector<bool> across(n > 0 ? n - 1 : 0);
    const std::span<const float> lead = input.samples;
    std::size_t beat = 1;  // the first at or behind the gap's end
    for (const Interval& gap : missing_stretches({&lead, 1}, input.sampling_rate)) {
        while (beat < n && input.positions[beat] < gap.last) ++beat;
        for (std::size_t k = beat; k > 0 && k < n; --k) {
            if (input.positions[k] <= gap.first) break;
            across[k - 1] = true;
        }
    }
    return across;
}

// The median of the known intervals next to one, at most four to either side; nothing without any.
std::optional<float> usual_around(std::span<const float> intervals,
                                  const std::vector<bool>& unknown, std::size_t at) {
    constexpr std::size_t side = 4;
    std::vector<float> known;
    for (std::size_t i = at, count = 0; i-- > 0 && count < side;)
        if (!unknown[i]) known.push_back(intervals[i]), ++count;
    for (std::size_t i = at + 1, count = 0; i < intervals.size() && count < side; ++i)
        if (!unknown[i]) known.push_back(intervals[i]), ++count;
    if (known.empty()) return std::nullopt;
    std::ranges::sort(known);
    return quantile_of_sorted(known, 0.5);
}

}  // namespace

float PreparedBeats::interval(std::int64_t k) const {
    const auto last = static_cast<std::int64_t>(intervals_.size()) - 1;
    if (last <= 0) return intervals_[0];
    // Turned about the first and the last one, as often as needed.
    k = ((k % (2 * last)) + 2 * last) % (2 * last);
    return intervals_[static_cast<std::size_t>(k <= last ? k : 2 * last - k)];
}

void PreparedBeats::measure_intervals(const FeatureInput& input) {
    const std::size_t n = input.positions.size();
    intervals_.clear();
    for (std::size_t i = 1; i < n; ++i) {
        const double rr = (static_cast<double>(input.positions[i]) -
                           static_cast<double>(input.positions[i - 1])) /
                          (input.sampling_rate > 0 ? input.sampling_rate : 360.0);
        intervals_.push_back(std::clamp(static_cast<float>(rr), shortest, longest));
    }
    unknown_ = across_gaps(input);
    for (std::size_t i = 0; i < unknown_.size(); ++i)
        if (unknown_[i])
            intervals_[i] = usual_around(intervals_, unknown_, i).value_or(intervals_[i]);
    if (intervals_.empty()) intervals_.push_back(0.8F);  // one beat: as if at 75 a minute
    pre_.resize(n);
    post_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        pre_[i] = intervals_[i == 0 ? 0 : i - 1];
        post_[i] = intervals_[std::min(i, intervals_.size() - 1)];
    }
}

void PreparedBeats::measure_rhythm() {
    std::vector<float> sorted = intervals_;
    std::ranges::sort(sorted);
    median_ = quantile_of_sorted(sorted, 0.5);
    q90_ = quantile_of_sorted(sorted, 0.9);
    double sum = 0;
    std::size_t late = 0;
    std::vector<float> changes;
    for (std::size_t k = 0; k < intervals_.size(); ++k) {
        sum += intervals_[k];
        late += intervals_[k] > 0.85F * q90_ ? 1 : 0;
        if (k > 0) changes.push_back(std::fabs(intervals_[k] - intervals_[k - 1]));
    }
    const auto count = static_cast<double>(intervals_.size());
    mean_ = static_cast<float>(sum / count);
    late_share_ = static_cast<float>(static_cast<double>(late) / count);
    rough_ = std::min(5 * median(changes) / median_, 1.5F);

    const auto n = static_cast<std::int64_t>(beats());
    rhythm_.assign(beats(), {});
    const auto change = [&](std::int64_t k) { return std::fabs(interval(k + 1) - interval(k)); };
    const auto turns = [&](std::int64_t k) {
        return (interval(k) - interval(k - 1)) * (interval(k + 1) - interval(k)) < 0 ? 1 : 0;
    };
    // Beat i lies between intervals i - 1 and i; a window of 2 h holds h on either side.
    Ordered w16, w64, w128, c16, c64;
    int turning = 0;
    for (std::int64_t k = -8; k < 8; ++k) w16.put(interval(k));
    for (std::int64_t k = -32; k < 32; ++k) w64.put(interval(k));
    for (std::int64_t k = -64; k < 64; ++k) w128.put(interval(k));
    for (std::int64_t k = -8; k < 7; ++k) c16.put(change(k));
    for (std::int64_t k = -32; k < 31; ++k) c64.put(change(k));
    for (std::int64_t k = -31; k < 31; ++k) turning += turns(k);
    for (std::int64_t i = 0; i < n; ++i) {
        Rhythm& r = rhythm_[static_cast<std::size_t>(i)];
        r.median16 = w16.quantile(0.5);
        r.median64 = w64.quantile(0.5);
        r.q75_64 = w64.quantile(0.75);
        r.q90_16 = w16.quantile(0.9);
        r.q90_128 = w128.quantile(0.9);
        r.rough16 = c16.quantile(0.5) / r.median16;
        r.rough64 = c64.quantile(0.5) / r.median64;
        r.iqr64 = (r.q75_64 - w64.quantile(0.25)) / r.median64;
        r.changes64 = c64.share_above(0.1F * r.median64);
        r.changes16 = c16.share_above(0.1F * r.median16);
        r.turns64 = static_cast<float>(turning) / 62.0F;
        r.late_share128 = w128.share_above(0.85F * r.q90_128);
        float ten = 0;
        for (std::int64_t k = i - 5; k < i + 5; ++k) ten += interval(k);
        r.mean10 = ten / 10;
        float eight[8];
        for (int k = 0; k < 8; ++k) eight[k] = interval(i - 9 + k);
        r.previous8 = median(eight);
        for (int k = 0; k < 8; ++k) eight[k] = interval(i + 1 + k);
        r.next8 = median(eight);

        w16.take(interval(i - 8)), w16.put(interval(i + 8));
        w64.take(interval(i - 32)), w64.put(interval(i + 32));
        w128.take(interval(i - 64)), w128.put(interval(i + 64));
        c16.take(change(i - 8)), c16.put(change(i + 7));
        c64.take(change(i - 32)), c64.put(change(i + 31));
        turning += turns(i + 31) - turns(i - 31);
    }
}

void PreparedBeats::measure_entropy() {
    constexpr std::array<std::int64_t, 3> windows = {24, 48, 96};  // RRs
    constexpr double tolerance = 0.06;                             // of two RRs' mean
    constexpr float erratic = 1.2F;                                // nats, of 48 RRs
    constexpr std::size_t half = 128;                              // beats
    const std::size_t n = beats();
    for (std::size_t w = 0; w < windows.size(); ++w) {
        // Beat i has the RRs i - h to i + h - 1 around it.
        const std::int64_t h = windows[w] / 2;
        std::vector<double> around;
        around.reserve(n + static_cast<std::size_t>(2 * h));
        for (std::int64_t k = -h; k < static_cast<std::int64_t>(n) + h - 1; ++k) {
            around.push_back(interval(k));
        }
        const auto entropies =
            signal::sample_entropies(around, static_cast<std::size_t>(windows[w]), tolerance);
        for (std::size_t i = 0; i < n; ++i) {
            rhythm_[i].entropy[w] = static_cast<float>(entropies[i]);
        }
    }
    std::vector<double> sums(n + 1, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        sums[i + 1] = sums[i] + (rhythm_[i].entropy[1] > erratic ? 1 : 0);
    }
    for (std::size_t i = 0; i < n; ++i) rhythm_[i].erratic_share = mean_around(sums, i, half);
}

}  // namespace telltale::classify
