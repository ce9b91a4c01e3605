// Trains of complexes of every rate, width and height, at every sampling rate: all beats are found,
// and no pause is told of where the heart does not stop.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <format>
#include <string>
#include <vector>

#include "beats/detector.hpp"
#include "beats/silence.hpp"
#include "recording/interval.hpp"
#include "signal/quality.hpp"
#include "support/trains.hpp"

using namespace telltale;
using tests::TrainOptions;
using tests::TrainRhythm;

namespace {

struct Counts {
    std::size_t beats = 0, missed = 0, extra = 0, pauses = 0;
};

Counts count(const TrainOptions& options) {
    const Recording recording = tests::make_train(options);
    const auto found = beats::detect(recording);
    REQUIRE(found);
    const auto reach = static_cast<std::int64_t>(0.15 * options.sampling_rate);
    Counts counts;
    std::vector<bool> used(found->size(), false);
    const auto end = static_cast<std::int64_t>(recording.length());
    for (const Annotation& a : recording.annotations) {
        // The first and the last half second may hold half a complex.
        if (a.sample < 4 * reach || a.sample > end - 4 * reach) continue;
        ++counts.beats;
        const auto near = std::ranges::find_if(
            *found, [&](const beats::Beat& b) { return std::abs(b.sample - a.sample) <= reach; });
        if (near == found->end())
            ++counts.missed;
        else
            used[static_cast<std::size_t>(near - found->begin())] = true;
    }
    for (std::size_t i = 0; i < found->size(); ++i) {
        const std::int64_t at = (*found)[i].sample;
        if (at >= 4 * reach && at <= end - 4 * reach && !used[i]) ++counts.extra;
    }
    std::vector<std::int64_t> marks;
    for (const beats::Beat& beat : *found) marks.push_back(beat.sample);
    const std::vector<std::span<const float>> leads = {recording.leads[0].samples};
    const std::vector<std::vector<signal::PoorStretch>> poor = {
        signal::poor_stretches(recording, 0)};
    const std::vector<double> steps = {0.005};
    for (const beats::Silence& silence :
         beats::find_silences({leads, poor, steps, options.sampling_rate, marks}))
        counts.pauses += silence.kind == beats::SilenceKind::quiet ? 1 : 0;
    return counts;
}

// All trains of a table as one, with a line for each that is not perfect.
void check_table(const std::vector<TrainOptions>& table, double may_miss = 0.001) {
    Counts all;
    std::string worst;
    for (const TrainOptions& o : table) {
        const Counts c = count(o);
        all.beats += c.beats;
        all.missed += c.missed;
        all.extra += c.extra;
        all.pauses += c.pauses;
        if (c.missed + c.extra + c.pauses > 0)
            worst += std::format(
                "{} bpm, QRS {} s, T {}, PVC {}, run {}, {} Hz, shape {}, r {}: {} of {} missed, "
                "{} "
                "false, {} pauses\n",
                o.rate_bpm, o.qrs_s, o.t_share, o.pvc_height, o.run_bpm, o.sampling_rate, o.shape,
                o.r_mv, c.missed, c.beats, c.extra, c.pauses);
    }
    INFO(worst);
    CAPTURE(all.beats, all.missed, all.extra);
    CHECK(static_cast<double>(all.missed) <= may_miss * static_cast<double>(all.beats));
    CHECK(static_cast<double>(all.extra) <= 0.001 * static_cast<double>(all.beats));
    CHECK(all.pauses == 0);
}

}  // namespace

TEST_CASE("trains: every rate, width and sampling rate") {
    std::vector<TrainOptions> table;
    std::uint64_t seed = 1;
    for (const double rate : {30.0, 60.0, 100.0, 150.0, 200.0, 220.0})
        for (const double width : {0.06, 0.09, 0.12, 0.16, 0.2})
            for (const double hertz : {100.0, 250.0, 500.0, 1000.0}) {
                if (width > 0.5 * 60 / rate || (rate > 200 && hertz < 200)) continue;
                table.push_back({.sampling_rate = hertz,
                                 .rate_bpm = rate,
                                 .qrs_s = width,
                                 .shape = static_cast<int>(seed % 7),
                                 .seed = 7000 + seed});
                ++seed;
            }
    check_table(table);
}

TEST_CASE("trains: T waves taller than R, either polarity") {
    std::vector<TrainOptions> table;
    std::uint64_t seed = 1;
    for (const double t : {0.5, 0.8, 1.2, -0.8, -1.4})
        for (const double rate : {50.0, 75.0, 110.0})
            for (const double r : {0.5, -1.0, 2.0}) {
                table.push_back({.rate_bpm = rate,
                                 .qrs_s = 0.08,
                                 .r_mv = r,
                                 .t_share = t,
                                 .shape = static_cast<int>(seed % 4),
                                 .seed = 8000 + seed});
                ++seed;
            }
    check_table(table);
}

TEST_CASE("trains: ventricular beats from small to towering") {
    std::vector<TrainOptions> table;
    std::uint64_t seed = 1;
    for (const double height : {0.5, 1.0, 2.0, 3.5, 5.0})
        for (const TrainRhythm rhythm : {TrainRhythm::ectopic, TrainRhythm::bigeminy})
            for (const double rate : {60.0, 70.0, 80.0}) {
                table.push_back({.rhythm = rhythm,
                                 .rate_bpm = rate,
                                 .pvc_height = height,
                                 .pvc_qrs_s = 0.15,
                                 .seed = 9000 + seed});
                ++seed;
            }
    // Not yet one in a thousand: normal beats between towering ones at 80 a minute.
    check_table(table, 0.0025);
}

TEST_CASE("trains: ventricular tachycardia is found, not passed over as a pause") {
    std::vector<TrainOptions> table;
    std::uint64_t seed = 1;
    for (const double run : {110.0, 140.0, 170.0, 195.0})
        for (const double height : {1.0, 1.5, 2.5})
            for (const double width : {0.12, 0.16}) {
                table.push_back({.rhythm = TrainRhythm::runs,
                                 .rate_bpm = 70,
                                 .pvc_height = height,
                                 .pvc_qrs_s = width,
                                 .run_bpm = run,
                                 .seed = 10000 + seed});
                ++seed;
            }
    // And one that goes on for the whole recording.
    for (const double rate : {120.0, 150.0, 195.0, 230.0})
        for (const int shape : {4, 5, 6})
            table.push_back({.rate_bpm = rate,
                             .variation = 0.01,
                             .qrs_s = std::min(0.17, 0.5 * 60 / rate),
                             .t_share = -0.5,
                             .p_mv = 0,
                             .shape = shape,
                             .seed = 11000 + static_cast<std::uint64_t>(rate) +
                                     static_cast<std::uint64_t>(shape)});
    check_table(table);
}

TEST_CASE("trains: what recorders add") {
    std::vector<TrainOptions> table;
    for (const double offset : {-155.0, 99.0, 200.0, 5000.0})
        table.push_back({.offset_mv = offset, .seed = 12000});
    for (const double height : {2.0, 4.0})
        table.push_back({.glitches_a_minute = 20, .glitch_mv = height, .seed = 12001});
    for (const double spike : {0.5, 2.0, 6.0})
        for (const double hertz : {250.0, 360.0, 500.0, 1000.0})
            table.push_back({.sampling_rate = hertz,
                             .rate_bpm = 70,
                             .qrs_s = 0.16,
                             .t_share = -0.3,
                             .p_mv = 0,
                             .spike_mv = spike,
                             .shape = 6,
                             .seed = 12002});
    check_table(table);
}
