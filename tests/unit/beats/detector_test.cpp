#include "beats/detector.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>

#include <catch2/catch_test_macros.hpp>

#include "synth/random.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using beats::Beat;

namespace {

std::vector<std::int64_t> true_beats(const Recording& recording) {
    std::vector<std::int64_t> samples;
    for (const Annotation& a : recording.annotations)
        if (is_beat(a.code)) samples.push_back(a.sample);
    return samples;
}

// True beats with a detected beat within 40 ms, and detected beats without a true one.
struct Match {
    std::size_t found = 0, extra = 0;
};

Match match(const std::vector<std::int64_t>& truth, const std::vector<Beat>& detected,
            double sampling_rate) {
    const auto tolerance = static_cast<std::int64_t>(0.04 * sampling_rate);
    Match result;
    for (const std::int64_t t : truth)
        result.found += std::ranges::any_of(
            detected, [&](const Beat& b) { return std::abs(b.sample - t) <= tolerance; });
    for (const Beat& b : detected)
        result.extra += std::ranges::none_of(
            truth, [&](std::int64_t t) { return std::abs(b.sample - t) <= tolerance; });
    return result;
}

std::vector<Beat> detect_in_blocks(const Recording& recording, std::size_t block) {
    auto detector = beats::Detector::create(recording.sampling_rate, recording.leads.size());
    REQUIRE(detector);
    std::vector<Beat> all;
    for (std::size_t at = 0; at < recording.length(); at += block) {
        std::vector<std::span<const float>> leads;
        for (const Lead& lead : recording.leads)
            leads.push_back(
                std::span(lead.samples).subspan(at, std::min(block, recording.length() - at)));
        detector->push(leads);
        std::ranges::copy(detector->take(), std::back_inserter(all));
    }
    detector->finish();
    std::ranges::copy(detector->take(), std::back_inserter(all));
    return all;
}

}  // namespace

TEST_CASE("every beat of a synthetic recording is found, at any sampling rate") {
    for (const double rate : {100.0, 128.0, 250.0, 360.0, 500.0, 1000.0}) {
        CAPTURE(rate);
        const Recording recording = synth::make(
            {.duration_s = 120, .sampling_rate = rate, .pvc_share = 0.05, .apb_share = 0.05});
        const auto truth = true_beats(recording);
        const auto detected = beats::detect(recording);
        REQUIRE(detected);
        const Match result = match(truth, *detected, rate);
        CHECK(result.found >= truth.size() - 1);
        CHECK(result.extra <= 1);
        CHECK(std::ranges::is_sorted(*detected, {}, &Beat::sample));
    }
}

TEST_CASE("the beats do not depend on how the samples were cut") {
    const Recording recording = synth::make({.duration_s = 60, .pvc_share = 0.1});
    const auto whole = beats::detect(recording);
    REQUIRE(whole);
    REQUIRE(whole->size() > 50);
    for (const std::size_t block : {1U, 7U, 360U, 5000U, 32768U})
        CHECK(detect_in_blocks(recording, block) == *whole);
}

TEST_CASE("a stretch without signal hides only its own beats") {
    Recording recording = synth::make({.duration_s = 90});
    auto truth = true_beats(recording);
    const std::int64_t from = 30 * 360, to = 40 * 360;
    for (Lead& lead : recording.leads)
        std::fill(lead.samples.begin() + from, lead.samples.begin() + to,
                  std::numeric_limits<float>::quiet_NaN());
    std::erase_if(truth, [&](std::int64_t t) { return t > from - 120 && t < to + 120; });
    const auto detected = beats::detect(recording);
    REQUIRE(detected);
    CHECK(match(truth, *detected, 360).found >= truth.size() - 1);
    CHECK(std::ranges::none_of(
        *detected, [&](const Beat& b) { return b.sample > from + 120 && b.sample < to - 120; }));
}

TEST_CASE("one lead may fail") {
    const Recording good = synth::make({.duration_s = 120});
    REQUIRE(good.leads.size() >= 2);
    const auto truth = true_beats(good);
    synth::Random random(7);
    for (const int fault : {0, 1, 2}) {
        for (const std::size_t failing : {std::size_t{0}, std::size_t{1}}) {
            CAPTURE(fault, failing);
            Recording recording = good;
            for (float& x : recording.leads[failing].samples)
                x = fault == 0   ? 0.0F
                    : fault == 1 ? std::numeric_limits<float>::quiet_NaN()
                                 : static_cast<float>(0.5 * random.normal());
            const auto detected = beats::detect(recording, std::array<std::size_t, 2>{0, 1});
            REQUIRE(detected);
            const Match result = match(truth, *detected, 360);
            CHECK(result.found + 2 >= truth.size());
            CHECK(result.extra <= 2);
        }
    }
}

TEST_CASE("white noise hardly ever looks like a beat") {
    synth::Random random(3);
    Recording recording{.name = "noise", .sampling_rate = 360};
    recording.leads = {{.name = "II", .samples = std::vector<float>(360 * 600)}};
    for (float& x : recording.leads[0].samples) x = static_cast<float>(0.3 * random.normal());
    const auto detected = beats::detect(recording);
    REQUIRE(detected);
    CHECK(detected->size() < 60);  // in ten minutes
}

TEST_CASE("a flat line and the shortest recordings have no beats") {
    Recording recording{.name = "flat", .sampling_rate = 250};
    for (const std::size_t length : {std::size_t{1}, std::size_t{10}, std::size_t{100000}}) {
        recording.leads = {{.name = "II", .samples = std::vector<float>(length, 0.3F)}};
        const auto detected = beats::detect(recording);
        REQUIRE(detected);
        CHECK(detected->empty());
    }
    recording.leads[0].samples.assign(100000, std::numeric_limits<float>::quiet_NaN());
    CHECK(beats::detect(recording)->empty());
}

TEST_CASE("upside-down signals give the same number of beats") {
    Recording recording = synth::make({.duration_s = 60});
    const auto upright = beats::detect(recording);
    for (Lead& lead : recording.leads)
        for (float& x : lead.samples) x = -x;
    const auto inverted = beats::detect(recording);
    REQUIRE((upright && inverted));
    CHECK(upright->size() == inverted->size());
}

TEST_CASE("what cannot be detected on is refused in a sentence") {
    Recording recording = synth::make({.duration_s = 5});
    recording.sampling_rate = 0;
    CHECK_FALSE(beats::detect(recording));
    recording.sampling_rate = std::numeric_limits<double>::quiet_NaN();
    CHECK_FALSE(beats::detect(recording));
    recording.sampling_rate = 360;
    CHECK_FALSE(beats::detect(recording, std::array<std::size_t, 1>{7}));
    for (Lead& lead : recording.leads) lead.unit = "degC";
    const auto result = beats::detect(recording);
    REQUIRE_FALSE(result);
    CHECK(result.error().message.contains("mV"));
    CHECK_FALSE(beats::Detector::create(360, 0));
    CHECK_FALSE(beats::Detector::create(360, 1, {.refractory_s = -1}));
}
