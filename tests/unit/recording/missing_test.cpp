#include "recording/missing.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <vector>

using namespace telltale;

namespace {

std::vector<float> without(std::size_t length, std::vector<Interval> gaps) {
    std::vector<float> lead(length, 0.1F);
    for (const Interval& gap : gaps)
        for (std::int64_t i = gap.first; i < gap.last; ++i)
            lead[static_cast<std::size_t>(i)] = std::numeric_limits<float>::quiet_NaN();
    return lead;
}

}  // namespace

TEST_CASE("a gap counts once a beat may hide in it, and only where no lead has samples") {
    // 100 Hz: 0.05 s are five samples.
    const auto a = without(300, {{10, 14}, {50, 55}, {100, 150}, {290, 300}});
    const auto b = without(300, {{0, 20}, {120, 200}, {290, 300}});
    const std::array<std::span<const float>, 1> one = {a};
    CHECK(missing_stretches(one, 100) == std::vector<Interval>{{50, 55}, {100, 150}, {290, 300}});
    const std::array<std::span<const float>, 2> both = {a, b};
    CHECK(missing_stretches(both, 100) == std::vector<Interval>{{120, 150}, {290, 300}});
    CHECK(missing_stretches({}, 100).empty());
}
