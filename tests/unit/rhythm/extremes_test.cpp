// The places that a reader wants to see whatever else there is.
#include "rhythm/extremes.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;

namespace {

std::vector<std::string> texts(const std::vector<Extreme>& list) {
    std::vector<std::string> all;
    for (const Extreme& one : list) all.push_back(one.text);
    return all;
}

}  // namespace

TEST_CASE("slowest, fastest, longest: each where it is, in time order") {
    // 40 beats at 75 a minute; a pause; three ventricular beats at 150; 40 beats at 75.
    std::string letters(40, 'N');
    auto list = rhythm::tests::beats(letters);
    std::int64_t at = list.back().sample + 2600;
    list.push_back({.sample = at});
    for (int i = 0; i < 20; ++i) list.push_back({.sample = at += 800});
    for (int i = 0; i < 3; ++i) list.push_back({.sample = at += 400, .type = AamiClass::V});
    for (int i = 0; i < 40; ++i) list.push_back({.sample = at += 800});
    const auto s = analyse({.beats = list, .sampling_rate = 1000, .length = at + 1000});
    REQUIRE(s);
    const auto told = texts(s->extremes);
    const auto has = [&](std::string_view part) {
        return std::ranges::any_of(
            told, [&](const std::string& t) { return t.find(part) != std::string::npos; });
    };
    CHECK(has("longest RR interval, 2.60 s"));
    CHECK(has("slowest rate"));
    CHECK(has("fastest rate"));
    CHECK(has("longest ventricular run, 3 beats"));
    CHECK(has("fastest ventricular run, 150 bpm"));
    CHECK_FALSE(has("supraventricular run"));
    CHECK(std::ranges::is_sorted(s->extremes, {}, &Extreme::first));
    // What one strip shows is told once.
    for (std::size_t i = 1; i < s->extremes.size(); ++i)
        CHECK(s->extremes[i].first - s->extremes[i - 1].first >= 3600);
    CHECK(s->baselines.empty());  // not two hours
}

TEST_CASE("the first and the longest of each rhythm that holds for a while") {
    const auto list = rhythm::tests::beats(std::string(200, 'N'));
    const RhythmCourse course{.episodes = {{Rhythm::sinus, 0, 20'000, 1},
                                           {Rhythm::atrial_fibrillation, 20'000, 30'000, 0.9},
                                           {Rhythm::sinus, 30'000, 60'000, 1},
                                           {Rhythm::atrial_fibrillation, 60'000, 90'000, 0.9},
                                           {Rhythm::ventricular_tachycardia, 90'000, 94'000, 0.9},
                                           {Rhythm::sinus, 94'000, 161'000, 1}},
                              .recording = {}};
    const auto s =
        analyse({.beats = list, .sampling_rate = 1000, .length = 161'000, .course = &course});
    REQUIRE(s);
    const auto told = texts(s->extremes);
    CHECK(std::ranges::contains(told, "first atrial fibrillation, 10.0 s"));
    CHECK(std::ranges::contains(told, "longest atrial fibrillation, 30.0 s"));
    CHECK(std::ranges::contains(told, "ventricular tachycardia, 4.0 s"));
}

TEST_CASE("a baseline of each hour: normal beats alone, in sinus rhythm") {
    // Three hours at 60 a minute; every tenth beat of the second hour's first half is ventricular;
    // the third hour fibrillates.
    std::vector<Beat> list;
    for (std::int64_t i = 1; i < 3 * 3600; ++i)
        list.push_back({.sample = i * 1000,
                        .type = i >= 3600 && i < 5400 && i % 5 == 0 ? AamiClass::V : AamiClass::N});
    const std::int64_t hour = 3'600'000;
    const RhythmCourse course{.episodes = {{Rhythm::sinus, 0, 2 * hour, 1},
                                           {Rhythm::atrial_fibrillation, 2 * hour, 3 * hour, 1}},
                              .recording = {}};
    const auto s =
        analyse({.beats = list, .sampling_rate = 1000, .length = 3 * hour, .course = &course});
    REQUIRE(s);
    REQUIRE(texts(s->baselines) == std::vector<std::string>{"hour 1", "hour 2"});
    CHECK(s->baselines[0].first == 1000);
    CHECK(s->baselines[1].first >= 5396 * 1000);
    for (const Extreme& one : s->baselines) {
        CHECK(one.last - one.first == 7200);
        CHECK(std::ranges::none_of(list, [&](const Beat& b) {
            return b.type != AamiClass::N && b.sample >= one.first && b.sample < one.last;
        }));
    }
}
