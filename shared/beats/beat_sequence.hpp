// Which peaks of the detection signal are beats.
//
// Every local maximum is a candidate. Its height is compared with the level of QRS complexes
// around it (the median of the largest peaks of each second, four seconds to both sides), and its
// place with the RR interval around it. The beats are the sequence of candidates with the best
// total score: heights count for, intervals that are too short or too long for the rhythm count
// against. So a T wave between two beats loses even where it is tall, and a small beat in a gap
// wins. The best sequence is found by dynamic programming; the time is linear in the number of
// candidates, of which there are at most 1 / refractory a second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace telltale::beats {

class BeatSequence {
public:
    struct Accepted {
        std::int64_t index = 0;  ///< Of the feature value, from the start of the stream.
        float confidence = 0;    ///< 0 to 1, from the height alone.
    };

    /// Feature values a second, and the shortest interval between candidates in seconds.
    BeatSequence(double rate, double refractory_s);

    /// Takes the next feature values. A beat is settled some 18 s after it was pushed.
    void push(std::span<const float> feature);
    /// Ends the stream: everything is settled.
    void finish();
    /// The beats settled since the last call, in order.
    [[nodiscard]] std::vector<Accepted> take();
    /// No beat before this index will come any more.
    [[nodiscard]] std::int64_t settled_before() const { return settled_before_; }

private:
    struct Candidate {
        std::int64_t index;
        float height;
        float merit = 0;         // how high against the level around, in octaves
        float interval = 0;      // RR interval around, in values
        double score = 0;        // of the best sequence that ends here
        std::int64_t previous = -1;  // number of the candidate before in that sequence
    };

    Candidate& candidate(std::int64_t number) {
        return candidates_[static_cast<std::size_t>(number - first_kept_)];
    }
    [[nodiscard]] std::int64_t candidate_count() const {
        return first_kept_ + static_cast<std::int64_t>(candidates_.size());
    }
    [[nodiscard]] std::int64_t block_of(std::int64_t index) const { return index / block_; }

    void add_candidate(std::int64_t index, float height);
    void close_blocks(bool all);
    void measure_level(std::int64_t block);
    void measure_interval(Candidate& c) const;
    void link(std::int64_t number);
    void settle(std::int64_t before);

    double rate_;
    std::int64_t refractory_;  // in values, as all lengths below
    std::int64_t block_;

    std::int64_t pushed_ = 0;
    float last_ = 0, before_last_ = 0;

    std::deque<Candidate> candidates_;
    std::int64_t first_kept_ = 0;  // number of candidates_[0]
    std::vector<float> block_peaks_;
    std::vector<float> block_levels_;
    std::vector<std::int64_t> likely_;  // indices of likely beats, for the RR interval
    std::int64_t next_peak_ = 0;    // candidates whose block has its peak
    std::int64_t next_level_ = 0;   // candidates whose merit is known
    std::int64_t next_link_ = 0;    // candidates that are linked
    std::int64_t last_settled_ = -1;
    std::int64_t settled_before_ = 0;  // candidates below this index are decided
    std::vector<Accepted> accepted_;
};

}  // namespace telltale::beats
