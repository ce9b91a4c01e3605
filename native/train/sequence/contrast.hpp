// The sequence model in the leaky protocol of `heartbeat`, for contrast: beats of one patient are
// on both sides of the split. It tells what a figure of that kind is worth beside an honest one.
#pragma once

#include <filesystem>

#include "train/loop/progress.hpp"
#include "train/loop/scores.hpp"
#include "train/sequence/bank.hpp"
#include "train/sequence/recipe.hpp"

namespace telltale::train {

/// One network of the recipe's settings learns from the beats that are not in the official test
/// part of `heartbeat`, and is judged on those that are; test beats are seen as neighbours, their
/// labels are not. No synthetic patients, which would carry test beats' labels. Paced records stay
/// out, as the recipe has it.
[[nodiscard]] Result<Confusion> leaky_contrast(const SequenceRecipe& recipe,
                                               const std::filesystem::path& folder,
                                               Display& display);

/// The same on a bank of real recordings; `test` says for each of its beats on which side it is.
[[nodiscard]] Result<Confusion> leaky_contrast(const SequenceRecipe& recipe, Bank bank,
                                               const std::vector<std::vector<bool>>& test,
                                               Display& display);

}  // namespace telltale::train
