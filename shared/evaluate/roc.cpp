#include "evaluate/roc.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace telltale::evaluate {

std::optional<Roc> roc(std::span<const float> scores, std::span<const std::uint8_t> positive,
                       std::size_t most_points) {
    if (scores.size() != positive.size()) return std::nullopt;
    if (!std::ranges::all_of(scores, [](float score) { return std::isfinite(score); }))
        return std::nullopt;
    const auto positives = static_cast<std::size_t>(
        std::ranges::count_if(positive, [](std::uint8_t p) { return p != 0; }));
    const std::size_t negatives = scores.size() - positives;
    if (positives == 0 || negatives == 0) return std::nullopt;
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::size_t i) { return scores[i]; });

    Roc roc{.area = 0, .positives = positives, .points = {{0, 0}}};
    const double step = 1.0 / static_cast<double>(std::max<std::size_t>(1, most_points / 2));
    std::size_t found = 0, wrong = 0;
    RocPoint before;
    for (std::size_t i = 0; i < order.size();) {
        // Beats of one score come together: no threshold parts them.
        const float score = scores[order[i]];
        for (; i < order.size() && scores[order[i]] == score; ++i)
            positive[order[i]] != 0 ? ++found : ++wrong;
        const RocPoint now = {static_cast<double>(wrong) / static_cast<double>(negatives),
                              static_cast<double>(found) / static_cast<double>(positives)};
        roc.area += (now.false_positive_rate - before.false_positive_rate) *
                    (now.sensitivity + before.sensitivity) / 2;
        const RocPoint& drawn = roc.points.back();
        if (now.false_positive_rate - drawn.false_positive_rate >= step ||
            now.sensitivity - drawn.sensitivity >= step || i == order.size())
            roc.points.push_back(now);
        before = now;
    }
    return roc;
}

}  // namespace telltale::evaluate
