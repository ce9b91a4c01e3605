#include "classify/probabilities.hpp"

#include <algorithm>
#include <cmath>

namespace telltale::classify {

void to_probabilities(const OutputCard& card, std::span<const float> output, std::span<float> out) {
    if (!card.logits) {
        std::ranges::copy(output, out.begin());
        return;
    }
    // In double, largest first, so that no exponential overflows.
    const double largest = std::ranges::max(output);
    double sum = 0;
    for (const float logit : output) sum += std::exp((logit - largest) / card.temperature);
    for (std::size_t i = 0; i < output.size(); ++i)
        out[i] = static_cast<float>(std::exp((output[i] - largest) / card.temperature) / sum);
}

}  // namespace telltale::classify
