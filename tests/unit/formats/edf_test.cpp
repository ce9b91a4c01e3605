// EDF and BDF: real files, what is written here, and headers that lie.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <format>

#include "support/data.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::tests;
using Catch::Approx;

namespace {

formats::ReadResult read(const std::vector<std::byte>& bytes, const std::string& name = "t.edf") {
    const formats::NamedBytes view{name, bytes};
    return formats::read_recordings({&view, 1});
}

Recording read_one(const std::vector<std::byte>& bytes, const std::string& name = "t.edf") {
    auto result = read(bytes, name);
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    REQUIRE(result.recordings.size() == 1);
    return std::move(result.recordings[0]);
}

std::string error(const std::vector<std::byte>& bytes) {
    const auto result = read(bytes);
    REQUIRE(result.recordings.empty());
    REQUIRE(result.errors.size() == 1);
    return result.errors[0].to_string();
}

void patch(std::vector<std::byte>& bytes, std::size_t at, std::string_view text,
           std::size_t width) {
    std::string padded(text);
    padded.resize(width, ' ');
    std::memcpy(bytes.data() + at, padded.data(), width);
}

// One lead, `records` records of 1 s, sample i of the file is i % 1000.
std::vector<std::byte> plain(bool bdf, int records = 3, int width = 100) {
    std::string text = bdf ? "\xFF"
                             "BIOSEMI"
                           : "0       ";
    text += std::format("{:<80}{:<80}{}{}", "patient", "recording", "02.03.21", "04.05.06");
    text += std::format("{:<8}{:<44}{:<8}{:<8}{:<4}", 512, bdf ? "24BIT" : "", records, 1, 1);
    text += std::format("{:<16}{:<80}{:<8}{:<8}{:<8}{:<8}{:<8}{:<80}{:<8}{:<32}", "ECG II", "AgCl",
                        "uV", -1000, 1000, bdf ? -8388608 : -32768, bdf ? 8388607 : 32767, "",
                        width, "");
    std::vector<std::byte> bytes;
    for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
    for (int i = 0; i < records * width; ++i)
        for (int b = 0; b < (bdf ? 3 : 2); ++b)
            bytes.push_back(static_cast<std::byte>(((i % 1000) - 500) >> (8 * b) & 0xFF));
    return bytes;
}

// The same with another lead name, unit and physical range of +-`range`.
std::vector<std::byte> with_unit(std::string_view name, std::string_view unit,
                                 std::string_view range) {
    auto bytes = plain(false);
    patch(bytes, 256, name, 16);
    patch(bytes, 256 + 96, unit, 8);
    patch(bytes, 256 + 104, "-" + std::string(range), 8);
    patch(bytes, 256 + 112, range, 8);
    return bytes;
}

}  // namespace

TEST_CASE("EDF: dates and times with any sign between their parts") {
    struct Case {
        const char *date, *time;
        int day, hour;
        bool warned;
    };
    for (const Case& c : {Case{"02.03.21", "04.05.06", 2, 4, false},
                          {"02/03/21", "04.05.06", 2, 4, true},
                          {"02-03-21", "04:05:06", 2, 4, true},
                          {"02.03.21", "04:05:06", 2, 4, true},
                          {"02 03 21", "04 05 06", 2, 4, true},
                          {"2.3.21", "4.5.6", 2, 4, true}}) {
        INFO(c.date << " " << c.time);
        auto bytes = plain(false);
        patch(bytes, 168, c.date, 8);
        patch(bytes, 176, c.time, 8);
        const Recording r = read_one(bytes);
        CHECK(r.length() == 300);
        REQUIRE(r.start);
        CHECK(r.start->year == 2021);
        CHECK(r.start->month == 3);
        CHECK(r.start->day == c.day);
        CHECK(r.start->hour == c.hour);
        CHECK(r.warnings.size() == (c.warned ? 1 : 0));
    }
    for (const char* date : {"", "unknown", "99.99.99"}) {
        auto bytes = plain(false);
        patch(bytes, 168, date, 8);
        patch(bytes, 176, date, 8);
        const Recording r = read_one(bytes);
        CHECK(r.length() == 300);
        REQUIRE(r.warnings.size() == 1);
        CHECK(r.warnings[0].contains("is not understood"));
    }
}

TEST_CASE("EDF: a unit that is missing or damaged is judged by the physical range, and said") {
    const auto check = [](std::string_view unit, std::string_view range, double mv, bool warned) {
        INFO(unit << " " << range);
        const Recording r = read_one(with_unit("ECG", unit, range));
        CHECK(r.leads[0].unit == "mV");
        CHECK(r.leads[0].samples[0] == Approx((-500 + 0.5) * 2 * mv / 65535).epsilon(1e-4));
        CHECK(r.warnings.size() == (warned ? 1 : 0));
        CHECK(r.leads[0].calibration.assumed == warned);
    };
    check("uV", "5000", 5, false);
    check("\xB5V", "5000", 5, false);
    check("", "5000", 5, true);
    check(".V", "5000", 5, true);
    check("\xE6V", "5000", 5, true);  // the micro sign of an old code page
    check("", "10", 10, true);
    check("?", "0.01", 10, true);
    // What is no voltage is none, and what is no ECG is not guessed at.
    CHECK(read_one(with_unit("Resp", "Ohm", "100")).leads[0].unit == "Ohm");
    CHECK(read_one(with_unit("Resp", "Ohm", "100")).warnings.empty());
    const Recording other = read_one(with_unit("channel 1", ".V", "5000"));
    CHECK(other.leads[0].unit == ".V");
    CHECK(other.warnings.size() == 1);
}

TEST_CASE("EDF and BDF samples come out in mV by the header's ranges") {
    for (const bool bdf : {false, true}) {
        const Recording r = read_one(plain(bdf));
        CHECK(r.sampling_rate == 100);
        REQUIRE(r.length() == 300);
        CHECK(r.leads[0].name == "II");
        CHECK(r.leads[0].original_name == "ECG II");
        CHECK(r.leads[0].unit == "mV");
        const double step = 2.0 / (bdf ? 16777215 : 65535);
        for (int i = 0; i < 300; ++i)
            CHECK(r.leads[0].samples[i] == Approx((i - 500 + 0.5) * step).margin(step * 1e-3));
        REQUIRE(r.start);
        CHECK(r.start->year == 2021);
        CHECK(r.start->month == 3);
        CHECK(r.start->hour == 4);
        CHECK(r.comments.empty());  // the patient's name stays out
    }
}

TEST_CASE("a recording survives writing and reading as EDF+") {
    Recording before = synth::make({.duration_s = 20.37, .pvc_share = 0.2, .leads = 12});
    before.start =
        StartTime{.year = 2024, .month = 2, .day = 29, .hour = 23, .minute = 59, .second = 1.25};
    before.leads[2].samples[700] = std::nanf("");
    before.leads[4].calibration = {.gain = 1716, .baseline = 6};
    for (float& v : before.leads[4].samples) v = std::round(v * 1716) / 1716;
    before.annotations.push_back({.sample = 7000,
                                  .code = Code::signal_quality,
                                  .subtype = -2,
                                  .channel = 1,
                                  .number = 3,
                                  .aux = "two words"});
    std::ranges::stable_sort(before.annotations, {}, &Annotation::sample);
    const auto bytes = formats::write_edf(before);
    REQUIRE(bytes);
    const Recording after = read_one(*bytes);
    CHECK(after.warnings == std::vector<std::string>{});
    CHECK(after.sampling_rate == 360);
    CHECK(after.annotations == before.annotations);
    REQUIRE(after.start);
    CHECK(after.start->day == 29);
    CHECK(after.start->second == 1.25);
    REQUIRE(after.leads.size() == 12);
    REQUIRE(after.length() == before.length());
    for (std::size_t l = 0; l < 12; ++l) {
        CHECK(after.leads[l].name == before.leads[l].name);
        for (std::size_t i = 0; i < before.length(); ++i) {
            const float a = before.leads[l].samples[i], b = after.leads[l].samples[i];
            if (a != b && !(std::isnan(a) && std::isnan(b)))
                FAIL(l << ", " << i << ": " << a << " " << b);
        }
    }
    // And once more: nothing drifts.
    const auto again = formats::write_edf(after).value();
    const auto differs = std::ranges::mismatch(again, *bytes);
    CHECK(differs.in1 - again.begin() == std::ssize(again));
}

TEST_CASE("odd rates and gains survive EDF+ within half a step") {
    Recording before = synth::make({.duration_s = 7, .sampling_rate = 62.4725, .leads = 1});
    before.leads[0].calibration = {.gain = 44962.9629231183, .baseline = -161};
    for (float& v : before.leads[0].samples) v *= 40;  // more than the gain's own range
    const Recording after = read_one(formats::write_edf(before).value());
    CHECK(after.sampling_rate == Approx(62.4725).epsilon(1e-6));
    REQUIRE(after.length() == before.length());
    for (std::size_t i = 0; i < before.length(); ++i)
        CHECK(after.leads[0].samples[i] == Approx(before.leads[0].samples[i]).margin(0.002));
    CHECK_FALSE(formats::write_edf(Recording{}));
}

TEST_CASE("gaps of EDF+D are missing samples") {
    Recording before = synth::make({.duration_s = 3, .sampling_rate = 100, .leads = 1});
    before.annotations.clear();
    auto bytes = formats::write_edf(before).value();
    patch(bytes, 192, "EDF+D", 44);
    // The third record starts at 5 s instead of 2 s.
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    bytes[text.find("+2\x14\x14") + 1] = std::byte{'5'};
    const Recording after = read_one(bytes);
    REQUIRE(after.length() == 600);
    CHECK(after.leads[0].samples[199] == before.leads[0].samples[199]);
    for (int i = 200; i < 500; ++i) CHECK(std::isnan(after.leads[0].samples[i]));
    CHECK(after.leads[0].samples[500] == before.leads[0].samples[200]);
    CHECK(after.warnings.size() == 1);
}

TEST_CASE("EDF headers that lie") {
    const auto with = [](std::size_t at, std::string_view text, std::size_t width) {
        auto bytes = plain(false);
        patch(bytes, at, text, width);
        return bytes;
    };
    CHECK(error(with(252, "-1", 4)) ==
          "t.edf, byte 252: the number of signals is '-1', expected 1 to 4096");
    CHECK(error(with(252, "4000", 4)) ==
          "t.edf: it has 1112 bytes, its header of 4000 signals takes 1024256");
    CHECK(error(with(244, "-1", 8)) ==
          "t.edf, byte 244: the duration of a record is '-1', expected seconds, not negative");
    CHECK(error(with(244, "0", 8)) ==
          "t.edf, byte 244: the duration of a record is 0, expected seconds");
    CHECK(error(with(256 + 216, "-5", 8)) ==
          "t.edf, signal 1: the number of samples in a record is '-5', expected a whole number "
          "above 0");
    CHECK(error(with(256 + 216, "0", 8)) == "t.edf: its records have no samples");
    CHECK(error(with(256 + 216, "60000000", 8)) == "t.edf: it holds no whole record of samples");
    // Claims that can be checked against the file are, and what is there is read.
    CHECK(read_one(with(236, "99999999", 8)).warnings.size() == 1);
    CHECK(read_one(with(236, "-1", 8)).length() == 300);
    CHECK(read_one(with(236, "2", 8)).length() == 200);
    const Recording flat = read_one(with(256 + 112, "-1000", 8));  // physical minimum = maximum
    CHECK(flat.leads[0].calibration.assumed);
    CHECK(flat.warnings.size() == 1);
    auto cut = plain(false);
    cut.resize(cut.size() - 150);
    const Recording shorter = read_one(cut);
    CHECK(shorter.length() == 200);
    REQUIRE(shorter.warnings.size() == 1);
    CHECK(shorter.warnings[0] == "The file is cut short: 1 of 3 records are missing.");
    cut.resize(300);
    CHECK(error(cut) == "t.edf: it has 300 bytes, its header of 1 signals takes 512");
}

TEST_CASE("real EDF files read") {
    TELLTALE_REAL_DATA(folder, "formats/edf");
    const File contec = read_file(folder / "contec_0000050.edf");
    const Recording twelve = read_one(contec.bytes, contec.name);
    CHECK(twelve.leads.size() == 12);
    CHECK(twelve.length() == 37855);
    CHECK(twelve.sampling_rate == Approx(800).epsilon(1e-3));
    CHECK(twelve.leads[3].name == "aVR");

    const File eeg = read_file(folder / "pyedflib_test_subsecond.edf");
    const Recording subsecond = read_one(eeg.bytes, eeg.name);
    CHECK(subsecond.leads.size() == 1);
    CHECK(subsecond.sampling_rate == 128);
    REQUIRE(subsecond.start);
    CHECK(subsecond.start->second == Approx(56.3945).margin(0.01));

    TELLTALE_REAL_DATA(samples, "wfdb-samples");
    const File generator = read_file(samples / "test_generator_2.edf");
    const Recording test = read_one(generator.bytes, generator.name);
    CHECK(test.sampling_rate == 200);
    CHECK(test.length() == 120000);
    CHECK(test.leads.size() == 11);
    // "sine 1 Hz" is what it says: 100 uV, 200 samples a turn.
    const auto sine = test.lead_index("sine 1 Hz");
    REQUIRE(sine);
    const auto& wave = test.leads[*sine].samples;
    CHECK(std::ranges::max(wave) == Approx(0.1).epsilon(0.01));
    for (std::size_t i = 0; i + 200 < wave.size(); i += 997)
        CHECK(wave[i] == Approx(wave[i + 200]).margin(1e-4));
    CHECK(test.annotations.size() > 0);

    const File notes = read_file(samples / "test_edfann.edf");
    CHECK(error(notes.bytes) == "t.edf: it holds annotations but no signals");
}
