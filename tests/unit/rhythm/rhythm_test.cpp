// The whole summary: edges, errors, hours, events, JSON.
#include "rhythm/rhythm.hpp"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "messages/json_tree.hpp"
#include "rhythm/rhythm_message.hpp"
#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;
using namespace telltale::rhythm::tests;
using Catch::Approx;

TEST_CASE("without beats everything that needs them is absent") {
    const Summary s = summary({});
    CHECK(s.beats == 0);
    CHECK(s.duration_s == 1);
    CHECK_FALSE(s.heart_rate);
    CHECK_FALSE(s.pauses);
    CHECK_FALSE(s.longest_rr);
    CHECK_FALSE(s.bradycardia);
    CHECK_FALSE(s.by_class);
    CHECK_FALSE(s.ventricular);
    CHECK_FALSE(s.r_on_t);
    CHECK_FALSE(s.af);
    CHECK_FALSE(s.hrv);
    CHECK(s.events.empty());
    CHECK(s.hours.size() == 1);
    const auto json = messages::tree(message_of(s));
    for (const char* key :
         {"heart_rate", "pauses", "ventricular", "af_candidates", "hrv", "classes"})
        CHECK_FALSE(json.contains(key));
    CHECK_FALSE(json["hours"][0].contains("mean_bpm"));
}

TEST_CASE("one beat, two beats, one second") {
    const Summary one = summary(tests::beats("V"));
    CHECK(one.beats == 1);
    CHECK_FALSE(one.heart_rate);
    CHECK(one.ventricular->isolated == 1);
    CHECK(one.ventricular->burden_percent == 100);
    CHECK_FALSE(one.hrv);

    const Summary two = summary(tests::beats("NN"));
    CHECK(two.heart_rate->mean_bpm == 75);
    CHECK(two.pauses->empty());
    CHECK(*two.hrv->mean_nn_ms == 800);
    CHECK_FALSE(two.hrv->sdnn_ms);
    CHECK_FALSE(two.hrv->rmssd_ms);
    CHECK_FALSE(two.hrv->nn50);

    const Summary second = summary(tests::beats("NN", 500), {}, {}, 1000);
    CHECK(second.duration_s == 1);
    CHECK(second.heart_rate->mean_bpm == 120);
    CHECK_FALSE(second.hrv->lomb_scargle);
}

TEST_CASE("all ventricular") {
    const Summary s = summary(tests::beats(std::string(40, 'V')));
    CHECK(s.ventricular->runs == 1);
    CHECK(s.ventricular->longest_run->beats == 40);
    CHECK(s.ventricular->burden_percent == 100);
    CHECK(s.supraventricular->total == 0);
    CHECK(s.hrv->nn == 0);
    CHECK_FALSE(s.hrv->sdnn_ms);
    CHECK_FALSE(s.af);
    CHECK(s.heart_rate->mean_bpm == 75);
}

TEST_CASE("unreadable everywhere") {
    const Summary s = summary(tests::beats("NNNVNNN"), {{-50, 100'000'000}});
    CHECK(s.beats == 0);
    CHECK(s.beats_in_unreadable == 7);
    CHECK(s.unreadable_s == s.duration_s);
    CHECK_FALSE(s.heart_rate);
    CHECK_FALSE(s.ventricular);
    REQUIRE(s.events.size() == 1);
    CHECK(s.events[0].kind == EventKind::unreadable);
}

TEST_CASE("unreadable stretches are sorted, merged and cut") {
    const Summary s = summary(
        tests::beats("NNNN", 1000),
        {{2500, 2600}, {100, 300}, {200, 400}, {400, 500}, {900, 900}, {50, 20}, {2900, 9000}});
    const std::vector<Interval> expected = {{100, 500}, {2500, 2600}, {2900, 3001}};
    CHECK(s.unreadable == expected);
    CHECK(s.beats_in_unreadable == 1);
    CHECK(s.heart_rate->intervals == 1);
    // First and last sample of a stretch: a beat on `last` is outside.
    const auto list = tests::beats("NNN", 1000);
    CHECK(summary(list, {{1000, 1001}}).beats_in_unreadable == 1);
    CHECK(summary(list, {{999, 1000}}).beats_in_unreadable == 0);
    CHECK(summary(list, {{999, 1000}}).heart_rate->intervals == 1);
}

TEST_CASE("without classes only what does not need them is there") {
    const auto list = tests::beats("NNVNNNNVVNNN");
    const auto s =
        analyse({.beats = list, .sampling_rate = 1000, .length = 10'000, .classified = false});
    REQUIRE(s);
    CHECK(s->heart_rate);
    CHECK_FALSE(s->by_class);
    CHECK_FALSE(s->ventricular);
    CHECK_FALSE(s->r_on_t);
    CHECK(s->hrv->nn == 11);
    CHECK_FALSE(s->hours[0].ventricular);
}

TEST_CASE("what cannot be is an error that says so") {
    const auto list = tests::beats("NNN");
    const auto error = [&](Input input, Options options = {}) {
        const auto result = analyse(input, options);
        return result ? std::string() : result.error().to_string();
    };
    const Input good{.beats = list, .sampling_rate = 1000, .length = 2000};
    CHECK(error(good).empty());
    auto bad = good;
    bad.sampling_rate = 0;
    CHECK(error(bad) == "the sampling rate is 0 Hz, expected 1 to 1 000 000");
    bad.sampling_rate = std::numeric_limits<double>::quiet_NaN();
    CHECK_FALSE(error(bad).empty());
    bad = good;
    bad.length = 1600;
    CHECK(error(bad) == "beat 3: sample 1600 is outside the recording of 1600 samples");
    bad.length = -1;
    CHECK_FALSE(error(bad).empty());
    const std::vector<Beat> twice = {{5}, {5}};
    bad = good;
    bad.beats = twice;
    CHECK(error(bad) == "beat 2: sample 5 does not come after the beat before, at 5");
    CHECK_FALSE(error(good, {.pause_s = -1}).empty());
    CHECK_FALSE(error(good, {.nn_max_s = 1000}).empty());
    CHECK_FALSE(error(good, {.rate_intervals = 0}).empty());
}

TEST_CASE("the table of hours adds up") {
    // 2.5 hours: 60 bpm in the first, 120 in the second, 60 again; a run across the first border.
    std::vector<std::int64_t> rr(3600, 1000);
    rr.insert(rr.end(), 7200, 500);
    rr.insert(rr.end(), 1800, 1000);
    auto list = with_intervals(rr);
    for (std::size_t i = 3598; i < 3602; ++i) list[i].type = AamiClass::V;
    list[3700].type = AamiClass::S;
    const std::int64_t gap = 2 * 3'600'000 - 5'000;
    const Summary s = summary(list, {{gap + 1, gap + 9'999}});
    REQUIRE(s.hours.size() == 3);
    CHECK(s.hours[0].first == 0);
    CHECK(s.hours[0].last == 3'600'000);
    CHECK(s.hours[2].last == s.length);
    CHECK(s.hours[0].beats == 3600);
    CHECK(*s.hours[0].ventricular == 2);
    CHECK(*s.hours[1].ventricular == 2);
    CHECK(*s.hours[0].ventricular_runs == 1);
    CHECK(*s.hours[1].ventricular_runs == 0);
    CHECK(*s.hours[1].supraventricular == 1);
    CHECK(*s.hours[0].mean_bpm == 60);
    CHECK(*s.hours[0].maximum_bpm == 60);
    CHECK(*s.hours[1].maximum_bpm == 120);
    CHECK(*s.hours[1].minimum_bpm == 60);  // the average that ends on the border
    CHECK(s.hours[1].unreadable_s == Approx(4.999));
    CHECK(s.hours[2].unreadable_s == Approx(4.999));
    std::size_t total = 0;
    for (const Hour& hour : s.hours) total += hour.beats;
    CHECK(total == s.beats);
}

TEST_CASE("events come in time order and describe themselves") {
    auto list = tests::beats("NNNNVVNNNNVVVVNNNNNNNNNNNNNNNSSSNNNVNVNVN");
    const auto shift = [&](std::size_t from, std::int64_t by) {
        for (std::size_t i = from; i < list.size(); ++i) list[i].sample += by;
    };
    shift(20, 2200);  // a pause of 3 s
    const Summary s = summary(list, {{list[18].sample + 10, list[18].sample + 700}});
    std::vector<std::string> texts;
    for (const Event& event : s.events) texts.push_back(describe(event));
    const std::vector<std::string> expected = {"ventricular couplet, 2 beats, 75 bpm",
                                               "ventricular run, 4 beats, 75 bpm",
                                               "unreadable, 0.7 s",
                                               "pause, 3.0 s",
                                               "supraventricular run, 3 beats, 75 bpm",
                                               "ventricular bigeminy, 3 ectopic beats"};
    CHECK(texts == expected);
    CHECK(std::ranges::is_sorted(s.events, {}, &Event::first));
    CHECK(name(EventKind::af_candidate) == "af_candidate");
}

TEST_CASE("the JSON holds the summary's numbers") {
    std::mt19937 random(3);
    std::vector<std::int64_t> rr;
    for (int i = 0; i < 1000; ++i) rr.push_back(700 + static_cast<int>(random() % 200));
    auto list = with_intervals(rr);
    for (std::size_t i = 500; i < 504; ++i) list[i].type = AamiClass::V;
    const Summary s = summary(list, {{50'000, 51'000}});
    const auto json = messages::tree(message_of(s));
    CHECK(json["beats"] == s.beats);
    CHECK(json["classes"]["V"] == 4);
    CHECK(json["heart_rate"]["mean_bpm"] == s.heart_rate->mean_bpm);
    CHECK(json["heart_rate"]["maximum"]["first"] == s.heart_rate->maximum.first);
    CHECK(json["ventricular"]["longest_run"]["beats"] == 4);
    CHECK(json["ventricular"]["longest_run"]["start_s"] ==
          static_cast<double>(list[500].sample) / 1000);
    CHECK(json["hrv"]["sdnn_ms"] == *s.hrv->sdnn_ms);
    CHECK(json["hrv"]["welch"]["method"] == s.hrv->welch->method);
    CHECK(json["hrv"]["lomb_scargle"]["lf_hf"] == *s.hrv->lomb_scargle->lf_hf);
    CHECK_FALSE(json["hrv"].contains("tinn_ms"));
    CHECK(json["events"].size() == s.events.size());
    bool run = false;
    for (const auto& event : json["events"])
        run = run || (event["kind"] == "ventricular_run" && event["beats"] == 4);
    CHECK(run);
    CHECK(json["hours"][0]["beats"] == s.beats);
    CHECK(json.dump().find("null") == std::string::npos);
}

TEST_CASE("a course: its episodes lead the events, fibrillation's beats count in no figure") {
    std::vector<Beat> list;
    for (std::int64_t i = 0; i < 120; ++i) list.push_back({500 + i * 1000});
    const RhythmCourse course{.episodes = {{Rhythm::sinus, 0, 30000, 0.9},
                                           {Rhythm::ventricular_fibrillation, 30000, 50000, 0.8},
                                           {Rhythm::atrial_fibrillation, 50000, 100000, 0.9},
                                           {Rhythm::sinus, 100000, 120000, 0.9}},
                              .recording = {}};
    const auto s =
        analyse({.beats = list, .sampling_rate = 1000, .length = 120000, .course = &course});
    REQUIRE(s);
    CHECK(s->beats == 100);
    REQUIRE(s->events.size() == 2);
    CHECK(s->events[0].kind == EventKind::ventricular_fibrillation);
    CHECK(describe(s->events[0]) ==
          "ventricular flutter or fibrillation, 20.0 s, probability 0.80");
    CHECK(s->events[1].kind == EventKind::atrial_fibrillation);
    REQUIRE(s->af);
    CHECK(s->af->seconds == 50);
    CHECK(s->pauses->empty());  // no pause across the fibrillation
    // Only sinus rhythm gives NN intervals: 29 before, 19 after.
    CHECK(s->hrv->nn == 48);
    const auto json = messages::tree(message_of(*s));
    REQUIRE(json["episodes"].size() == 4);
    CHECK(json["episodes"][0]["rhythm"] == "VFL");
    CHECK(json["episodes"][0]["start_s"] == 30.0);
    CHECK(json["episodes"][3]["rhythm"] == "N");
    CHECK_FALSE(messages::tree(
                    message_of(*analyse({.beats = list, .sampling_rate = 1000, .length = 120000})))
                    .contains("episodes"));
}

TEST_CASE("an interval across missing samples is not known, and no figure uses it") {
    // A beat every 800 ms; four are lost with their packet.
    std::vector<Beat> list = tests::beats("NNNNNNNNNN", 800);
    list.erase(list.begin() + 4, list.begin() + 8);
    const std::vector<Interval> lost = {{3000, 6000}};
    const auto found =
        analyse({.beats = list, .sampling_rate = 1000, .length = 7300, .missing = lost});
    REQUIRE(found);
    REQUIRE(found->heart_rate);
    CHECK(found->heart_rate->intervals == 4);
    CHECK(std::abs(found->heart_rate->mean_bpm - 75) < 1e-9);
    CHECK(found->longest_rr->seconds == 0.8);
    CHECK(found->pauses->empty());
    CHECK(found->hrv->rejected_gap == 1);
}
