// Exports of devices and programs without a published format: Contec, Prucka, Polar.
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>

#include "formats/formats.hpp"
#include "support/data.hpp"
#include "support/made_files.hpp"

using namespace telltale;
using namespace telltale::tests;
using Catch::Approx;

namespace {

Recording read_one(const std::vector<File>& files) {
    auto result = formats::read_recordings(named(files));
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    REQUIRE(result.errors.empty());
    REQUIRE(result.recordings.size() == 1);
    return std::move(result.recordings[0]);
}

std::string first_error(const std::vector<File>& files) {
    const auto result = formats::read_recordings(named(files));
    return result.errors.empty() ? "" : result.errors[0].to_string();
}

const std::string inf =
    "Patient = SOMEBODY\nDate = 7/28/2024 11:49:37 AM\nNumber of Channel = 2\n"
    "Points for Each Channel = 3\nData Sampling Rate = 977 points/second\n"
    "Start Time = 7/26/2024 1:02:58 PM\nUnits: mmHg for pressure and mV for all others\n"
    "Channel Number  Channel Label\n1              II\n49              ABL d\n";

}  // namespace

TEST_CASE("Contec: values, and a warning that the calibration is assumed") {
    const Recording r = read_one({{"case.ECG", contec_file(20)}});
    CHECK(r.sampling_rate == 800);
    CHECK(r.length() == 20);
    REQUIRE(r.lead_index("II"));
    REQUIRE(r.lead_index("I"));
    CHECK(r.leads[*r.lead_index("II")].samples[3] == Approx(0.5));
    CHECK(r.leads[*r.lead_index("III")].samples[3] == Approx(-1.0));
    CHECK(r.leads[*r.lead_index("I")].samples[3] == Approx(1.5));
    CHECK(r.leads[*r.lead_index("V6")].samples[3] == Approx(-10.24));
    CHECK_FALSE(r.lead_index("V2"));
    for (const Lead& lead : r.leads) CHECK(lead.calibration.assumed);
    REQUIRE(r.warnings.size() == 1);
    CHECK(r.warnings[0].find("are assumed") != std::string::npos);
    CHECK_FALSE(r.damaged);
    auto cut = contec_file(20);
    cut.pop_back();
    CHECK(read_one({{"case.ECG", cut}}).damaged);
    CHECK(first_error({{"case.ECG", contec_file(0)}}) ==
          "case.ECG: it holds no samples, expected rows of 16 bytes");
}

TEST_CASE("Contec: a real file has the steps that an EDF of it has") {
    // The EDF tells another calibration, the whole range as +-1000 mV, which no electrocardiograph
    // has: the reason for the warning.
    TELLTALE_REAL_DATA(folder, "formats");
    const Recording own = read_one({read_file(folder / "contec/0000050.ECG")});
    const Recording edf = read_one({read_file(folder / "edf/contec_0000050.edf")});
    REQUIRE(own.length() == edf.length());
    for (const char* name : {"I", "II", "III"}) {
        const Lead& a = own.leads[own.lead_index(name).value()];
        const Lead& b = edf.leads[edf.lead_index(name).value()];
        double most = 0;
        for (std::size_t i = 0; i < own.length(); ++i)
            most = std::max(most, std::abs(a.samples[i] * a.calibration.gain -
                                           b.samples[i] * b.calibration.gain));
        CHECK(most < 0.51);
    }
}

TEST_CASE("Prucka: channels, rate and start from the .inf, samples from the .txt") {
    const Recording r =
        read_one({text_file("a/p.inf", inf), text_file("a/p.txt", "0.1 -2 \r\n0.2 3\n-0.3 4\n")});
    CHECK(r.name == "p");
    CHECK(r.sampling_rate == 977);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].name == "II");
    CHECK(r.leads[1].original_name == "ABL d");
    CHECK(r.leads[0].samples == std::vector<float>{0.1F, 0.2F, -0.3F});
    CHECK(r.leads[1].samples == std::vector<float>{-2, 3, 4});
    REQUIRE(r.start);
    CHECK(r.start->hour == 13);
    CHECK(r.start->day == 26);
    CHECK(r.comments.empty());  // the patient's name stays out
    CHECK(r.warnings.empty());
    CHECK_FALSE(r.damaged);
}

TEST_CASE("Prucka: what is missing or wrong is said") {
    const File data = text_file("p.txt", "0.1 -2\n0.2 3\n-0.3 4\n");
    CHECK(first_error({text_file("p.inf", inf)}) ==
          "p.inf: its samples are missing, expected p.txt beside it");
    const Recording cut = read_one({text_file("p.inf", inf), text_file("p.txt", "1 2\n3 4\n")});
    CHECK(cut.damaged);
    REQUIRE(cut.warnings.size() == 1);
    CHECK(cut.warnings[0] == "The file is cut short: 1 of 3 rows are missing.");
    const Recording odd = read_one({text_file("p.inf", inf), text_file("p.txt", "1 2\n3\n4 5\n")});
    CHECK(odd.damaged);
    CHECK(std::isnan(odd.leads[0].samples[1]));
    CHECK(first_error({text_file("p.inf", inf), text_file("p.txt", "1\n2\n3\n4\n5\n")}) ==
          "p.txt, line 1: expected 2 numbers, one for each channel of p.inf");
    std::string text = inf;
    text.replace(text.find("977"), 3, "-1e");
    CHECK(first_error({text_file("p.inf", text), data}).starts_with("p.inf, Data Sampling Rate"));
    text = inf.substr(0, inf.find("1     "));
    CHECK(first_error({text_file("p.inf", text), data}).starts_with("p.inf, Channel Number"));
}

TEST_CASE("Prucka: a real export") {
    TELLTALE_REAL_DATA(folder, "formats/ep_text");
    const Recording r =
        read_one({read_file(folder / "prucka.inf"), read_file(folder / "prucka.txt")});
    CHECK(r.sampling_rate == 977);
    REQUIRE(r.leads.size() == 28);
    CHECK(r.length() == 4027);
    CHECK(r.leads[1].name == "II");
    CHECK(r.leads[27].name == "D4-D3");
    CHECK(r.leads[0].samples[0] == 0.128F);
    CHECK(r.leads[7].samples[1] == -2.047F);
    CHECK_FALSE(r.damaged);
}

TEST_CASE("OpenSignals: sensors from the header, the ECG in mV by its transfer function") {
    const auto file = [](const std::string& devices) {
        std::string text = "# OpenSignals Text File Format\n# " + devices + "\n# EndOfHeader\n";
        for (int k = 0; k < 400; ++k)
            text += std::format("{}\t0\t1\t{}\t{}\t\n", k % 16, 512 + k % 50, 300 + k % 7);
        return std::vector{text_file("o.txt", text)};
    };
    const std::string bitalino =
        R"({"20:16:02:26:60:88": {"sensor": ["ECG", "EDA"], "device name": "x", "column": ["nSeq", "I1", )"
        R"("O1", "A2", "A3"], "time": "7:3:47.5", "date": "2016-6-11", "device": "bitalino_rev", )"
        R"("sampling rate": 1000, "label": ["A2", "A3"], "resolution": [4, 1, 1, 10, 10]}})";
    const Recording r = read_one(file(bitalino));
    CHECK(r.sampling_rate == 1000);
    REQUIRE(r.length() == 400);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].name == "ECG A2");
    CHECK(r.leads[0].unit == "mV");
    CHECK(r.leads[0].declared == Declared::ecg);
    CHECK(r.leads[0].samples[0] == 0);
    CHECK(r.leads[0].samples[49] == Approx(49 / 1024.0 * 3.3 / 1100 * 1000));
    CHECK(r.leads[1].name == "EDA A3");
    CHECK(r.leads[1].declared == Declared::other);
    CHECK(r.leads[1].unit == "ADC");
    CHECK(r.leads[1].samples[1] == 301);
    REQUIRE(r.start);
    CHECK(r.start->month == 6);
    CHECK(r.start->second == 47.5);
    CHECK(r.warnings.empty());
    CHECK(r.comments.empty());  // the device's address stays out

    std::string plux = bitalino;
    plux.replace(plux.find("bitalino_rev"), 12, "biosignalsplux");
    plux.replace(plux.find("10, 10]"), 7, "16, 16]");
    CHECK(read_one(file(plux)).leads[0].samples[0] ==
          Approx((512 / 65536.0 - 0.5) * 3.0 / 1000 * 1000));

    CHECK(first_error(file("{")) == "o.txt, line 2: its description is no JSON object");
    CHECK(first_error(file("{}")) ==
          "o.txt, line 2: it tells no sampling rate, expected a number above 0");
    CHECK(first_error(file(R"({"a": {"sampling rate": 1000, "column": 5, "sensor": {}}})")) ==
          "o.txt, line 2: it names no columns");
}

TEST_CASE("OpenSignals: a real file") {
    TELLTALE_REAL_DATA(path, "formats/opensignals/SampleECG.txt");
    const Recording r = read_one({read_file(path)});
    CHECK(r.sampling_rate == 1000);
    REQUIRE(r.leads.size() == 1);
    CHECK(r.leads[0].name == "ECG");
    CHECK(r.length() == 22350);
    CHECK(r.leads[0].samples[0] == Approx((496 / 1024.0 - 0.5) * 3.3 / 1100 * 1000));
}

TEST_CASE("Polar Sensor Logger: the sensor's own clock gives the rate") {
    // A telephone takes packets of 73 samples at once; the sensor's clock goes on evenly.
    std::string text = "Phone timestamp;sensor timestamp [ns];timestamp [ms];ecg [uV]\n";
    for (int i = 0; i < 730; ++i) {
        const double ms = i * 1000.0 / 130;
        text +=
            std::format("2023-05-01T10:00:{:02}.{:03};{};{:.6f};{}\n", i / 73, i / 73 * 56 % 1000,
                        736272000000000000LL + std::llround(ms * 1e6), ms, i % 50 * 10 - 100);
    }
    const Recording r = read_one({text_file("Polar_H10_ECG.txt", text)});
    CHECK(r.sampling_rate == 130);
    REQUIRE(r.leads.size() == 1);
    CHECK(r.length() == 730);
    CHECK(r.leads[0].unit == "mV");
    CHECK(r.leads[0].samples[1] == Approx(-0.09));
    CHECK_FALSE(r.leads[0].calibration.assumed);
    CHECK(r.warnings.empty());
}

TEST_CASE("Polar H10: a real table of index and microvolts, at the rate that is told") {
    TELLTALE_REAL_DATA(path, "formats/polar_h10/pareeknikhil_polarECG.csv");
    const std::vector<File> files = {read_file(path)};
    const auto asked = formats::read_recordings(named(files));
    REQUIRE(asked.errors.size() == 1);
    CHECK(formats::needs_sampling_rate(asked.errors[0]));
    const auto result = formats::read_recordings(named(files), {.sampling_rate = 130});
    REQUIRE(result.recordings.size() == 1);
    const Recording& r = result.recordings[0];
    CHECK(r.sampling_rate == 130);
    REQUIRE(r.leads.size() == 1);
    CHECK(r.leads[0].samples[0] == Approx(-0.134));
    CHECK(r.leads[0].samples[1] == Approx(-0.137));
    CHECK(r.leads[0].calibration.assumed);
    CHECK_FALSE(r.damaged);
}
