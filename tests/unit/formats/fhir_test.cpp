// FHIR Observations with sampled data.
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "formats/ecg_leads.hpp"
#include "support/data.hpp"

using namespace telltale;
using namespace telltale::tests;
using Catch::Approx;

namespace {

formats::ReadResult read(const std::string& text) {
    const File file = text_file("o.json", text);
    const formats::NamedBytes view = file.named();
    return formats::read_recordings({&view, 1});
}

std::string data(const std::string& samples, const std::string& more = R"("period":4,)") {
    return R"("valueSampledData":{"origin":{"value":10,"code":"uV"},"factor":2.5,)" + more +
           R"("dimensions":1,"data":")" + samples + R"("})";
}

std::string component(const std::string& code, const std::string& value) {
    return R"({"code":{"coding":[{"system":"urn:oid:2.16.840.1.113883.6.24",)" + code + "}]}," +
           value + "}";
}

std::string observation(const std::string& content,
                        const std::string& time = "2015-02-19T09:30:35+01:00") {
    return R"({"resourceType":"Observation","status":"final","code":{"coding":[{"code":"131328"}]},)"
           R"("subject":{"display":"A Person"},"effectiveDateTime":")" +
           time + "\"," + content + "}";
}

}  // namespace

TEST_CASE("FHIR: components are leads, by code or by name, in mV") {
    const auto result = read(observation(
        R"("component":[)" + component(R"("code":"131329")", data("0 100 -100 4")) + "," +
        component(R"("display":"MDC_ECG_ELEC_POTL_V1")", data("4 E 8 12")) + "]"));
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    REQUIRE(result.recordings.size() == 1);
    const Recording& r = result.recordings[0];
    CHECK(r.name == "o");
    CHECK(r.sampling_rate == 250);
    REQUIRE(r.start);
    CHECK(r.start->hour == 9);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].name == "I");
    CHECK(r.leads[1].name == "V1");
    CHECK(r.leads[0].samples[1] == Approx(0.26));
    CHECK(r.leads[0].samples[2] == Approx(-0.24));
    CHECK(std::isnan(r.leads[1].samples[1]));
    CHECK(r.leads[1].samples[2] == Approx(0.03));
    CHECK(r.leads[0].declared == Declared::ecg);
    CHECK_FALSE(r.leads[0].calibration.assumed);
    CHECK(r.warnings.size() == 1);
    CHECK(r.comments.empty());
    CHECK(formats::ecg_leads(r).size() == 2);
}

TEST_CASE("FHIR: R5's interval, limits, dimensions, numbers in quotes") {
    const auto one = [](const std::string& value) {
        auto result = read(observation(value));
        for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
        REQUIRE(result.recordings.size() == 1);
        return std::move(result.recordings[0]);
    };
    CHECK(one(data("1 2 3", R"("interval":2,"intervalUnit":"ms",)")).sampling_rate == 500);
    CHECK(one(data("1 2 3", R"("interval":0.002,"intervalUnit":"s",)")).sampling_rate == 500);
    CHECK(one(data("1 2 3", R"("period":"4",)")).sampling_rate == 250);
    const Recording limits =
        one(data("1 U L E", R"("period":4,"upperLimit":400,"lowerLimit":-400,)"));
    CHECK(limits.leads[0].samples[1] == Approx(1.01));
    CHECK(limits.leads[0].samples[2] == Approx(-0.99));
    CHECK(std::isnan(limits.leads[0].samples[3]));
    const Recording no_limits = one(data("1 U L 2"));
    CHECK(std::isnan(no_limits.leads[0].samples[1]));
    CHECK(no_limits.warnings.size() == 1);
    const Recording three = one(
        R"("valueSampledData":{"origin":{"value":0,"unit":"mV"},"period":4,"dimensions":3,"data":"1 2 3 4 5 6"})");
    REQUIRE(three.leads.size() == 3);
    CHECK(three.leads[1].samples == std::vector<float>{2, 5});
    const Recording no_unit = one(
        R"("valueSampledData":{"origin":{"value":2048},"period":10,"dimensions":1,"data":"0 500 -300 1"})");
    CHECK(no_unit.leads[0].samples[1] == Approx(2.548));
    CHECK(no_unit.leads[0].calibration.assumed);
}

TEST_CASE("FHIR: a bundle gives one recording a time, whatever else it holds") {
    const std::string lead_i =
        observation(R"("component":[)" + component(R"("code":"131329")", data("1 2 3")) + "]");
    const std::string lead_ii =
        observation(R"("component":[)" + component(R"("code":"131330")", data("4 5 6")) + "]");
    const std::string later =
        observation(R"("component":[)" + component(R"("code":"131330")", data("7 8")) + "]",
                    "2016-01-01T00:00:00Z");
    const auto result = read(
        R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}},{"resource":)" +
        lead_i + R"(},{"resource":)" + lead_ii + R"(},{"resource":)" + later + "}]}");
    CHECK(result.errors.empty());
    REQUIRE(result.recordings.size() == 2);
    CHECK(result.recordings[0].leads.size() == 2);
    CHECK(result.recordings[0].length() == 3);
    CHECK(result.recordings[1].leads.size() == 1);
    CHECK(result.recordings[1].start->year == 2016);
}

TEST_CASE("FHIR: what is wrong is said, and good signals beside it are read") {
    const auto error = [](const std::string& text) {
        const auto result = read(text);
        REQUIRE(result.errors.size() == 1);
        CHECK(result.recordings.empty());
        return result.errors[0].to_string();
    };
    CHECK(error(R"({"resourceType":"Observation","status":"final"})") ==
          "o.json: it holds no Observation with sampled data (valueSampledData)");
    CHECK(error(R"({"resourceType":"Observation",)") ==
          "o.json: it is no complete JSON, expected a FHIR resource");
    CHECK(error(observation(data("1 2 x")))
              .ends_with("datum 3 is 'x', expected a number, E, U or L"));
    CHECK(error(observation(data("1 2", ""))).contains("its period is no number"));
    CHECK(error(observation(data("1 2", R"("period":0,)"))).contains("its period is no number"));
    CHECK(error(observation(data("1 2", R"("period":1e-9,)"))).contains("its period is no number"));
    CHECK(error(observation(data(""))).ends_with("it has no data"));
    CHECK(error(observation(R"("valueSampledData":{"period":4,"dimensions":1e9,"data":"1"})"))
              .contains("dimensions"));
    const auto half =
        read(observation(R"("component":[)" + component(R"("code":"131329")", data("0 1")) + "," +
                         component(R"("code":"131330")", data("0 ?")) + "]"));
    CHECK(half.errors.size() == 1);
    REQUIRE(half.recordings.size() == 1);
    CHECK(half.recordings[0].leads.size() == 1);
}

TEST_CASE("FHIR: the standard's own example") {
    TELLTALE_REAL_DATA(path, "formats/fhir/observation-example-sample-data.json");
    const File file = read_file(path);
    const formats::NamedBytes view = file.named();
    const auto result = formats::read_recordings({&view, 1});
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.recordings[0].sampling_rate == 100);
    REQUIRE(result.recordings[0].leads.size() == 3);
    CHECK(result.recordings[0].leads[2].name == "III");
}
