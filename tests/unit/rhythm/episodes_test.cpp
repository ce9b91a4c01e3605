#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "rhythm/episodes.hpp"
#include "rhythm/rhythm.hpp"

using namespace telltale;
using namespace telltale::rhythm;

namespace {

constexpr double rate = 100;

/// What a network that is quite sure says: a letter a second. n N, a AFIB, l AFL, v VT, f VFL,
/// s ASYS, p P, x NOISE, ? nothing in particular.
RhythmAnswers said(std::string_view seconds) {
    RhythmAnswers answers;
    answers.rhythms = {"N", "AFIB", "AFL", "VT", "VFL", "ASYS", "P", "NOISE"};
    constexpr std::string_view letters = "nalvfspx";
    for (const char c : seconds) {
        const std::size_t which = letters.find(c);
        for (std::size_t k = 0; k < letters.size(); ++k)
            answers.seconds.push_back(which == std::string_view::npos ? 0.125F
                                      : k == which                    ? 0.93F
                                                                      : 0.01F);
    }
    return answers;
}

std::string repeated(char c, std::size_t count) {
    return std::string(count, c);
}

RhythmCourse course(const std::string& seconds, std::vector<Beat> beats = {},
                    std::vector<Interval> quiet = {}) {
    const RhythmAnswers answers = said(seconds);
    return rhythm_course({.answers = answers,
                          .sampling_rate = rate,
                          .length = static_cast<std::int64_t>(seconds.size()) * 100,
                          .beats = beats,
                          .quiet = quiet});
}

/// "N 0-6000, VT 6000-7000"
std::string text(const RhythmCourse& c) {
    std::string result;
    for (const RhythmEpisode& e : c.episodes)
        result += (result.empty() ? "" : ", ") + std::string(name(e.rhythm)) + " " +
                  std::to_string(e.first) + "-" + std::to_string(e.last);
    return result;
}

std::vector<Beat> run(std::int64_t first, std::int64_t rr, std::size_t count) {
    std::vector<Beat> beats = {{first - 80, AamiClass::N}};
    for (std::size_t i = 0; i < count; ++i)
        beats.push_back({first + static_cast<std::int64_t>(i) * rr, AamiClass::V});
    beats.push_back({beats.back().sample + 80, AamiClass::N});
    return beats;
}

}  // namespace

TEST_CASE("every sample has one rhythm") {
    CHECK(text(course(repeated('n', 60))) == "N 0-6000");
    CHECK(text(course(repeated('n', 30) + repeated('v', 10) + repeated('n', 30))) ==
          "N 0-3000, VT 3000-4000, N 4000-7000");
    CHECK(text(course(repeated('?', 20))) == "other 0-2000");
}

TEST_CASE("a second or two of ventricular doubt is no episode, five are") {
    CHECK(text(course(repeated('n', 30) + "v" + repeated('n', 30))) == "N 0-6100");
    CHECK(text(course(repeated('n', 30) + "fffff" + repeated('n', 30))) ==
          "N 0-3000, VFL 3000-3500, N 3500-6500");
}

TEST_CASE("seconds that waver between VT and VFL are one ventricular episode") {
    const RhythmCourse c = course(repeated('n', 20) + "vfvfvfvfvfvfvfvf" + repeated('n', 20));
    std::int64_t ventricular = 0;
    for (const RhythmEpisode& e : c.episodes)
        if (e.rhythm == Rhythm::ventricular_tachycardia ||
            e.rhythm == Rhythm::ventricular_fibrillation) {
            ventricular += e.last - e.first;
            CHECK(e.probability > 0.85);
        }
    CHECK(ventricular == 1600);
}

TEST_CASE("atrial fibrillation: short stretches in a long record are none, a strip of 9 s is") {
    CHECK(text(course(repeated('n', 120) + repeated('a', 20) + repeated('n', 120))) ==
          "N 0-12000, other 12000-14000, N 14000-26000");
    CHECK(text(course(repeated('a', 9))) == "AFIB 0-900");
    const RhythmCourse c = course(repeated('n', 120) + repeated('a', 120) + repeated('n', 120));
    REQUIRE(c.episodes.size() == 3);
    CHECK(c.episodes[1].rhythm == Rhythm::atrial_fibrillation);
    CHECK(std::abs(c.episodes[1].first - 12000) < 500);
    CHECK(std::abs(c.episodes[1].last - 24000) < 500);
}

TEST_CASE("the heart standing still is asystole from four seconds on") {
    const std::string seconds = repeated('n', 60);
    CHECK(text(course(seconds, {}, {{3000, 3390}})) == "N 0-6000");
    CHECK(text(course(seconds, {}, {{3000, 3700}})) == "N 0-3000, ASYS 3000-3700, N 3700-6000");
    CHECK(text(course(seconds, {}, {{0, 700}, {5000, 6000}})) ==
          "ASYS 0-700, N 700-5000, ASYS 5000-6000");
}

TEST_CASE("asystole by the network: seconds of it are none, a stretch is, quiet ones join it") {
    CHECK(text(course(repeated('n', 30) + "ss" + repeated('n', 30))) == "N 0-6200");
    const std::string seconds = repeated('n', 30) + repeated('s', 20) + repeated('n', 30);
    CHECK(text(course(seconds)) == "N 0-3000, ASYS 3000-5000, N 5000-8000");
    CHECK(text(course(seconds, {}, {{2700, 4200}})) == "N 0-2700, ASYS 2700-5000, N 5000-8000");
}

TEST_CASE("three wide beats in a row above 100 a minute are a tachycardia") {
    const std::string seconds = repeated('n', 60);
    CHECK(text(course(seconds, run(3000, 40, 3))) == "N 0-3000, VT 3000-3081, N 3081-6000");
    CHECK(course(seconds, run(3000, 40, 3)).episodes[1].from_beats);
    CHECK(text(course(seconds, run(3000, 40, 2))) == "N 0-6000");  // a couplet
    CHECK(text(course(seconds, run(3000, 70, 5))) == "N 0-6000");  // 86 a minute
    // Where nothing can be read, or a pacemaker makes wide beats, they tell nothing.
    CHECK(text(course(repeated('x', 60), run(3000, 40, 4))) == "NOISE 0-6000");
    CHECK(text(course(repeated('p', 60), run(3000, 40, 4))) == "P 0-6000");
}

TEST_CASE("a run within what the network calls VT is the same episode") {
    CHECK(text(course(repeated('n', 20) + repeated('v', 20) + repeated('n', 20),
                      run(2500, 40, 10))) == "N 0-2000, VT 2000-4000, N 4000-6000");
    CHECK(text(course(repeated('n', 20) + repeated('v', 20) + repeated('n', 20),
                      run(1900, 40, 10))) == "N 0-1900, VT 1900-4000, N 4000-6000");
}

TEST_CASE("a short recording gets a word for the whole of it, a long one does not") {
    RhythmAnswers answers = said(repeated('a', 30));
    answers.kinds = {"N", "A", "O", "~"};
    answers.recording = {0.1F, 0.8F, 0.06F, 0.04F};
    const auto whole =
        rhythm_course({.answers = answers, .sampling_rate = rate, .length = 3000}).recording;
    REQUIRE(whole);
    CHECK(whole->kind == "A");
    CHECK(words(*whole) == "atrial fibrillation");
    CHECK(std::abs(whole->probability - 0.8) < 1e-6);
    // A strip of regular beats is not called so, but what comes next.
    std::vector<Beat> regular;
    for (std::int64_t at = 40; at < 3000; at += 80) regular.push_back({at});
    const auto other =
        rhythm_course({.answers = answers, .sampling_rate = rate, .length = 3000, .beats = regular})
            .recording;
    REQUIRE(other);
    CHECK(other->kind == "N");
    RhythmAnswers longer = said(repeated('a', 130));
    longer.kinds = answers.kinds;
    longer.recording = answers.recording;
    CHECK_FALSE(
        rhythm_course({.answers = longer, .sampling_rate = rate, .length = 13000}).recording);
}

TEST_CASE("many runs take time in proportion") {
    const std::size_t seconds = 40000;
    std::vector<Beat> beats;
    for (std::int64_t i = 0; i < 100000; ++i)
        beats.push_back({i * 40, i % 4 == 3 ? AamiClass::N : AamiClass::V});
    const RhythmCourse c = course(repeated('n', seconds), beats);
    CHECK(c.episodes.size() > 40000);
    for (std::size_t i = 1; i < c.episodes.size(); ++i)
        REQUIRE(c.episodes[i].first == c.episodes[i - 1].last);
}

TEST_CASE("regular beats are no atrial fibrillation, irregular ones are") {
    const auto every = [](const std::vector<std::int64_t>& steps) {
        std::vector<Beat> list;
        std::int64_t at = 40;
        for (std::size_t i = 0; at < 6000; at += steps[i++ % steps.size()])
            list.push_back({.sample = at});
        return list;
    };
    const std::string fibrillation(60, 'a');
    CHECK(text(course(fibrillation, every({80, 81, 79}))) == "other 0-6000");
    CHECK(text(course(fibrillation, every({80, 61, 95, 70, 110}))) == "AFIB 0-6000");
    // Beats that went unseen make a regular heart no less regular.
    auto lossy = every({80});
    std::erase_if(lossy, [](const Beat& beat) { return (beat.sample / 80) % 9 == 4; });
    CHECK(text(course(fibrillation, lossy)) == "other 0-6000");
    // Where there are too few beats to say, the network's word stands.
    CHECK(text(course(fibrillation, {})) == "AFIB 0-6000");
    // Nor does a premature beat now and then make it fibrillate.
    CHECK(text(course(fibrillation, every({80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 50,
                                           110}))) == "other 0-6000");
}

TEST_CASE("paced beats are a paced rhythm, whatever the network calls them") {
    const auto beats = [](std::string_view letters) {  // P paced, V ventricular, N normal
        std::vector<Beat> list;
        for (const char c : letters) {
            const auto at = static_cast<std::int64_t>(list.size()) * 100 + 50;
            list.push_back({.sample = at,
                            .type = c == 'P'   ? AamiClass::Q
                                    : c == 'V' ? AamiClass::V
                                               : AamiClass::N,
                            .paced = c == 'P'});
        }
        return list;
    };
    const std::string paced(20, 'P');
    CHECK(text(course(repeated('v', 20), beats(paced))) ==
          "other 0-50, P 50-1951, other 1951-2000");
    // Two of the heart's own between, or two without a spike that shows.
    CHECK(text(course(repeated('n', 20), beats("NNPPPPPPNNPPPPPPNNNN"))) ==
          "N 0-250, P 250-1551, N 1551-2000");
    // A ventricular beat ends the stretch, and three paced beats are none.
    CHECK(text(course(repeated('n', 20), beats("NNPPPPPPVPPPNNNNNNNN"))) ==
          "N 0-250, P 250-751, N 751-2000");
}

TEST_CASE("what is conducted in less than 60 ms is no ventricular tachycardia") {
    const std::string seconds = repeated('n', 10) + repeated('v', 20) + repeated('n', 10);
    const RhythmAnswers answers = said(seconds);
    const auto told = [&](double width_s, std::size_t every, std::int64_t rr) {
        std::vector<QrsWidth> qrs;
        for (std::int64_t at = 1000; at < 3000; at += rr)
            qrs.push_back({at, qrs.size() % every == 0 ? std::optional(width_s) : std::nullopt});
        return text(rhythm_course({.answers = answers,
                                   .sampling_rate = rate,
                                   .length = 4000,
                                   .beats = {},
                                   .quiet = {},
                                   .unreadable = {},
                                   .untold = {},
                                   .qrs = qrs}));
    };
    CHECK(told(0.055, 1, 27) == "N 0-1000, other 1000-3000, N 3000-4000");
    // As wide as a tachycardia's can be, or seen in half of the beats, or in too few.
    CHECK(told(0.067, 1, 27) == "N 0-1000, VT 1000-3000, N 3000-4000");
    CHECK(told(0.055, 2, 27) == "N 0-1000, VT 1000-3000, N 3000-4000");
    CHECK(told(0.055, 1, 200) == "N 0-1000, VT 1000-3000, N 3000-4000");
}

TEST_CASE("a person's word stands above all else") {
    const std::string seconds = repeated('n', 10) + repeated('f', 10) + repeated('n', 20);
    const RhythmAnswers answers = said(seconds);
    const std::vector<RhythmEpisode> asserted = {
        {.rhythm = Rhythm::noise, .first = 500, .last = 1200, .probability = 1, .person = true},
        {.rhythm = Rhythm::sinus, .first = 2500, .last = 2600, .probability = 1, .person = true}};
    const std::vector<Interval> quiet = {{600, 1150}};
    const RhythmCourse c = rhythm_course({.answers = answers,
                                          .sampling_rate = rate,
                                          .length = 4000,
                                          .beats = {},
                                          .quiet = quiet,
                                          .unreadable = {},
                                          .untold = {},
                                          .asserted = asserted});
    CHECK(text(c) == "N 0-500, NOISE 500-1200, VFL 1200-2000, N 2000-4000");
    CHECK(c.episodes[1].person);
    CHECK_FALSE(c.episodes[3].person);
}

TEST_CASE("an infant's quick and nearly even beats are no atrial fibrillation") {
    const std::string seconds = repeated('a', 60);
    const auto of = [&](std::int64_t usual, std::vector<std::int64_t> steps) {
        std::vector<Beat> beats{{10}};
        for (std::size_t i = 0; beats.back().sample + usual + 10 < 6000; ++i)
            beats.push_back({beats.back().sample + usual + steps[i % steps.size()]});
        return text(course(seconds, beats));
    };
    // 214 a minute, changing by a twelfth; the same changes at 75 a minute; wilder ones at 214.
    CHECK(of(28, {0, 2, -1, 2, 0, -2, 1, -2}) == "other 0-6000");
    CHECK(of(80, {0, 6, -3, 6, 0, -6, 3, -6}) == "AFIB 0-6000");
    CHECK(of(28, {0, 6, -4, 9, 0, -6, 3, -7}) == "AFIB 0-6000");
}
