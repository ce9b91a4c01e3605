#include "beats/beat_sequence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace telltale::beats {
namespace {

// Lengths in seconds.
constexpr double block_s = 1.0;
constexpr std::int64_t level_blocks = 4;     // to each side
constexpr std::int64_t interval_blocks = 8;  // to each side
constexpr double settle_s = 6.0;
constexpr double shortest_interval_s = 0.3, longest_interval_s = 1.5;

// Heights below this (microvolts of slope) are no beat whatever is around them.
constexpr float lowest_level_uv = 10;
constexpr float likely_share = 0.45F;

// Merit: octaves above `threshold_share` of the level.
constexpr double threshold_share = 0.36;
constexpr double lowest_merit = -3, highest_merit = 1.8;

// Costs, in octaves of merit.
constexpr double short_interval = 0.72, short_cost = 1.2;
constexpr double long_interval = 1.3, long_cost = 1.2;
constexpr double t_wave_s = 0.36, t_wave_cost = 1.5;
constexpr double p_wave_s = 0.25, p_wave_cost = 1.0;
constexpr float similar_height = 0.7F;

// A candidate looks back at this many, or this far.
constexpr int reach = 24;
constexpr double reach_s = 4;

template <class Number>
Number median(std::vector<Number>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

}  // namespace

BeatSequence::BeatSequence(double rate, double refractory_s)
    : rate_(rate),
      refractory_(std::llround(refractory_s * rate)),
      block_(std::max<std::int64_t>(1, std::llround(block_s * rate))) {}

void BeatSequence::push(std::span<const float> feature) {
    for (const float value : feature) {
        if (pushed_ >= 2 && last_ > before_last_ && last_ >= value) add_candidate(pushed_ - 1, last_);
        before_last_ = last_;
        last_ = value;
        ++pushed_;
        if ((pushed_ - refractory_) % block_ == 0) close_blocks(false);
    }
}

void BeatSequence::finish() {
    close_blocks(true);
}

std::vector<BeatSequence::Accepted> BeatSequence::take() {
    return std::exchange(accepted_, {});
}

// Of candidates closer than the refractory period the highest stays.
void BeatSequence::add_candidate(std::int64_t index, float height) {
    if (!candidates_.empty() && index - candidates_.back().index < refractory_) {
        Candidate& last = candidates_.back();
        if (height > last.height) {
            last.index = index;
            last.height = height;
        }
        return;
    }
    candidates_.push_back({.index = index, .height = height});
}

// Takes every candidate as far as the values pushed so far allow: each block's peak, then the
// level around each block, then the interval and the link, then what is settled.
void BeatSequence::close_blocks(bool all) {
    const std::int64_t closed =
        all ? (pushed_ + block_ - 1) / block_ : std::max<std::int64_t>(0, pushed_ - refractory_) / block_;
    block_peaks_.resize(static_cast<std::size_t>(std::max<std::int64_t>(
                            closed, static_cast<std::int64_t>(block_peaks_.size()))),
                        0.0F);
    for (; next_peak_ < candidate_count(); ++next_peak_) {
        const Candidate& c = candidate(next_peak_);
        if (block_of(c.index) >= closed) break;
        float& peak = block_peaks_[static_cast<std::size_t>(block_of(c.index))];
        peak = std::max(peak, c.height);
    }

    const std::int64_t levelled = all ? closed : std::max<std::int64_t>(0, closed - level_blocks);
    while (static_cast<std::int64_t>(block_levels_.size()) < levelled)
        measure_level(static_cast<std::int64_t>(block_levels_.size()));
    for (; next_level_ < next_peak_; ++next_level_) {
        Candidate& c = candidate(next_level_);
        if (block_of(c.index) >= levelled) break;
        const float level =
            std::max(lowest_level_uv, block_levels_[static_cast<std::size_t>(block_of(c.index))]);
        c.merit = static_cast<float>(
            std::clamp(std::log2(c.height / (threshold_share * static_cast<double>(level))),
                       lowest_merit, highest_merit));
        const bool apart = likely_.empty() || static_cast<double>(c.index - likely_.back()) >
                                                  shortest_interval_s * rate_;
        if (c.height >= likely_share * level && apart) likely_.push_back(c.index);
    }

    const std::int64_t linked =
        all ? closed : std::max<std::int64_t>(0, levelled - interval_blocks);
    for (; next_link_ < next_level_; ++next_link_) {
        if (block_of(candidate(next_link_).index) >= linked) break;
        measure_interval(candidate(next_link_));
        link(next_link_);
    }
    settle(all ? std::numeric_limits<std::int64_t>::max()
               : linked * block_ - std::llround(settle_s * rate_));
}

void BeatSequence::measure_level(std::int64_t block) {
    const auto count = static_cast<std::int64_t>(block_peaks_.size());
    std::vector<float> peaks;
    for (std::int64_t b = std::max<std::int64_t>(0, block - level_blocks);
         b <= std::min(count - 1, block + level_blocks); ++b)
        peaks.push_back(block_peaks_[static_cast<std::size_t>(b)]);
    block_levels_.push_back(median(peaks));
}

// The median RR interval of the likely beats around.
void BeatSequence::measure_interval(Candidate& c) const {
    const std::int64_t side = interval_blocks * block_;
    const auto first = std::ranges::lower_bound(likely_, c.index - side);
    const auto last = std::upper_bound(first, likely_.end(), c.index + side);
    std::vector<std::int64_t> intervals;
    for (auto it = first; it != last && it + 1 != last; ++it) intervals.push_back(it[1] - it[0]);
    const double interval = intervals.empty() ? rate_ : static_cast<double>(median(intervals));
    c.interval = static_cast<float>(
        std::clamp(interval, shortest_interval_s * rate_, longest_interval_s * rate_));
}

// The best sequence that ends with this candidate.
void BeatSequence::link(std::int64_t number) {
    Candidate& c = candidate(number);
    c.score = c.merit;
    double best = 0;  // of starting afresh
    for (std::int64_t j = number - 1; j >= first_kept_ && number - j <= reach; --j) {
        const Candidate& before = candidate(j);
        if (before.index < settled_before_ && j != last_settled_) continue;
        const auto gap = static_cast<double>(c.index - before.index);
        if (gap > reach_s * rate_ && number - j > 4) break;
        const double share = gap / (0.5 * (static_cast<double>(c.interval) + static_cast<double>(before.interval)));
        double cost = 0;
        if (share < short_interval) {
            const double octaves = std::log2(short_interval / share);
            cost += short_cost * octaves * octaves;
        }
        if (share > long_interval) cost += long_cost * (share - long_interval);
        const float ratio = c.height / before.height;
        if (gap < t_wave_s * rate_ && ratio < similar_height)
            cost += t_wave_cost * std::min(1.0F, (similar_height - ratio) / 0.3F);
        if (gap < p_wave_s * rate_ && ratio > 1 / similar_height)
            cost += p_wave_cost * std::min(1.0F, (similar_height - 1 / ratio) / 0.3F);
        if (before.score - cost > best || c.previous < 0) {
            best = before.score - cost;
            c.previous = j;
        }
    }
    c.score += best;
}

// Follows the best sequence back and accepts its beats before an index, for good.
void BeatSequence::settle(std::int64_t before) {
    std::int64_t end = -1;
    for (std::int64_t j = next_link_ - 1; j >= first_kept_ && next_link_ - j <= reach; --j)
        if (j > last_settled_ && (end < 0 || candidate(j).score > candidate(end).score)) end = j;
    std::vector<std::int64_t> path;
    for (std::int64_t j = end; j > last_settled_; j = candidate(j).previous)
        if (candidate(j).index < before) path.push_back(j);
    std::ranges::reverse(path);
    for (const std::int64_t j : path) {
        const Candidate& c = candidate(j);
        const double range = highest_merit - lowest_merit;
        accepted_.push_back({c.index, static_cast<float>((c.merit - lowest_merit) / range)});
        last_settled_ = j;
    }
    settled_before_ = std::max(settled_before_, std::min(before, pushed_));
    // What is decided is no longer needed, but for the last beat.
    while (first_kept_ < std::min(next_link_ - reach, last_settled_)) {
        candidates_.pop_front();
        ++first_kept_;
    }
}

}  // namespace telltale::beats
