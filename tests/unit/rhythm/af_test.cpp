#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <random>

#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;
using namespace telltale::rhythm::tests;
using Catch::Approx;

namespace {

/// `count` intervals around 800 ms: `spread` ms either way, each drawn anew.
void add_irregular(std::vector<std::int64_t>& rr, std::mt19937& random, int count, int spread) {
    for (int i = 0; i < count; ++i)
        rr.push_back(800 - spread + static_cast<int>(random() % static_cast<unsigned>(2 * spread)));
}

}  // namespace

TEST_CASE("an irregular stretch is an AF candidate, and regular rhythm is not") {
    std::mt19937 random(1);
    std::vector<std::int64_t> rr;
    add_irregular(rr, random, 200, 15);
    add_irregular(rr, random, 200, 350);
    add_irregular(rr, random, 200, 15);
    const auto list = with_intervals(rr);
    const Summary s = summary(list);
    REQUIRE(s.af);
    REQUIRE(s.af->episodes.size() == 1);
    const Episode& episode = s.af->episodes.front();
    // The window is 48 intervals, so an edge is right to within half of it.
    CHECK(std::abs(episode.first - list[200].sample) < 24 * 800);
    CHECK(std::abs(episode.last - list[400].sample) < 24 * 800);
    CHECK(s.af->seconds == Approx(static_cast<double>(episode.last - episode.first) / 1000));
    CHECK(s.af->percent == Approx(100 * s.af->seconds / s.duration_s).epsilon(1e-3));
    CHECK(summary(list, {}, {.af_min_s = 1000}).af->episodes.empty());
}

TEST_CASE("ectopy, bigeminy and breathing are no AF candidates") {
    std::mt19937 random(2);
    std::vector<std::int64_t> alternating, breathing;
    for (int i = 0; i < 300; ++i) {
        alternating.push_back((i % 2 ? 1000 : 600) + static_cast<int>(random() % 20));
        breathing.push_back(800 + 40 * std::abs(i % 8 - 4) + static_cast<int>(random() % 20));
    }
    CHECK(summary(with_intervals(alternating)).af->episodes.empty());
    CHECK(summary(with_intervals(breathing)).af->episodes.empty());
}

TEST_CASE("irregularity cannot be told from few beats or without classes") {
    CHECK_FALSE(summary(tests::beats(std::string(48, 'N'))).af);
    CHECK(summary(tests::beats(std::string(49, 'N'))).af);
    CHECK_FALSE(summary(tests::beats(std::string(100, 'V'))).af);
    const auto list = tests::beats(std::string(100, 'N'));
    CHECK_FALSE(
        analyse({.beats = list, .sampling_rate = 1000, .length = 100'000, .classified = false})
            ->af);
}
