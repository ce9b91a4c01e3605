#include "waves/joined.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <vector>

namespace telltale::waves {
namespace {

using Catch::Matchers::WithinAbs;

Wave wave(double onset, double end) {
    Wave w;
    w.onset = {onset, 0.002F};
    w.end = {end, 0.004F};
    w.peak_s = (onset + end) / 2;
    w.height_mv = 1;
    w.probability = 0.9F;
    return w;
}

WaveMarks lead(std::optional<Wave> p, double onset, double end) {
    WaveMarks marks;
    marks.beats.push_back({.beat = 3, .p = p, .qrs = wave(onset, end), .t = {}});
    return marks;
}

TEST_CASE("one lead is itself", "[waves]") {
    const std::vector<WaveMarks> leads = {lead(wave(0.8, 0.9), 1.0, 1.1)};
    const WaveMarks joined = join(leads);
    REQUIRE(joined.beats.size() == 1);
    CHECK(joined.beats[0].p);
}

TEST_CASE("two leads: from the earliest onset to the latest end", "[waves]") {
    const std::vector<WaveMarks> leads = {lead({}, 1.00, 1.10), lead(wave(0.8, 0.9), 1.01, 1.12)};
    const WaveMarks joined = join(leads);
    REQUIRE(joined.beats.size() == 1);
    CHECK(joined.beats[0].beat == 3);
    CHECK_THAT(joined.beats[0].qrs->onset.at_s, WithinAbs(1.00, 1e-9));
    CHECK_THAT(joined.beats[0].qrs->end.at_s, WithinAbs(1.12, 1e-9));
    CHECK(joined.beats[0].p);  // one of two leads is enough
}

TEST_CASE("of twelve leads the two furthest out do not count", "[waves]") {
    std::vector<WaveMarks> leads;
    for (int i = 0; i < 12; ++i)
        leads.push_back(lead(i == 0 ? std::optional(wave(0.5, 0.6)) : std::nullopt, 1.0 + 0.001 * i,
                             1.1 + 0.001 * i));
    leads[0].beats[0].qrs = wave(0.8, 1.3);  // errs on both sides
    const WaveMarks joined = join(leads);
    CHECK_THAT(joined.beats[0].qrs->onset.at_s, WithinAbs(1.002, 1e-9));
    CHECK_THAT(joined.beats[0].qrs->end.at_s, WithinAbs(1.11, 1e-9));
    CHECK_FALSE(joined.beats[0].p);  // one lead of twelve sees it
}

TEST_CASE("a lone P wave needs its share of the leads", "[waves]") {
    std::vector<WaveMarks> leads(6, lead({}, 1.0, 1.1));
    leads[0].lone_p = {wave(2.0, 2.1)};
    CHECK(join(leads).lone_p.empty());
    leads[1].lone_p = {wave(2.01, 2.11)};
    REQUIRE(join(leads).lone_p.size() == 1);
}

TEST_CASE("no leads, no waves", "[waves]") {
    CHECK(join({}).beats.empty());
}

}  // namespace
}  // namespace telltale::waves
