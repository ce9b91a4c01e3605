// Naming beats that are cut out already: each row of a formats::BeatSet is an input as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "classify/analysis.hpp"
#include "classify/card.hpp"
#include "formats/formats.hpp"

namespace telltale::classify {

/// Steps like Analysis: next_batch() hands out rows, accept() takes the network's output back.
class BeatRows {
public:
    /// The set and the card must live as long. An error if the model takes no rows of this length,
    /// or if values are missing.
    [[nodiscard]] static Result<BeatRows> open(const formats::BeatSet& set, const Card& card);

    /// The next rows; nothing when all are named. The views stay valid until accept().
    [[nodiscard]] std::optional<Batch> next_batch(std::size_t max_beats);
    [[nodiscard]] Result<void> accept(std::span<const float> output);

    [[nodiscard]] const formats::BeatSet& set() const { return *set_; }
    /// One class of the model a beat, of those named so far.
    [[nodiscard]] std::span<const std::size_t> given() const { return given_; }
    /// Rows of one value a class.
    [[nodiscard]] std::span<const float> probabilities() const { return probabilities_; }

private:
    const formats::BeatSet* set_ = nullptr;
    const Card* card_ = nullptr;
    std::vector<std::int64_t> shape_;
    std::vector<std::size_t> given_;
    std::vector<float> probabilities_;
    std::size_t handed_out_ = 0;  // rows of the batch under way
};

/// The class of each of the set's label names; nothing unless every label is one. Labels are
/// classes by name or by number, counted from 0 or, where no label is 0 and the highest is the
/// number of classes, from 1.
[[nodiscard]] std::optional<std::vector<std::size_t>> classes_of_labels(
    const formats::BeatSet& set, std::span<const std::string> classes);

}  // namespace telltale::classify
