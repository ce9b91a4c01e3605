#include "waves/p_evidence.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <vector>

namespace telltale::waves {
namespace {

Wave wave(double onset, double end) {
    Wave w;
    w.onset = {onset, 0};
    w.end = {end, 0};
    w.peak_s = (onset + end) / 2;
    return w;
}

struct Made {
    WaveMarks marks;
    std::vector<std::int64_t> r_peaks;

    void beat(double r, std::optional<double> pr) {
        marks.beats.push_back(
            {.beat = r_peaks.size(), .p = {}, .qrs = wave(r - 0.04, r + 0.05), .t = {}});
        if (pr) marks.beats.back().p = wave(r - 0.04 - *pr, r - 0.04 - *pr + 0.1);
        r_peaks.push_back(static_cast<std::int64_t>(r * 1000));
    }
    std::size_t left() {
        drop_stray_p(marks, r_peaks, 1000);
        return static_cast<std::size_t>(
            std::ranges::count_if(marks.beats, [](const BeatWaves& b) { return b.p.has_value(); }));
    }
};

TEST_CASE("P waves at one distance stay", "[waves]") {
    Made made;
    for (int i = 0; i < 20; ++i) made.beat(1 + 0.8 * i, 0.15 + 0.01 * (i % 3));
    CHECK(made.left() == 20);
}

TEST_CASE("what stands before some beats at any distance are no P waves", "[waves]") {
    Made made;
    double r = 1;
    for (int i = 0; i < 30; ++i) {
        r += 0.5 + 0.13 * (i * 7 % 5);
        made.beat(r, i % 3 == 0 ? std::optional(0.12 + 0.07 * (i % 4)) : std::nullopt);
    }
    made.marks.lone_p = {wave(3.0, 3.1)};
    CHECK(made.left() == 0);
    CHECK(made.marks.lone_p.empty());
}

TEST_CASE("early beats without P waves do not take those of the others", "[waves]") {
    Made made;
    double r = 1;
    for (int i = 0; i < 20; ++i) {  // bigeminy
        made.beat(r, 0.16);
        made.beat(r + 0.5, {});
        r += 1.6;
    }
    CHECK(made.left() == 20);
}

TEST_CASE("fibrillation in a part takes P waves out of that part only", "[waves]") {
    Made made;
    double r = 1;
    for (int i = 0; i < 40; ++i) {
        made.beat(r, 0.16);
        r += 0.8;
    }
    for (int i = 0; i < 40; ++i) {
        made.beat(r, i % 4 == 0 ? std::optional(0.1 + 0.06 * (i % 5)) : std::nullopt);
        r += 0.5 + 0.1 * (i * 7 % 5);
    }
    const std::size_t left = made.left();
    CHECK(left >= 34);
    CHECK(left <= 46);
    CHECK_FALSE(made.marks.beats[70].p);
}

TEST_CASE("of three beats nothing is judged", "[waves]") {
    Made made;
    made.beat(1, 0.16);
    made.beat(2, {});
    made.beat(3, {});
    CHECK(made.left() == 1);
    WaveMarks none;
    drop_stray_p(none, {}, 1000);
    CHECK(none.beats.empty());
}

}  // namespace
}  // namespace telltale::waves
