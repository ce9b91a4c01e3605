// How well one class's probability tells its beats from the rest, from a network's logits. What
// follows from the classes given is evaluate::Confusion's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "evaluate/confusion.hpp"
#include "evaluate/roc.hpp"

namespace telltale::train {

using evaluate::Confusion;

/// One class against the rest. `logits` are [rows, classes] in the order of `rows`. Nothing where
/// one side is empty or a logit is not finite.
[[nodiscard]] std::optional<evaluate::Roc> roc(std::span<const float> logits,
                                               std::span<const std::uint8_t> labels,
                                               std::span<const std::size_t> rows,
                                               std::size_t positive, std::size_t classes);

}  // namespace telltale::train
