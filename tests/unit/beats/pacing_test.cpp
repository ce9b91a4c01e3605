#include "beats/pacing.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <map>
#include <string>

#include "formats/formats.hpp"
#include "support/data.hpp"
#include "support/trains.hpp"

using namespace telltale;
using telltale::tests::make_train;

namespace {

struct Told {
    std::size_t paced = 0, beats = 0;
};

Told told(const Recording& recording) {
    std::vector<std::int64_t> marks;
    for (const Annotation& a : recording.annotations)
        if (is_beat(a.code)) marks.push_back(a.sample);
    std::vector<std::span<const float>> leads;
    for (const Lead& lead : recording.leads) leads.emplace_back(lead.samples);
    const auto paced = beats::paced_beats({leads, recording.sampling_rate, marks});
    return {static_cast<std::size_t>(std::ranges::count(paced, true)), marks.size()};
}

tests::TrainOptions paced_train(double rate) {
    return {.duration_s = 120,
            .sampling_rate = rate,
            .leads = 2,
            .rate_bpm = 70,
            .variation = 0.001,
            .qrs_s = 0.17,
            .p_mv = 0,
            .spike_mv = 2,
            .spike_before_s = 0.0,
            .wander_mv = 0.05,
            .shape = 5};
}

}  // namespace

TEST_CASE("a spike before each wide complex makes the beats a pacemaker's, at any rate") {
    for (const double rate : {250.0, 360.0, 500.0, 1000.0}) {
        CAPTURE(rate);
        const Told found = told(make_train(paced_train(rate)));
        CHECK(found.beats > 100);
        CHECK(found.paced >= found.beats * 95 / 100);
    }
}

TEST_CASE("without a spike no beat is a pacemaker's, narrow or wide") {
    for (const double qrs : {0.08, 0.17})
        for (const int shape : {0, 1, 2, 3, 4, 5, 6}) {
            CAPTURE(qrs, shape);
            auto options = paced_train(360);
            options.spike_mv = 0;
            options.qrs_s = qrs;
            options.shape = shape;
            CHECK(told(make_train(options)).paced == 0);
        }
}

TEST_CASE("below 200 Hz a spike cannot be told from an R wave, so nothing is claimed") {
    CHECK(told(make_train(paced_train(128))).paced == 0);
}

TEST_CASE("spikes of a recorder, here and there, make no beat paced") {
    auto options = paced_train(250);
    options.spike_mv = 0;
    options.qrs_s = 0.09;
    options.glitches_a_minute = 20;
    CHECK(told(make_train(options)).paced == 0);
}

TEST_CASE("missing samples are no spike, and a few beats are no evidence") {
    Recording recording = make_train(paced_train(250));
    for (Lead& lead : recording.leads)
        std::fill(lead.samples.begin(), lead.samples.end(), std::nanf(""));
    CHECK(told(recording).paced == 0);
    recording.annotations.clear();
    CHECK(told(recording).beats == 0);
}

TEST_CASE("an atrial pacemaker's spikes are no beats") {
    // A pulse of 4 samples, the complex a fifth of a second behind it, 80 times a minute.
    constexpr double rate = 250;
    std::vector<float> lead(static_cast<std::size_t>(60 * rate));
    std::vector<std::int64_t> marks;
    for (std::int64_t at = 100; at + 150 < static_cast<std::int64_t>(lead.size()); at += 187) {
        for (std::int64_t i = -2; i <= 2; ++i)
            lead[static_cast<std::size_t>(at + i)] +=
                2.0F * (1 - 0.4F * std::fabs(static_cast<float>(i)));
        for (std::int64_t i = -18; i <= 18; ++i)
            lead[static_cast<std::size_t>(at + 50 + i)] +=
                0.9F * (0.5F + 0.5F * std::cos(3.14159F * static_cast<float>(i) / 18));
        marks.push_back(at);
        marks.push_back(at + 50);
    }
    const std::vector<std::span<const float>> leads = {lead};
    const auto on_spike = beats::marks_on_spikes({leads, rate, marks});
    for (std::size_t i = 0; i < marks.size(); ++i) CHECK(on_spike[i] == (i % 2 == 0));
    // Bigeminy is no such thing: both marks lie on complexes.
    const Recording bigeminy = make_train({.rhythm = tests::TrainRhythm::bigeminy});
    std::vector<std::int64_t> beats;
    for (const Annotation& a : bigeminy.annotations)
        if (is_beat(a.code)) beats.push_back(a.sample);
    const std::vector<std::span<const float>> other = {bigeminy.leads[0].samples};
    CHECK(std::ranges::count(beats::marks_on_spikes({other, 250, beats}), true) == 0);
}

TEST_CASE("MIT-BIH: paced beats are told where spikes show, and no others") {
    TELLTALE_REAL_DATA(folder, "mitdb");
    std::map<std::string, std::size_t> paced, beats;
    for (const std::string record :
         {"102", "104", "107", "217", "100", "118", "124", "207", "214", "233"}) {
        const auto files = tests::read_files(folder, record);
        const auto read = formats::read_recordings(tests::named(files));
        REQUIRE(read.recordings.size() == 1);
        const Recording& recording = read.recordings[0];
        std::vector<std::int64_t> marks;
        std::vector<Code> codes;
        for (const Annotation& a : recording.annotations)
            if (is_beat(a.code)) marks.push_back(a.sample), codes.push_back(a.code);
        std::vector<std::span<const float>> leads;
        for (const Lead& lead : recording.leads) leads.emplace_back(lead.samples);
        const auto told = beats::paced_beats({leads, recording.sampling_rate, marks});
        for (std::size_t i = 0; i < marks.size(); ++i) {
            const std::string key = codes[i] == Code::paced          ? record
                                    : codes[i] == Code::paced_fusion ? "fusion"
                                                                     : "other";
            ++beats[key];
            paced[key] += told[i] ? 1 : 0;
        }
    }
    CHECK(paced["102"] * 100 >= beats["102"] * 99);
    CHECK(paced["104"] * 100 >= beats["104"] * 88);
    CHECK(paced["107"] * 100 >= beats["107"] * 60);
    CHECK(paced["217"] * 100 >= beats["217"] * 97);
    CHECK(paced["other"] == 0);
}
