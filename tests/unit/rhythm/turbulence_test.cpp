// Heart rate turbulence and deceleration capacity, on series whose answer is worked out by hand.
#include "rhythm/turbulence.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;
using Catch::Approx;

namespace {

/// `premature` beats, each after 10 intervals of 800 ms: 500 ms after the last, 1 100 ms before the
/// next; then 780, 780, then a rise of 8 ms an interval over six, then 800.
std::vector<Beat> answered(int premature, std::int64_t coupling = 500, std::int64_t pause = 1100) {
    std::vector<Beat> list{{0}};
    std::int64_t at = 0;
    for (int k = 0; k < premature; ++k) {
        for (int i = 0; i < 10; ++i) list.push_back({at += 800});
        list.push_back({at += coupling, AamiClass::V});
        list.push_back({at += pause});
        for (const std::int64_t rr : {780, 780, 788, 796, 804, 812, 820, 820, 815, 810, 805, 800})
            list.push_back({at += rr});
        for (int i = 0; i < 8; ++i) list.push_back({at += 800});
    }
    return list;
}

}  // namespace

TEST_CASE("turbulence: onset and slope of a heart that answers its premature beats") {
    const Hrv hrv = *rhythm::tests::summary(answered(8)).hrv;
    CHECK(hrv.turbulence_beats == 8);
    // (780 + 780 - 1 600) / 1 600
    CHECK(*hrv.turbulence_onset_percent == Approx(-2.5));
    CHECK(*hrv.turbulence_slope_ms == Approx(8));
}

TEST_CASE("turbulence is not told of few beats, nor of late ones") {
    const Hrv few = *rhythm::tests::summary(answered(4)).hrv;
    CHECK(few.turbulence_beats == 4);
    CHECK_FALSE(few.turbulence_onset_percent);
    CHECK_FALSE(few.turbulence_slope_ms);
    CHECK(rhythm::tests::summary(answered(8, 700)).hrv->turbulence_beats == 0);
    CHECK(rhythm::tests::summary(answered(8, 500, 900)).hrv->turbulence_beats == 0);
    // Something unreadable behind each of them.
    const auto list = answered(8);
    std::vector<Interval> dark;
    for (std::size_t i = 0; i < list.size(); ++i)
        if (list[i].type == AamiClass::V)
            dark.push_back({list[i].sample + 3000, list[i].sample + 3100});
    CHECK(rhythm::tests::summary(list, dark).hrv->turbulence_beats == 0);
}

TEST_CASE("deceleration capacity of intervals that rise and fall") {
    // 800, 820, 840, 820, 800, ...: anchors at 820 after 800 and at 840 after 820.
    std::vector<std::int64_t> rr;
    for (int i = 0; i < 600; ++i) rr.insert(rr.end(), {800, 820, 840, 820});
    const Hrv hrv = *rhythm::tests::summary(rhythm::tests::with_intervals(rr)).hrv;
    // At 820: (820 + 840 - 800 - 820) / 4 = 10; at 840: (840 + 820 - 820 - 800) / 4 = 10.
    CHECK(*hrv.deceleration_capacity_ms == Approx(10));
    // A rise of more than 5 % is no anchor; and of few there is no figure.
    rr.clear();
    for (int i = 0; i < 600; ++i) rr.insert(rr.end(), {700, 800});
    CHECK_FALSE(
        rhythm::tests::summary(rhythm::tests::with_intervals(rr)).hrv->deceleration_capacity_ms);
    CHECK_FALSE(rhythm::tests::summary(rhythm::tests::with_intervals({800, 820, 840, 820, 800}))
                    .hrv->deceleration_capacity_ms);
}
