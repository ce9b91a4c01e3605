// Several leads' detection signals as one.
//
// Each second, each lead is weighted by how far its QRS complexes stand out from what lies between
// them: the height of the peaks (median over four seconds to both sides) against the floor, so that
// a noisy or failing lead loses its say within seconds, and brought to one height. The slope, which
// shapes are compared by, comes from the first lead as long as its beats can be seen, else from
// the one that stands out most. A single lead passes unchanged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace telltale::beats {

class LeadMixer {
public:
    /// Values a second, and what an energy's root is multiplied by to give microvolts.
    LeadMixer(std::size_t leads, double rate, double scale);

    /// Each lead's new energies and slopes (as many of each) go in here, then mix() is called.
    struct Input {
        std::vector<double> energy;
        std::vector<float> slope;
    };
    [[nodiscard]] std::vector<Input>& inputs() { return inputs_; }
    /// Appends what can be told so far; everything at the end of the stream.
    void mix(bool all, std::vector<double>& energy, std::vector<float>& slope);
    /// The lead that the slope at this index came from.
    [[nodiscard]] std::size_t main_lead(std::int64_t index) const;

private:
    struct Measure {
        float peak, floor;  // log2 of microvolts
    };
    struct Lead {
        std::vector<double> energy;  // since mixed_ blocks
        std::vector<float> slope;
        std::vector<Measure> measures;  // one a block
    };

    void measure(Lead& lead, std::int64_t block, std::int64_t length);
    void mix_block(std::int64_t block, std::int64_t measured, std::size_t length,
                   std::vector<double>& energy, std::vector<float>& slope);

    std::int64_t block_;
    float scale_;
    std::vector<Input> inputs_;
    std::vector<Lead> leads_;
    std::int64_t pushed_ = 0, measured_ = 0, mixed_ = 0;  // values, blocks, blocks
    std::vector<std::uint16_t> main_;                     // of each block
    std::vector<float> scratch_;
};

}  // namespace telltale::beats
