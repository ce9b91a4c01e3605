// The samples that the window may draw: every lead's levels of detail, and the blocks of samples
// that were asked for, the least recently used given up first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace telltale::window {

struct Range {
    float low, high;  ///< mV; NaN where there is no signal
};

class SignalStore {
public:
    static constexpr std::int64_t block_samples = 65536;

    /// Forgets everything; the next recording has this many leads and samples.
    /// `sampling_rate` in Hz.
    void reset(std::size_t leads, std::int64_t length, double sampling_rate = 250);
    /// One level of a lead: pairs of minimum and maximum, one a bin.
    void set_level(std::size_t lead, std::int64_t samples_per_bin, std::span<const float> min_max);
    void set_samples(std::size_t lead, std::int64_t first, std::span<const float> mv);

    /// The samples first..last (left out) if all of them are here, else empty; what is missing is
    /// asked for through `request` (lead, first, count), once.
    using Request = std::function<void(std::size_t, std::int64_t, std::int64_t)>;
    [[nodiscard]] bool samples(std::size_t lead, std::int64_t first, std::int64_t last,
                               std::vector<float>& out, const Request& request);

    /// Minimum and maximum of each of `columns` equal stretches between two sample positions, from
    /// the finest level that is not finer than needed. False if the lead has no level yet.
    [[nodiscard]] bool columns(std::size_t lead, double first, double last, std::size_t columns,
                               std::vector<Range>& out) const;

    /// The middle of what the lead usually reaches, in mV: a trace is drawn around it.
    [[nodiscard]] float centre(std::size_t lead) const;
    /// From the lowest to the highest that the lead usually reaches, in mV: the ends of the 2nd and
    /// the 98th in a hundred stretches of about a second. Nothing before its first level.
    [[nodiscard]] std::optional<float> usual_height(std::size_t lead) const;
    [[nodiscard]] std::size_t leads() const { return leads_.size(); }

private:
    struct Level {
        std::int64_t samples_per_bin;
        std::vector<float> min_max;
    };
    struct Block {
        std::vector<float> samples;
        std::uint64_t used = 0;
        bool asked = false;
    };
    struct Lead {
        std::vector<Level> levels;  // finest first
        std::vector<Block> blocks;
        float low = 0, high = 0;  // what it usually reaches
    };

    void measure(Lead& lead) const;
    void forget_old();

    std::vector<Lead> leads_;
    std::int64_t length_ = 0;
    double rate_ = 250;
    std::uint64_t clock_ = 0;
};

}  // namespace telltale::window
