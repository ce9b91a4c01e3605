#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;
using namespace telltale::rhythm::tests;
using Catch::Approx;

TEST_CASE("heart rate of steady beats") {
    const Summary s = summary(tests::beats("NNNNNNNNNNN", 800));
    REQUIRE(s.heart_rate);
    CHECK(s.heart_rate->mean_bpm == 75);
    CHECK(s.heart_rate->intervals == 10);
    CHECK(s.heart_rate->averaged_over == 8);
    CHECK(s.heart_rate->minimum.bpm == 75);
    CHECK(s.heart_rate->maximum.bpm == 75);
    CHECK(s.heart_rate->maximum.first == 0);
    CHECK(s.heart_rate->maximum.last == 6400);
    CHECK(s.heart_rate->p5_bpm == 75);
}

TEST_CASE("extremes are averages over eight intervals, with their place") {
    // 8 intervals of 1 000, then 8 of 500, then 4 of 1 000.
    std::vector<std::int64_t> rr(8, 1000);
    rr.insert(rr.end(), 8, 500);
    rr.insert(rr.end(), 4, 1000);
    const Summary s = summary(with_intervals(rr, 100));
    CHECK(s.heart_rate->minimum.bpm == 60);
    CHECK(s.heart_rate->minimum.first == 100);
    CHECK(s.heart_rate->minimum.last == 8100);
    CHECK(s.heart_rate->maximum.bpm == 120);
    CHECK(s.heart_rate->maximum.first == 8100);
    CHECK(s.heart_rate->maximum.last == 12100);
    CHECK(s.heart_rate->mean_bpm == 75);  // 20 intervals in 16 s
    // 13 averages: 60, then 480 / (8 - k / 2) up to 120, then down to 480 / 6 = 80.
    CHECK(s.heart_rate->p5_bpm == Approx(60 + 0.6 * (64 - 60)));
    CHECK(s.heart_rate->p95_bpm == Approx(106.6667 + 0.4 * (120 - 106.6667)).epsilon(1e-6));
}

TEST_CASE("a short recording is averaged over what it has") {
    const Summary s = summary(tests::beats("NNN", 1000));
    CHECK(s.heart_rate->averaged_over == 2);
    CHECK(s.heart_rate->minimum.bpm == 60);
}

TEST_CASE("pauses are at least the threshold, and not across unreadable signal") {
    const auto list = with_intervals({1000, 2500, 2499, 3000, 1000});
    const Summary s = summary(list);
    REQUIRE(s.pauses);
    REQUIRE(s.pauses->size() == 2);
    CHECK(s.pauses->at(0).seconds == 2.5);
    CHECK(s.pauses->at(0).first == 1000);
    CHECK(s.pauses->at(0).last == 3500);
    CHECK(s.longest_rr->seconds == 3);
    CHECK(summary(list, {}, {.pause_s = 2.0}).pauses->size() == 3);

    const Summary hidden = summary(list, {{7000, 7100}});  // inside the interval of 3 s
    CHECK(hidden.pauses->size() == 1);
    CHECK(hidden.longest_rr->seconds == 2.5);
    CHECK(hidden.unreadable_s == 0.1);

    // A beat that is set aside does not make a pause of the interval across it either.
    auto marked = tests::beats("NNNNNxNNNNN", 1300);
    CHECK(summary(marked).pauses->empty());
    marked.erase(marked.begin() + 5);
    CHECK(summary(marked).pauses->size() == 1);
}

TEST_CASE("slow and fast episodes") {
    std::vector<std::int64_t> rr(20, 800);
    rr.insert(rr.end(), 10, 1500);  // 40 bpm, 15 s
    rr.insert(rr.end(), 20, 800);
    rr.insert(rr.end(), 40, 400);  // 150 bpm, 16 s
    rr.insert(rr.end(), 20, 800);
    const auto list = with_intervals(rr);
    const Summary s = summary(list);
    // They begin and end where the rate changes, and their mean is their rate.
    REQUIRE(s.bradycardia->size() == 1);
    const Episode& slow = s.bradycardia->front();
    CHECK(slow.extreme_bpm == 40);
    CHECK(slow.first == list[20].sample);
    CHECK(slow.last == list[30].sample);
    CHECK(slow.beats == 11);
    CHECK(slow.mean_bpm == 40);
    REQUIRE(s.tachycardia->size() == 1);
    const Episode& fast = s.tachycardia->front();
    CHECK(fast.extreme_bpm == 150);
    CHECK(fast.first == list[50].sample);
    CHECK(fast.last == list[90].sample);
    CHECK(fast.mean_bpm == 150);
    CHECK(summary(list, {}, {.bradycardia_bpm = 39}).bradycardia->empty());
    CHECK(summary(list, {}, {.tachycardia_bpm = 150}).tachycardia->empty());
    CHECK(summary(list, {}, {.rate_episode_s = 15.5}).bradycardia->empty());

    // Something unreadable in the fast stretch parts it in two.
    const auto middle = list[70].sample;
    const Summary parted = summary(list, {{middle - 1, middle + 1}}, {.rate_episode_s = 5});
    CHECK(parted.tachycardia->size() == 2);
    CHECK(parted.beats_in_unreadable == 1);
}

TEST_CASE("a rate that wavers about the threshold is one episode, and fast by its own mean") {
    std::vector<std::int64_t> rr(20, 800);
    for (int i = 0; i < 10; ++i) {
        rr.insert(rr.end(), 30, 560);  // 107 bpm, 17 s
        rr.insert(rr.end(), 10, 620);  // 97 bpm, 6 s
    }
    rr.insert(rr.end(), 20, 800);
    const Summary s = summary(with_intervals(rr));
    REQUIRE(s.tachycardia->size() == 1);
    CHECK(s.tachycardia->front().mean_bpm > 100);
    CHECK(s.tachycardia->front().beats > 380);

    // Single fast stretches far from each other are not joined, and short ones are none.
    std::vector<std::int64_t> apart(20, 800);
    for (int i = 0; i < 5; ++i) {
        apart.insert(apart.end(), 30, 560);
        apart.insert(apart.end(), 40, 800);
        apart.insert(apart.end(), 12, 560);
        apart.insert(apart.end(), 40, 800);
    }
    const Summary several = summary(with_intervals(apart));
    CHECK(several.tachycardia->size() == 5);
    for (const Episode& episode : *several.tachycardia) CHECK(episode.mean_bpm > 100);

    // Ten seconds that are fast throughout are fast.
    const Summary brief = summary(with_intervals(std::vector<std::int64_t>(20, 500)));
    REQUIRE(brief.tachycardia->size() == 1);
    CHECK(brief.tachycardia->front().beats == 21);
}
