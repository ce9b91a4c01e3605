// A model on a few beats, or seconds, of a synthetic recording: what its network is to be given,
// and whether what it answers can be used. So hosts try a model, and hold one way of running
// networks against another.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "classify/analysis.hpp"
#include "classify/card.hpp"
#include "recording/recording.hpp"

namespace telltale::workspace {

class Trial {
public:
    /// Of a model that names beats, or of one that names rhythms.
    [[nodiscard]] static Result<Trial> open(std::span<const std::byte> onnx, std::string_view file);

    [[nodiscard]] const classify::Card& card() const { return card_; }
    /// Valid as long as the trial.
    [[nodiscard]] classify::Batch batch() const;
    /// From the network's output, a row a beat or second; an error where it does not fit.
    [[nodiscard]] Result<std::vector<float>> probabilities(std::span<const float> output) const;

private:
    struct Input {
        std::string name;
        std::vector<std::int64_t> shape;
        std::vector<float> values;
    };
    void keep(const classify::Batch& batch);
    classify::Card card_;
    std::vector<Input> inputs_;
    std::size_t rows_ = 0, first_ = 0, kept_ = 0;
};

}  // namespace telltale::workspace
