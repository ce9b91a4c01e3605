// Hearts that beat faster than the detector has learnt: complexes and T waves as short as the
// cycle.
#include "beats/fast_hearts.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "synth/synth.hpp"

using namespace telltale;

namespace {

/// The synthetic recording as if it were played so many times faster: rates and waves alike.
Recording hurried(double times, double seconds, double bpm) {
    Recording recording = synth::make({.duration_s = seconds * times, .heart_rate = bpm / times});
    recording.sampling_rate *= times;
    return recording;
}

std::size_t matched(const Recording& recording, std::span<const beats::Beat> found) {
    const double reach = 0.05 * recording.sampling_rate;
    std::size_t count = 0;
    for (const Annotation& a : recording.annotations) {
        if (!aami_class(a.code)) continue;
        for (const beats::Beat& beat : found)
            if (std::abs(static_cast<double>(beat.sample - a.sample)) <= reach) {
                ++count;
                break;
            }
    }
    return count;
}

std::size_t true_beats(const Recording& recording) {
    std::size_t count = 0;
    for (const Annotation& a : recording.annotations) count += aami_class(a.code) ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE(
    "an infant's heart is found whole: 180 to 240 a minute, three times as quick as an adult's") {
    for (const double bpm : {180.0, 200.0, 220.0, 240.0}) {
        const Recording recording = hurried(3, 60, bpm);
        const auto found = beats::detect(recording, std::array<std::size_t, 1>{0});
        REQUIRE(found);
        INFO(bpm << " a minute: " << found->size() << " of " << true_beats(recording));
        CHECK(100 * matched(recording, *found) >= 97 * true_beats(recording));
        CHECK(found->size() <= true_beats(recording) + 2);
    }
}

TEST_CASE("slow hearts and few beats are not looked at again") {
    const Recording recording = synth::make({.duration_s = 60});
    const auto found = beats::detect(recording, std::array<std::size_t, 1>{0});
    REQUIRE(found);
    const std::vector<std::span<const float>> leads = {recording.leads[0].samples};
    CHECK(beats::look_again(leads, recording.sampling_rate, *found) == *found);
    CHECK(beats::look_again(leads, recording.sampling_rate, {}).empty());
    CHECK(beats::look_again({}, 360, *found) == *found);
    // A rate that cannot be halved leaves the first look as it is.
    CHECK(beats::look_again(leads, 60, *found) == *found);
}
