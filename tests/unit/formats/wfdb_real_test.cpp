// The WFDB reader on real recordings, where they are there.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "formats/wfdb_header.hpp"
#include "formats/wfdb_signals.hpp"
#include "support/data.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

Recording read_one(const std::filesystem::path& folder, const std::string& stem) {
    const auto files = read_files(folder, stem);
    auto result = formats::read_recordings(named(files));
    for (const Error& error : result.errors) UNSCOPED_INFO(error.to_string());
    REQUIRE(result.errors.empty());
    REQUIRE(result.recordings.size() == 1);
    return std::move(result.recordings[0]);
}

std::ptrdiff_t beats(const Recording& recording) {
    return std::ranges::count_if(recording.annotations,
                                 [](const Annotation& a) { return is_beat(a.code); });
}

}  // namespace

TEST_CASE("record 100 of MIT-BIH reads as its documentation says") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const Recording r = read_one(mitdb, "100");
    CHECK(r.name == "100");
    CHECK(r.sampling_rate == 360);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].name == "MLII");
    CHECK(r.leads[1].name == "V5");
    CHECK(r.length() == 650000);
    CHECK(r.leads[0].adc(0) == 995);
    CHECK(r.leads[1].adc(0) == 1011);
    CHECK(r.leads[0].samples[0] == -0.145f);
    CHECK(r.leads[0].unit == "mV");
    CHECK_FALSE(r.leads[0].calibration.assumed);
    CHECK(r.warnings.empty());
    CHECK(beats(r) == 2273);
    REQUIRE(r.annotations.size() == 2274);
    CHECK(r.annotations[0].code == Code::rhythm);
    CHECK(r.annotations[0].aux == "(N");
    CHECK(r.annotations[0].sample == 18);
    CHECK(r.annotations[1].sample == 77);
    CHECK(r.comments.size() == 2);
}

TEST_CASE("all 48 records of MIT-BIH read without a warning, so their checksums hold") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const auto files = read_files(mitdb);
    auto result = formats::read_recordings(named(files));
    CHECK(result.recordings.size() == 48);
    std::ptrdiff_t total = 0;
    for (const Recording& r : result.recordings) {
        INFO(r.name);
        CHECK(r.warnings == std::vector<std::string>{});
        CHECK(r.length() == 650000);
        total += beats(r);
    }
    CHECK(total == 109494);  // what WFDB's bxb counts
}

TEST_CASE("other real WFDB records read without errors") {
    struct Case {
        const char* folder;
        const char* stem;
        std::size_t leads, length;
        double rate;
    };
    const Case cases[] = {{"ptbdb", "s0010_re", 15, 38400, 1000},
                          {"nstdb", "118e24", 2, 650000, 360},
                          {"stdb", "300", 2, 536976, 360},
                          {"qtdb", "sele0106", 2, 225000, 250},
                          {"ludb/data", "1", 12, 5000, 500},
                          {"challenge2020", "A0001", 12, 7500, 500},
                          {"challenge2020", "HR00599", 12, 5000, 500}};
    for (const Case& c : cases) {
        const auto folder = data_path(c.folder);
        if (!folder) {
            WARN("SKIPPED: " << c.folder << " is not there");
            continue;
        }
        INFO(c.folder << "/" << c.stem);
        const Recording r = read_one(*folder, c.stem);
        CHECK(r.leads.size() == c.leads);
        CHECK(r.length() == c.length);
        CHECK(r.sampling_rate == c.rate);
        for (const std::string& warning : r.warnings) {
            INFO(warning);
            CHECK(warning.find("checksum") == std::string::npos);
        }
    }
}

// Each line of expected/NAME.txt: the sample number, then the ADC value of each signal, as WFDB's
// rdsamp prints them.
TEST_CASE("ADC values are exactly those of WFDB's rdsamp") {
    TELLTALE_REAL_DATA(samples, "wfdb-samples");
    for (const char* name :
         {"100", "100-no-len", "100_3chan", "a103l", "a103l-no-len", "s0010_re", "binformats"}) {
        INFO(name);
        const auto files = read_files(samples);
        const File header_file = read_file(samples / (std::string(name) + ".hea"));
        const auto header = formats::wfdb::parse_header(header_file.named());
        REQUIRE(header);
        const auto views = named(files);
        formats::FileSet set(views);
        std::vector<std::string> warnings;
        const auto plan = formats::wfdb::plan_signals(*header, set, warnings);
        REQUIRE(plan);
        CHECK(warnings.empty());

        std::ifstream expected(samples / "expected" / (std::string(name) + ".txt"));
        std::string line;
        std::int64_t lines = 0;
        std::vector<std::int64_t> running(header->signals.size());
        for (; std::getline(expected, line); ++lines) {
            std::istringstream words(line);
            std::int64_t sample = 0;
            words >> sample;
            REQUIRE(sample == lines);
            for (const auto& group : plan->groups)
                for (std::size_t i = 0; i < group.signals; ++i) {
                    const std::size_t s = group.first_signal + i;
                    std::int32_t value = 0;
                    formats::wfdb::decode_adc(
                        header->signals[s].format, group.bytes,
                        sample * group.samples_per_frame + static_cast<std::int64_t>(i),
                        std::span(&value, 1));
                    std::int64_t adc = value;
                    if (header->signals[s].format == 8)
                        adc = running[s] =
                            value + (sample == 0 ? *header->signals[s].initial : running[s]);
                    std::string wanted;
                    words >> wanted;
                    if (wanted == "-")
                        CHECK(adc == formats::wfdb::missing_value(header->signals[s].format));
                    else if (std::to_string(adc) != wanted)
                        FAIL("signal " << s << ", sample " << sample << ": " << adc << " but "
                                       << wanted << " was expected");
                }
        }
        CHECK(lines > 400);
        CHECK(lines <= plan->frames);
    }
}

// Through the whole reader: what rdsamp prints of records in segments, by each lead's calibration.
TEST_CASE("records in segments are joined as WFDB joins them") {
    TELLTALE_REAL_DATA(samples, "wfdb-samples/multi-segment");
    struct Case {
        const char* folder;
        const char* name;
        std::size_t leads, warnings;
    };
    const Case cases[] = {{"fixed1", "v102s", 4, 0},
                          {"s00001", "s00001-2896-10-10-00-31", 4, 1},
                          {"p000878", "p000878-2137-10-26-16-57", 4, 1}};
    for (const Case& c : cases) {
        INFO(c.name);
        auto files = read_files(samples / c.folder);
        for (File& file : files) file.name = std::string(c.folder) + "/" + file.name;
        const auto result = formats::read_recordings(named(files));
        const auto found = std::ranges::find(result.recordings, c.name, &Recording::name);
        REQUIRE(found != result.recordings.end());
        const Recording& r = *found;
        CHECK(r.leads.size() == c.leads);
        for (const auto& w : r.warnings) UNSCOPED_INFO(w);
        CHECK(r.warnings.size() == c.warnings);
        std::ifstream expected(samples.parent_path() / "expected" /
                               ("multi-segment_" + std::string(c.folder) + "_" + c.name + ".txt"));
        std::string line;
        std::size_t lines = 0;
        for (; std::getline(expected, line); ++lines) {
            std::istringstream words(line);
            std::size_t sample = 0;
            words >> sample;
            REQUIRE(sample == lines);
            REQUIRE(sample < r.length());
            for (const Lead& lead : r.leads) {
                std::int64_t wanted = 0;
                words >> wanted;
                const std::int64_t adc =
                    std::isnan(lead.samples[sample]) ? -32768 : lead.adc(sample);
                if (adc != wanted)
                    FAIL(lead.name << ", " << sample << ": " << adc << " " << wanted);
            }
        }
        CHECK(lines == 3000);
    }
}
