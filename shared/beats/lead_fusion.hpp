// One list of beats from what each lead says.
//
// Each lead is searched by itself, so that a lead that is off, noisy or of another shape spoils no
// other. Candidates of several leads within 90 ms are one. A small network weighs what the leads
// say of it: most by the two whose beats stand out most at that second, and by all of them
// together, beside what is known of its neighbours in time. A lead on its own decides alone.
//
// A beat's mark is set on the first lead as long as that lead's beats can be seen, so that marks
// stay on one deflection, else on the one that stands out most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "beats/beat_search.hpp"
#include "beats/merit.hpp"

namespace telltale::beats {

class LeadFusion {
public:
    struct Fused {
        std::int64_t index = 0;  ///< Of the energy value on its lead.
        std::size_t lead = 0;    ///< That the mark is set on.
        float evidence = 0;      ///< Natural logarithm of the odds.
        float height = 0;    ///< log2 of its slope in microvolts, on the lead where it is steepest.
        bool noisy = false;  ///< No lead's beats stand out here.
    };

    /// Values a second.
    LeadFusion(std::size_t leads, double rate);

    /// What the searches have settled; all leads up to the same index.
    void add(std::size_t lead, std::span<const BeatSearch::Judged> judged,
             std::span<const BeatSearch::View> views, std::int64_t block);
    /// The candidates that nothing before `settled` (or the end, if `all`) can change any more.
    [[nodiscard]] std::vector<Fused> take(std::int64_t settled, bool all);
    /// Nothing that take() will give lies before this.
    [[nodiscard]] std::int64_t undecided_from(std::int64_t settled) const {
        return settled - horizon_ - 6 * reach_;
    }

    /// Every candidate with its measures, for those who train the network.
    struct Described {
        std::int64_t index;
        FusionMeasures measures;
    };
    std::vector<Described>* describe_to = nullptr;

private:
    struct Group {
        std::int64_t index = 0;  // of its strongest candidate
        float best = 0;          // that one's evidence
        float together = 0;      // the mean of the leads' evidence, by how far they stand out
        std::vector<BeatSearch::Judged> of_lead;  // evidence -highest where there is none
    };

    void group(std::int64_t settled, bool all);
    [[nodiscard]] const BeatSearch::View& view(std::size_t lead, std::int64_t index) const;
    void weigh_up(Group& group) const;
    [[nodiscard]] FusionMeasures measures(std::size_t number) const;
    [[nodiscard]] std::size_t main_lead(std::int64_t index);

    double rate_;
    std::int64_t reach_, horizon_;  // values: within which candidates are one; neighbours' reach
    std::int64_t block_ = 1, first_block_ = 0;
    struct Lead {
        std::vector<BeatSearch::Judged> judged;  // not yet grouped
        std::vector<BeatSearch::View> views;     // since first_block_
    };
    std::vector<Lead> leads_;
    std::vector<Group> groups_;
    std::size_t next_ = 0;      // of groups_, to be decided
    std::size_t main_ = 0;      // lead that the last mark was set on
    float usual_interval_ = 1;  // s, between likely beats of late
    std::int64_t last_likely_ = -1;
};

}  // namespace telltale::beats
