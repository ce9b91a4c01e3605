#include "train/loop/scores.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace telltale::train {

std::optional<evaluate::Roc> roc(std::span<const float> logits,
                                 std::span<const std::uint8_t> labels,
                                 std::span<const std::size_t> rows, std::size_t positive,
                                 std::size_t classes) {
    std::vector<float> scores;
    std::vector<std::uint8_t> members;
    scores.reserve(rows.size());
    members.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = logits.subspan(i * classes, classes);
        const double largest = *std::ranges::max_element(row);
        double others = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            if (c != positive) others += std::exp(row[c] - largest);
        }
        // The logarithm of the odds ranks beats as the probability does, and does not come to rest
        // at 1 where a network is sure.
        constexpr double least = 1e-300;
        scores.push_back(
            static_cast<float>(row[positive] - largest - std::log(std::max(others, least))));
        members.push_back(labels[rows[i]] == positive ? 1 : 0);
    }
    return evaluate::roc(scores, members);
}

}  // namespace telltale::train
