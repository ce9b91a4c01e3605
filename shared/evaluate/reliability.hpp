// Whether a model's probabilities can be believed: of the beats that it names with some
// probability, as large a share should be right.
#pragma once

#include <array>
#include <cstddef>

namespace telltale::evaluate {

/// Beats by the probability of the class that they were given.
class Reliability {
public:
    /// The lower bounds of the rows; the last one ends at 1.
    static constexpr std::array<double, 8> bounds = {0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99};
    struct Row {
        std::size_t beats = 0, right = 0;
        double probability = 0;  ///< Sum over the beats.
    };

    void add(double probability, bool right);
    void add(const Reliability& other);
    [[nodiscard]] const std::array<Row, bounds.size()>& rows() const { return rows_; }
    [[nodiscard]] std::size_t beats() const;
    /// Mean distance between probability and share of right ones, weighted by beats (expected
    /// calibration error; Naeini, Cooper, Hauskrecht 2015). 0 without beats.
    [[nodiscard]] double error() const;

private:
    std::array<Row, bounds.size()> rows_{};
};

}  // namespace telltale::evaluate
