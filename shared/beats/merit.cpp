#include "beats/merit.hpp"

#include <algorithm>
#include <cstring>

namespace telltale::beats {
namespace {

constexpr std::size_t first_width = 24, second_width = 8;

// A layer's sums side by side, four to a register: on all machines that Telltale meets.
using Four = float __attribute__((vector_size(4 * sizeof(float))));

template <std::size_t n>
class Sums {
public:
    [[gnu::always_inline]] explicit Sums(const std::array<float, n>& start) {
        std::memcpy(sums_.data(), start.data(), sizeof sums_);
    }
    [[gnu::always_inline]] void add(const std::array<float, n>& weights, float x) {
        for (std::size_t i = 0; i < n / 4; ++i) {
            Four w;
            std::memcpy(&w, weights.data() + 4 * i, sizeof w);
            sums_[i] += w * x;
        }
    }
    /// What comes out of the layer's rectifiers.
    [[nodiscard, gnu::always_inline]] std::array<float, n> rectified() const {
        std::array<float, n> out;
        std::memcpy(out.data(), sums_.data(), sizeof sums_);
        for (float& x : out) x = std::max(x, 0.0F);
        return out;
    }

private:
    std::array<Four, n / 4> sums_;
};

/// Two hidden layers of rectifiers, and one output.
template <std::size_t inputs>
struct Network {
    std::array<std::array<float, first_width>, inputs> first;
    std::array<float, first_width> first_bias;
    std::array<std::array<float, second_width>, first_width> second;
    std::array<float, second_width> second_bias;
    std::array<float, second_width> last;
    float last_bias;

    [[nodiscard, gnu::always_inline]] float operator()(const std::array<float, inputs>& x) const {
        Sums<first_width> a(first_bias);
        for (std::size_t i = 0; i < inputs; ++i) a.add(first[i], x[i]);
        const auto h = a.rectified();
        Sums<second_width> b(second_bias);
        for (std::size_t i = 0; i < first_width; ++i) b.add(second[i], h[i]);
        const auto out = b.rectified();
        float sum = last_bias;
        for (std::size_t i = 0; i < second_width; ++i) sum += last[i] * out[i];
        return sum;
    }
};

constexpr Network<measure_count> merit_network = {
#include "beats/merit_weights.inc"
};
constexpr Network<context_count> context_network = {
#include "beats/context_weights.inc"
};
constexpr Network<fusion_count> fusion_network = {
#include "beats/fusion_weights.inc"
};

}  // namespace

float evidence(const MeritMeasures& measures) {
    return merit_network(measures);
}

float evidence_in_context(const ContextMeasures& measures) {
    return context_network(measures);
}

float evidence_of_leads(const FusionMeasures& measures) {
    return fusion_network(measures);
}

}  // namespace telltale::beats
