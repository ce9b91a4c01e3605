#include "signal/sample_entropy.hpp"

#include "signal/exact_math.hpp"

namespace telltale::signal {

std::vector<double> sample_entropies(std::span<const double> rr, std::size_t window,
                                     double tolerance) {
    if (window < 3 || rr.size() < window) return {};
    const auto alike = [&](std::size_t i, std::size_t k) {
        const double apart = rr[i] > rr[k] ? rr[i] - rr[k] : rr[k] - rr[i];
        return apart < tolerance * 0.5 * (rr[i] + rr[k]);
    };
    // Templates are the intervals that have a successor in the window. The pairs that match are
    // kept as counts from window to window.
    const std::size_t templates = window - 1;
    double one = 0, two = 0;  // pairs alike in one interval, and in their successors too
    const auto count = [&](std::size_t i, std::size_t k, double sign) {
        if (!alike(i, k)) return;
        one += sign;
        if (alike(i + 1, k + 1)) two += sign;
    };
    // Half a match is added to both, so that the quotient exists.
    const auto entropy = [&] { return -exact_log((two + 0.5) / (one + 0.5)); };

    for (std::size_t i = 0; i < templates; ++i)
        for (std::size_t k = 0; k < i; ++k) count(i, k, 1);
    std::vector<double> result{entropy()};
    result.reserve(rr.size() - window + 1);
    for (std::size_t first = 1; first + window <= rr.size(); ++first) {
        for (std::size_t k = first; k < first + templates - 1; ++k) {
            count(first - 1, k, -1);
            count(first + templates - 1, k, 1);
        }
        result.push_back(entropy());
    }
    return result;
}

}  // namespace telltale::signal
