#include "synth/random.hpp"

#include <bit>
#include <cmath>

#include "numbers/mixing.hpp"

namespace telltale::synth {

Random::Random(std::uint64_t seed) {
    numbers::Draws draws(seed);
    for (std::uint64_t& word : state_) word = draws.next();
}

std::uint64_t Random::bits() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Random::normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
}

double bell(double x) {
    // exp(-y) = exp(-y / 256)^256, the small one from its series.
    const double y = -x * x / 2 / 256;
    double e = 1 + y * (1 + y / 2 * (1 + y / 3 * (1 + y / 4 * (1 + y / 5 * (1 + y / 6)))));
    for (int i = 0; i < 8; ++i) e *= e;
    return e;
}

double wave(double x) {
    x -= std::floor(x + 0.5);  // now in [-0.5, 0.5)
    if (x > 0.25) x = 0.5 - x;
    if (x < -0.25) x = -0.5 - x;
    const double a = x * 6.283185307179586, b = a * a;
    return a *
           (1 - b / 6 * (1 - b / 20 * (1 - b / 42 * (1 - b / 72 * (1 - b / 110 * (1 - b / 156))))));
}

}  // namespace telltale::synth
