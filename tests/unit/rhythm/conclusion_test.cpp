// Sentences to begin a conclusion with: what was found, what was not, what could not be told.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;

namespace {

bool says(const Summary& s, std::string_view part) {
    return std::ranges::any_of(s.conclusion, [&](const std::string& sentence) {
        return sentence.find(part) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("what was not found is told of what could be read only") {
    const Summary s =
        rhythm::tests::summary(rhythm::tests::beats(std::string(200, 'N')), {{0, 40'000}});
    CHECK(says(s, "No pause of 2.5 s or longer where beats could be told"));
    CHECK(says(s, "No ventricular ectopic beats were found."));
    CHECK(says(s, "Heart rate 75 a minute in the mean"));
    CHECK(says(s, "1 min 59 s of 2 min 39 s could be read."));
    CHECK(says(s, "Which rhythm holds when was not judged."));
    CHECK_FALSE(says(s, "normal"));
}

TEST_CASE("rhythms: the gravest first, with their time, and who says so") {
    const auto list = rhythm::tests::beats(std::string(200, 'N'));
    const RhythmCourse course{
        .episodes = {{Rhythm::sinus, 0, 20'000, 1},
                     {Rhythm::atrial_fibrillation, 20'000, 30'000, 0.9},
                     {Rhythm::other, 30'000, 60'000, 1},
                     {Rhythm::atrial_fibrillation, 60'000, 90'000, 1, false, true},
                     {Rhythm::ventricular_tachycardia, 90'000, 94'000, 0.9},
                     {Rhythm::sinus, 94'000, 160'000, 1}},
        .recording = {}};
    const auto s =
        analyse({.beats = list, .sampling_rate = 1000, .length = 160'000, .course = &course});
    REQUIRE(s);
    CHECK(s->conclusion[0] == "Ventricular tachycardia for 4.0 s at 0:01:30.");
    CHECK(s->conclusion[1] ==
          "Atrial fibrillation in 2 episodes, 40 s in all (25.0 %), the longest of 30 s at "
          "0:01:00, 1 "
          "of them so called by a person.");
    CHECK(s->conclusion[2] == "Sinus rhythm for 1 min 26 s (53.8 %).");
    CHECK(s->conclusion[3] == "Which rhythm holds could not be told for 30 s (18.8 %).");
    CHECK_FALSE(says(*s, "No episode"));
}

TEST_CASE("ectopy and pauses are counted in words") {
    auto list = rhythm::tests::beats("NNNNNNNNNNVNNNNNVVNNNNNVVVNNNNNNNNNN");
    list.push_back({list.back().sample + 3000});
    const Summary s = rhythm::tests::summary(list);
    CHECK(says(s,
               "6 ventricular ectopic beats (16.2 % of beats), 1 couplet, 1 run, the longest of 3 "
               "beats, the fastest at 75 a minute"));
    CHECK(says(s, "1 pause of 2.5 s or longer, the longest of 3.00 s at 0:00:28."));
    CHECK(says(s, "No supraventricular ectopic beats were found."));
}

TEST_CASE("without beats nothing is claimed of the rate") {
    const Summary s = rhythm::tests::summary({});
    CHECK(says(s, "The heart rate is not known: no two beats in a row could be told."));
    CHECK_FALSE(says(s, "ause"));
}
