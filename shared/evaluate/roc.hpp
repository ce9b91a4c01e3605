// The receiver operating characteristic of one class against the rest (Fawcett 2006): how many of
// the class are found, and how many others with them, as the threshold on its probability falls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace telltale::evaluate {

struct RocPoint {
    double false_positive_rate = 0, sensitivity = 0;
};

struct Roc {
    double area = 0;               ///< Under the curve; beats of equal score count half.
    std::size_t positives = 0;     ///< Beats of the class.
    std::vector<RocPoint> points;  ///< Rising, from (0, 0) to (1, 1).
};

/// `scores` are the class's probabilities, `positive` is 1 where the beat is of the class; both one
/// a beat. At most about `most_points` points, the area from all. Nothing where one side is empty,
/// or a score is not finite.
[[nodiscard]] std::optional<Roc> roc(std::span<const float> scores,
                                     std::span<const std::uint8_t> positive,
                                     std::size_t most_points = 200);

}  // namespace telltale::evaluate
