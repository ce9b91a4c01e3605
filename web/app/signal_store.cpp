#include "signal_store.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace telltale::window {
namespace {

// Blocks kept over all leads: 64 of 256 KiB are 16 MiB, many screens of a twelve-lead recording.
constexpr std::size_t most_blocks = 64;
constexpr float missing = std::numeric_limits<float>::quiet_NaN();

}  // namespace

void SignalStore::reset(std::size_t leads, std::int64_t length, double sampling_rate) {
    rate_ = std::max(1.0, sampling_rate);
    leads_.assign(leads, {});
    length_ = std::max<std::int64_t>(0, length);
    for (Lead& lead : leads_)
        lead.blocks.resize(static_cast<std::size_t>((length_ + block_samples - 1) / block_samples));
}

void SignalStore::set_level(std::size_t lead, std::int64_t samples_per_bin,
                            std::span<const float> min_max) {
    if (lead >= leads_.size() || samples_per_bin < 1) return;
    Lead& target = leads_[lead];
    std::erase_if(target.levels,
                  [&](const Level& level) { return level.samples_per_bin == samples_per_bin; });
    target.levels.push_back({samples_per_bin, {min_max.begin(), min_max.end()}});
    std::ranges::sort(target.levels, {}, &Level::samples_per_bin);

    measure(target);
}

// From the level whose bins come nearest to a second: each then holds a beat's peak and trough.
void SignalStore::measure(Lead& lead) const {
    const auto distance = [&](const Level& level) {
        return std::abs(std::log(static_cast<double>(level.samples_per_bin) / rate_));
    };
    const Level& level = *std::ranges::min_element(lead.levels, {}, distance);
    const std::size_t bins = level.min_max.size() / 2;
    const std::size_t step = std::max<std::size_t>(1, bins / 4096);
    std::vector<float> lows, highs;
    for (std::size_t bin = 0; bin < bins; bin += step) {
        if (!std::isfinite(level.min_max[2 * bin])) continue;
        lows.push_back(level.min_max[2 * bin]);
        highs.push_back(level.min_max[2 * bin + 1]);
    }
    if (lows.empty()) return;
    const auto at = [](std::vector<float>& values, std::size_t percent) {
        const auto it =
            values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) * percent / 100);
        std::ranges::nth_element(values, it);
        return *it;
    };
    lead.low = at(lows, 2);
    lead.high = at(highs, 98);
}

void SignalStore::set_samples(std::size_t lead, std::int64_t first, std::span<const float> mv) {
    if (lead >= leads_.size() || first < 0 || first % block_samples != 0) return;
    const auto index = static_cast<std::size_t>(first / block_samples);
    if (index >= leads_[lead].blocks.size()) return;
    Block& block = leads_[lead].blocks[index];
    block.samples.assign(mv.begin(), mv.end());
    block.used = ++clock_;
    block.asked = false;
    forget_old();
}

void SignalStore::forget_old() {
    while (true) {
        std::size_t held = 0;
        Block* oldest = nullptr;
        for (Lead& lead : leads_)
            for (Block& block : lead.blocks) {
                if (block.samples.empty()) continue;
                ++held;
                if (!oldest || block.used < oldest->used) oldest = &block;
            }
        if (held <= most_blocks) return;
        std::vector<float>().swap(oldest->samples);
    }
}

bool SignalStore::samples(std::size_t lead, std::int64_t first, std::int64_t last,
                          std::vector<float>& out, const Request& request) {
    out.clear();
    if (lead >= leads_.size()) return false;
    first = std::clamp<std::int64_t>(first, 0, length_);
    last = std::clamp<std::int64_t>(last, first, length_);
    bool complete = true;
    for (std::int64_t at = first; at < last;) {
        const auto index = static_cast<std::size_t>(at / block_samples);
        const std::int64_t block_first = static_cast<std::int64_t>(index) * block_samples;
        const std::int64_t block_last = std::min(block_first + block_samples, length_);
        Block& block = leads_[lead].blocks[index];
        if (block.samples.empty()) {
            complete = false;
            if (!block.asked) {
                block.asked = true;
                request(lead, block_first, block_last - block_first);
            }
        } else {
            block.used = ++clock_;
            const std::int64_t end =
                std::min(last, block_first + static_cast<std::int64_t>(block.samples.size()));
            if (end > at) {
                const auto part = std::span(block.samples)
                                      .subspan(static_cast<std::size_t>(at - block_first),
                                               static_cast<std::size_t>(end - at));
                out.insert(out.end(), part.begin(), part.end());
            }
        }
        at = block_last;
    }
    return complete && static_cast<std::int64_t>(out.size()) == last - first;
}

bool SignalStore::columns(std::size_t lead, double first, double last, std::size_t columns,
                          std::vector<Range>& out) const {
    out.clear();
    if (lead >= leads_.size() || leads_[lead].levels.empty() || columns == 0 || !(last > first))
        return false;
    const double samples_per_column = (last - first) / static_cast<double>(columns);
    const Level* level = &leads_[lead].levels.front();
    for (const Level& candidate : leads_[lead].levels)
        if (static_cast<double>(candidate.samples_per_bin) <= samples_per_column)
            level = &candidate;
    const auto bins = static_cast<std::int64_t>(level->min_max.size() / 2);
    const auto per_bin = static_cast<double>(level->samples_per_bin);
    for (std::size_t c = 0; c < columns; ++c) {
        const double from = first + static_cast<double>(c) * samples_per_column;
        auto bin = static_cast<std::int64_t>(std::floor(from / per_bin));
        auto end = static_cast<std::int64_t>(std::ceil((from + samples_per_column) / per_bin));
        end = std::max(end, bin + 1);
        Range range{missing, missing};
        for (bin = std::max<std::int64_t>(bin, 0); bin < std::min(end, bins); ++bin) {
            const float low = level->min_max[static_cast<std::size_t>(2 * bin)];
            const float high = level->min_max[static_cast<std::size_t>(2 * bin + 1)];
            if (!std::isfinite(low)) continue;
            range.low = std::isfinite(range.low) ? std::min(range.low, low) : low;
            range.high = std::isfinite(range.high) ? std::max(range.high, high) : high;
        }
        out.push_back(range);
    }
    return true;
}

float SignalStore::centre(std::size_t lead) const {
    return lead < leads_.size() ? (leads_[lead].low + leads_[lead].high) / 2 : 0;
}

std::optional<float> SignalStore::usual_height(std::size_t lead) const {
    if (lead >= leads_.size() || leads_[lead].levels.empty()) return std::nullopt;
    return leads_[lead].high - leads_[lead].low;
}

}  // namespace telltale::window
