// Formats of devices of which only the specification is at hand: files made from it.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>

#include "support/data.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

formats::ReadResult read(const std::vector<File>& files) {
    return formats::read_recordings(named(files));
}

Recording read_one(const std::vector<File>& files) {
    auto result = read(files);
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.errors.empty());
    return std::move(result.recordings[0]);
}

std::string error(const File& file) {
    const auto result = read({file});
    REQUIRE(result.recordings.empty());
    REQUIRE(result.errors.size() == 1);
    return result.errors[0].to_string();
}

void put(File& file, std::size_t at, std::int64_t value, int bytes) {
    if (file.bytes.size() < at + static_cast<std::size_t>(bytes))
        file.bytes.resize(at + static_cast<std::size_t>(bytes));
    for (int i = 0; i < bytes; ++i)
        file.bytes[at + static_cast<std::size_t>(i)] = static_cast<std::byte>(value >> (8 * i) & 0xFF);
}

// Two leads, three samples, a variable block of four bytes.
File ishne(const char* magic) {
    File file = text_file("h.ecg", magic);
    put(file, 10, 4, 4);
    put(file, 14, 3, 4);
    put(file, 18, 522, 4);
    put(file, 22, 526, 4);
    for (const auto& [at, value] : {std::pair{138, 24}, {140, 12}, {142, 1999}, {150, 23}, {152, 59},
                                   {154, 7}, {156, 2}, {158, 6}, {160, 11}, {206, 5000}, {208, 2500},
                                   {272, 200}})
        put(file, static_cast<std::size_t>(at), value, 2);
    file.bytes.resize(526);
    return file;
}

File ishne_ecg() {
    File file = ishne("ISHNE1.0");
    for (const int v : {100, 200, -100, 40, 7, -32768}) put(file, file.bytes.size(), v, 2);
    return file;
}

}  // namespace

TEST_CASE("ISHNE Holter files with their annotations") {
    File annotations = ishne("ANN  1.0");
    annotations.name = "h.ann";
    put(annotations, 526, 0, 4);
    for (const auto& [label, step] : {std::pair{'N', 1}, {'!', 1}, {'V', 0}, {'N', 60000}}) {
        put(annotations, annotations.bytes.size(), label, 2);
        put(annotations, annotations.bytes.size(), step, 2);
    }
    const Recording r = read_one({ishne_ecg(), annotations});
    CHECK(r.sampling_rate == 200);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].name == "II");
    CHECK(r.leads[1].name == "V1");
    CHECK(r.leads[0].samples == std::vector<float>{0.5f, -0.5f, 0.035f});
    CHECK(r.leads[1].samples[0] == 0.5f);
    CHECK(std::isnan(r.leads[1].samples[2]));
    REQUIRE(r.start);
    CHECK(r.start->year == 1999);
    CHECK(r.start->minute == 59);
    REQUIRE(r.annotations.size() == 2);
    CHECK(r.annotations[0] == Annotation{.sample = 1, .code = Code::normal});
    CHECK(r.annotations[1] == Annotation{.sample = 2, .code = Code::premature_ventricular});
    CHECK(r.warnings.size() == 1);  // one beat lies behind the end
}

TEST_CASE("ISHNE headers that lie") {
    const auto with = [](std::size_t at, std::int64_t value, int bytes) {
        File file = ishne_ecg();
        put(file, at, value, bytes);
        return file;
    };
    CHECK(error(with(156, 0, 2)) == "h.ecg, byte 156: the number of leads is 0, expected 1 to 12");
    CHECK(error(with(156, 13, 2)) == "h.ecg, byte 156: the number of leads is 13, expected 1 to 12");
    CHECK(error(with(272, 0, 2)) == "h.ecg, byte 272: the sampling rate is 0, expected Hz");
    CHECK(error(with(22, 0xFFFFFFFF, 4)) ==
          "h.ecg, byte 22: the samples start at byte 4294967295, the file has 538");
    CHECK(read_one({with(14, 1000000000, 4)}).warnings.size() == 1);
    CHECK(read_one({with(8, 77, 2)}).warnings.size() == 1);  // checksum
    CHECK(read_one({with(206, 0, 2)}).leads[0].calibration.assumed);
    File cut = ishne_ecg();
    cut.bytes.resize(300);
    CHECK(error(cut) == "h.ecg: it has 300 bytes, an ISHNE header takes 522");
    File alone = ishne("ANN  1.0");
    alone.name = "h.ann";
    CHECK(error(alone) ==
          "h.ann: it holds annotations without a recording, expected h.ecg beside it");
}

TEST_CASE("an ECG from Apple's Health app, in two languages") {
    const std::string english =
        "Name,A Person\nDate of Birth,\"Jan 15, 1990\"\nRecorded Date,2026-05-30 16:32:18 -0700\n"
        "Classification,Sinus Rhythm\nSymptoms,\nSoftware Version,1.90\nDevice,\"Watch6,7\"\n"
        "Sample Rate,512 hertz\n\n\nLead,Lead I\nUnit,\xC2\xB5V\n\n\n";
    const std::string german =
        "Name,Eine Person\nGeburtsdatum,15.01.1990\nAufzeichnungsdatum,2026-05-30 16:32:18 +0200\n"
        "Abtastrate,512 Hertz\n\nAbleitung,Ableitung I\nEinheit,\xC2\xB5V\n\n";
    std::string points, commas;
    for (int i = 0; i < 600; ++i) {
        points += std::format("{}.{}\n", i - 300, i % 10);
        commas += std::format("{},{}\n", i - 300, i % 10);
    }
    for (const std::string& text : {english + points, german + commas}) {
        const Recording r = read_one({text_file("ecg.csv", text)});
        CHECK(r.sampling_rate == 512);
        REQUIRE(r.leads.size() == 1);
        CHECK(r.leads[0].name == "I");
        CHECK(r.length() == 600);
        CHECK(r.leads[0].samples[301] == static_cast<float>(1.1 * 0.001));
        CHECK(r.comments.empty());
        CHECK(r.warnings.empty());
        REQUIRE(r.start);
        CHECK(r.start->hour == 16);
    }
    CHECK(error(text_file("ecg.csv", english + "1.0\n2.0\nthree\n")) ==
          "ecg.csv, line 17: the voltage is 'three', expected a number");
}
