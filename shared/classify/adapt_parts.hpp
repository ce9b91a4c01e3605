// What adapt.cpp and adapt_question.cpp have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "classify/adapt.hpp"

namespace telltale::classify {

/// The answers that hold, no beat twice.
struct Adapter::Named {
    static constexpr std::int16_t open = -1, passed = -2;
    std::vector<std::size_t> beat, label;  ///< Of those that are fitted.
    std::vector<std::size_t> passed_beats;
    std::vector<std::int16_t> of_beat;  ///< [beats]: its label, open, or passed.
};

/// Beats that are worked on together: their rows stay in the nearest cache.
inline constexpr std::size_t adapt_block = 256;

/// out[j] += sum over i of factors[i] * rows[i * stride + j], j < n.
void add_rows(float* out, const float* rows, std::size_t stride, const float* factors,
              std::size_t count, std::size_t n);

}  // namespace telltale::classify
