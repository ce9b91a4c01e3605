// What recordings do to a detector: tall T waves, pacemakers, artefact, and streams of any cut.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <iterator>
#include <limits>
#include <vector>

#include "beats/detector.hpp"
#include "recording/interval.hpp"
#include "support/data.hpp"
#include "synth/random.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using beats::Beat;

namespace {

std::vector<std::int64_t> reference(const Recording& recording) {
    std::vector<std::int64_t> samples;
    for (const Annotation& a : recording.annotations)
        if (is_beat(a.code)) samples.push_back(a.sample);
    return samples;
}

struct Match {
    std::size_t found = 0, extra = 0;
};
Match match(const std::vector<std::int64_t>& truth, const std::vector<Beat>& detected,
            std::int64_t tolerance) {
    Match result;
    const auto near = [&](std::int64_t a, std::int64_t b) { return std::abs(a - b) <= tolerance; };
    for (const std::int64_t t : truth)
        result.found +=
            std::ranges::any_of(detected, [&](const Beat& b) { return near(b.sample, t); });
    for (const Beat& b : detected)
        result.extra +=
            std::ranges::none_of(truth, [&](std::int64_t t) { return near(b.sample, t); });
    return result;
}

std::vector<Beat> first_lead(const Recording& recording) {
    auto found = beats::detect(recording, std::array<std::size_t, 1>{0});
    REQUIRE(found);
    return *found;
}

Recording real(const std::filesystem::path& folder, const std::string& name) {
    auto read = formats::read_recordings(tests::named(tests::read_files(folder, name)));
    REQUIRE(read.recordings.size() == 1);
    return std::move(read.recordings[0]);
}

// In blocks of changing sizes.
std::vector<Beat> streamed(const Recording& recording, std::size_t leads, std::uint64_t seed) {
    auto detector = beats::Detector::create(recording.sampling_rate, leads);
    REQUIRE(detector);
    synth::Random random(seed);
    std::vector<Beat> all;
    std::size_t at = 0;
    while (at < recording.length()) {
        const auto n = std::min(recording.length() - at,
                                static_cast<std::size_t>(std::exp2(random.uniform(0, 14))));
        std::vector<std::span<const float>> block;
        for (std::size_t lead = 0; lead < leads; ++lead)
            block.push_back(std::span(recording.leads[lead].samples).subspan(at, n));
        detector->push(block);
        at += n;
        for (const Beat& beat : detector->take()) {
            // A beat is settled at most half a minute late, and never before it was seen.
            CHECK(beat.sample < static_cast<std::int64_t>(at));
            all.push_back(beat);
        }
    }
    detector->finish();
    std::ranges::copy(detector->take(), std::back_inserter(all));
    return all;
}

}  // namespace

TEST_CASE("T waves taller than their R waves are not beats") {
    for (const double rate : {60.0, 90.0}) {
        Recording recording = synth::make({.duration_s = 180, .heart_rate = rate});
        std::vector<float>& x = recording.leads[0].samples;
        const auto truth = reference(recording);
        // A bump of 1.5 mV, 60 ms wide (standard deviation), 0.30 s after every beat.
        for (const std::int64_t beat : truth)
            for (std::int64_t i = beat; i < beat + 240; ++i) {
                const double t = static_cast<double>(i - beat) / 360 - 0.30;
                if (i < static_cast<std::int64_t>(x.size()))
                    x[static_cast<std::size_t>(i)] +=
                        static_cast<float>(1.5 * std::exp(-t * t / (2 * 0.06 * 0.06)));
            }
        const Match result = match(truth, first_lead(recording), 14);
        CAPTURE(rate, truth.size(), result.found, result.extra);
        CHECK(result.found + 2 >= truth.size());
        CHECK(result.extra <= 2);
    }
}

TEST_CASE("a pacemaker's spikes before the beats are not beats themselves") {
    Recording recording = synth::make({.duration_s = 180});
    std::vector<float>& x = recording.leads[0].samples;
    const auto truth = reference(recording);
    for (const std::int64_t beat : truth)  // 2 mV for 6 ms, 0.16 s before: an atrial stimulus
        for (std::int64_t i = beat - 58; i < beat - 56; ++i)
            if (i >= 0) x[static_cast<std::size_t>(i)] += 2;
    const Match result = match(truth, first_lead(recording), 54);
    CAPTURE(truth.size(), result.found, result.extra);
    CHECK(result.found + 2 >= truth.size());
    CHECK(result.extra <= 2);
}

TEST_CASE("real paced records") {
    TELLTALE_REAL_DATA(folder, "mitdb");
    for (const char* name : {"102", "104", "107", "217"}) {
        const Recording recording = real(folder, name);
        const auto truth = reference(recording);
        const Match result = match(truth, first_lead(recording), 54);
        CAPTURE(name, truth.size(), result.found, result.extra);
        CHECK(result.found + 5 >= truth.size());
        CHECK(result.extra <= 5);
    }
}

TEST_CASE("steps and bursts cost no beats outside them") {
    Recording recording = synth::make({.duration_s = 300});
    std::vector<float>& x = recording.leads[0].samples;
    auto truth = reference(recording);
    synth::Random random(5);
    std::vector<Interval> spoiled;
    for (std::int64_t at = 20 * 360; at + 3600 < std::ssize(x); at += 30 * 360) {
        for (std::int64_t i = at; i < at + 2 * 360; ++i)  // two seconds of movement
            x[static_cast<std::size_t>(i)] += static_cast<float>(2 * random.normal());
        for (std::int64_t i = at + 10 * 360; i < std::ssize(x); ++i)  // a step that stays
            x[static_cast<std::size_t>(i)] += 1.0F;
        spoiled.push_back({at - 100, at + 2 * 360 + 100});
        spoiled.push_back({at + 10 * 360 - 100, at + 10 * 360 + 100});
    }
    const auto in_spoiled = [&](std::int64_t t) {
        return std::ranges::any_of(spoiled,
                                   [&](const Interval& i) { return t >= i.first && t < i.last; });
    };
    std::erase_if(truth, in_spoiled);
    auto detected = first_lead(recording);
    std::erase_if(detected, [&](const Beat& b) { return in_spoiled(b.sample); });
    const Match result = match(truth, detected, 14);
    CAPTURE(truth.size(), result.found, result.extra);
    CHECK(result.found + 5 >= truth.size());
    CHECK(result.extra <= 3);
}

TEST_CASE("any signal gives at most a beat in each refractory period, in time order") {
    synth::Random random(9);
    const float missing = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    for (int kind = 0; kind < 7; ++kind) {
        CAPTURE(kind);
        Recording recording{.name = "made", .sampling_rate = 360};
        recording.leads = {{.name = "II", .samples = std::vector<float>(360 * 120)}};
        for (std::size_t i = 0; i < recording.length(); ++i) {
            float& x = recording.leads[0].samples[i];
            switch (kind) {
                case 0: x = static_cast<float>(random.normal()); break;
                case 1: x = i / 36 % 2 == 0 ? 0.0F : 5.0F; break;      // steps, five a second
                case 2: x = i % 2 == 0 ? 100.0F : -100.0F; break;      // the highest frequency
                case 3: x = i % 7 == 0 ? missing : 0.5F; break;        // gaps everywhere
                case 4: x = i % 5 == 0 ? infinite : -infinite; break;  // not a number at all
                case 5: x = std::numeric_limits<float>::max(); break;
                default: x = static_cast<float>(i) * 1e-3F;  // a ramp
            }
        }
        const auto found = first_lead(recording);
        for (std::size_t i = 1; i < found.size(); ++i)
            CHECK(found[i].sample - found[i - 1].sample >= 36);
        CHECK(found.size() <= 600);
        for (const Beat& beat : found) {
            CHECK((beat.confidence >= 0 && beat.confidence <= 1));
            CHECK((beat.sample >= 0 && beat.sample < std::ssize(recording.leads[0].samples)));
        }
    }
}

TEST_CASE("a stream of any cut gives the beats of the whole, on real records") {
    TELLTALE_REAL_DATA(folder, "mitdb");
    for (const char* name : {"105", "203", "207"}) {
        CAPTURE(name);
        Recording recording = real(folder, name);
        std::fill_n(recording.leads[0].samples.begin() + 100000, 5000,
                    std::numeric_limits<float>::quiet_NaN());
        CHECK(streamed(recording, 1, 1) == first_lead(recording));
        const auto both = beats::detect(recording);
        REQUIRE(both);
        CHECK(streamed(recording, 2, 2) == *both);
    }
}

TEST_CASE("marks sit on a peak, and on the same one beat after beat") {
    TELLTALE_REAL_DATA(folder, "mitdb");
    for (const char* name : {"100", "103", "113", "115", "122", "123", "220", "234"}) {
        const Recording recording = real(folder, name);
        const std::vector<float>& x = recording.leads[0].samples;
        const auto found = first_lead(recording);
        std::size_t upward = 0, peaks = 0, inside = 0;
        for (const Beat& beat : found) {
            if (beat.sample < 9 || beat.sample + 9 >= std::ssize(x)) continue;
            ++inside;
            const std::span around(x.data() + beat.sample - 9, 19);  // 25 ms to each side
            const float here = x[static_cast<std::size_t>(beat.sample)];
            const auto [low, high] = std::ranges::minmax(around);
            upward += here == high;
            peaks += here == high || here == low;
        }
        CAPTURE(name, inside, upward, peaks);
        // These records' normal complexes are upright in the first lead.
        CHECK(peaks * 100 >= inside * 99);
        CHECK(upward * 100 >= inside * 99);
    }
}
