// What the program tells of whole recordings with the models that it comes with: the sentences that
// would do harm if they were wrong.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/files.hpp"
#include "formats/formats.hpp"
#include "program.hpp"
#include "support/data.hpp"
#include "support/trains.hpp"

using namespace telltale;
using Json = nlohmann::json;

namespace {

Json told(const std::string& path) {
    const tests::Ran ran =
        tests::run_program({"analyze", path, "--json", "--no-beats"}, TELLTALE_SHIPPED_MODELS);
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    const Json json = Json::parse(ran.out, nullptr, false);
    REQUIRE(json.is_object());
    return json["recordings"][0];
}

Json told(Recording recording) {
    const tests::ScratchFolder folder;
    recording.name = "r";
    const auto files = formats::write_wfdb(recording, formats::WfdbFormat::f16);
    REQUIRE(files);
    REQUIRE(data::write_file(folder.path() / "r.hea", std::string_view(files->header)));
    REQUIRE(data::write_file(folder.path() / "r.dat", std::span<const std::byte>(files->data)));
    return told(folder.file("r.hea"));
}

/// Seconds of a rhythm among the episodes.
double seconds_of(const Json& recording, const std::string& rhythm) {
    double seconds = 0;
    for (const Json& episode : recording["rhythm"]["episodes"])
        if (episode["rhythm"] == rhythm) seconds += episode["seconds"].get<double>();
    return seconds;
}

}  // namespace

TEST_CASE("MIT-BIH 207: ventricular flutter is no pause and no slow heart") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const Json json = told((mitdb / "207.hea").string());
    const Json& rhythm = json["rhythm"];
    CHECK(rhythm["pauses"].empty());
    CHECK(rhythm["longest_rr"]["seconds"] < 3);
    CHECK(rhythm["heart_rate"]["minimum"]["bpm"] > 30);
    // The reference: 142.9 s of flutter in six episodes.
    CHECK(seconds_of(json, "VFL") + seconds_of(json, "VF") > 100);
    for (const Json& event : rhythm["events"]) CHECK(event["kind"] != "pause");
}

TEST_CASE("MIT-BIH 208: an artefact on one lead is no pause") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const Json json = told((mitdb / "208.hea").string());
    const Json& rhythm = json["rhythm"];
    // At 23:03 lead MLII swings while V1 shows seven beats. The reference knows one pause, 3.13 s.
    CHECK(rhythm["longest_rr"]["seconds"] < 3.2);
    CHECK(rhythm["pauses"].size() <= 1);
    CHECK(rhythm["heart_rate"]["minimum"]["bpm"] > 60);
    for (const Json& silence : rhythm["silences"]) CHECK(silence["kind"] != "quiet");
}

TEST_CASE("MIT-BIH 103 three times as fast: an infant's rate, and no tachycardia of a ventricle") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const std::vector<std::filesystem::path> files = {mitdb / "103.hea", mitdb / "103.dat"};
    std::vector<formats::NamedBytes> bytes;
    std::vector<std::vector<std::byte>> contents;
    for (const auto& file : files) contents.push_back(*data::read_file(file));
    for (std::size_t i = 0; i < files.size(); ++i)
        bytes.push_back({files[i].filename().string(), contents[i]});
    auto read = formats::read_recordings(bytes);
    REQUIRE(read.recordings.size() == 1);
    Recording recording = std::move(read.recordings[0]);
    recording.sampling_rate *= 3;
    recording.annotations.clear();
    const Json json = told(std::move(recording));
    const Json& rhythm = json["rhythm"];
    // 2 084 beats in ten minutes: 208 a minute.
    const int found = rhythm["beats"].get<int>() + rhythm["beats_in_unreadable"].get<int>();
    CHECK(found > 2050);
    CHECK(found < 2115);
    CHECK(rhythm["heart_rate"]["mean_bpm"] > 203);
    CHECK(rhythm["heart_rate"]["mean_bpm"] < 213);
    for (const char* grave : {"VT", "VFL", "AFIB"}) CHECK(seconds_of(json, grave) == 0);
}

TEST_CASE("lost packets make no atrial fibrillation of a regular heart, and no premature beats") {
    for (const double every : {4.0, 15.0}) {
        CAPTURE(every);
        Recording recording = tests::make_train(
            {.duration_s = 40, .sampling_rate = 130, .rate_bpm = 75, .variation = 0.003});
        recording.annotations.clear();
        const double lost_s = every < 10 ? 0.6 : 10;
        for (double t = every / 2; t + lost_s < 38; t += every)
            for (Lead& lead : recording.leads)
                std::fill_n(lead.samples.begin() + std::lround(t * 130), std::lround(lost_s * 130),
                            std::numeric_limits<float>::quiet_NaN());
        const Json json = told(recording);
        CHECK(seconds_of(json, "AFIB") + seconds_of(json, "AFL") == 0);
        const Json& rhythm = json["rhythm"];
        CHECK(std::abs(rhythm["heart_rate"]["mean_bpm"].get<double>() - 75) < 1.5);
        CHECK(rhythm["pauses"].empty());
        CHECK(json["summary"]["classes"]["S"] == 0);
        CHECK(json["summary"]["classes"]["V"] == 0);
    }
}

TEST_CASE("an atrial pacemaker's spikes do not double the rate") {
    for (const double spike_mv : {0.4, 1.5, 4.0}) {
        CAPTURE(spike_mv);
        const Json json = told(tests::make_train({.duration_s = 60,
                                                  .leads = 2,
                                                  .rate_bpm = 88,
                                                  .variation = 0.0005,
                                                  .spike_mv = spike_mv,
                                                  .spike_s = 0.012,
                                                  .spike_before_s = 0.3}));
        CHECK(std::abs(json["rhythm"]["heart_rate"]["mean_bpm"].get<double>() - 88) < 4);
    }
}
