#include "runtime/agreement.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "classify/probabilities.hpp"

namespace telltale::runtime {
namespace {

// The largest |a - b| so far. A value that is not a number agrees with nothing, and stays.
void widen(double& largest, double a, double b) {
    const double difference = std::fabs(a - b);
    if (!(difference <= largest)) largest = difference;
}

}  // namespace

Agreement compare_outputs(const classify::OutputCard& card, std::size_t classes,
                          std::span<const float> expected, std::span<const float> got) {
    Agreement agreement{.beats = expected.size() / classes};
    double size = 1;
    std::vector<float> p(classes), q(classes);
    for (std::size_t start = 0; start < expected.size(); start += classes) {
        const auto a = expected.subspan(start, classes);
        const auto b = got.subspan(start, classes);
        classify::to_probabilities(card, a, p);
        classify::to_probabilities(card, b, q);
        for (std::size_t i = 0; i < classes; ++i) {
            widen(agreement.probabilities, p[i], q[i]);
            if (!card.logits) continue;
            widen(agreement.logits, a[i], b[i]);
            size = std::max(size, std::fabs(static_cast<double>(a[i])));
        }
        if (std::isnan(agreement.probabilities) || std::isnan(agreement.logits)) break;
    }
    agreement.logits_limit = Agreement::largest_difference * size;
    return agreement;
}

}  // namespace telltale::runtime
