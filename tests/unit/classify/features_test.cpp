#include "classify/features.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "signal/exact_math.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::classify;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

std::vector<std::string> all_groups() {
    return {feature_groups().begin(), feature_groups().end()};
}

std::vector<std::int64_t> beat_samples(const Recording& recording) {
    std::vector<std::int64_t> samples;
    for (const Annotation& a : recording.annotations)
        if (is_beat(a.code)) samples.push_back(a.sample);
    return samples;
}

FeatureInput input_of(const Recording& recording, const std::vector<std::int64_t>& beats) {
    return {recording.sampling_rate, recording.leads[0].samples, beats};
}

bool in_range(const std::vector<float>& values) {
    return std::ranges::all_of(values, [](float v) { return v >= -6 && v <= 6; });
}

// The column of a feature: group and place in the group.
std::vector<float> column(const FeatureInput& input, const std::string& group, std::size_t place) {
    const std::vector<std::string> groups = {group};
    const std::vector<float> rows = beat_features(input, groups);
    std::vector<float> out;
    for (std::size_t i = place; i < rows.size(); i += feature_count(group)) out.push_back(rows[i]);
    return out;
}

}  // namespace

TEST_CASE("logarithm and tangent are those of the library to its last digits") {
    for (double x = 1e-30; x < 1e30; x *= 1.37)
        CHECK_THAT(signal::exact_log(x), WithinAbs(std::log(x), 1e-13));
    CHECK(signal::exact_log(1) == 0);
    CHECK(signal::exact_log(0) == -700);
    CHECK(signal::exact_log(-1) == -700);
    CHECK(signal::exact_log(std::numeric_limits<double>::quiet_NaN()) == -700);
    CHECK(signal::exact_log(std::numeric_limits<double>::infinity()) == 700);
    for (double x = 0; x < 1.5; x += 0.01)
        CHECK_THAT(signal::exact_tan(x), WithinRel(std::tan(x), 1e-12));
}

TEST_CASE("groups have sizes, and rows are made of them in the order asked for") {
    const Recording recording = synth::make({.duration_s = 60, .pvc_share = 0.1, .seed = 5});
    const auto beats = beat_samples(recording);
    const auto input = input_of(recording, beats);
    const auto groups = all_groups();
    CHECK(feature_count("F") == 31);
    CHECK(feature_count("none") == 0);
    const PreparedBeats prepared(input);
    const auto all = prepared.features(groups);
    const std::size_t width = feature_count(groups);
    REQUIRE(all.size() == beats.size() * width);
    CHECK(in_range(all));
    std::size_t offset = 0;
    for (const std::string& group : groups) {
        const std::vector<std::string> one = {group};
        const auto rows = beat_features(input, one);
        const std::size_t count = feature_count(group);
        REQUIRE(rows.size() == beats.size() * count);
        for (std::size_t i = 0; i < beats.size(); ++i)
            CHECK(std::equal(rows.begin() + static_cast<std::ptrdiff_t>(i * count),
                             rows.begin() + static_cast<std::ptrdiff_t>((i + 1) * count),
                             all.begin() + static_cast<std::ptrdiff_t>(i * width + offset)));
        // No column may be dead, or the network would be fed nothing.
        for (std::size_t k = 0; k < count && group != "AF" && group != "E"; ++k) {
            bool alive = false;
            for (std::size_t i = 0; i < beats.size(); ++i) alive |= rows[i * count + k] != 0;
            INFO(group << " " << k);
            CHECK(alive);
        }
        offset += count;
    }
}

TEST_CASE("intervals are told as logarithms of ratios") {
    Recording recording = synth::make({.duration_s = 10, .seed = 6});
    // One early beat and its pause in a steady rhythm of 0.8 s at 360 Hz.
    const std::vector<std::int64_t> beats = {288, 576, 864, 1152, 1340, 1728, 2016, 2304, 2592};
    const auto input = input_of(recording, beats);
    const auto pre = column(input, "F", 2);   // pre / l64
    const auto post = column(input, "F", 3);  // post / l64
    CHECK_THAT(pre[2], WithinAbs(0, 1e-6));
    CHECK_THAT(pre[4], WithinAbs(std::log(188.0 / 288), 1e-6));
    CHECK_THAT(post[4], WithinAbs(std::log(388.0 / 288), 1e-6));
    CHECK_THAT(pre[0], WithinAbs(0, 1e-6));  // repeated at the ends
    CHECK_THAT(post[8], WithinAbs(0, 1e-6));
    const auto pair = column(input, "F", 11);  // (pre + post) / (2 l64): the pause makes up for it
    CHECK_THAT(pair[4], WithinAbs(0, 1e-6));
    const auto seconds = column(input, "Rs", 0);
    CHECK_THAT(seconds[4], WithinAbs(std::log(188.0 / 360 / 0.8), 1e-6));
    const auto sequence = column(input, "Rseq", 5);  // k = 0: the RR after
    CHECK(sequence[4] > sequence[3]);
}

TEST_CASE("irregular intervals have a high entropy, bigeminy a low one") {
    Recording recording = synth::make({.duration_s = 400, .seed = 6});
    const auto entropy_at = [&](const auto& next_s, std::size_t beat, std::size_t value) {
        std::vector<std::int64_t> beats;
        for (double t = 1; t < 390; t += next_s(beats.size())) {
            beats.push_back(static_cast<std::int64_t>(t * recording.sampling_rate));
        }
        return column(input_of(recording, beats), "E", value)[beat];
    };
    const auto bigeminy = [](std::size_t i) { return i % 2 == 0 ? 0.6 : 1.1; };
    // Intervals that are told by nothing before them: a Weyl sequence in places of its own square.
    const auto erratic = [](std::size_t i) {
        const double x = 0.6180339887 * static_cast<double>(i) * static_cast<double>(i + 1);
        return 0.45 + 0.7 * (x - std::floor(x));
    };
    for (const std::size_t window : {0, 1, 2}) {
        CHECK(entropy_at(bigeminy, 200, window) < -0.9);
        CHECK(entropy_at(erratic, 200, window) > 0.5);
    }
    CHECK(entropy_at(bigeminy, 200, 3) == 0);
    CHECK(entropy_at(erratic, 200, 3) > 0.9);
    CHECK(entropy_at(erratic, 0, 1) > 0);  // turned about the recording's start
}

TEST_CASE("ventricular beats stand out in shape and kind") {
    const Recording recording =
        synth::make({.duration_s = 300, .pvc_share = 0.15, .noise_mv = 0.02, .seed = 7});
    const auto beats = beat_samples(recording);
    const auto input = input_of(recording, beats);
    const auto qrs = column(input, "M", 3);    // correlation of the QRS with the typical one
    const auto share = column(input, "G", 0);  // root of the kind's share
    std::vector<Code> codes;
    for (const Annotation& a : recording.annotations)
        if (is_beat(a.code)) codes.push_back(a.code);
    double normal = 0;
    double ventricular = 0;
    double normal_share = 0;
    double ventricular_share = 0;
    int count[2] = {0, 0};
    for (std::size_t i = 0; i < beats.size(); ++i) {
        const bool v = codes[i] == Code::premature_ventricular;
        ++count[v ? 1 : 0];
        (v ? ventricular : normal) += qrs[i];
        (v ? ventricular_share : normal_share) += share[i];
    }
    REQUIRE(count[1] > 10);
    CHECK(normal / count[0] > 0.97);
    CHECK(ventricular / count[1] < 0.8);
    CHECK(normal_share / count[0] > 0.85);
    CHECK(ventricular_share / count[1] < 0.6);
}

TEST_CASE("a unit or an offset of the samples changes nothing that counts") {
    const Recording recording = synth::make({.duration_s = 120, .pvc_share = 0.1, .seed = 8});
    const auto beats = beat_samples(recording);
    const auto groups = all_groups();
    const auto rows = beat_features(input_of(recording, beats), groups);
    for (const auto& [factor, offset] : {std::pair{200.0F, 1024.0F}, std::pair{0.001F, 0.0F}}) {
        Recording other = recording;
        for (float& s : other.leads[0].samples) s = s * factor + offset;
        const auto others = beat_features(input_of(other, beats), groups);
        std::size_t far = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) far += std::fabs(rows[i] - others[i]) > 0.02F;
        CHECK(far * 500 < rows.size());
    }
}

TEST_CASE("the sampling rate hardly matters") {
    const synth::Options options{
        .duration_s = 120, .sampling_rate = 1000, .pvc_share = 0.1, .seed = 9};
    const Recording fine = synth::make(options);
    const auto beats = beat_samples(fine);
    // Every fourth sample: 250 Hz.
    Recording coarse = fine;
    coarse.sampling_rate = 250;
    coarse.leads[0].samples.clear();
    for (std::size_t i = 0; i < fine.length(); i += 4)
        coarse.leads[0].samples.push_back(fine.leads[0].samples[i]);
    std::vector<std::int64_t> coarse_beats;
    for (const std::int64_t b : beats) coarse_beats.push_back(b / 4);
    const std::vector<std::string> groups = {"F", "M"};
    const auto a = beat_features(input_of(fine, beats), groups);
    const auto b = beat_features(input_of(coarse, coarse_beats), groups);
    REQUIRE(a.size() == b.size());
    std::size_t far = 0;
    for (std::size_t i = 0; i < a.size(); ++i) far += std::fabs(a[i] - b[i]) > 0.25F;
    // Noise above the lower rate's half folds down, so the smallest differences do differ.
    CHECK(far * 30 < a.size());
}

TEST_CASE("odd recordings give finite rows") {
    const auto groups = all_groups();
    const std::size_t width = feature_count(groups);
    const Recording recording = synth::make({.duration_s = 30, .seed = 10});
    for (const std::size_t n : {0U, 1U, 2U, 3U, 4U}) {
        auto beats = beat_samples(recording);
        beats.resize(n);
        const auto rows = beat_features(input_of(recording, beats), groups);
        CHECK(rows.size() == n * width);
        CHECK(in_range(rows));
    }
    const auto beats = beat_samples(recording);
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr float huge = std::numeric_limits<float>::max();
    SECTION("flat, missing, huge") {
        for (const float value : {0.0F, 1000.0F, nan, huge, -huge}) {
            Recording flat = recording;
            std::ranges::fill(flat.leads[0].samples, value);
            const auto rows = beat_features(input_of(flat, beats), groups);
            CHECK(rows.size() == beats.size() * width);
            CHECK(in_range(rows));
        }
    }
    SECTION("stretches of missing samples") {
        Recording gaps = recording;
        auto& samples = gaps.leads[0].samples;
        std::fill_n(samples.begin(), 500, nan);
        std::fill_n(samples.begin() + 4000, 1500, nan);
        for (std::size_t i = 7000; i < 8000; i += 2) samples[i] = nan;
        const PreparedBeats prepared(input_of(gaps, beats));
        CHECK(in_range(prepared.features(groups)));
        for (std::size_t i = 0; i < beats.size(); ++i) {
            if (beats[i] > 4000 && beats[i] < 5500) CHECK(prepared.filled(i));
            if (beats[i] > 9000) CHECK_FALSE(prepared.filled(i));
        }
    }
    SECTION("positions outside, the same, and at the ends") {
        const auto last = static_cast<std::int64_t>(recording.length()) - 1;
        const std::vector<std::int64_t> odd = {-5, 0, 0, 1, 5000, 5000, last, last + 100000};
        CHECK(in_range(beat_features(input_of(recording, odd), groups)));
    }
    SECTION("rates, and recordings shorter than a window") {
        for (const double rate : {50.0, 100.0, 257.3, 1000.0, 10000.0})
            CHECK(in_range(beat_features({rate, recording.leads[0].samples, beats}, groups)));
        const std::vector<float> three = {0.1F, 2, -1};
        const std::vector<std::int64_t> at = {1};
        CHECK(in_range(beat_features({360, three, at}, groups)));
        CHECK(in_range(beat_features({360, {}, at}, groups)));
    }
    SECTION("noise without beats") {
        std::mt19937 random(1);
        Recording noise = recording;
        for (float& s : noise.leads[0].samples)
            s = static_cast<float>(random() % 2001) / 1000.0F - 1;
        std::vector<std::int64_t> places;
        for (std::int64_t at = 3; at < static_cast<std::int64_t>(noise.length());
             at += 20 + static_cast<std::int64_t>(random() % 400))
            places.push_back(at);
        CHECK(in_range(beat_features(input_of(noise, places), groups)));
    }
}

TEST_CASE("a filter block's border is not seen in the windows") {
    // The same beats, with the blocks beginning elsewhere: the first beats left out.
    const Recording recording = synth::make({.duration_s = 400, .wander_mv = 0.5, .seed = 11});
    const auto beats = beat_samples(recording);
    const std::vector<std::int64_t> later(beats.begin() + 60, beats.end());
    const PreparedBeats all(input_of(recording, beats));
    const PreparedBeats rest(input_of(recording, later));
    float worst = 0;
    for (std::size_t i = 0; i < later.size(); ++i)
        for (std::size_t k = 0; k < PreparedBeats::window_length; ++k)
            worst = std::max(worst, std::fabs(all.window(i + 60)[k] - rest.window(i)[k]));
    CHECK(worst < 0.02F);  // the scale differs a little
}

TEST_CASE("occluding a part of a beat changes what looks at it, and only that") {
    const Recording recording = synth::make({.duration_s = 120, .seed = 12});
    const auto beats = beat_samples(recording);
    const PreparedBeats prepared(input_of(recording, beats));
    const auto groups = all_groups();
    const std::size_t width = feature_count(groups);
    const auto rows = prepared.features(groups);
    const std::span<const float> own = std::span(rows).subspan(20 * width, width);
    const auto nothing = prepared.occluded_features(20, 0.1, 0.1, groups);
    CHECK(std::ranges::equal(own, nothing));
    const std::vector<std::string> rhythm = {"F", "G", "Rm", "Rq", "Rseq", "Rs"};
    const std::vector<std::string> shape = {"M"};
    const auto rhythm_rows = prepared.features(rhythm);
    const std::size_t rhythm_width = feature_count(rhythm);
    CHECK(std::ranges::equal(std::span(rhythm_rows).subspan(20 * rhythm_width, rhythm_width),
                             prepared.occluded_features(20, -0.1, 0.1, rhythm)));
    const auto shape_rows = prepared.features(shape);
    const auto without_qrs = prepared.occluded_features(20, -0.05, 0.05, shape);
    CHECK(without_qrs[3] < shape_rows[20 * 12 + 3] - 0.1F);
    CHECK(without_qrs[0] == shape_rows[20 * 12]);  // the P part is as it was
    CHECK(prepared.occluded_features(1'000'000, 0, 1, shape) == std::vector<float>(12));
}

TEST_CASE("an interval with missing samples makes no beat early and none late") {
    Recording recording = synth::make({.duration_s = 12, .seed = 6});
    // A beat every 0.8 s; one is lost with its packet, and so is part of an interval before.
    const std::vector<std::int64_t> beats = {288, 576, 864, 1152, 1728, 2016, 2304, 2592, 2880};
    auto& samples = recording.leads[0].samples;
    const auto lose = [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i)
            samples[i] = std::numeric_limits<float>::quiet_NaN();
    };
    CHECK(column(input_of(recording, beats), "F", 2)[4] > 0.5F);
    lose(1380, 1500);
    const PreparedBeats prepared(input_of(recording, beats));
    const auto pre = column(input_of(recording, beats), "F", 2);
    const auto post = column(input_of(recording, beats), "F", 3);
    for (std::size_t i = 0; i < beats.size(); ++i) {
        CAPTURE(i);
        CHECK_THAT(pre[i], WithinAbs(0, 1e-6));
        CHECK_THAT(post[i], WithinAbs(0, 1e-6));
        if (i == 3 || i == 4) CHECK(prepared.filled(i));
        if (i == 0 || i > 6) CHECK_FALSE(prepared.filled(i));
    }
}
