// Tables: every way of writing the same samples reads as the same samples.
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>

#include "support/data.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

formats::ReadResult read_result(const std::string& text, formats::ReadOptions options = {},
                                const std::string& name = "t.csv") {
    const File file = text_file(name, text);
    const formats::NamedBytes view = file.named();
    return formats::read_recordings({&view, 1}, options);
}

Recording read(const std::string& text, formats::ReadOptions options = {},
               const std::string& name = "t.csv") {
    auto result = read_result(text, options, name);
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    INFO(text.substr(0, 200));
    REQUIRE(result.recordings.size() == 1);
    return std::move(result.recordings[0]);
}

std::string error(const std::string& text, const std::string& name = "t.csv") {
    const auto result = read_result(text, {}, name);
    REQUIRE(result.recordings.empty());
    REQUIRE(result.errors.size() == 1);
    return result.errors[0].to_string();
}

// Rows of two leads at 250 Hz: mV k/1000 and -k/500, with the time in front.
std::string rows(char separator, char point, bool time, double time_scale = 1, int count = 500) {
    std::string text;
    for (int k = 0; k < count; ++k) {
        std::string line;
        if (time) line += std::format("{:g}{}", k * 0.004 * time_scale, separator);
        line += std::format("{:.3f}{}{:.3f}", k / 1000.0, separator, -k / 500.0);
        if (point == ',')
            for (char& c : line)
                if (c == '.') c = ',';
        text += line + "\n";
    }
    return text;
}

void check_ramp(const Recording& r) {
    CHECK(r.sampling_rate == 250);
    REQUIRE(r.leads.size() == 2);
    REQUIRE(r.length() == 500);
    CHECK(r.leads[0].name == "II");
    CHECK(r.leads[1].name == "V1");
    for (int k = 0; k < 500; ++k) {
        if (r.leads[0].samples[k] != static_cast<float>(k / 1000.0)) FAIL("II, " << k);
        if (r.leads[1].samples[k] != static_cast<float>(-k / 500.0)) FAIL("V1, " << k);
    }
}

}  // namespace

TEST_CASE("the same table in every dialect") {
    check_ramp(read("time_s,II (mV),V1 (mV)\n" + rows(',', '.', true)));
    check_ramp(read("time_s;II (mV);V1 (mV)\n" + rows(';', ',', true)));
    check_ramp(read("time_s\tII [mV]\tV1 [mV]\n" + rows('\t', '.', true)));
    check_ramp(read("time_s\tII [mV]\tV1 [mV]\n" + rows('\t', ',', true)));
    check_ramp(read("time_s ecg_ii_mV v1_mV\n" + rows(' ', '.', true)));
    check_ramp(read("# sampling_rate: 250\nII/mV,V1/mV\n" + rows(',', '.', false)));
    check_ramp(read("\xEF\xBB\xBF% fs = 250\r\nII (mV),V1 (mV)\r\n" + rows(',', '.', false)));
    check_ramp(read("Sample Rate,250 hertz\n\nII (mV),V1 (mV)\n" + rows(',', '.', false)));
    check_ramp(read("time (ms),II (mV),V1 (mV)\n" + rows(',', '.', true, 1000)));
    check_ramp(read("timestamp [ns],II (mV),V1 (mV)\n" + rows(',', '.', true, 1e9)));
    check_ramp(read("'Elapsed time','II','V1'\n'seconds','mV','mV'\n" + rows(',', '.', true)));
    check_ramp(read("II (mV),V1 (mV)\n" + rows(',', '.', false), {.sampling_rate = 250}));
    check_ramp(read("II (mV),V1 (mV)\n" + rows(',', '.', false), {}, "patient_250Hz.txt"));
}

TEST_CASE("tables without a header: time is found, names are made up, the unit is guessed") {
    const Recording r = read(rows(',', '.', true));
    CHECK(r.sampling_rate == 250);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].name == "ECG1");
    CHECK(r.leads[0].calibration.assumed);
    CHECK(r.warnings.size() == 2);
    CHECK(r.leads[1].samples[499] == static_cast<float>(-499 / 500.0));
}

TEST_CASE("a sample number is neither time nor a lead") {
    std::string text = "sample,ecg_uV\n";
    for (int k = 0; k < 100; ++k) text += std::format("{},{}\n", k, k * 10);
    const Recording r = read(text, {.sampling_rate = 130});
    REQUIRE(r.leads.size() == 1);
    CHECK(r.leads[0].unit == "mV");
    CHECK(r.leads[0].samples[99] == 0.99f);
    CHECK_FALSE(r.leads[0].calibration.assumed);
}

TEST_CASE("units in microvolts and volts become mV; what gives no unit is guessed with a warning") {
    const auto value = [](const std::string& unit, const std::string& cell) {
        const Recording r = read("# 100 Hz\nII (" + unit + ")\n0\n" + cell + "\n");
        CHECK(r.warnings.empty());
        return r.leads[0].samples[1];
    };
    CHECK(value("uV", "500") == 0.5f);
    CHECK(value("\xC2\xB5V", "500") == 0.5f);
    CHECK(value("V", "0.0005") == 0.5f);
    CHECK(value("mV", "0.5") == 0.5f);
    std::string text = "# 100 Hz\nII\n";
    for (int k = 0; k < 1000; ++k) text += std::format("{}\n", k % 100 * 10);
    const Recording guessed = read(text);
    CHECK(guessed.leads[0].samples[99] == 0.99f);
    REQUIRE(guessed.warnings.size() == 1);
    CHECK(guessed.leads[0].calibration.assumed);
}

TEST_CASE("clock times give the rate") {
    std::string text = "time,II (mV)\n";
    for (int k = 0; k < 300; ++k)
        text += std::format("2024-03-01 23:0{}:{:06.3f},0.{}\n", k * 0.1 >= 20 ? 8 : 7,
                            std::fmod(40 + k * 0.1, 60.0), k % 10);
    const Recording r = read(text);
    CHECK(r.sampling_rate == 10);
    CHECK(r.leads.size() == 1);
}

TEST_CASE("missing cells are NaN and counted") {
    const Recording r =
        read("time_s,II (mV),V1 (mV)\n0,1,2\n0.1,,2\n0.2,NaN,2\n0.3,1,\n0.4,1,n/a\n0.5,1,2\n");
    CHECK(r.length() == 6);
    CHECK(std::isnan(r.leads[0].samples[1]));
    CHECK(std::isnan(r.leads[0].samples[2]));
    CHECK(std::isnan(r.leads[1].samples[3]));
    CHECK(r.warnings == std::vector<std::string>{"4 samples are empty or not a number."});
}

TEST_CASE("rows of the wrong width: rare ones are a warning, many are an error with its line") {
    std::string text = "time_s,II (mV),V1 (mV)\n";
    for (int k = 0; k < 1000; ++k)
        text += k == 500 ? "2.0,1\n" : std::format("{},1,2\n", k * 0.004);
    const Recording r = read(text);
    CHECK(r.length() == 1000);
    CHECK(std::isnan(r.leads[0].samples[500]));
    CHECK(r.sampling_rate == 250);
    CHECK(r.warnings.size() == 2);

    std::string bad = "time_s,II (mV),V1 (mV)\n0,1,2\n";
    for (int k = 1; k < 200; ++k) bad += std::format("{},1\n", k * 0.004);
    CHECK(error(bad) ==
          "t.csv, line 3: the row has 2 cells, expected 3 as in line 2 (22 such rows)");
}

TEST_CASE("tables that cannot be used say what they lack") {
    CHECK(error("II,V1\n1,2\n3,4\n5,9\n") ==
          "t.csv: no sampling rate was found, expected a time column, a line such as "
          "'# sampling_rate: 360' before the rows, or the rate given when opening");
    CHECK(error("hello\nworld\n") ==
          "t.csv: no rows of numbers were found, expected one row a sample");
    std::string wide = "time_s";
    for (int k = 0; k < 300; ++k) wide += std::format(",lead {}", k);
    wide += "\n";
    for (int row = 0; row < 5; ++row) {
        for (int k = 0; k < 300; ++k) wide += "1,";
        wide += "2\n";
    }
    CHECK(error(wide) == "t.csv, line 2: it has more than 256 columns, expected one column a lead");
    CHECK(error("time_s\n0\n0.1\n0.2\n") ==
          "t.csv: no column holds samples, expected one column a lead");
    CHECK(error("", "empty.csv") == "empty.csv: the file is empty");
}

TEST_CASE("an uneven time column is said") {
    std::string text = "time_s,II (mV)\n";
    for (int k = 0; k < 100; ++k) text += std::format("{},1\n", k * 0.01 + (k > 50 ? 5 : 0));
    const Recording r = read(text);
    CHECK(r.sampling_rate == 100);
    REQUIRE(r.warnings.size() == 1);
    CHECK(r.warnings[0].find("uneven in 1 place") != std::string::npos);
}

TEST_CASE("a recording survives writing and reading as CSV") {
    Recording before = synth::make({.duration_s = 20, .pvc_share = 0.2, .leads = 12});
    before.leads[3].samples[100] = std::nanf("");
    const Recording after = read(formats::write_csv(before));
    CHECK(after.sampling_rate == 360);
    REQUIRE(after.leads.size() == 12);
    for (std::size_t l = 0; l < 12; ++l) {
        CHECK(after.leads[l].name == before.leads[l].name);
        for (std::size_t i = 0; i < before.length(); ++i) {
            const float a = before.leads[l].samples[i], b = after.leads[l].samples[i];
            if (a != b && !(std::isnan(a) && std::isnan(b))) FAIL(l << ", " << i);
        }
    }
}

TEST_CASE("a Polar H10 table reads") {
    TELLTALE_REAL_DATA(polar, "formats/polar_h10/pareeknikhil_polarECG.csv");
    const File file = read_file(polar);
    const formats::NamedBytes view = file.named();
    const auto result = formats::read_recordings({&view, 1}, {.sampling_rate = 130});
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.recordings[0].sampling_rate == Catch::Approx(130).epsilon(0.01));
}
