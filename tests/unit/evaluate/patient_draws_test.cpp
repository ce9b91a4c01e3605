#include "evaluate/patient_draws.hpp"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "evaluate/reliability.hpp"

using namespace telltale::evaluate;

namespace {

std::optional<double> mean_of(std::span<const double> values, std::span<const std::size_t> drawn) {
    double sum = 0;
    for (const std::size_t i : drawn) sum += values[i];
    return sum / static_cast<double>(drawn.size());
}

}  // namespace

TEST_CASE("patient draws: an interval holds the figure and narrows with more patients") {
    std::vector<double> few, many;
    for (int i = 0; i < 10; ++i) few.push_back(i);
    for (int i = 0; i < 1000; ++i) many.push_back(i % 10);
    const auto wide = patient_interval(
        few.size(), [&](std::span<const std::size_t> d) { return mean_of(few, d); });
    const auto narrow = patient_interval(
        many.size(), [&](std::span<const std::size_t> d) { return mean_of(many, d); }, 300);
    REQUIRE(wide);
    REQUIRE(narrow);
    // The mean of ten draws from 0 to 9 has a standard deviation of 0.908.
    CHECK(wide->low > 4.5 - 2.2);
    CHECK(wide->low < 4.5 - 1.3);
    CHECK(wide->high > 4.5 + 1.3);
    CHECK(wide->high < 4.5 + 2.2);
    CHECK(narrow->high - narrow->low < 0.5);
    CHECK(narrow->low < 4.5);
    CHECK(narrow->high > 4.5);
}

TEST_CASE("patient draws: no interval where there is little to draw from") {
    const auto always = [](std::span<const std::size_t>) -> std::optional<double> { return 1; };
    const auto never = [](std::span<const std::size_t>) -> std::optional<double> {
        return std::nullopt;
    };
    CHECK_FALSE(patient_interval(4, always));
    CHECK(patient_interval(5, always));
    CHECK_FALSE(patient_interval(50, never));
}

TEST_CASE("reliability: probabilities that are kept have no error") {
    Reliability kept, boasted;
    for (int i = 0; i < 100; ++i) {
        kept.add(0.75, i < 75);
        boasted.add(0.995, i < 75);
    }
    CHECK(kept.error() < 1e-9);
    CHECK(boasted.error() > 0.24);
    CHECK(boasted.rows().back().beats == 100);
    kept.add(boasted);
    CHECK(kept.beats() == 200);
    kept.add(1.0, true);
    kept.add(0.0, false);
    CHECK(kept.beats() == 202);
    CHECK(Reliability{}.error() == 0);
}
