#include "evaluate/reliability.hpp"

#include <algorithm>
#include <cmath>

namespace telltale::evaluate {

void Reliability::add(double probability, bool right) {
    const auto above = std::ranges::upper_bound(bounds, std::max(probability, 0.0));
    Row& row = rows_[static_cast<std::size_t>(above - bounds.begin()) - 1];
    ++row.beats;
    row.right += right ? 1 : 0;
    row.probability += probability;
}

void Reliability::add(const Reliability& other) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        rows_[i].beats += other.rows_[i].beats;
        rows_[i].right += other.rows_[i].right;
        rows_[i].probability += other.rows_[i].probability;
    }
}

std::size_t Reliability::beats() const {
    std::size_t sum = 0;
    for (const Row& row : rows_) sum += row.beats;
    return sum;
}

double Reliability::error() const {
    double sum = 0;
    for (const Row& row : rows_) sum += std::fabs(row.probability - static_cast<double>(row.right));
    return beats() == 0 ? 0 : sum / static_cast<double>(beats());
}

}  // namespace telltale::evaluate
