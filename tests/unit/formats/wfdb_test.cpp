// WFDB records made here: writing and reading, calibration, odd but legal headers.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <format>
#include <limits>
#include <span>

#include "formats/wfdb_header.hpp"
#include "support/data.hpp"

using namespace telltale;
using namespace telltale::tests;
using formats::WfdbFormat;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

Recording example() {
    Recording r;
    r.name = "example";
    r.sampling_rate = 250;
    r.start =
        StartTime{.year = 2024, .month = 2, .day = 29, .hour = 23, .minute = 5, .second = 1.5};
    r.comments = {"age: 70", "second line"};
    for (int l = 0; l < 3; ++l) {
        Lead lead;
        lead.name = lead.original_name = l == 0 ? "II" : l == 1 ? "V1" : "V5";
        lead.calibration = {.gain = 200.0 + 13 * l, .baseline = 5 - 40 * l};
        for (int i = 0; i < 1001; ++i)
            lead.samples.push_back(
                static_cast<float>(((i * 37 + l * 11) % 4000 - 2000 - lead.calibration.baseline) /
                                   lead.calibration.gain));
        r.leads.push_back(lead);
    }
    r.leads[1].samples[17] = missing;
    return r;
}

formats::ReadResult read(const std::vector<File>& files) {
    return formats::read_recordings(named(files));
}

std::vector<File> files_of(const Recording& recording, WfdbFormat format) {
    auto written = formats::write_wfdb(recording, format, formats::Comments::keep);
    if (!written) FAIL(written.error().to_string());
    return {text_file(recording.name + ".hea", written->header),
            File{recording.name + ".dat", written->data}};
}

bool same_sample(float a, float b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

File bytes_file(std::string name, std::initializer_list<int> values) {
    File file{std::move(name), {}};
    for (const int v : values) file.bytes.push_back(static_cast<std::byte>(v));
    return file;
}

}  // namespace

TEST_CASE("recordings survive writing and reading in formats 16 and 212") {
    const auto format = GENERATE(0, 1) == 0 ? WfdbFormat::f16 : WfdbFormat::f212;
    const Recording before = example();
    const auto result = read(files_of(before, format));
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.errors.empty());
    const Recording& after = result.recordings[0];
    CHECK(after.warnings == std::vector<std::string>{});
    CHECK(after.name == "example");
    CHECK(after.sampling_rate == 250);
    REQUIRE(after.start);
    CHECK(after.start->year == 2024);
    CHECK(after.start->day == 29);
    CHECK(after.start->second == 1.5);
    CHECK(after.comments == before.comments);
    REQUIRE(after.leads.size() == 3);
    for (std::size_t l = 0; l < 3; ++l) {
        CHECK(after.leads[l].name == before.leads[l].name);
        CHECK(after.leads[l].calibration.gain == before.leads[l].calibration.gain);
        CHECK(after.leads[l].calibration.baseline == before.leads[l].calibration.baseline);
        REQUIRE(after.leads[l].samples.size() == 1001);
        for (std::size_t i = 0; i < 1001; ++i)
            if (!same_sample(after.leads[l].samples[i], before.leads[l].samples[i]))
                FAIL("lead " << l << ", sample " << i);
    }
}

TEST_CASE("what may name a patient is left out of what is written, unless asked for") {
    Recording r = example();
    r.comments = {"Name: A Person"};
    const auto holds = [](std::span<const std::byte> bytes) {
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return text.find("A Person") != std::string_view::npos;
    };
    const auto plain = formats::write_wfdb(r, WfdbFormat::f16);
    const auto asked = formats::write_wfdb(r, WfdbFormat::f16, formats::Comments::keep);
    REQUIRE(plain);
    REQUIRE(asked);
    CHECK(plain->header.find("A Person") == std::string::npos);
    CHECK(asked->header.find("# Name: A Person\n") != std::string::npos);
    CHECK_FALSE(holds(formats::write_edf(r).value()));
    CHECK(formats::write_csv(r).find("A Person") == std::string::npos);
}

TEST_CASE("a sample that the format cannot hold is an error, not a wrong value") {
    Recording r = example();
    r.leads[2].samples[500] = 50;
    const auto written = formats::write_wfdb(r, WfdbFormat::f212);
    REQUIRE_FALSE(written);
    CHECK(written.error().to_string() ==
          "example, V5, sample 500: the ADC value is 11225, format 212 holds -2047 to 2047");
    CHECK(formats::write_wfdb(r, WfdbFormat::f16));
    CHECK_FALSE(formats::write_wfdb(Recording{}, WfdbFormat::f16));
}

TEST_CASE("calibration comes from the header, and what is assumed is said") {
    const auto lead = [](const std::string& gain) {
        auto result =
            read({text_file("a.hea", "a 1 100 2\na.dat 16 " + gain + " 12 5 0 0 0 ecg ii\n"),
                  bytes_file("a.dat", {105, 0, 0, 0x80})});
        REQUIRE(result.recordings.size() == 1);
        REQUIRE(std::isnan(result.recordings[0].leads[0].samples[1]));
        return std::pair(result.recordings[0].leads[0], result.recordings[0].warnings.size());
    };
    const auto [plain, no_warning] = lead("100");
    CHECK(plain.name == "II");
    CHECK(plain.original_name == "ecg ii");
    CHECK(plain.samples[0] == 1.0f);  // the ADC zero is the baseline
    CHECK(lead("100(-95)/mV").first.samples[0] == 2.0f);
    CHECK(lead("0.1/uV").first.samples[0] == 1.0f);
    CHECK(lead("0.1/\xC2\xB5V").first.unit == "mV");
    CHECK(lead("100000/V").first.samples[0] == 1.0f);
    const auto [pressure, also_none] = lead("10(5)/mmHg");
    CHECK(pressure.unit == "mmHg");
    CHECK(pressure.samples[0] == 10.0f);
    const auto [unknown, one] = lead("0");
    CHECK(unknown.calibration.assumed);
    CHECK(unknown.calibration.gain == 200);
    CHECK(unknown.samples[0] == 0.5f);
    CHECK(one == no_warning + 1);
}

TEST_CASE("a truncated signal file is read as far as it goes, and the warning counts") {
    auto files = files_of(example(), WfdbFormat::f16);
    files[1].bytes.resize(6 * 400 + 3);
    const auto result = read(files);
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.recordings[0].length() == 400);
    REQUIRE(result.recordings[0].warnings.size() == 1);
    CHECK(result.recordings[0].warnings[0] ==
          "example.dat is cut short: 601 of 1001 samples per signal are missing (2.4 s).");
}

TEST_CASE("a changed sample is noticed by its checksum") {
    auto files = files_of(example(), WfdbFormat::f16);
    files[1].bytes[600] ^= std::byte{1};
    const auto result = read(files);
    REQUIRE(result.recordings.size() == 1);
    REQUIRE(result.recordings[0].warnings.size() == 1);
    CHECK(result.recordings[0].warnings[0].find("checksum") != std::string::npos);
}

TEST_CASE("several signal files, byte offsets, comments and CR LF line ends") {
    const auto result = read(
        {text_file("r.hea",
                   "# before\r\nr 3 50/1000(3) 2 1:02:03 4/5/1999\r\nx.d 16+2 100 16 0 7 0 0 a\r\n"
                   "y.d 80 100\r\ny.d 80 100\r\n#<age>: 3\r\n"),
         bytes_file("x.d", {9, 9, 1, 0, 2, 0}), bytes_file("y.d", {129, 130, 131, 0})});
    REQUIRE(result.recordings.size() == 1);
    const Recording& r = result.recordings[0];
    REQUIRE(r.leads.size() == 3);
    CHECK(r.leads[0].samples[1] == 0.02f);
    CHECK(r.leads[1].samples[1] == 0.03f);
    CHECK(r.leads[2].samples[0] == 0.02f);
    CHECK(std::isnan(r.leads[2].samples[1]));
    CHECK(r.leads[2].name == "signal 3");
    CHECK(r.comments == std::vector<std::string>{"before", "<age>: 3"});
    CHECK(r.start->minute == 2);
    CHECK(r.start->year == 1999);
}

TEST_CASE("a base date with the year in front is a date") {
    struct Written {
        const char* text;
        int year, month, day, hour;
    };
    for (const Written& w : {Written{"12:00:00 2014-06-04", 2014, 6, 4, 12},
                             {"2014-06-04 12:00:00", 2014, 6, 4, 12},
                             {"12:00:00 2014/06/04", 2014, 6, 4, 12},
                             {"12:00:00 2014-jun-04", 2014, 6, 4, 12},
                             {"12:00:00 04-06-2014", 2014, 6, 4, 12},
                             {"2014-06-04T23:10:07.5", 2014, 6, 4, 23},
                             {"2014-06-04T23:10:07Z", 2014, 6, 4, 23},
                             {"2014-06-04T23:10:07+02:00", 2014, 6, 4, 23}}) {
        CAPTURE(w.text);
        const auto result =
            read({text_file("d.hea", std::format("d 1 10 1 {}\nd.d 16 1\n", w.text)),
                  bytes_file("d.d", {1, 0})});
        REQUIRE(result.recordings.size() == 1);
        const Recording& r = result.recordings[0];
        CHECK(r.warnings.empty());
        REQUIRE(r.start);
        CHECK(r.start->year == w.year);
        CHECK(r.start->month == w.month);
        CHECK(r.start->day == w.day);
        CHECK(r.start->hour == w.hour);
    }
    // What is no date stays unknown, and that is said.
    for (const char* text : {"2014-13-04", "2014-06-32", "2014-06", "2014-06-04T", "2014-06-04Tx",
                             "14-06-04T12:00:00"}) {
        CAPTURE(text);
        const auto result = read({text_file("d.hea", std::format("d 1 10 1 {}\nd.d 16 1\n", text)),
                                  bytes_file("d.d", {1, 0})});
        REQUIRE(result.recordings.size() == 1);
        CHECK_FALSE(result.recordings[0].start);
        CHECK(result.recordings[0].warnings.size() == 1);
    }
}

TEST_CASE("signals of several rates come out at the fastest") {
    const auto result = read({text_file("m.hea", "m 2 10 2\nm.d 16x2 1\nm.d 16 1\n"),
                              bytes_file("m.d", {1, 0, 2, 0, 10, 0, 3, 0, 4, 0, 20, 0})});
    REQUIRE(result.recordings.size() == 1);
    const Recording& r = result.recordings[0];
    CHECK(r.sampling_rate == 20);
    CHECK(r.leads[0].samples == std::vector<float>{1, 2, 3, 4});
    CHECK(r.leads[1].samples == std::vector<float>{10, 15, 20, 20});
    CHECK(r.warnings.size() == 1);
}

TEST_CASE("a skewed signal is moved back, what is missing then is NaN") {
    const auto result = read({text_file("s.hea", "s 2 10 3\ns.d 16 1\ns.d 16:2 1\n"),
                              bytes_file("s.d", {1, 0, 10, 0, 2, 0, 20, 0, 3, 0, 30, 0})});
    REQUIRE(result.recordings.size() == 1);
    const Recording& r = result.recordings[0];
    CHECK(r.leads[1].samples[0] == 30);
    CHECK(std::isnan(r.leads[1].samples[1]));
    CHECK(std::isnan(r.leads[1].samples[2]));
}

TEST_CASE("segments are joined: gaps, missing ones, layouts by name") {
    const std::vector<File> files = {
        text_file("m.hea", "m/7 2 10 14\nlay 0\na 2\n~ 3\nb 2\nlost 3\nc 2\nlost2 2\n"),
        text_file("lay.hea", "lay 2 10 0\n~ 0 10/mV 0 0 0 0 0 II\n~ 0 10/mV 0 0 0 0 0 V1\n"),
        text_file("a.hea", "a 2 10 2\na.dat 16 10/mV 0 0 0 0 0 II\na.dat 16 10/mV 0 0 0 0 0 V1\n"),
        text_file("b.hea", "b 1 10 2\nb.dat 16 20/mV 0 0 0 0 0 V1\n"),
        text_file("c.hea", "c 1 10 2\nc.dat 16 10/mV 0 0 0 0 0 II\n"),
        bytes_file("a.dat", {10, 0, 20, 0, 30, 0, 40, 0}),
        bytes_file("b.dat", {100, 0, 120, 0}),
        bytes_file("c.dat", {50, 0, 60, 0})};
    const auto result = read(files);
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    const auto found = std::ranges::find(result.recordings, "m", &Recording::name);
    REQUIRE(found != result.recordings.end());
    REQUIRE(found->leads.size() == 2);
    const float expected[2][12] = {
        {1, 3, missing, missing, missing, missing, missing, missing, missing, missing, 5, 6},
        {2, 4, missing, missing, missing, 5, 6, missing, missing, missing, missing, missing}};
    for (int l = 0; l < 2; ++l) {
        REQUIRE(found->leads[l].samples.size() == 12);
        for (int i = 0; i < 12; ++i) CHECK(same_sample(found->leads[l].samples[i], expected[l][i]));
    }
    REQUIRE(found->warnings.size() == 1);
    CHECK(found->warnings[0] ==
          "2 of 7 segments are missing (the first is lost); their samples are missing too.");
    // The segments are part of the record, not records of their own.
    CHECK(result.recordings.size() == 1);
}

TEST_CASE("annotations lie at the recording's own samples") {
    auto files = files_of(example(), WfdbFormat::f16);
    const std::vector<Annotation> written = {
        {.sample = 0, .code = Code::note, .aux = "## time resolution: 500"},
        {.sample = 300, .code = Code::normal},
        {.sample = 90000, .code = Code::normal}};
    const bool reference = GENERATE(true, false);
    files.push_back(
        {reference ? "example.atr" : "example.qrs", formats::write_wfdb_annotations(written)});
    const auto result = read(files);
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.errors.empty());
    const Recording& r = result.recordings[0];
    REQUIRE(r.annotations.size() == 1);
    CHECK(r.annotations[0].sample == 150);
    CHECK(r.warnings.size() == (reference ? 1 : 2));  // one outside; the annotator's name
}

TEST_CASE("lead names are normalised") {
    using formats::normalised_lead_name;
    CHECK(normalised_lead_name("ecg ii") == "II");
    CHECK(normalised_lead_name("MLII") == "MLII");
    CHECK(normalised_lead_name("v1") == "V1");
    CHECK(normalised_lead_name("ECG lead II") == "II");
    CHECK(normalised_lead_name("Lead I") == "I");
    CHECK(normalised_lead_name("avr") == "aVR");
    CHECK(normalised_lead_name("MDC_ECG_LEAD_AVF") == "aVF");
    CHECK(normalised_lead_name("D3") == "III");
    CHECK(normalised_lead_name(" Resp. Imp. ") == "Resp. Imp.");
    CHECK(normalised_lead_name("ECG") == "ECG");
    CHECK(normalised_lead_name("") == "");
}

TEST_CASE("a record name may hold a folder; only whole numbers after a slash are segments") {
    for (const char* name :
         {"x", "median_beats/00001_medians", "records500/00000/00001_hr", "a/0001"}) {
        INFO(name);
        const auto header = formats::wfdb::parse_header(
            text_file("x.hea", std::string(name) + " 1 250 4\nx.dat 16 200\n").named());
        REQUIRE(header);
        CHECK(header->segments.empty());
        CHECK(header->signals.size() == 1);
        CHECK_FALSE(header->name.contains('/'));
    }
    const auto header =
        formats::wfdb::parse_header(text_file("x.hea", "a/x/2 1 250 8\ny 4\nz 4\n").named());
    REQUIRE(header);
    CHECK(header->segments.size() == 2);
    CHECK(header->name == "x");
}
