#include "signal/wavelet.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cstdint>
#include <numeric>
#include <vector>

using namespace telltale::signal;
using Catch::Matchers::WithinAbs;

namespace {

// Whole numbers over 256, so that any language makes the same values. The expected figures below
// are those of PyWavelets 1.4.1 for them: wavedec and waverec with 'db4', mode 'symmetric'.
std::vector<double> signal_of(std::size_t n) {
    std::vector<double> values;
    std::uint64_t state = 12345;
    for (std::size_t i = 0; i < n; ++i) {
        state = (state * 1103515245 + 12345) % 2147483648;
        values.push_back(
            (static_cast<double>((i * i) % 97) * 4 + static_cast<double>((state >> 16) % 64) - 32) /
            256);
    }
    return values;
}

std::vector<float> denoised(std::size_t n) {
    const std::vector<double> values = signal_of(n);
    std::vector<float> out(values.begin(), values.end());
    db4_denoise(out, 7);
    return out;
}

}  // namespace

TEST_CASE("three levels of the wavelet transform are those of PyWavelets") {
    std::vector<double> current = signal_of(64);
    const std::vector<std::size_t> lengths = {35, 21, 14};
    const std::vector<double> first_detail = {0.03102388, -0.000281461, 0.150657562};
    const std::vector<double> last_detail = {0.691705041, 0.455338541, -0.156788193};
    for (std::size_t level = 0; level < 3; ++level) {
        const WaveletStep step = db4_split(current);
        REQUIRE(step.detail.size() == lengths[level]);
        REQUIRE(step.approximation.size() == lengths[level]);
        CHECK_THAT(step.detail.front(), WithinAbs(first_detail[level], 1e-9));
        CHECK_THAT(step.detail.back(), WithinAbs(last_detail[level], 1e-9));
        current = step.approximation;
    }
    const std::vector<double> expected = {
        0.269239436, 0.314191926, 0.239901792, 0.4288854,   -0.079926646, 1.398960331, 1.935958716,
        2.706728341, 2.514884211, 1.870056355, 3.221126551, 2.195048991,  2.96069185,  3.416085158};
    for (std::size_t i = 0; i < expected.size(); ++i)
        CHECK_THAT(current[i], WithinAbs(expected[i], 1e-9));
}

TEST_CASE("what was split is joined again, whatever the length") {
    for (std::size_t n = 1; n < 70; ++n) {
        const std::vector<double> values = signal_of(n);
        const WaveletStep step = db4_split(values);
        const std::vector<double> joined = db4_join(step.approximation, step.detail, n);
        REQUIRE(joined.size() == n);
        for (std::size_t i = 0; i < n; ++i) REQUIRE_THAT(joined[i], WithinAbs(values[i], 1e-12));
    }
}

TEST_CASE("denoising over seven levels is that of PyWavelets") {
    struct Case {
        std::size_t n;
        std::vector<double> first, last;
        double sum, energy;
    };
    const std::vector<Case> cases = {
        {360,
         {0.495524728, 0.505262587, 0.515121675, 0.525101708, 0.535213801, 0.545455717},
         {0.773681786, 0.774200581, 0.774807344, 0.775509361},
         266.936326847,
         198.85805971},
        {187,
         {0.480431436, 0.489954828, 0.499602795, 0.509375668, 0.519277826, 0.529309007},
         {0.888346299, 0.889660603, 0.890998476, 0.892344584},
         141.556753884,
         108.949575358},
        {33,
         {0.554380654, 0.566309959, 0.578424075, 0.590726606, 0.603188743, 0.61582031},
         {0.768201684, 0.771662476, 0.774330173, 0.776540839},
         22.859013051,
         15.97428831}};
    for (const Case& c : cases) {
        const std::vector<float> out = denoised(c.n);
        for (std::size_t i = 0; i < c.first.size(); ++i)
            CHECK_THAT(out[i], WithinAbs(c.first[i], 1e-6));
        for (std::size_t i = 0; i < c.last.size(); ++i)
            CHECK_THAT(out[c.n - c.last.size() + i], WithinAbs(c.last[i], 1e-6));
        CHECK_THAT(std::accumulate(out.begin(), out.end(), 0.0), WithinAbs(c.sum, 1e-4));
        CHECK_THAT(std::inner_product(out.begin(), out.end(), out.begin(), 0.0),
                   WithinAbs(c.energy, 1e-4));
    }
}

TEST_CASE("a constant stays, and so does what is too short") {
    std::vector<float> flat(100, 2.5F);
    db4_denoise(flat, 7);
    for (const float value : flat) CHECK_THAT(value, WithinAbs(2.5, 1e-6));
    std::vector<float> one = {3.0F};
    db4_denoise(one, 7);
    CHECK(one[0] == 3.0F);
    db4_denoise({}, 7);
}
