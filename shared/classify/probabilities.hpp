// From a network's output to probabilities.
#pragma once

#include <span>

#include "classify/card.hpp"

namespace telltale::classify {

/// Writes one beat's probabilities, one a class: the output itself, or its softmax if the card
/// says that it holds logits.
void to_probabilities(const OutputCard& card, std::span<const float> output, std::span<float> out);

}  // namespace telltale::classify
