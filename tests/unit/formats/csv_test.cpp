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

TEST_CASE("a gap of the time column is there in the samples") {
    std::string text = "time_s,II (mV)\n";
    for (int k = 0; k < 100; ++k) text += std::format("{},{}\n", k * 0.01 + (k > 50 ? 5 : 0), k);
    const Recording r = read(text);
    CHECK(r.sampling_rate == 100);
    REQUIRE(r.length() == 600);
    CHECK(r.leads[0].samples[50] == 50);
    for (int i = 51; i < 551; ++i)
        if (!std::isnan(r.leads[0].samples[i])) FAIL(i);
    CHECK(r.leads[0].samples[551] == 51);
    CHECK(r.leads[0].samples[599] == 99);
    CHECK(r.warnings == std::vector<std::string>{"The time column has a gap of 5.0 s at 0.5 s: 500 "
                                                 "samples are missing there."});
    CHECK_FALSE(r.damaged);
}

TEST_CASE("rows out of the order of time are put in order") {
    std::string text = "time_ms,II (mV)\n";
    for (const int block : {0, 2, 1, 3, 5, 4, 6, 7})
        for (int k = 0; k < 50; ++k)
            text += std::format("{},{}\n", (block * 50 + k) * 4, block * 50 + k);
    const Recording r = read(text);
    CHECK(r.sampling_rate == 250);
    REQUIRE(r.length() == 400);
    for (int k = 0; k < 400; ++k)
        if (r.leads[0].samples[k] != static_cast<float>(k)) FAIL(k);
    CHECK(r.warnings.size() == 1);
}

TEST_CASE("a number of Hz is the rate only where the line speaks of sampling") {
    const auto rate = [](const std::string& head) {
        return read(head + "II (mV),V1 (mV)\n" + rows(',', '.', false)).sampling_rate;
    };
    for (const char* line :
         {"# sampling_rate: 250", "# Sampling rate (Hz): 250", "Sampling Frequency;250", "fs=250",
          "# 250 Hz", "# Sampled at 250 Hz, notch 50 Hz", "# 50 Hz notch, sampled at 250 Hz",
          "Abtastrate: 250 Hz", "# Fr\u00E9quence d'\u00E9chantillonnage: 250 Hz",
          "# 0.25 kHz sampling", "4 msec/sample", "# Sampling interval: 4 ms",
          "# Interval= 0.004 s", "250 samples/sec", "\u91C7\u6837\u7387: 250 Hz",
          "# Sampling rate of ECG1: 250"}) {
        INFO(line);
        CHECK(rate("# Notch filter: 50 Hz\n" + std::string(line) + "\n# Low-pass: 100 Hz\n") ==
              250);
    }
    // The time column says what a filter does not.
    for (const char* line : {"# Mains filter: 50 Hz", "Bandpass,0.5-40 Hz", "Notch filter,60 Hz"}) {
        INFO(line);
        check_ramp(read(std::string(line) + "\ntime_s,II (mV),V1 (mV)\n" + rows(',', '.', true)));
        CHECK(error(std::string(line) + "\nII (mV),V1 (mV)\n" + rows(',', '.', false))
                  .contains("no sampling rate was found"));
    }
    // The only one that is named, and of no filter, is better than none; it is said.
    const Recording weak = read("# Holter X, 250 Hz\nII (mV),V1 (mV)\n" + rows(',', '.', false));
    CHECK(weak.sampling_rate == 250);
    CHECK(weak.warnings.size() == 1);
}

TEST_CASE("a band in a lead's name is no unit, and no rate") {
    const Recording r = read("time_s,ECG (.05 - 35Hz) mV,ECG (0.5-40 Hz)\n" + rows(',', '.', true));
    CHECK(r.sampling_rate == 250);
    CHECK(r.leads[0].original_name == "ECG (.05 - 35Hz)");
    CHECK(r.leads[0].unit == "mV");
    CHECK_FALSE(r.leads[0].calibration.assumed);
    CHECK(r.leads[1].original_name == "ECG (0.5-40 Hz)");
}

TEST_CASE("spreadsheets' ways: commas in quotes, UTF-16, date and time in two columns, AM and PM") {
    const auto quoted = [](std::string text) {
        std::string result;
        for (std::string_view rest = text; !rest.empty();) {
            const std::size_t end = rest.find('\n');
            std::string line(rest.substr(0, end));
            rest.remove_prefix(end + 1);
            std::string cells = "\"";
            for (const char c : line) cells += c == ';' ? std::string("\",\"") : std::string(1, c);
            result += cells + "\"\n";
        }
        return result;
    };
    check_ramp(read(quoted("time_s;II (mV);V1 (mV)\n" + rows(';', ',', true))));
    check_ramp(read("sep=;\ntime_s;II (mV);V1 (mV)\n" + rows(';', '.', true)));

    const std::string text = "Zeit [s]\tII (\u00B5V)\tV1 (\u00B5V)\n" + rows('\t', ',', true);
    for (const bool little : {true, false})
        for (const bool mark : {true, false}) {
            std::string wide = mark ? (little ? "\xFF\xFE" : "\xFE\xFF") : "";
            for (std::size_t i = 0; i < text.size(); ++i) {
                unsigned unit = static_cast<unsigned char>(text[i]);
                if (unit == 0xC2) unit = static_cast<unsigned char>(text[++i]);  // the micro sign
                const char low = static_cast<char>(unit), high = 0;
                wide += little ? low : high;
                wide += little ? high : low;
            }
            INFO(little << mark);
            const Recording r = read(wide);
            CHECK(r.sampling_rate == 250);
            REQUIRE(r.leads.size() == 2);
            CHECK(r.leads[0].samples[499] == 0.499F / 1000);
        }

    const auto clock = [](const std::string& header, auto stamp) {
        std::string table = header + "\n";
        for (int k = 0; k < 500; ++k) table += stamp(k) + std::format(";{}\n", k);
        const Recording r = read(table);
        INFO(header);
        CHECK(r.sampling_rate == 250);
        REQUIRE(r.leads.size() == 1);
        CHECK(r.leads[0].samples[499] == 499);
        return r;
    };
    const Recording two = clock("Date;Time;II (mV)", [](int k) {
        return std::format("05.03.2024;10:15:{:06.3f}", 30 + k * 0.004);
    });
    REQUIRE(two.start);
    CHECK(two.start->day == 5);
    CHECK(two.start->hour == 10);
    clock("Datum;Uhrzeit;EKG (mV)", [](int k) {
        return std::format("2024-03-0{};{:02}:{:02}:{:06.3f}", k < 250 ? 5 : 6, k < 250 ? 23 : 0,
                           k < 250 ? 59 : 0, k < 250 ? 59 + k * 0.004 : (k - 250) * 0.004);
    });
    clock("time;II (mV)", [](int k) {
        return std::format("{}:{}:{:06.3f} {}", k < 250 ? 11 : 12, k < 250 ? 59 : 0,
                           k < 250 ? 59 + k * 0.004 : (k - 250) * 0.004, k < 250 ? "AM" : "PM");
    });
    const Recording iso = clock("when;II (mV)", [](int k) {
        return std::format("2024-03-05T10:15:{:06.3f}+01:00", 30 + k * 0.004);
    });
    REQUIRE(iso.start);
    CHECK(iso.start->minute == 15);
    clock("timestamp;II (mV)",
          [](int k) { return std::format("{}", 1709633730000000LL + k * 4000); });
    clock("timestamp;II (mV)", [](int k) { return std::format("{}", 1709633730000LL + k * 4); });
    clock("timestamp;II (mV)",
          [](int k) { return std::format("{:.3f}", 1709633730.0 + k * 0.004); });
    clock("timestamp;II (mV)",
          [](int k) { return std::format("{}", 599616000000000000LL + k * 4000000LL); });
    clock("id;what;sensor time;II (mV)",
          [](int k) { return std::format("8E;ECG;{}", 599616000000000000LL + k * 4000000LL); });
}

TEST_CASE("a row of units under the names, known or not, and a last separator") {
    const std::string head =
        "\"sep=\t\"\nShimmer_AB12_Timestamp_Unix_CAL\tShimmer_AB12_Accel_LN_X_CAL\t"
        "Shimmer_AB12_ECG_LL-RA_24BIT_CAL\tShimmer_AB12_ECG_EMG_Status1_CAL\nms\tm/(s^2)\tmV\tno "
        "units\n";
    std::string text = head;
    for (int k = 0; k < 1024; ++k)
        text += std::format("{:.3f}\t0.1\t{}\t128\t\n", 1709633730000.0 + k * 1000 / 512.0, k % 7);
    const Recording r = read(text);
    CHECK(r.sampling_rate == 512);
    REQUIRE(r.leads.size() == 3);
    CHECK(r.leads[0].name == "Accel_LN_X");
    CHECK(r.leads[0].unit == "m/(s^2)");
    CHECK(r.leads[1].name == "ECG_LL-RA");
    CHECK(r.leads[1].unit == "mV");
    CHECK(r.leads[2].name == "ECG_EMG_Status1");
    CHECK(r.leads[2].unit == "");
    CHECK(r.warnings.empty());

    std::string volts = "Time\tECG\tRESP\nsec\tVolts\tno units\n";
    for (int k = 0; k < 500; ++k) volts += std::format("{:.3f}\t0.001\t{}\n", k * 0.004, k);
    const Recording v = read(volts);
    CHECK(v.sampling_rate == 250);
    CHECK(v.leads[0].name == "ECG");
    CHECK(v.leads[0].samples[9] == 1);
    CHECK(v.leads[1].name == "RESP");
}

TEST_CASE("cells that hold a list of samples: one row a packet") {
    std::string text = "timestamp,ecg\n";
    for (int p = 0; p < 40; ++p) {
        text += std::format("{},\"[", 599616000000000000LL + std::llround(p * 73 * 1e9 / 130));
        for (int i = 0; i < 73; ++i)
            text += std::format("{}{}", i == 0 ? "" : ", ", p * 73 + i - 1000);
        text += "]\"\n";
    }
    const Recording r = read(text);
    CHECK(r.sampling_rate == 130);
    REQUIRE(r.leads.size() == 1);
    REQUIRE(r.length() == 40 * 73);
    CHECK(r.leads[0].samples[0] == -1);
    CHECK(r.leads[0].samples[2919] == 1.919F);
}

TEST_CASE("AcqKnowledge's text: rate, names and units from the lines before, time in minutes") {
    std::string text =
        "rec.acq\n4 msec/sample\n2 channels\nECG - ECG100C\nmV\nRSP - RSP100C\nVolts\n";
    std::string timed = text + "min,CH1,CH2,\n,500,500,\n", plain = text + "CH1,CH2,\n500,500,\n",
                bare = text;
    for (int k = 0; k < 500; ++k) {
        const std::string values = std::format("{:.3f},{:.3f},\n", k / 1000.0, k / 500.0);
        timed += std::format("{:.6f},", k * 0.004 / 60) + values;
        plain += values;
        bare += values;
    }
    for (const std::string& table : {timed, plain, bare}) {
        INFO(table.substr(0, 120));
        const Recording r = read(table, {}, "a.txt");
        CHECK(r.sampling_rate == 250);
        REQUIRE(r.leads.size() == 2);
        REQUIRE(r.length() == 500);
        CHECK(r.leads[0].name == "ECG - ECG100C");
        CHECK(r.leads[0].samples[499] == 0.499F);
        CHECK(r.leads[1].name == "RSP - RSP100C");
        CHECK(r.leads[1].samples[499] == 998);
        CHECK(r.warnings.empty());
    }
}

TEST_CASE("LabChart's text: interval, titles, units of the ranges, remarks, blocks") {
    const std::string head =
        "Interval=\t0.004 s\nExcelDateTime=\t4.5356422569444E+004\t05/03/2024 "
        "10:08:30.000000\nTimeFormat=\tStartOfBlock\nDateFormat=\t\nChannelTitle=\tECG\tResp\n"
        "Range=\t10.000 mV\t10.000 V\n";
    std::string timed = head, bare = head;
    for (int k = 0; k < 500; ++k) {
        if (k == 250) timed += head, bare += head;
        timed += std::format("{:.3f}\t{:.3f}\t{:.3f}{}\n", k % 250 * 0.004, k / 1000.0, k / 500.0,
                             k == 100 ? "\t#1 a remark" : "");
        bare += std::format("{:.3f}\t{:.3f}\n", k / 1000.0, k / 500.0);
    }
    for (const std::string& table : {timed, bare}) {
        const Recording r = read(table, {}, "l.txt");
        CHECK(r.sampling_rate == 250);
        REQUIRE(r.leads.size() == 2);
        REQUIRE(r.length() == 500);
        CHECK(r.leads[0].name == "ECG");
        CHECK(r.leads[0].samples[499] == 0.499F);
        CHECK(r.leads[1].name == "Resp");
        CHECK(r.leads[1].samples[499] == 998);
        REQUIRE(r.start);
        CHECK(r.start->hour == 10);
        CHECK_FALSE(r.damaged);
    }
}

TEST_CASE("OpenBCI's raw file: names after comments, the rate from one of them") {
    std::string text =
        "%OpenBCI Raw EXG Data\n%Number of channels = 2\n%Sample Rate = 250 Hz\n%Board = OpenBCI\n"
        "Sample Index, EXG Channel 0, EXG Channel 1, Accel Channel 0, Timestamp, Timestamp "
        "(Formatted)\n";
    for (int k = 0; k < 500; ++k)
        text += std::format("{}.0, {}.5, 0.0, 0.1, {:.3f}, 2022-12-20 16:40:{:06.3f}\n", k % 256, k,
                            1671550840.0 + k / 25 * 0.1, 40 + k / 25 * 0.1);
    const Recording r = read(text, {}, "OpenBCI-RAW.txt");
    CHECK(r.sampling_rate == 250);
    REQUIRE(r.leads.size() == 3);
    REQUIRE(r.length() == 500);
    CHECK(r.leads[0].name == "EXG Channel 0");
    CHECK(r.leads[2].name == "Accel Channel 0");
    REQUIRE(r.start);
    CHECK(r.start->second == 40);
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
