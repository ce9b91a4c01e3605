#include "beats/merit.hpp"

#include <algorithm>

namespace telltale::beats {
namespace {

constexpr std::size_t first_width = 16, second_width = 8;

/// Two hidden layers of rectifiers, and one output.
template <std::size_t inputs>
struct Network {
    std::array<std::array<float, first_width>, inputs> first;
    std::array<float, first_width> first_bias;
    std::array<std::array<float, second_width>, first_width> second;
    std::array<float, second_width> second_bias;
    std::array<float, second_width> last;
    float last_bias;

    [[nodiscard]] float operator()(const std::array<float, inputs>& x) const {
        std::array<float, first_width> a = first_bias;
        for (std::size_t i = 0; i < inputs; ++i)
            for (std::size_t j = 0; j < first_width; ++j) a[j] += first[i][j] * x[i];
        std::array<float, second_width> b = second_bias;
        for (std::size_t i = 0; i < first_width; ++i) {
            const float h = std::max(a[i], 0.0F);
            for (std::size_t j = 0; j < second_width; ++j) b[j] += second[i][j] * h;
        }
        float sum = last_bias;
        for (std::size_t i = 0; i < second_width; ++i) sum += last[i] * std::max(b[i], 0.0F);
        return sum;
    }
};

constexpr Network<measure_count> merit_network = {
#include "beats/merit_weights.inc"
};
constexpr Network<context_count> context_network = {
#include "beats/context_weights.inc"
};

}  // namespace

float evidence(const MeritMeasures& measures) {
    return merit_network(measures);
}

float evidence_in_context(const ContextMeasures& measures) {
    return context_network(measures);
}

}  // namespace telltale::beats
