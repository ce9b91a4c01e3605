#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>

#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;
using namespace telltale::rhythm::tests;
using Catch::Approx;

namespace {

Ectopy ventricular(std::string_view letters) {
    return *summary(tests::beats(letters)).ventricular;
}

std::string kinds(const Ectopy& ectopy) {
    std::string text;
    for (const Pattern& pattern : ectopy.patterns)
        text += (text.empty() ? "" : " ") + std::string(name(pattern.kind)) +
                std::to_string(pattern.beats);
    return text;
}

}  // namespace

TEST_CASE("ectopic beats come single, in couplets and in runs") {
    const Ectopy e = ventricular("NNNVNNNNVVNNNNVVVNNNNVVVVNNNN");
    CHECK(e.total == 10);
    CHECK(e.burden_percent == Approx(1000.0 / 29));
    CHECK(e.isolated == 1);
    CHECK(e.couplets == 1);
    CHECK(e.runs == 2);
    CHECK(e.run_beats == 7);
    CHECK(kinds(e) == "isolated1 couplet2 run3 run4");
    CHECK(e.longest_run->beats == 4);
    CHECK(e.longest_run->first == 21 * 800);
    CHECK(e.longest_run->last == 24 * 800);
    CHECK(*e.longest_run->rate_bpm == 75);
}

TEST_CASE("the fastest run need not be the longest") {
    auto list = tests::beats("NNNVVVVNNNNVVVNNN", 800);
    for (std::size_t i = 12; i < list.size(); ++i) list[i].sample -= 400 * (i == 12 ? 1 : 2);
    const Ectopy e = *summary(list).ventricular;
    CHECK(e.longest_run->beats == 4);
    CHECK(e.fastest_run->beats == 3);
    CHECK(*e.fastest_run->rate_bpm == 150);
    CHECK(e.fastest_run->first == 11 * 800);
}

TEST_CASE("bigeminy and trigeminy need three ectopic beats and six beats") {
    CHECK(kinds(ventricular("NNNNVNVNNNN")) == "isolated1 isolated1");  // N V N V N
    CHECK(kinds(ventricular("NNNNVNVNVNNNN")) == "bigeminy3");          // N V N V N V N
    CHECK(kinds(ventricular("NVNVNV")) == "bigeminy3");
    CHECK(kinds(ventricular("VNVNV")) == "isolated1 isolated1 isolated1");  // five beats
    CHECK(kinds(ventricular("NNNNVNNVNNVNNNN")) == "trigeminy3");
    CHECK(kinds(ventricular("NNVNNV")) == "isolated1 isolated1");
    CHECK(kinds(ventricular("NNVNNVNNV")) == "trigeminy3");
    CHECK(kinds(ventricular("NVNNV")) == "isolated1 isolated1");  // five beats
    CHECK(kinds(ventricular("NNNVNNNVNNNVNNN")) == "isolated1 isolated1 isolated1");
    const Ectopy e = ventricular("NNVNVNVNVNN");
    CHECK(e.bigeminy == 1);
    CHECK(e.bigeminy_beats == 4);
    CHECK(e.patterns[0].first == 2 * 800);
    CHECK(e.patterns[0].last == 8 * 800);
}

TEST_CASE("no ectopic beat is counted twice; the stronger pattern takes it") {
    // The run's first beat would continue the bigeminy.
    CHECK(kinds(ventricular("NVNVNVNVVVNN")) == "bigeminy3 run3");
    CHECK(kinds(ventricular("NVNVNVVNN")) == "isolated1 isolated1 couplet2");
    // The last beat of the bigeminy is not the first of the trigeminy.
    CHECK(kinds(ventricular("NVNVNVNNVNNVNN")) == "bigeminy3 isolated1 isolated1");
    CHECK(kinds(ventricular("NVNVNVNNVNNVNNVNN")) == "bigeminy3 trigeminy3");
    // Other ectopy between breaks the alternation.
    CHECK(kinds(ventricular("NVSVNVNN")) == "isolated1 isolated1 isolated1");
    CHECK(kinds(ventricular("NVFVQVNN")) == "isolated1 isolated1 isolated1");

    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string letters;
        for (int i = 0; i < 60; ++i) letters += "NNNNVVVSS "[random() % 10];
        const Summary s = summary(tests::beats(letters));
        for (const Ectopy* e : {&*s.ventricular, &*s.supraventricular}) {
            CHECK(e->total == e->isolated + 2 * e->couplets + e->run_beats + e->bigeminy_beats +
                                  e->trigeminy_beats);
            std::size_t listed = 0;
            for (const Pattern& pattern : e->patterns) listed += pattern.beats;
            CHECK(listed == e->total);
        }
        CHECK(s.ventricular->total == static_cast<std::size_t>(std::ranges::count(letters, 'V')));
    }
}

TEST_CASE("unreadable signal parts patterns") {
    const auto list = tests::beats("NNVVVVNN");
    CHECK(kinds(*summary(list, {{2500, 2600}}).ventricular) == "couplet2 couplet2");
    CHECK(kinds(*summary(tests::beats("NNVVxVVNN")).ventricular) == "couplet2 couplet2");
    CHECK(kinds(*summary(tests::beats("NVNVNV"), {{1700, 1800}}).ventricular) ==
          "isolated1 isolated1 isolated1");
}

TEST_CASE("supraventricular ectopy is counted by the same rules") {
    const Ectopy e = *summary(tests::beats("NNSNNNNSSNNNSSSNNNSNSNSNNN")).supraventricular;
    CHECK(kinds(e) == "isolated1 couplet2 run3 bigeminy3");
    CHECK(e.total == 9);
}

TEST_CASE("R on T is judged by the estimated QT interval") {
    // RR 1 000 ms: QT = 0.40 s. RR 512 ms: QT = 0.40 * 0.8 = 0.32 s.
    auto at = [](std::int64_t rr, std::int64_t coupling) {
        auto list = tests::beats("NNNNNN", rr);
        list.push_back({list.back().sample + coupling, AamiClass::V});
        list.push_back({list.back().sample + coupling, AamiClass::V});  // of the same kind: not
        return summary(list).r_on_t->size();
    };
    CHECK(at(1000, 399) == 1);
    CHECK(at(1000, 401) == 0);
    CHECK(at(512, 319) == 1);
    CHECK(at(512, 321) == 0);
    CHECK(summary(tests::beats("VVV", 300)).r_on_t->empty());
    CHECK(summary(tests::beats("NVNV", 300)).r_on_t->empty());  // no normal interval to judge by
}
