#include "waves/intervals.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <vector>

#include "waves/intervals_message.hpp"

namespace telltale::waves {
namespace {

using Catch::Matchers::WithinAbs;

constexpr double rate = 500;

Wave wave(double onset, double end) {
    Wave w;
    w.onset = {onset, 0.003F};
    w.end = {end, 0.003F};
    w.peak_s = (onset + end) / 2;
    w.height_mv = 0.2F;
    return w;
}

/// Beats a second apart (but for a share of breath): PR 160 ms, QRS 90 ms, QT 400 ms.
struct Made {
    Recording recording;
    WaveMarks marks;
    std::vector<std::int64_t> r_peaks;
    std::vector<bool> normal;

    explicit Made(std::size_t beats, double rr = 1) {
        const double seconds = rr * static_cast<double>(beats) + 1;
        recording.name = "made";
        recording.sampling_rate = rate;
        for (const char* name : {"I", "aVF"}) {
            Lead lead;
            lead.name = name;
            lead.samples.assign(static_cast<std::size_t>(seconds * rate), 0.5F);
            recording.leads.push_back(std::move(lead));
        }
        for (std::size_t b = 0; b < beats; ++b) {
            const double r = 0.5 + rr * static_cast<double>(b);
            r_peaks.push_back(static_cast<std::int64_t>(r * rate));
            normal.push_back(true);
            marks.beats.push_back({.beat = b,
                                   .p = wave(r - 0.2, r - 0.1),
                                   .qrs = wave(r - 0.04, r + 0.05),
                                   .t = wave(r + 0.2, r + 0.36)});
            for (std::size_t l = 0; l < 2; ++l) {
                auto& x = recording.leads[l].samples;
                const auto at = static_cast<std::size_t>(r * rate);
                x[at] += l == 0 ? 1.0F : 0.5F;       // R
                x[at + 10] -= l == 0 ? 0.0F : 0.5F;  // S
                // ST 0.1 mV below in I.
                for (std::size_t i = at + 30; i < at + 80; ++i) x[i] -= l == 0 ? 0.1F : 0.0F;
            }
        }
    }
    [[nodiscard]] Intervals of() const {
        const std::vector<std::size_t> leads = {0, 1};
        const std::vector<WaveMarks> both = {marks, marks};
        return intervals(recording, leads, both, marks, r_peaks, normal);
    }
};

TEST_CASE("QT is corrected as Bazett, Fridericia, Sagie and Hodges have it", "[waves]") {
    // 400 ms at 0.64 s (93.75 a minute).
    CHECK_THAT(corrected_qt(0.4, 0.64, Correction::bazett), WithinAbs(0.5, 1e-9));
    CHECK_THAT(corrected_qt(0.4, 0.64, Correction::fridericia), WithinAbs(0.464159, 1e-6));
    CHECK_THAT(corrected_qt(0.4, 0.64, Correction::framingham), WithinAbs(0.45544, 1e-9));
    CHECK_THAT(corrected_qt(0.4, 0.64, Correction::hodges), WithinAbs(0.4590625, 1e-9));
    for (const Correction c :
         {Correction::bazett, Correction::fridericia, Correction::framingham, Correction::hodges})
        CHECK_THAT(corrected_qt(0.4, 1, c), WithinAbs(0.4, 1e-12));
}

TEST_CASE("intervals are medians of normal beats", "[waves]") {
    Made made(20);
    // What is not normal does not count, however wide.
    made.marks.beats[7].qrs = wave(7.4, 7.6);
    made.normal[7] = false;
    const Intervals i = made.of();
    CHECK(i.all.beats == 19);
    REQUIRE(i.all.pr);
    CHECK_THAT(i.all.pr->median, WithinAbs(0.16, 1e-6));
    CHECK_THAT(i.all.qrs->median, WithinAbs(0.09, 1e-6));
    CHECK_THAT(i.all.qrs->high, WithinAbs(0.09, 1e-6));
    CHECK_THAT(i.all.qt->median, WithinAbs(0.4, 1e-6));
    CHECK_THAT(i.all.p->median, WithinAbs(0.1, 1e-6));
    REQUIRE(i.all.qtc[0]);
    CHECK_THAT(i.all.qtc[0]->median, WithinAbs(0.4, 1e-6));
    CHECK(i.all.qtc[0]->beats == 18);  // the first beat has no interval before it
    CHECK(i.all.with_p == 19);
    REQUIRE(i.leads.size() == 2);
    CHECK_THAT(*i.leads[0].r_mv, WithinAbs(1, 1e-5));
    CHECK_THAT(*i.leads[0].s_mv, WithinAbs(0, 1e-5));
    CHECK_THAT(*i.leads[0].st_mv, WithinAbs(-0.1, 1e-5));
    CHECK_THAT(*i.leads[1].st_mv, WithinAbs(0, 1e-5));
    // I is 1 mV, aVF nothing: 0 degrees.
    REQUIRE(i.axis_degrees);
    CHECK_THAT(*i.axis_degrees, WithinAbs(0, 1e-3));
    // All intervals alike: nothing to be said of QT and rate.
    CHECK_FALSE(i.qt_rr);
    CHECK(i.segments.size() == 1);
    const std::string words = in_words(message_of(i, made.recording));
    CHECK(words ==
          "PR 160 ms, QRS 90 ms, QT 400 ms, QTc 400 ms (Fridericia), medians of 19 normal beats; "
          "P waves before 19");
}

TEST_CASE("where few beats have a P wave PR is not known", "[waves]") {
    Made made(20);
    for (std::size_t b = 0; b < 12; ++b) made.marks.beats[b].p.reset();
    const Intervals i = made.of();
    CHECK(i.all.with_p == 8);
    CHECK_FALSE(i.all.pr);
    CHECK(i.all.qrs);
    CHECK(in_words(message_of(i, made.recording)).starts_with("PR not known, QRS 90 ms"));
}

TEST_CASE("nothing measured is nothing told", "[waves]") {
    Made made(5);
    made.normal.assign(5, false);
    const Intervals i = made.of();
    CHECK(i.all.beats == 0);
    CHECK_FALSE(i.all.qrs);
    CHECK_FALSE(i.axis_degrees);
    CHECK(in_words(message_of(i, made.recording)) == "intervals: no normal beats were measured");
    Made two(2);
    CHECK_FALSE(two.of().all.qrs);  // two beats are too few
}

TEST_CASE("half minutes are told apart, and QT follows the rate", "[waves]") {
    Made made(80);
    // The second forty beats are faster, their QT shorter.
    for (std::size_t b = 40; b < 80; ++b) {
        const double r = 40.5 + 0.7 * static_cast<double>(b - 40);
        made.r_peaks[b] = static_cast<std::int64_t>(r * rate);
        made.marks.beats[b].p = wave(r - 0.2, r - 0.1);
        made.marks.beats[b].qrs = wave(r - 0.04, r + 0.05);
        made.marks.beats[b].t = wave(r + 0.2, r + 0.3);
    }
    const Intervals i = made.of();
    REQUIRE(i.segments.size() == 3);
    CHECK(i.segments[0].first == 0);
    CHECK(i.segments[1].first == 15000);
    CHECK(i.segments[0].st_mv.size() == 2);
    CHECK_THAT(i.segments[0].figures.qt->median, WithinAbs(0.4, 1e-6));
    CHECK_THAT(i.segments[2].figures.qt->median, WithinAbs(0.34, 1e-6));
    REQUIRE(i.qt_rr);
    CHECK_THAT(i.qt_rr->slope, WithinAbs(0.2, 0.01));  // 60 ms over 300 ms
    CHECK(i.qt_rr->correlation > 0.95);
}

TEST_CASE("the axis turns with aVF", "[waves]") {
    Made made(10);
    for (float& x : made.recording.leads[0].samples) x = 0.5F;
    for (const std::int64_t r : made.r_peaks) {
        auto& x = made.recording.leads[1].samples;
        x[static_cast<std::size_t>(r) + 10] = 0.5F;  // no S
    }
    const auto i = made.of();
    REQUIRE(i.axis_degrees);
    CHECK_THAT(*i.axis_degrees, WithinAbs(90, 1e-3));
}

}  // namespace
}  // namespace telltale::waves
