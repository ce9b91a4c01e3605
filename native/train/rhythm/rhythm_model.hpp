// What a rhythm recipe's model is to the programs that run it.
#pragma once

#include "classify/card.hpp"
#include "train/rhythm/recipe.hpp"

namespace telltale::train {

/// The card but for what its training found out.
[[nodiscard]] classify::Card rhythm_card(const RhythmRecipe& recipe);

}  // namespace telltale::train
