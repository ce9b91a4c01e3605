#include "evaluate/wave_score.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <nlohmann/json.hpp>
#include <vector>

namespace telltale::evaluate {
namespace {

using Catch::Matchers::WithinAbs;
using waves::WaveKind;

Annotation mark(double seconds, Code code) {
    Annotation a;
    a.sample = static_cast<std::int64_t>(seconds * 1000 + 0.5);
    a.code = code;
    return a;
}

waves::Wave wave(double onset, double peak, double end) {
    waves::Wave w;
    w.onset = {onset, 0.005F};
    w.peak_s = peak;
    w.end = {end, 0.005F};
    return w;
}

TEST_CASE("brackets about a wave are its ends", "[waves]") {
    const std::vector<Annotation> annotations = {
        mark(0.10, Code::waveform_on),  mark(0.15, Code::p_wave),
        mark(0.20, Code::waveform_off), mark(0.26, Code::waveform_on),
        mark(0.30, Code::normal),       mark(0.35, Code::waveform_off),
        mark(0.60, Code::t_wave),       mark(0.70, Code::waveform_off),
        mark(0.75, Code::waveform_on),  mark(0.80, Code::u_wave),
        mark(0.85, Code::waveform_off)};
    const auto waves = marked_waves(annotations, 1000);
    REQUIRE(waves.size() == 3);
    CHECK(waves[0].kind == WaveKind::p);
    CHECK_THAT(*waves[0].onset_s, WithinAbs(0.1, 1e-9));
    CHECK_THAT(*waves[0].end_s, WithinAbs(0.2, 1e-9));
    CHECK(waves[1].kind == WaveKind::qrs);
    CHECK(waves[2].kind == WaveKind::t);
    CHECK_FALSE(waves[2].onset_s);
    CHECK_THAT(*waves[2].end_s, WithinAbs(0.7, 1e-9));
}

TEST_CASE("found, missed, false, and by how much", "[waves]") {
    // Three beats are marked; of the last the P wave is missed, a false one stands before beat 2.
    std::vector<MarkedWave> reference;
    waves::WaveMarks found;
    for (int b = 0; b < 3; ++b) {
        const double r = 1.0 + b;
        reference.push_back({WaveKind::p, r - 0.2, r - 0.15, r - 0.1});
        reference.push_back({WaveKind::qrs, r - 0.04, r, r + 0.05});
        waves::BeatWaves beat;
        beat.beat = static_cast<std::size_t>(b);
        if (b < 2) beat.p = wave(r - 0.2 + (b == 0 ? 0.009 : -0.002), r - 0.15, r - 0.1);
        beat.qrs = wave(r - 0.04, r, r + 0.05);
        found.beats.push_back(beat);
    }
    found.lone_p = {wave(1.4, 1.45, 1.5)};
    const WaveScore score = score_waves(reference, found);
    const PointCounts& p = score.of(WaveKind::p, 0);
    CHECK(p.reference == 3);
    CHECK(p.found == 2);
    CHECK(p.marked == 3);
    CHECK_THAT(*p.mean_ms(), WithinAbs(3.5, 1e-6));
    CHECK_THAT(*p.sd_ms(), WithinAbs(7.778, 1e-2));
    CHECK(p.within_two_spreads == 2);  // 9 ms and 2 ms against 2 x 5 ms
    CHECK_THAT(*score.f1(WaveKind::p), WithinAbs(200.0 * 2 / 6, 1e-9));
    CHECK_THAT(*score.f1(WaveKind::qrs), WithinAbs(100, 1e-9));
    CHECK_FALSE(score.f1(WaveKind::t));
    CHECK(to_json(score)["T"]["onset"]["se"].is_null());
    CHECK(to_json(score)["P"]["onset"]["found"] == 2);
}

TEST_CASE("what lies beyond the marks is not judged", "[waves]") {
    const std::vector<MarkedWave> reference = {{WaveKind::qrs, 9.96, 10.0, 10.05},
                                               {WaveKind::qrs, 10.96, 11.0, 11.05},
                                               {WaveKind::qrs, 29.96, 30.0, 30.05}};
    waves::WaveMarks found;
    for (std::size_t b = 0; b < 40; ++b) {
        const double r = static_cast<double>(b);
        waves::BeatWaves beat;
        beat.beat = b;
        beat.qrs = wave(r - 0.04, r, r + 0.05);
        found.beats.push_back(beat);
    }
    const WaveScore score = score_waves(reference, found);
    CHECK(score.of(WaveKind::qrs, 1).marked == 3);
    CHECK(score.of(WaveKind::qrs, 1).right == 3);
}

TEST_CASE("a point that a person did not mark is not held against anybody", "[waves]") {
    const std::vector<MarkedWave> reference = {{WaveKind::qrs, 0.96, 1.0, 1.05},
                                               {WaveKind::t, {}, 1.3, 1.4},
                                               {WaveKind::qrs, 1.96, 2.0, 2.05}};
    waves::WaveMarks found;
    waves::BeatWaves beat;
    beat.qrs = wave(0.96, 1.0, 1.05);
    beat.t = wave(1.2, 1.3, 1.4);
    found.beats.push_back(beat);
    const WaveScore score = score_waves(reference, found);
    CHECK(score.of(WaveKind::t, 0).marked == 0);
    CHECK(score.of(WaveKind::t, 2).found == 1);
}

TEST_CASE("marks go to waves of beats and back", "[waves]") {
    const std::vector<MarkedWave> marked = {{WaveKind::p, 0.3, 0.35, 0.4},
                                            {WaveKind::p, 0.8, 0.85, 0.9},
                                            {WaveKind::qrs, 0.96, 1.0, 1.05},
                                            {WaveKind::t, 1.2, 1.3, 1.4}};
    const std::vector<std::int64_t> peaks = {10, 1003, 2000};
    const waves::WaveMarks found = as_found(marked, peaks, 1000);
    REQUIRE(found.beats.size() == 1);
    CHECK(found.beats[0].beat == 1);
    CHECK(found.beats[0].p);
    CHECK(found.beats[0].t);
    CHECK(found.lone_p.size() == 1);
    CHECK(as_marked(found).size() == 4);
}

}  // namespace
}  // namespace telltale::evaluate
