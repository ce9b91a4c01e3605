// All recordings of a training as features: the real ones of every fold and the synthetic ones
// made from them.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "train/sequence/patient.hpp"
#include "train/sequence/recipe.hpp"

namespace telltale::train {

struct Sequence {
    std::string record;    ///< That it is, or is made from.
    std::string database;  ///< Of that record.
    std::size_t fold = 0;
    std::optional<RhythmKind> kind;    ///< Nothing for a real recording.
    std::vector<torch::Tensor> leads;  ///< [beats, features] of each lead, the first one first.
    std::vector<std::uint8_t> labels;  ///< One a beat.
    std::array<std::vector<std::int64_t>, sequence_classes> places;  ///< Beats of each class.
    torch::Tensor answers;  ///< [beats, classes]: teachers' probabilities, if any.

    [[nodiscard]] std::int64_t beats() const { return static_cast<std::int64_t>(labels.size()); }
};

using Bank = std::vector<Sequence>;

/// The features of one recording's leads with its labels.
[[nodiscard]] Sequence make_sequence(const Patient& patient,
                                     const std::vector<std::string>& groups);

/// Reads the recipe's records below `folder` and makes synthetic ones. A synthetic patient holds
/// pieces of its own fold's records only, so that what is made from a held-out record is held out
/// with it. The same recipe and seed give the same bank.
[[nodiscard]] Result<Bank> make_bank(const SequenceRecipe& recipe,
                                     const std::filesystem::path& folder,
                                     const std::function<void(std::string_view)>& progress = {});

}  // namespace telltale::train
