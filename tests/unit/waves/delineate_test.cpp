#include "waves/delineate.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <vector>

namespace telltale::waves {
namespace {

using Catch::Matchers::WithinAbs;

constexpr double rate = 500;

/// Frames of some seconds in which nothing is anything, and a lead of ones and bumps.
struct Made {
    WaveRows rows;
    std::vector<float> p;
    std::vector<float> samples;

    explicit Made(double seconds) {
        rows.frames = static_cast<std::size_t>(seconds * frame_rate);
        rows.usable = true;
        p.assign(rows.frames * classes, 0);
        for (std::size_t f = 0; f < rows.frames; ++f) p[f * classes] = 1;
        samples.assign(static_cast<std::size_t>(seconds * rate), 1.0F);
    }
    /// As the network tells a wave: the share of each frame's 8 ms.
    void wave(std::size_t which, double from, double to, float height) {
        for (std::size_t f = 0; f < rows.frames; ++f) {
            const double t = rows.seconds(static_cast<double>(f));
            const double share = std::min(
                1.0, std::max(0.0, (std::min(t + 0.004, to) - std::max(t - 0.004, from)) / 0.008));
            p[f * classes + which] += static_cast<float>(share);
            p[f * classes] -= static_cast<float>(share);
        }
        const double middle = (from + to) / 2;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            const double away = std::abs(static_cast<double>(i) / rate - middle) / (to - from) * 2;
            if (away < 1) samples[i] += height * static_cast<float>(1 - away);
        }
    }
    [[nodiscard]] WaveMarks marks(const std::vector<std::int64_t>& r_peaks) const {
        return delineate(samples, rate, r_peaks, 0, static_cast<std::int64_t>(samples.size()), rows,
                         p);
    }
};

TEST_CASE("waves begin and end where the probability crosses one half", "[waves]") {
    Made made(4);
    made.wave(class_p, 1.203, 1.309, 0.1F);
    made.wave(class_qrs, 1.361, 1.457, 1.0F);
    made.wave(class_t, 1.55, 1.762, -0.3F);
    const WaveMarks marks = made.marks({700});
    REQUIRE(marks.beats.size() == 1);
    const BeatWaves& beat = marks.beats[0];
    REQUIRE(beat.p);
    REQUIRE(beat.qrs);
    REQUIRE(beat.t);
    CHECK_THAT(beat.p->onset.at_s, WithinAbs(1.203, 0.002));
    CHECK_THAT(beat.p->end.at_s, WithinAbs(1.309, 0.002));
    CHECK_THAT(beat.qrs->onset.at_s, WithinAbs(1.361, 0.002));
    CHECK_THAT(beat.qrs->end.at_s, WithinAbs(1.457, 0.002));
    CHECK_THAT(beat.t->onset.at_s, WithinAbs(1.55, 0.002));
    CHECK_THAT(beat.t->end.at_s, WithinAbs(1.762, 0.002));
    CHECK_THAT(beat.t->peak_s, WithinAbs(1.656, 0.003));
    CHECK_THAT(beat.t->height_mv, WithinAbs(-0.3, 0.02));
    CHECK_THAT(beat.p->height_mv, WithinAbs(0.1, 0.02));
    CHECK(beat.qrs->onset.spread_s < 0.01);
    CHECK(marks.lone_p.empty());
}

TEST_CASE("a gradual edge has a wide spread", "[waves]") {
    Made made(4);
    made.wave(class_qrs, 1.361, 1.457, 1.0F);
    made.wave(class_t, 1.55, 1.762, 0.3F);
    // The end of T fades over a tenth of a second.
    for (std::size_t f = 0; f < made.rows.frames; ++f) {
        const double t = made.rows.seconds(static_cast<double>(f));
        if (t < 1.7 || t > 1.83) continue;
        const auto share = static_cast<float>(std::clamp((1.812 - t) / 0.1, 0.0, 1.0));
        made.p[f * classes + class_t] = share;
        made.p[f * classes] = 1 - share;
    }
    const auto marks = made.marks({700});
    REQUIRE(marks.beats[0].t);
    CHECK_THAT(marks.beats[0].t->end.at_s, WithinAbs(1.762, 0.003));
    CHECK_THAT(marks.beats[0].t->end.spread_s, WithinAbs(0.034, 0.004));
}

TEST_CASE("what is not told is absent", "[waves]") {
    SECTION("no P before, no T after") {
        Made made(4);
        made.wave(class_qrs, 1.361, 1.457, 1.0F);
        const auto marks = made.marks({700});
        REQUIRE(marks.beats.size() == 1);
        CHECK_FALSE(marks.beats[0].p);
        CHECK_FALSE(marks.beats[0].t);
    }
    SECTION("a beat that no QRS is told at") {
        Made made(4);
        made.wave(class_p, 1.203, 1.309, 0.1F);
        const auto marks = made.marks({700});
        REQUIRE(marks.beats.size() == 1);
        CHECK_FALSE(marks.beats[0].qrs);
    }
    SECTION("a wave with missing samples") {
        Made made(4);
        made.wave(class_qrs, 1.361, 1.457, 1.0F);
        made.wave(class_t, 1.55, 1.762, 0.3F);
        made.samples[810] = std::nanf("");
        const auto marks = made.marks({700});
        CHECK(marks.beats[0].qrs);
        CHECK_FALSE(marks.beats[0].t);
    }
    SECTION("a wave that the frames cut") {
        Made made(4);
        made.wave(class_qrs, 3.8, 3.9, 1.0F);
        made.wave(class_t, 3.95, 4.1, 0.3F);
        const auto marks = made.marks({1925});
        CHECK(marks.beats[0].qrs);
        CHECK_FALSE(marks.beats[0].t);
    }
    SECTION("a lead that cannot be used") {
        Made made(4);
        made.wave(class_qrs, 1.361, 1.457, 1.0F);
        made.rows.usable = false;
        CHECK(made.marks({700}).beats.empty());
    }
}

TEST_CASE("a P wave that no QRS follows stands alone", "[waves]") {
    Made made(6);
    for (const double beat : {1.4, 3.8}) {
        made.wave(class_p, beat - 0.2, beat - 0.1, 0.1F);
        made.wave(class_qrs, beat - 0.04, beat + 0.05, 1.0F);
        made.wave(class_t, beat + 0.2, beat + 0.4, 0.3F);
    }
    made.wave(class_p, 2.4, 2.5, 0.1F);
    const auto marks = made.marks({700, 1900});
    REQUIRE(marks.beats.size() == 2);
    CHECK(marks.beats[0].p);
    REQUIRE(marks.beats[1].p);
    CHECK_THAT(marks.beats[1].p->onset.at_s, WithinAbs(3.6, 0.003));
    REQUIRE(marks.lone_p.size() == 1);
    CHECK_THAT(marks.lone_p[0].onset.at_s, WithinAbs(2.4, 0.003));
}

}  // namespace
}  // namespace telltale::waves
