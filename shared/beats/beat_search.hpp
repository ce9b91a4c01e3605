// Which peaks of one lead's detection signal are beats.
//
// Every local maximum of the energy is a candidate (of those nearer than the refractory period
// the highest). Each candidate is described by some thirty measures: its height against the level
// of the beats around it and against the floor between them, its neighbours' heights and
// distances, its sharpness, and how alike its slope is to that of likely beats around. A small
// network turns them into the evidence (the logarithm of the odds) that it is a beat. A second
// one sees each candidate among the beats that the first believes in, their rhythm and their
// shapes, and decides. So a T wave between two beats loses even where it is tall, and a small beat
// in a gap wins, without searching back. Time is linear in the number of candidates, of which
// there are at most 1 / refractory a second whatever the signal.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "beats/merit.hpp"
#include "beats/sorted_window.hpp"

namespace telltale::beats {

/// Points of the slope that stand for a candidate's shape.
inline constexpr std::size_t shape_length = 24;

/// The evidence that a candidate is a beat lies within this, either way.
inline constexpr float highest_evidence = 12;

class BeatSearch {
public:
    /// A candidate with what its lead says of it. Those far too low for a beat are left out.
    struct Judged {
        std::int64_t index = 0;  ///< Of the energy value, from the start of the stream.
        float evidence = 0;      ///< Natural logarithm of the odds that it is a beat.
        float height = 0;        ///< Octaves above the level of the beats around.
    };
    /// What the lead looks like around a second.
    struct View {
        float level = 0;     ///< log2 of the beats' slope in microvolts.
        float contrast = 0;  ///< Octaves that the beats stand out from what lies between them.
    };

    /// Values a second, what an energy's root is multiplied by to give microvolts, and the
    /// shortest interval between candidates in seconds.
    BeatSearch(double rate, double scale, double refractory_s);

    /// Takes the next values of energy and slope, as many of both.
    void push(std::span<const double> energy, std::span<const float> slope);
    /// Ends the stream: everything is settled.
    void finish();
    /// The candidates settled since the last call, in order. One is settled at most `latency_s`
    /// after it was pushed.
    [[nodiscard]] std::vector<Judged> take();
    /// No candidate before this index will come any more.
    [[nodiscard]] std::int64_t settled_before() const { return settled_before_; }
    /// The views of the seconds settled since the last call.
    [[nodiscard]] std::vector<View> take_views();
    /// Values in a second, as views count them.
    [[nodiscard]] std::int64_t block() const { return block_; }

    static constexpr double latency_s = 32;

    /// Every candidate with its measures as it is linked, for those who train the network.
    struct Described {
        std::int64_t index;
        MeritMeasures measures;
        ContextMeasures context;
    };
    std::vector<Described>* describe_to = nullptr;

private:
    // Values to each side that a shape can need: 200 ms at the highest rate, 360 Hz.
    static constexpr std::int64_t longest_reach = 96;

    struct Candidate {
        std::int64_t index = 0;
        double energy = 0;
        float height = 0;          // log2 of the height in microvolts
        float sharp = 0;           // log2 of the share of the energy that its narrow middle holds
        float quick = 0;           // log2 of the quicker slopes' share
        float slow = 0;            // log2 of the slower slopes' share
        float amplitude = 0;       // log2 of the range of the integrated slope, in microvolts
        float first_evidence = 0;  // the first network's
        std::array<float, shape_length> shape{};  // slope around the steepest point, unit length
    };
    struct Block {
        float peak = -40;   // log2 of the highest candidate
        float floor = -40;  // log2 of the middle value
        float level = 0, low_level = 0, high_level = 0, long_level = 0, floor_around = 0;
        float interval = 0;           // between likely beats, values
        float believed_interval = 0;  // between beats the first network believes in
    };

    Candidate& candidate(std::int64_t number) {
        return candidates_[static_cast<std::size_t>(number - first_kept_)];
    }
    [[nodiscard]] std::int64_t candidate_count() const {
        return first_kept_ + static_cast<std::int64_t>(candidates_.size());
    }
    [[nodiscard]] std::int64_t block_of(std::int64_t index) const { return index / block_; }
    Block& block(std::int64_t number) {
        return blocks_[static_cast<std::size_t>(number - first_block_)];
    }
    [[nodiscard]] float log2_height(double energy) const;

    void find_peaks();
    void add_candidate(std::int64_t index, double energy);
    void close_blocks(bool all);
    void measure_block(std::int64_t number);
    void describe_shape(Candidate& c);
    void measure_level(std::int64_t number, std::int64_t closed);
    float interval_around(std::int64_t number, const std::vector<std::int64_t>& beats,
                          std::size_t& from);
    MeritMeasures measures(std::int64_t number, std::int64_t block_number);
    ContextMeasures context(std::int64_t number, std::int64_t block_number);
    struct Around;
    Around around(std::int64_t number, std::int64_t block_number,
                  const std::vector<std::int64_t>& beats, std::size_t from);
    void forget();

    double rate_;
    float scale_, amplitude_scale_;
    std::int64_t refractory_;  // in values, as all lengths below
    std::int64_t block_;
    std::int64_t half_, wide_, narrow_, quick_lag_, slow_lag_;
    std::array<std::int64_t, shape_length> shape_offsets_{};

    // The signals since index kept_from_.
    std::vector<double> energy_;
    std::vector<float> slope_;
    std::int64_t kept_from_ = 0;
    std::int64_t pushed_ = 0;
    std::int64_t scanned_ = 0;

    std::vector<Candidate> candidates_;
    std::int64_t first_kept_ = 0;  // number of candidates_[0]
    std::vector<Block> blocks_;
    std::int64_t first_block_ = 0;  // number of blocks_[0]
    std::int64_t closed_blocks_ = 0, levelled_blocks_ = 0, judged_blocks_ = 0, linked_blocks_ = 0;
    SortedWindow level_window_, long_window_;  // block peaks around the block in hand
    std::int64_t level_end_ = 0, long_end_ = 0;
    std::vector<std::int64_t> likely_;  // numbers of likely beats
    std::size_t likely_from_ = 0;
    std::vector<std::int64_t> believed_;  // numbers of beats the first network believes in
    std::size_t believed_from_ = 0;
    std::int64_t next_peak_ = 0;       // candidates whose block has its peak
    std::int64_t next_level_ = 0;      // candidates that are likely or not
    std::int64_t next_judged_ = 0;     // candidates that the first network has seen
    std::int64_t next_link_ = 0;       // candidates that are decided
    std::int64_t settled_before_ = 0;  // candidates below this index are decided
    std::vector<Judged> judged_;
    std::vector<View> views_;
    std::vector<float> scratch_;
};

}  // namespace telltale::beats
