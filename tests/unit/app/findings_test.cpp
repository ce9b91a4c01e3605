#include "findings.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "event_list.hpp"
#include "messages.hpp"
#include "steps.hpp"

using namespace telltale::window;

namespace {

/// Of a recording of 100 s at 100 Hz.
Findings read(const char* text) {
    Session session;
    receive(session, R"({"type":"recording","name":"x","sampling_rate":100,"length":10000,
        "leads":[{"name":"II","unit":"mV"}]})");
    receive(session, text);
    return session.findings;
}

const Figure* find(const std::vector<FigureGroup>& groups, std::string_view group,
                   std::string_view label) {
    for (const FigureGroup& g : groups)
        if (g.title == group)
            for (const Figure& f : g.figures)
                if (f.label == label) return &f;
    return nullptr;
}

constexpr const char* rhythm = R"({"type":"rhythm","duration_s":100,"unreadable_s":5,
    "heart_rate":{"mean_bpm":71.6,"p5_bpm":60,"p95_bpm":90,
        "minimum":{"bpm":58.2,"first":1200,"last":1300,"start_s":12},
        "maximum":{"bpm":101,"first":6500,"last":6600,"start_s":65}},
    "longest_rr":{"first":700,"last":990,"start_s":7,"seconds":2.9},"pauses":[{"first":700,"last":990,"seconds":2.9}],
    "ventricular":{"total":7,"burden_percent":3.5,"isolated":2,"couplets":1,"runs":1,"run_beats":3,
        "longest_run":{"first":4000,"last":4200,"beats":3,"rate_bpm":120}},
    "hrv":{"intervals":100,"nn":90,"sdnn_ms":51.26},
    "hours":[{"first":0,"last":10000,"beats":120,"mean_bpm":71.6,"ventricular":7,"pauses":1,"unreadable_s":5}],
    "events":[{"kind":"pause","text":"pause, 2.90 s","first":700,"last":990,"seconds":2.9},
              {"kind":"ventricular_run","text":"ventricular run, 3 beats, 120 bpm","first":4000,"last":4200,"beats":3,"rate_bpm":120},
              {"kind":"from another planet","text":"?","first":1,"last":2}]})";

}  // namespace

TEST_CASE("rhythm becomes tables of figures with their places") {
    const Findings findings = read(rhythm);
    REQUIRE(findings.rhythm);
    const RhythmFindings& r = *findings.rhythm;
    REQUIRE(find(r.summary, "Heart rate", "Mean"));
    CHECK(find(r.summary, "Heart rate", "Mean")->value == "72 /min");
    CHECK(find(r.summary, "Heart rate", "Slowest")->value == "58/min at 0:00:12");
    CHECK(find(r.summary, "Heart rate", "Slowest")->go_to == 1200);
    CHECK(find(r.summary, "Pauses", "Longest RR")->value == "2.90 s at 0:00:07");
    CHECK(find(r.summary, "Ventricular ectopy", "Beats")->value == "7  (3.5 %)");
    // 2 + 2 + 3 are the total.
    CHECK(find(r.summary, "Ventricular ectopy", "in single beats")->value == "2");
    CHECK(find(r.summary, "Ventricular ectopy", "in couplets")->value == "2  (1×)");
    CHECK(find(r.summary, "Ventricular ectopy", "in runs")->value == "3  (1×)");
    CHECK_FALSE(find(r.summary, "Ventricular ectopy", "in trigeminy"));
    CHECK(find(r.summary, "Ventricular ectopy", "Longest run")->go_to == 4000);
    CHECK(find(r.summary, "Signal", "Unreadable")->value == "0:00:05.0  (5.0 %)");
    CHECK(find(r.variability, "Time domain", "SDNN")->value == "51.3 ms");
    CHECK(r.unreadable_percent == Catch::Approx(5));
    REQUIRE(r.hours.size() == 1);
    CHECK(r.hours[0].beats == "120");
}

TEST_CASE("where the recording's start is known, places are told by the clock too") {
    Session session;
    receive(session, R"({"type":"recording","name":"x","sampling_rate":100,"length":10000,
        "start":"09:51:24","leads":[{"name":"II","unit":"mV"}]})");
    receive(session, rhythm);
    REQUIRE(session.findings.rhythm);
    CHECK(find(session.findings.rhythm->summary, "Heart rate", "Slowest")->value ==
          "58/min at 0:00:12 (09:51:36)");
    CHECK(session.findings.rhythm->hours[0].hour == "09:51:24");
}

TEST_CASE("when beats are found or named anew, what they meant is forgotten") {
    Session session;
    receive(session, R"({"type":"recording","name":"x","sampling_rate":100,"length":10000,
        "start":"2024-05-03 09:51:24.000","leads":[{"name":"II","unit":"mV"}]})");
    REQUIRE(session.recording->start);
    CHECK(session.place_of(6000) == "0:01:00 (09:52:24)");
    receive(session, rhythm);
    receive(session, R"({"type":"quality","unreadable":[],"leads":[]})");
    REQUIRE(session.findings.rhythm);
    const auto before = session.revision;
    receive(session, R"({"type":"outdated"})");
    CHECK_FALSE(session.findings.rhythm);
    CHECK(session.findings.quality);  // of the signal alone
    CHECK(session.revision > before);
    receive(session, R"({"type":"storage","state":"refused"})");
    REQUIRE(session.storage);
    CHECK(*session.storage == "refused");
}

TEST_CASE("a figure that is absent leaves no line, never a zero") {
    const Findings findings =
        read(R"({"type":"rhythm","duration_s":10,"hours":[{"first":0,"last":1000}]})");
    REQUIRE(findings.rhythm);
    CHECK_FALSE(find(findings.rhythm->summary, "Heart rate", "Mean"));
    CHECK_FALSE(find(findings.rhythm->summary, "Supraventricular ectopy", "Beats"));
    CHECK(findings.rhythm->variability.empty());
    CHECK(findings.rhythm->hours[0].mean.empty());
}

TEST_CASE("where variability is not told, why is, and how many intervals there were") {
    const Findings findings = read(R"({"type":"rhythm","duration_s":40,"hrv":{"untold":"Too few.",
        "intervals":46,"nn":46,"sdnn_ms":51.26}})");
    REQUIRE(findings.rhythm);
    CHECK(findings.rhythm->variability_untold == "Too few.");
    CHECK_FALSE(find(findings.rhythm->variability, "Time domain", "SDNN"));
    CHECK(find(findings.rhythm->variability, "Intervals", "Between beats")->value == "46");
}

TEST_CASE("findings of the wrong shape are harmless") {
    for (
        const char* text :
        {R"({"type":"rhythm","heart_rate":[],"hours":{},"events":[1,null,{}],"hrv":"x"})",
         R"({"type":"quality","leads":[{"poor":[{"first":"a"}]},3],"unreadable":[{}]})",
         R"({"type":"comparison","matrix":[[1],"x",[1,2,3,4,5,6,7,8,9]],"mismatches":[[1],[1,99,0],[1,-1,0],"x"]})",
         R"({"type":"clusters","clusters":[{}],"cluster_of":[0,7,null,-3,"x"]})"}) {
        const Findings findings = read(text);
        CHECK((findings.rhythm || findings.quality || findings.comparison || findings.clusters));
    }
    const Findings findings = read(R"({"type":"else"})");
    CHECK_FALSE((findings.rhythm || findings.quality || findings.comparison || findings.clusters));
}

TEST_CASE("signal quality: shares of a lead, overlaps counted once") {
    const Findings findings = read(
        R"({"type":"quality","unreadable":[{"first":100,"last":200}],"leads":[{"name":"II","poor":[
        {"first":0,"last":1000,"defect":"flat","score":1,"unreadable":true},
        {"first":500,"last":1500,"defect":"muscle_noise","score":1,"unreadable":true},
        {"first":2000,"last":3000,"defect":"muscle_noise","score":0.6,"unreadable":false}]}]})");
    REQUIRE(findings.quality);
    CHECK(findings.quality->unreadable.size() == 1);
    REQUIRE(findings.quality->leads.size() == 1);
    CHECK(findings.quality->leads[0].unreadable_percent == Catch::Approx(15));
    REQUIRE(findings.quality->leads[0].defects.size() == 2);
    CHECK(findings.quality->leads[0].defects[1].label == "Muscle noise");
    CHECK(findings.quality->leads[0].defects[1].value == "20.0 %");
}

TEST_CASE("a comparison's shares") {
    const Findings findings =
        read(R"({"type":"comparison","matrix":[[90,0,10,0,0,0,0],[0,0,0,0,0,0,0],[5,0,15,0,0,0,0]],
        "mismatches":[[100,0,2],[200,2,0]],"qrs_sensitivity":1})");
    REQUIRE(findings.comparison);
    const Comparison& c = *findings.comparison;
    CHECK(c.sensitivity(0) == Catch::Approx(0.9));
    CHECK(c.predictivity(2) == Catch::Approx(0.6));
    CHECK_FALSE(c.sensitivity(1));
    CHECK(c.mismatches.size() == 2);
    CHECK_FALSE(c.qrs_predictivity);
}

TEST_CASE("clusters know their members and their picture") {
    Findings findings =
        read(R"({"type":"clusters","clusters":[{"beats":2,"typical":0},{"beats":1,"typical":2}],
        "cluster_of":[0,null,1,0]})");
    REQUIRE(findings.clusters);
    CHECK((*findings.clusters)[0].members == std::vector<std::uint32_t>{0, 3});
    CHECK(findings.cluster_of == std::vector<std::int32_t>{0, -1, 1, 0});
    findings.set_density(1, 2, 2, -1, 1, -0.1, 0.2, {0, 4, 2, 0});
    CHECK((*findings.clusters)[1].density == std::vector<float>{0, 1, 0.5F, 0});
    findings.set_density(1, 3, 3, -1, 1, -0.1, 0.2, {0});
    CHECK((*findings.clusters)[1].columns == 2);
    findings.set_density(9, 0, 0, 0, 0, 0, 0, {});
}

TEST_CASE("events and doubtful beats in one list, filtered and sorted") {
    Session session;
    receive(
        session,
        R"({"type":"recording","name":"x","sampling_rate":100,"length":10000,"leads":[{"name":"II","unit":"mV"}]})");
    receive(session, R"({"type":"model","name":"m","classes":["N","V"],"lead":0})");
    session.set_beats({.sample = {100, 200, 300},
                       .label = {0, 0, 1},
                       .probabilities = {0.95F, 0.05F, 0.6F, 0.4F, 0.1F, 0.9F},
                       .classes = 2,
                       .doubtful = {0, 1, 0}});
    receive(session, rhythm);
    const auto all = all_events(session);
    REQUIRE(all.size() == 3);  // the kind that nobody knows is left out
    CHECK(all[0].group == EventGroup::doubtful);
    CHECK(all[0].title == "N or V?");
    CHECK(all[0].beat == 1);
    CHECK(all[1].group == EventGroup::pause);
    CHECK(all[2].detail == "3 beats, 120 bpm");
    CHECK(count_events(all)[static_cast<std::size_t>(EventGroup::ventricular)] == 1);
    std::array<bool, event_groups> wanted{};
    wanted.fill(true);
    CHECK(pick_events(all, wanted, EventOrder::importance) == std::vector<std::size_t>{2, 1, 0});
    wanted[static_cast<std::size_t>(EventGroup::pause)] = false;
    CHECK(pick_events(all, wanted, EventOrder::time) == std::vector<std::size_t>{0, 2});
}

TEST_CASE("steps stop at both ends") {
    StepList list{.title = "x", .targets = {{1, 1, {}}, {2, 2, {}}}, .at = {}};
    CHECK(list.step(1));
    CHECK(list.at == 0);
    CHECK(list.step(1));
    CHECK_FALSE(list.step(1));
    CHECK(list.at == 1);
    CHECK(list.step(-1));
    CHECK_FALSE(list.step(-1));
    CHECK_FALSE(StepList{}.step(1));
}
