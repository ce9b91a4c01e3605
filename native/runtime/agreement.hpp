// When two runtimes give the same answers: the rule by which `telltale export` keeps or refuses a
// model. LibTorch and ONNX Runtime sum in different orders, so single precision makes them differ.
#pragma once

#include <cstddef>
#include <span>

#include "classify/card.hpp"

namespace telltale::runtime {

/// How far apart two runtimes are on the same beats. They agree if
/// - no probability differs by more than 1e-4: probabilities are what a person is shown;
/// - no logit differs by more than 1e-4 times the largest |logit| (or 1, if that is larger): a
///   float's rounding is relative, and a long recurrent sum is as large as its terms. Certain
///   answers hide differences of the graph in their probabilities; this one sees them.
/// Of a graph that ends in a softmax only the first is asked.
struct Agreement {
    static constexpr double largest_difference = 1e-4;

    std::size_t beats = 0;
    /// Largest absolute differences; NaN where a value is no number. `logits` is 0 where the
    /// output is probabilities.
    double probabilities = 0, logits = 0;
    double logits_limit = largest_difference;  ///< What `logits` may be at most.

    [[nodiscard]] bool good() const {
        return probabilities <= largest_difference && logits <= logits_limit;
    }
};

/// Compares [beats, classes] row-major outputs of the same length, a multiple of `classes`.
[[nodiscard]] Agreement compare_outputs(const classify::OutputCard& card, std::size_t classes,
                                        std::span<const float> expected,
                                        std::span<const float> got);

}  // namespace telltale::runtime
