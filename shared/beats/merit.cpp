#include "beats/merit.hpp"

#include <algorithm>

namespace telltale::beats {
namespace {

#include "beats/merit_weights.inc"

}  // namespace

float evidence(const MeritMeasures& measures) {
    std::array<float, first_width> a = first_bias;
    for (std::size_t i = 0; i < measure_count; ++i)
        for (std::size_t j = 0; j < first_width; ++j) a[j] += first_weights[i][j] * measures[i];
    std::array<float, second_width> b = second_bias;
    for (std::size_t i = 0; i < first_width; ++i) {
        const float x = std::max(a[i], 0.0F);
        for (std::size_t j = 0; j < second_width; ++j) b[j] += second_weights[i][j] * x;
    }
    float sum = last_bias;
    for (std::size_t i = 0; i < second_width; ++i)
        sum += last_weights[i] * std::max(b[i], 0.0F);
    return sum;
}

}  // namespace telltale::beats
