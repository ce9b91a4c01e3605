#include "beats/beat_search.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "beats/log2.hpp"
#include "beats/small_sort.hpp"

namespace telltale::beats {
namespace {

constexpr double block_s = 1.0;
constexpr std::int64_t level_blocks = 4;     // to each side
constexpr std::int64_t long_blocks = 8;      // to each side
constexpr std::int64_t interval_blocks = 6;  // to each side
constexpr double shortest_interval_s = 0.21, longest_interval_s = 1.8;

// Heights below this (log2 of microvolts of slope) are no beat whatever is around them.
constexpr float lowest_level = 3.3F;
constexpr float likely_below = 1.15F;   // octaves below the level
constexpr float hopeless_below = 3.2F;  // octaves below the low level
// Evidence of the first network with which the second would agree.
constexpr float hopeless_evidence = -6, certain_evidence = 8;

constexpr std::int64_t neighbours = 4;  // beats to each side that shapes are compared with
constexpr double shortest_believed_s = 0.19;

// The median (the lower of two) of some dozens of numbers: the one with as many below it. Counting
// has no branch to mistake, and is done for several at once.
float median_of(std::span<const float> values) {
    const auto rank = static_cast<int>((values.size() - 1) / 2);
    for (const float x : values) {
        int below = 0, up_to = 0;
        for (const float y : values) {
            below += y < x ? 1 : 0;
            up_to += y <= x ? 1 : 0;
        }
        if (below <= rank && rank < up_to) return x;
    }
    return values[0];
}

// The product of two shapes. In eight sums, so that they can be had at once.
float likeness(std::span<const float, shape_length> a, std::span<const float, shape_length> b) {
    std::array<float, 8> sums{};
    for (std::size_t i = 0; i < shape_length; i += 8)
        for (std::size_t j = 0; j < 8; ++j) sums[j] += a[i + j] * b[i + j];
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

}  // namespace

BeatSearch::BeatSearch(double rate, double scale, double refractory_s)
    : rate_(rate),
      scale_(static_cast<float>(scale)),
      // Against the height: steps of the integral are as long as the rate makes them.
      amplitude_scale_(static_cast<float>(scale * 180 / rate)),
      refractory_(std::llround(refractory_s * rate)),
      block_(std::max<std::int64_t>(1, std::llround(block_s * rate))),
      half_(static_cast<std::int64_t>(0.05 * rate)),
      wide_(static_cast<std::int64_t>(0.15 * rate)),
      narrow_(static_cast<std::int64_t>(0.03 * rate)),
      quick_lag_(std::max<std::int64_t>(1, std::llround(0.011 * rate))),
      slow_lag_(std::max<std::int64_t>(1, std::llround(0.033 * rate))) {
    const double spacing = 0.0065 * rate;  // 24 points over 150 ms
    for (std::size_t i = 0; i < shape_length; ++i)
        shape_offsets_[i] =
            std::llround((static_cast<double>(i) - (shape_length - 1) / 2.0) * spacing);
}

float BeatSearch::log2_height(double energy) const {
    return log2_of(std::sqrt(static_cast<float>(energy)) * scale_);
}

void BeatSearch::push(std::span<const double> energy, std::span<const float> slope) {
    std::size_t at = 0;
    while (at < energy.size()) {
        // To the end of a block at a time, so that decisions fall at the same places however the
        // stream is cut.
        const std::int64_t next_close = (pushed_ / block_ + 1) * block_;
        const auto n = std::min(energy.size() - at, static_cast<std::size_t>(next_close - pushed_));
        energy_.insert(energy_.end(), energy.begin() + static_cast<std::ptrdiff_t>(at),
                       energy.begin() + static_cast<std::ptrdiff_t>(at + n));
        slope_.insert(slope_.end(), slope.begin() + static_cast<std::ptrdiff_t>(at),
                      slope.begin() + static_cast<std::ptrdiff_t>(at + n));
        pushed_ += static_cast<std::int64_t>(n);
        at += n;
        if (pushed_ == next_close) close_blocks(false);
    }
}

void BeatSearch::finish() {
    close_blocks(true);
}

std::vector<BeatSearch::Judged> BeatSearch::take() {
    return std::exchange(judged_, {});
}

std::vector<BeatSearch::View> BeatSearch::take_views() {
    return std::exchange(views_, {});
}

// Of candidates closer than the refractory period the highest stays.
void BeatSearch::add_candidate(std::int64_t index, double energy) {
    if (candidate_count() > next_peak_ && index - candidates_.back().index < refractory_) {
        Candidate& last = candidates_.back();
        if (energy > last.energy) {
            last.index = index;
            last.energy = energy;
        }
        return;
    }
    candidates_.push_back({.index = index, .energy = energy});
}

// The local maxima among the values not yet looked at. A maximum is where rising ends: looking for
// that alone leaves the branch of this loop, the hottest here, mostly foreseeable.
void BeatSearch::find_peaks() {
    std::int64_t i = std::max<std::int64_t>(scanned_, 1);
    if (i + 1 >= pushed_) return;
    const double* energy = energy_.data() - kept_from_;
    while (true) {
        while (i + 1 < pushed_ && !(energy[i] > energy[i - 1])) ++i;  // down to the valley
        while (i + 1 < pushed_ && energy[i + 1] > energy[i]) ++i;     // up to the peak
        if (i + 1 >= pushed_) return;
        add_candidate(i, energy[i]);
        ++i;
    }
}

// Takes every candidate as far as the values pushed so far allow: its shape, each block's peak,
// then the level around each block, then the interval and the link, then what is settled.
void BeatSearch::close_blocks(bool all) {
    find_peaks();
    scanned_ = std::max(scanned_, pushed_ - 1);

    // The last candidate may still move, and shapes need what follows: a block late, then.
    const std::int64_t ended = (pushed_ + block_ - 1) / block_;
    const std::int64_t closed = all ? ended : std::max<std::int64_t>(0, pushed_ / block_ - 1);
    for (; closed_blocks_ < closed; ++closed_blocks_) measure_block(closed_blocks_);

    const std::int64_t levelled = all ? closed : std::max<std::int64_t>(0, closed - long_blocks);
    for (; levelled_blocks_ < levelled; ++levelled_blocks_) {
        measure_level(levelled_blocks_, closed);
        const Block& b = block(levelled_blocks_);
        for (; next_level_ < next_peak_; ++next_level_) {
            const Candidate& c = candidate(next_level_);
            if (block_of(c.index) > levelled_blocks_) break;
            const bool apart =
                likely_.empty() || static_cast<double>(c.index - candidate(likely_.back()).index) >
                                       shortest_interval_s * rate_;
            if (c.height < b.level - likely_below) continue;
            if (apart)
                likely_.push_back(next_level_);
            else if (c.height > candidate(likely_.back()).height)
                likely_.back() = next_level_;
        }
    }

    const std::int64_t judged =
        all ? closed : std::max<std::int64_t>(0, levelled - interval_blocks);
    for (; judged_blocks_ < judged; ++judged_blocks_) {
        block(judged_blocks_).interval = interval_around(judged_blocks_, likely_, likely_from_);
        for (; next_judged_ < next_level_; ++next_judged_) {
            Candidate& c = candidate(next_judged_);
            if (block_of(c.index) > judged_blocks_) break;
            // Most P and T waves end here.
            if (c.height < lowest_level ||
                (c.height < block(judged_blocks_).low_level - hopeless_below && !describe_to)) {
                c.first_evidence = -highest_evidence;
                if (describe_to) describe_to->push_back({c.index, {}, {}});
                continue;
            }
            const MeritMeasures m = measures(next_judged_, judged_blocks_);
            if (describe_to) describe_to->push_back({c.index, m, {}});
            c.first_evidence = std::clamp(evidence(m), -highest_evidence, highest_evidence);
            if (c.first_evidence <= 0) continue;
            if (!believed_.empty() &&
                static_cast<double>(c.index - candidate(believed_.back()).index) <
                    shortest_believed_s * rate_) {
                Candidate& last = candidate(believed_.back());
                if (c.first_evidence > last.first_evidence) believed_.back() = next_judged_;
            } else {
                believed_.push_back(next_judged_);
            }
        }
    }

    const std::int64_t linked = all ? closed : std::max<std::int64_t>(0, judged - interval_blocks);
    for (; linked_blocks_ < linked; ++linked_blocks_) {
        block(linked_blocks_).believed_interval =
            interval_around(linked_blocks_, believed_, believed_from_);
        const Block& b = block(linked_blocks_);
        views_.push_back({b.level, b.level - b.floor_around});
        for (; next_link_ < next_judged_; ++next_link_) {
            Candidate& c = candidate(next_link_);
            if (block_of(c.index) > linked_blocks_) break;
            if (c.first_evidence <= -highest_evidence) continue;
            float evidence = c.first_evidence;
            const bool decided = evidence < hopeless_evidence || evidence > certain_evidence;
            if (!decided || describe_to) {
                const ContextMeasures m = context(next_link_, linked_blocks_);
                if (describe_to)
                    (*describe_to)[describe_to->size() -
                                   static_cast<std::size_t>(next_judged_ - next_link_)]
                        .context = m;
                if (!decided)
                    evidence =
                        std::clamp(evidence_in_context(m), -highest_evidence, highest_evidence);
            }
            judged_.push_back({c.index, evidence, c.height - b.level});
        }
    }
    settled_before_ = all ? pushed_ : linked * block_;
    forget();
}

// The peak and the floor of a block, and the shapes of its candidates.
void BeatSearch::measure_block(std::int64_t number) {
    Block b;
    for (; next_peak_ < candidate_count(); ++next_peak_) {
        Candidate& c = candidate(next_peak_);
        if (block_of(c.index) > number) break;
        c.height = log2_height(c.energy);
        describe_shape(c);
        b.peak = std::max(b.peak, c.height);
    }
    scratch_.clear();
    const std::int64_t stride = std::max<std::int64_t>(1, block_ / 24);
    const std::int64_t end = std::min(pushed_, (number + 1) * block_);
    for (std::int64_t i = number * block_; i < end; i += stride)
        scratch_.push_back(static_cast<float>(energy_[static_cast<std::size_t>(i - kept_from_)]));
    if (!scratch_.empty()) b.floor = log2_height(static_cast<double>(median_of(scratch_)));
    blocks_.push_back(b);
}

void BeatSearch::describe_shape(Candidate& c) {
    // Energy looks back on 100 ms of slopes: its middle lies 50 ms before.
    const std::int64_t middle = c.index - half_;
    const float* slope = nullptr;  // so that slope[i] is the slope at index i
    std::array<float, 2 * longest_reach + 1> copy;
    const std::int64_t reach = std::min(longest_reach, half_ + wide_);
    if (middle - reach >= kept_from_ && middle + reach < pushed_) {
        slope = slope_.data() + (middle - reach - kept_from_);
    } else {  // near an end of the stream: as if the signal stood still beyond it
        for (std::int64_t i = -reach; i <= reach; ++i) {
            const std::int64_t at = middle + i;
            copy[static_cast<std::size_t>(i + reach)] =
                at >= kept_from_ && at < pushed_ ? slope_[static_cast<std::size_t>(at - kept_from_)]
                                                 : 0.0F;
        }
        slope = copy.data();
    }
    slope += reach;  // now relative to the middle

    std::int64_t steepest = 0;
    float largest = -1;
    for (std::int64_t i = -half_; i <= half_; ++i) {
        const float s = std::abs(slope[i]);
        if (s > largest) {
            largest = s;
            steepest = i;
        }
    }
    float total = 0;
    for (std::size_t i = 0; i < shape_length; ++i) {
        const float s = slope[steepest + shape_offsets_[i]];
        c.shape[i] = s;
        total += s * s;
    }
    const float norm = total > 0 ? 1 / std::sqrt(total) : 0;
    for (float& s : c.shape) s *= norm;

    // How the energy is spread in time, and over quicker and slower slopes.
    float whole = 1e-9F, inner = 1e-9F, quick = 1e-9F, slow = 1e-9F;
    for (std::int64_t i = -wide_; i <= wide_; ++i) whole += slope[i] * slope[i];
    for (std::int64_t i = steepest - narrow_; i <= steepest + narrow_; ++i)
        inner += slope[i] * slope[i];
    for (std::int64_t i = -half_ - narrow_; i <= half_ + narrow_; ++i) {
        const float q = slope[i] - slope[i - quick_lag_];
        quick += q * q;
        const float w = slope[i] + slope[i - slow_lag_];
        slow += w * w;
    }
    // The range of the integral: how large the deflections are, however slow.
    float level = 0, lowest = 0, highest = 0;
    for (std::int64_t i = steepest - 2 * half_; i <= steepest + 2 * half_; ++i) {
        level += slope[i];
        lowest = std::min(lowest, level);
        highest = std::max(highest, level);
    }
    c.amplitude = log2_of((highest - lowest) * amplitude_scale_);
    c.sharp = log2_of(inner / whole);
    c.quick = log2_of(quick / whole);
    c.slow = log2_of(slow / whole);
}

void BeatSearch::measure_level(std::int64_t number, std::int64_t closed) {
    const auto slide = [&](SortedWindow& window, std::int64_t side, std::int64_t& end) {
        for (; end < std::min(closed, number + side + 1); ++end) window.insert(block(end).peak);
        if (number - side > 0) window.erase(block(number - side - 1).peak);
    };
    slide(level_window_, level_blocks, level_end_);
    slide(long_window_, long_blocks, long_end_);
    Block& b = block(number);
    b.level = std::max(lowest_level, level_window_.quantile(1, 2));
    b.low_level = std::max(lowest_level, level_window_.quantile(1, 4));
    b.high_level = std::max(lowest_level, level_window_.quantile(7, 8));
    b.long_level = std::max(lowest_level, long_window_.quantile(1, 2));

    // The middle floor of three blocks.
    const float here = b.floor;
    const float before = number > 0 ? block(number - 1).floor : here;
    const float after = number + 1 < closed ? block(number + 1).floor : here;
    b.floor_around =
        std::max(0.0F, std::max(std::min(here, before), std::min(std::max(here, before), after)));
}

// The median RR interval of the beats of a list around a block.
float BeatSearch::interval_around(std::int64_t number, const std::vector<std::int64_t>& beats,
                                  std::size_t& from) {
    const std::int64_t begin = (number - interval_blocks) * block_;
    const std::int64_t end = (number + 1 + interval_blocks) * block_;
    while (from < beats.size() && candidate(beats[from]).index < begin) ++from;
    scratch_.clear();
    for (std::size_t i = from + 1; i < beats.size(); ++i) {
        const std::int64_t at = candidate(beats[i]).index;
        if (at >= end) break;
        scratch_.push_back(static_cast<float>(at - candidate(beats[i - 1]).index));
    }
    const float interval = scratch_.empty() ? static_cast<float>(rate_) : median_of(scratch_);
    return std::clamp(interval, static_cast<float>(shortest_interval_s * rate_),
                      static_cast<float>(longest_interval_s * rate_));
}

// A candidate against the nearest beats of a list.
struct BeatSearch::Around {
    bool is_member = false;
    float before = 3, after = 3;   // s
    float earlier = 3, later = 3;  // the intervals beyond those, s
    float height_before = 0, height_after = 0;
    float best = 0, third = 0, median = 0;  // likeness of shapes
    float height = 0, amplitude = 0;        // above the median
    float found = 0;                        // share of the neighbours looked for
};

BeatSearch::Around BeatSearch::around(std::int64_t number, std::int64_t block_number,
                                      const std::vector<std::int64_t>& beats, std::size_t from) {
    const Candidate& c = candidate(number);
    const auto second = static_cast<float>(rate_);
    const std::int64_t limit = (block_number + 1 + interval_blocks) * block_;
    const auto here =
        std::lower_bound(beats.begin() + static_cast<std::ptrdiff_t>(from), beats.end(), number) -
        beats.begin();
    Around a;
    a.is_member = static_cast<std::size_t>(here) < beats.size() &&
                  beats[static_cast<std::size_t>(here)] == number;
    std::array<float, 2 * neighbours> alike{}, heights{}, amplitudes{};
    std::size_t found = 0;
    for (const bool back : {true, false}) {
        std::int64_t last = c.index;
        for (std::int64_t k = 1; k <= neighbours; ++k) {
            const std::int64_t i = back ? here - k : here + k - (a.is_member ? 0 : 1);
            if (i < static_cast<std::int64_t>(from) || i >= static_cast<std::int64_t>(beats.size()))
                break;
            const Candidate& other = candidate(beats[static_cast<std::size_t>(i)]);
            if (other.index >= limit) break;
            const float gap =
                std::min(3.0F, static_cast<float>(std::abs(other.index - last)) / second);
            if (k == 1) {
                (back ? a.before : a.after) = gap;
                (back ? a.height_before : a.height_after) = c.height - other.height;
            }
            if (k == 2) (back ? a.earlier : a.later) = gap;
            last = other.index;
            alike[found] = likeness(c.shape, other.shape);
            heights[found] = other.height;
            amplitudes[found++] = other.amplitude;
        }
    }
    if (found == 0) return a;
    for (std::array<float, 2 * neighbours>* values : {&alike, &heights, &amplitudes}) {
        if (found == values->size())
            sort_eight(*values);
        else
            small_sort(std::span(*values).first(found));
    }
    a.best = alike[found - 1];
    a.third = found > 2 ? alike[found - 3] : 0;
    a.median = alike[found / 2];
    a.height = c.height - heights[found / 2];
    a.amplitude = c.amplitude - amplitudes[found / 2];
    a.found = static_cast<float>(found) / (2 * neighbours);
    return a;
}

namespace {

// Fills an array of measures one by one, each kept within sane bounds.
template <std::size_t count>
class Filler {
public:
    void operator()(float value) { values_[at_++] = std::clamp(value, -8.0F, 8.0F); }
    [[nodiscard]] const std::array<float, count>& values() const { return values_; }

private:
    std::array<float, count> values_{};
    std::size_t at_ = 0;
};

}  // namespace

MeritMeasures BeatSearch::measures(std::int64_t number, std::int64_t block_number) {
    const Candidate& c = candidate(number);
    const Block& b = block(block_number);
    const auto second = static_cast<float>(rate_);
    Filler<measure_count> add;
    add(c.height - b.level);
    add(c.height - b.low_level);
    add(c.height - b.high_level);
    add(c.height - b.long_level);
    add(c.height - b.floor_around);
    add(b.level - b.floor_around);
    add(c.sharp);
    add(c.quick);
    add(c.slow);
    add(c.amplitude - c.height);

    // The candidates next to it: how much higher, how far, how sharp.
    for (const std::int64_t step : {-1, 1, -2, 2}) {
        const std::int64_t n = number + step;
        const bool there = n >= first_kept_ && n < next_level_;
        const float gap =
            there ? static_cast<float>(std::abs(candidate(n).index - c.index)) / second : 3.0F;
        const bool beside = step == 1 || step == -1;
        add(gap < 3 ? c.height - candidate(n).height : 3.0F);
        add(std::min(gap, 1.5F));
        if (beside) add(gap < 3 ? c.sharp - candidate(n).sharp : 0.0F);
    }

    // The likely beats around: how far against the rhythm, and how alike in shape.
    const Around a = around(number, block_number, likely_, likely_from_);
    const float interval = b.interval / second;
    add(std::min(3.0F, a.before / interval));
    add(std::min(3.0F, a.after / interval));
    add(a.best);
    add(a.third);
    add(a.median);
    add(a.height);
    add(a.amplitude);
    add(a.is_member ? 1.0F : 0.0F);
    add(interval);
    add(a.found);
    return add.values();
}

ContextMeasures BeatSearch::context(std::int64_t number, std::int64_t block_number) {
    const Candidate& c = candidate(number);
    const Block& b = block(block_number);
    const auto second = static_cast<float>(rate_);
    Filler<context_count> add;
    add(0.5F * c.first_evidence);
    for (const std::int64_t step : {-1, 1, -2, 2}) {
        const std::int64_t n = number + step;
        const bool there = n >= first_kept_ && n < next_judged_;
        const float gap =
            there ? static_cast<float>(std::abs(candidate(n).index - c.index)) / second : 3.0F;
        add(gap < 3 ? 0.5F * candidate(n).first_evidence : -4.0F);
        add(std::min(gap, 1.5F));
    }
    const Around a = around(number, block_number, believed_, believed_from_);
    const float interval = b.believed_interval / second;
    add(std::min(3.0F, a.before / interval));
    add(std::min(3.0F, a.after / interval));
    add(std::min(3.0F, a.earlier / interval));
    add(std::min(3.0F, a.later / interval));
    add(std::min(2.0F, a.before));
    add(a.height_before);
    add(a.height_after);
    add(a.best);
    add(a.third);
    add(a.median);
    add(a.height);
    add(a.amplitude);
    add(a.is_member ? 1.0F : 0.0F);
    add(interval);
    add(a.found);
    add(c.sharp);
    add(c.quick);
    add(c.slow);
    add(c.amplitude - c.height);
    add(c.height - b.floor_around);
    add(b.level - b.floor_around);
    return add.values();
}

// Drops what no later decision looks at.
void BeatSearch::forget() {
    constexpr std::int64_t slack = 8;  // blocks, so that erasing is rare
    const std::int64_t oldest = linked_blocks_ - 2 * long_blocks;
    if (oldest - first_block_ < slack) return;
    const std::int64_t index = oldest * block_;
    std::int64_t keep = first_kept_;
    while (keep < next_link_ && candidate(keep).index < index) ++keep;
    for (auto [beats, from] :
         {std::pair(&likely_, &likely_from_), std::pair(&believed_, &believed_from_)}) {
        std::size_t old = 0;
        while (old < *from && (*beats)[old] < keep) ++old;
        beats->erase(beats->begin(), beats->begin() + static_cast<std::ptrdiff_t>(old));
        *from -= old;
        // The last of each list is looked at whenever the next comes.
        if (!beats->empty()) keep = std::min(keep, beats->front());
    }
    candidates_.erase(candidates_.begin(),
                      candidates_.begin() + static_cast<std::ptrdiff_t>(keep - first_kept_));
    first_kept_ = keep;
    blocks_.erase(blocks_.begin(),
                  blocks_.begin() + static_cast<std::ptrdiff_t>(oldest - first_block_));
    first_block_ = oldest;
    const std::int64_t signal = std::min(scanned_ - 1, (closed_blocks_ - 2) * block_);
    if (signal > kept_from_) {
        energy_.erase(energy_.begin(),
                      energy_.begin() + static_cast<std::ptrdiff_t>(signal - kept_from_));
        slope_.erase(slope_.begin(),
                     slope_.begin() + static_cast<std::ptrdiff_t>(signal - kept_from_));
        kept_from_ = signal;
    }
}

}  // namespace telltale::beats
