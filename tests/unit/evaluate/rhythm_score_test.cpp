#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "evaluate/rhythm_score.hpp"

using namespace telltale;
using namespace telltale::evaluate;
using Catch::Approx;

namespace {

Annotation change(std::int64_t sample, const char* aux) {
    return {.sample = sample, .code = Code::rhythm, .aux = aux};
}

RhythmScore score(const std::vector<RhythmStretch>& reference,
                  const std::vector<RhythmStretch>& marked) {
    return score_rhythms(reference, marked, 1, rhythm_questions());
}

}  // namespace

TEST_CASE("reference rhythms run from change to change, under one name each") {
    const std::vector<Annotation> annotations = {{.sample = 5, .code = Code::normal},
                                                 change(10, "(N"),
                                                 change(100, "(VFIB"),
                                                 change(150, "(BI"),
                                                 change(400, "(NOD"),
                                                 change(900, "(AFIB")};
    const auto r = reference_rhythms(annotations, 1000);
    REQUIRE(r.size() == 5);
    CHECK(r[0].rhythm == "N");
    CHECK(r[0].first == 10);
    CHECK(r[0].last == 100);
    CHECK(r[1].rhythm == "VFL");
    CHECK(r[2].rhythm == "N");
    CHECK(r[3].rhythm == "NOD");
    CHECK(r[4].last == 1000);
}

TEST_CASE("time and episodes by EC57's rules") {
    // 100 s of VT in one episode, marked in two pieces of 30 s; 20 s marked where there is none.
    const auto s =
        score({{"N", 0, 1000}, {"VT", 1000, 1100}, {"N", 1100, 3600}}, {{"N", 0, 1010},
                                                                        {"VT", 1010, 1040},
                                                                        {"N", 1040, 1060},
                                                                        {"VFL", 1060, 1090},
                                                                        {"N", 1090, 2000},
                                                                        {"VT", 2000, 2020},
                                                                        {"N", 2020, 3600}});
    const RhythmCounts& both = s.counts.at("VT+VFL");
    CHECK(*both.sensitivity() == Approx(60));
    CHECK(*both.predictive_value() == Approx(75));
    CHECK(both.reference_episodes == 1);
    CHECK(both.found == 1);
    CHECK(both.marked_episodes == 3);
    CHECK(both.right == 2);
    CHECK(*s.false_per_hour("VT+VFL") == Approx(1));
    CHECK(*s.counts.at("VT").sensitivity() == Approx(30));
    CHECK_FALSE(s.counts.at("AFIB").sensitivity());
}

TEST_CASE("noise, time without a reference, and flutter beside fibrillation are left out") {
    const auto s =
        score({{"N", 100, 200}, {"NOISE", 200, 300}, {"AFL", 300, 400}, {"AFIB", 400, 500}},
              {{"AFIB", 0, 500}, {"VT", 500, 800}});
    CHECK(s.judged_s == Approx(400));
    const RhythmCounts& af = s.counts.at("AFIB");
    CHECK(af.reference_s == Approx(100));
    CHECK(af.marked_s == Approx(200));  // of N and of AFIB itself
    CHECK(*af.predictive_value() == Approx(50));
    CHECK(s.counts.at("AFIB+AFL").both_s == Approx(200));
    CHECK(s.counts.at("VT+VFL").marked_s == 0);
}

TEST_CASE("scores of records add up, and short recordings have a confusion of their own") {
    auto sum = score({{"VT", 0, 100}}, {{"VT", 0, 100}});
    sum += score({{"VT", 0, 100}}, {{"N", 0, 100}});
    CHECK(*sum.counts.at("VT").sensitivity() == Approx(50));
    CHECK(to_json(sum)["rhythms"]["VT"]["episodes_found"] == 1);

    Confusion c({"A", "N", "O", "~"});
    for (int i = 0; i < 8; ++i) c.add(0, 0);
    for (int i = 0; i < 2; ++i) c.add(0, 1);
    for (int i = 0; i < 10; ++i) c.add(1, 1);
    for (int i = 0; i < 10; ++i) c.add(2, 2);
    const auto json = recordings_json(c);
    CHECK(json["recordings"] == 30);
    CHECK(json["confusion"]["A"]["N"] == 2);
    CHECK(json["f1"]["A"].get<double>() == Approx(16.0 / 18));
    CHECK(json["f1"]["~"].is_null());
    CHECK(json["mean_f1"].get<double>() == Approx((16.0 / 18 + 20.0 / 22 + 1) / 3));
}
