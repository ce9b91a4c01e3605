// Sample entropy against its definition, counted pair by pair.
#include "signal/sample_entropy.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <vector>

using namespace telltale;
using Catch::Matchers::WithinAbs;

namespace {

double by_definition(const std::vector<double>& rr, double tolerance) {
    const auto alike = [&](double a, double b) {
        return std::abs(a - b) < tolerance * 0.5 * (a + b);
    };
    double one = 0.5, two = 0.5;
    for (std::size_t i = 0; i + 1 < rr.size(); ++i) {
        for (std::size_t k = i + 1; k + 1 < rr.size(); ++k) {
            if (!alike(rr[i], rr[k])) continue;
            one += 1;
            two += alike(rr[i + 1], rr[k + 1]) ? 1 : 0;
        }
    }
    return -std::log(two / one);
}

}  // namespace

TEST_CASE("sliding sample entropy is that of each stretch by itself") {
    std::vector<double> rr;
    for (int i = 0; i < 300; ++i) {
        const double x = 0.7548776662 * i * (i + 3);
        rr.push_back(i < 100 ? 0.8 : i < 200 ? 0.5 + x - std::floor(x) : i % 2 == 0 ? 0.6 : 1.0);
    }
    for (const std::size_t window : {3, 24, 48}) {
        const auto got = signal::sample_entropies(rr, window, 0.06);
        REQUIRE(got.size() == rr.size() - window + 1);
        for (std::size_t i = 0; i < got.size(); ++i) {
            const auto from = rr.begin() + static_cast<std::ptrdiff_t>(i);
            const std::vector<double> stretch(from, from + static_cast<std::ptrdiff_t>(window));
            CHECK_THAT(got[i], WithinAbs(by_definition(stretch, 0.06), 1e-12));
        }
    }
}

TEST_CASE("too few intervals have no sample entropy") {
    const std::vector<double> rr(10, 0.8);
    CHECK(signal::sample_entropies(rr, 11, 0.06).empty());
    CHECK(signal::sample_entropies(rr, 2, 0.06).empty());
    CHECK(signal::sample_entropies({}, 3, 0.06).empty());
    CHECK(signal::sample_entropies(rr, 10, 0.06).size() == 1);
}
