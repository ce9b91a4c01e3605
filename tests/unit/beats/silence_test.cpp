// Gaps in the beats: only a heart that stands still is a pause.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "beats/detector.hpp"
#include "beats/silence.hpp"
#include "signal/quality.hpp"
#include "support/trains.hpp"
#include "synth/random.hpp"

using namespace telltale;
using beats::Silence;
using beats::SilenceKind;

namespace {

constexpr double rate = 250;

// A minute at 75 a minute; what happens from 20 to 35 s is each test's own.
template <class Change>
std::vector<Silence> silences(Change&& change, double noise_mv = 0.01, std::size_t leads = 1) {
    Recording recording = tests::make_train(
        {.sampling_rate = rate, .leads = static_cast<int>(leads), .noise_mv = noise_mv, .seed = 5});
    if (leads > 1)  // the same heart, seen from elsewhere
        for (std::size_t i = 0; i < recording.length(); ++i)
            recording.leads[1].samples[i] = -0.7F * recording.leads[0].samples[i];
    synth::Random random(9);
    for (std::size_t i = 20 * 250; i < 35 * 250; ++i)
        change(recording.leads[0].samples[i], static_cast<double>(i) / rate, random);
    const auto found = beats::detect(recording);
    REQUIRE(found);
    std::vector<std::int64_t> marks;
    for (const beats::Beat& beat : *found) marks.push_back(beat.sample);
    std::vector<std::span<const float>> samples;
    std::vector<std::vector<signal::PoorStretch>> poor;
    for (std::size_t lead = 0; lead < leads; ++lead) {
        recording.leads[lead].calibration.gain = 1000;
        samples.emplace_back(recording.leads[lead].samples);
        poor.push_back(signal::poor_stretches(recording, lead));
    }
    const std::vector<double> steps(leads, 0.001);
    return beats::find_silences({samples, poor, steps, rate, marks});
}

void check_one(const std::vector<Silence>& found, SilenceKind kind) {
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == kind);
    CHECK_FALSE(found[0].open);
    CHECK(found[0].first > 19 * 250);
    CHECK(found[0].first <= 20 * 250 + 50);
    CHECK(found[0].last >= 35 * 250 - 50);
    CHECK(found[0].last < 36 * 250);
}

}  // namespace

TEST_CASE("silence: a steady rhythm has none") {
    CHECK(silences([](float&, double, auto&) {}).empty());
}

TEST_CASE("silence: noise and wander as before, and nothing else, is quiet") {
    for (const double noise : {0.003, 0.01, 0.03}) {
        CAPTURE(noise);
        check_one(silences([&](float& x, double,
                               auto& random) { x = static_cast<float>(noise * random.normal()); },
                           noise),
                  SilenceKind::quiet);
    }
}

TEST_CASE("silence: the atria may go on alone") {
    check_one(silences([](float& x, double t, auto& random) {
                  x = static_cast<float>(0.01 * random.normal() +
                                         0.12 * synth::bell((std::fmod(t, 0.7) - 0.35) / 0.03));
              }),
              SilenceKind::quiet);
}

TEST_CASE("silence: a lead that is off is no pause") {
    check_one(
        silences([](float& x, double, auto&) { x = std::numeric_limits<float>::quiet_NaN(); }),
        SilenceKind::unreadable);
    for (const double hum : {0.02, 0.05, 0.15, 0.4, 1.0})
        check_one(silences([&](float& x, double t, auto& random) {
                      x = static_cast<float>(hum * synth::wave(50 * t) + 0.01 * random.normal());
                  }),
                  SilenceKind::unreadable);
    // The noise of the skin is gone: a line that only an amplifier's input can draw.
    check_one(silences([](float& x, double, auto&) { x = 0.25F; }, 0.02), SilenceKind::unreadable);
}

TEST_CASE("silence: what moves without beats is not explained") {
    const auto found = silences([](float& x, double t, auto& random) {
        const double wobble = 5.2 * t + 0.3 * synth::wave(0.31 * t);
        x = static_cast<float>(0.4 * synth::wave(wobble) * (0.7 + 0.3 * synth::wave(0.4 * t)) +
                               0.01 * random.normal());
    });
    for (const Silence& silence : found) CHECK(silence.kind == SilenceKind::unclear);
}

TEST_CASE("silence: another lead goes on") {
    CHECK(silences([](float& x, double, auto&) { x = 0.1F; }, 0.01, 2).empty());
}

TEST_CASE("silence: to the end of the recording it stays open") {
    Recording recording = tests::make_train({.sampling_rate = rate, .noise_mv = 0.01, .seed = 6});
    synth::Random random(3);
    std::vector<float>& x = recording.leads[0].samples;
    for (std::size_t i = 30 * 250; i < x.size(); ++i)
        x[i] = static_cast<float>(0.01 * random.normal());
    const auto found = beats::detect(recording);
    REQUIRE(found);
    std::vector<std::int64_t> marks;
    for (const beats::Beat& beat : *found) {
        marks.push_back(beat.sample);
        CHECK(beat.sample < 31 * 250);
    }
    const std::vector<std::span<const float>> leads = {x};
    const std::vector<std::vector<signal::PoorStretch>> poor = {
        signal::poor_stretches(recording, 0)};
    const std::vector<double> steps = {0.005};
    const auto silences = beats::find_silences({leads, poor, steps, rate, marks});
    REQUIRE(silences.size() == 1);
    CHECK(silences[0].open);
    CHECK(silences[0].last == static_cast<std::int64_t>(x.size()));
}

TEST_CASE("silence: a recording without one beat is never quiet") {
    const std::vector<float> flat(5000, 0.0F);
    const std::vector<std::span<const float>> leads = {flat};
    const std::vector<std::vector<signal::PoorStretch>> poor = {signal::poor_stretches(flat, rate)};
    const std::vector<double> steps = {0.005};
    const auto silences = beats::find_silences({leads, poor, steps, rate, {}});
    REQUIRE(silences.size() == 1);
    CHECK(silences[0].kind == SilenceKind::unreadable);
}
