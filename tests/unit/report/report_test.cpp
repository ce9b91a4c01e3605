// Reports: what is written says what was found, in forms that others read.
#include "report/report.hpp"

#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "formats/formats.hpp"

using namespace telltale;

namespace {

const float normal[] = {0.9F, 0.06F, 0.04F};
const float odd[] = {0.25F, 0.25F, std::numeric_limits<float>::quiet_NaN()};

struct Example {
    std::vector<report::Beat> beats = {
        {77, 0, normal, 0.98F}, {370, 2, odd, 0.5F, true}, {662, -1, {}, 1}};
    report::Input input{.recording = "100 \"x\"",
                        .sampling_rate = 360,
                        .samples = 3600,
                        .lead = "MLII",
                        .detector = "telltale-qrs",
                        .model = "aami-cnn",
                        .model_version = "1.2",
                        .classes = {"N", "S", "V, wide"},
                        .beats = beats,
                        .warnings = {"caf\xE9"}};
};

}  // namespace

TEST_CASE("beats as CSV") {
    const Example e;
    CHECK(report::beats_csv(e.input) ==
          "time_s,sample,class,p_N,p_S,\"p_V, wide\",detection_confidence,doubtful,by\n"
          "0.2139,77,N,0.9000,0.0600,0.0400,0.980,0,model\n"
          "1.0278,370,\"V, wide\",0.2500,0.2500,,0.500,1,model\n"
          "1.8389,662,,,,,1.000,0,model\n");
}

TEST_CASE("beats as JSON parse, and hold the summary") {
    const Example e;
    const auto json = nlohmann::json::parse(report::beats_json(e.input));
    CHECK(json["recording"] == "100 \"x\"");
    CHECK(json["model"]["name"] == "aami-cnn");
    CHECK(json["summary"]["duration_s"] == 10.0);
    CHECK(json["summary"]["beats"] == 3);
    CHECK(json["summary"]["unclassified"] == 1);
    CHECK(json["summary"]["classes"]["N"] == 1);
    CHECK(json["summary"]["classes"]["V, wide"] == 1);
    CHECK(json["summary"]["mean_heart_rate"] == 73.85);  // two intervals in 585 samples
    REQUIRE(json["beats"].size() == 3);
    CHECK(json["beats"][0]["probabilities"][0] == 0.9);
    CHECK(json["beats"][1]["probabilities"][2].is_null());
    CHECK(json["beats"][2]["class"].is_null());
    CHECK(json["beats"][0]["doubtful"] == false);
    CHECK(json["beats"][1]["doubtful"] == true);

    report::Input nothing;
    const auto empty = nlohmann::json::parse(report::beats_json(nothing));
    CHECK(empty["model"].is_null());
    CHECK(empty["sampling_rate"].is_null());
    CHECK(empty["summary"]["duration_s"].is_null());
    CHECK(empty["summary"]["mean_heart_rate"].is_null());
    CHECK(empty["beats"].empty());
}

TEST_CASE("beats as WFDB annotations survive writing and reading") {
    Example e;
    const auto made = report::annotations(e.input);
    REQUIRE(made.size() == 4);
    CHECK(made[0].code == Code::note);
    CHECK(made[0].aux == "Telltale, beats: telltale-qrs, classes: aami-cnn 1.2");
    CHECK(made[1].code == Code::normal);
    CHECK(made[2].code == Code::unclassifiable);
    CHECK(made[2].aux == "V, wide");
    CHECK(made[3].code == Code::unclassifiable);
    CHECK(made[3].aux.empty());
    const auto bytes = formats::write_wfdb_annotations(made);
    CHECK(formats::read_wfdb_annotations({"100.tt", bytes}).value() == made);

    e.input.classes = {"F", "Q", "V"};
    const auto aami = report::annotations(e.input);
    CHECK(aami[1].code == Code::fusion);
    CHECK(aami[2].code == Code::premature_ventricular);
}

TEST_CASE("annotations tell the rhythm: changes, and fibrillation between its brackets") {
    Example e;
    const rhythm::RhythmCourse course{
        .episodes = {{rhythm::Rhythm::sinus, 0, 500, 0.9},
                     {rhythm::Rhythm::ventricular_fibrillation, 500, 2000, 0.8},
                     {rhythm::Rhythm::other, 2000, 3600, 0.4}},
        .recording = {}};
    e.input.course = &course;
    const auto annotations = report::annotations(e.input);
    std::string text;
    for (const Annotation& a : annotations)
        text += std::string(mnemonic(a.code)) + a.aux.substr(0, a.code == Code::rhythm ? 9 : 0) +
                std::to_string(a.sample) + " ";
    CHECK(text == "\"0 +(N0 N77 Q370 +(VFL500 [500 Q662 ]1999 +(OTHER2000 ");
    const auto written = formats::write_wfdb_annotations(annotations);
    const auto read = formats::read_wfdb_annotations({"x.atr", written});
    REQUIRE(read);
    CHECK(read->size() == annotations.size());
}

TEST_CASE("a pacemaker's beat is of class Q, and written as one") {
    Example e;
    report::as_paced(e.beats[0], e.input.classes, e.input.more_classes);
    report::as_paced(e.beats[1], e.input.classes, e.input.more_classes);
    CHECK(e.input.more_classes == std::vector<std::string>{"Q"});
    CHECK(report::class_name(e.input, e.beats[0]) == "Q");
    e.input.beats = e.beats;
    CHECK(report::beats_csv(e.input).contains(",77,Q,,,,0.980,0,pacing"));
    const auto json = nlohmann::json::parse(report::beats_json(e.input));
    CHECK(json["beats"][0]["class"] == "Q");
    CHECK(json["beats"][0]["paced"] == true);
    CHECK(json["beats"][0]["probabilities"].empty());
    CHECK_FALSE(json["beats"][2].contains("paced"));
    CHECK(json["summary"]["classes"]["Q"] == 2);
    CHECK(json["summary"]["classes"]["N"] == 0);
    CHECK(report::annotations(e.input)[1].code == Code::paced);
    // A person's Q is no pacemaker's word.
    e.beats[0].paced = false;
    CHECK(report::annotations(e.input)[1].code == Code::unclassifiable);
}
