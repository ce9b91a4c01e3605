#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "formats/formats.hpp"
#include "support/data.hpp"
#include "support/made_dicom.hpp"

using namespace telltale;
using telltale::tests::DicomForm;

namespace {

formats::ReadResult read(const std::vector<std::byte>& bytes) {
    const formats::NamedBytes files[] = {{"x", bytes}};
    return formats::read_recordings(files);
}

}  // namespace

TEST_CASE("DICOM: waveforms in their three forms", "[formats][dicom]") {
    for (const DicomForm form :
         {DicomForm::explicit_lengths, DicomForm::open_sequences, DicomForm::implicit}) {
        const auto result = read(tests::dicom_file(form));
        REQUIRE(result.errors.empty());
        REQUIRE(result.recordings.size() == 1);
        const Recording& r = result.recordings[0];
        CHECK(r.sampling_rate == 250);
        REQUIRE(r.start);
        CHECK(r.start->year == 2020);
        CHECK(r.start->minute == 6);
        CHECK(r.start->second == 7);
        REQUIRE(r.leads.size() == 2);
        CHECK(r.leads[0].name == "I");
        CHECK(r.leads[0].original_name == "Lead I (Einthoven)");
        CHECK(r.leads[1].name == "V1");
        CHECK(r.leads[0].samples == std::vector<float>{0.2f, -0.4f, 0.6f});
        CHECK(r.leads[1].samples[0] == Catch::Approx(0.503));
        CHECK(r.leads[1].samples[1] == Catch::Approx(1.003));
        CHECK(std::isnan(r.leads[1].samples[2]));
        CHECK(r.leads[1].adc(1) == 2000);
        CHECK(r.warnings.size() == 1);  // the shorter waveform
        CHECK(r.comments.empty());
    }
}

TEST_CASE("DICOM: without the preamble, and without the file's own description",
          "[formats][dicom]") {
    for (const DicomForm form :
         {DicomForm::explicit_lengths, DicomForm::open_sequences, DicomForm::implicit}) {
        const auto whole = tests::dicom_file(form);
        const auto check = [&](std::size_t from) {
            const auto result =
                read({whole.begin() + static_cast<std::ptrdiff_t>(from), whole.end()});
            for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
            REQUIRE(result.recordings.size() == 1);
            CHECK(result.recordings[0].sampling_rate == 250);
            CHECK(result.recordings[0].leads[0].samples == std::vector<float>{0.2f, -0.4f, 0.6f});
        };
        check(132);
        check(128);
        // The elements of group 2 come first; the first of another group begins the content.
        std::size_t at = 132;
        while (whole[at] == std::byte{2}) {
            const auto byte = [&](std::size_t i) {
                return std::to_integer<std::size_t>(whole[at + i]);
            };
            at += byte(4) == 'O' ? 12 + (byte(8) | byte(9) << 8) : 8 + (byte(6) | byte(7) << 8);
        }
        check(at);
    }
}

TEST_CASE("DICOM: cut at every length it is refused, never read wrongly", "[formats][dicom]") {
    for (const DicomForm form :
         {DicomForm::explicit_lengths, DicomForm::open_sequences, DicomForm::implicit}) {
        const auto whole = tests::dicom_file(form);
        for (std::size_t n = 0; n < whole.size(); ++n) {
            const auto result =
                read({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)});
            CHECK(result.recordings.empty());
            CHECK(result.errors.size() == 1);
        }
    }
}

TEST_CASE("DICOM: hostile sizes are refused", "[formats][dicom]") {
    const auto whole = tests::dicom_file(DicomForm::explicit_lengths);
    const auto patch = [&](std::initializer_list<int> tag, int size) {
        auto bytes = whole;
        std::vector<std::byte> key;
        for (const int b : tag) key.push_back(static_cast<std::byte>(b));
        const auto at = std::ranges::search(bytes, key).begin();
        REQUIRE(at != bytes.end());
        std::fill_n(at + 8, size, std::byte{0xFF});
        return read(bytes);
    };
    for (const auto& result : {patch({0x3A, 0, 0x10, 0, 'U', 'L'}, 4),           // samples
                               patch({0x3A, 0, 0x05, 0, 'U', 'S'}, 2),           // channels
                               patch({0x00, 0x54, 0x04, 0x10, 'U', 'S'}, 2)}) {  // bits
        CHECK(result.recordings.empty());
        REQUIRE(result.errors.size() == 1);
        CHECK(result.errors[0].place == "waveform");
    }
    // Sequences in each other without end: an open one in an open item, over and over.
    auto deep = tests::dicom_file(DicomForm::implicit);
    deep.resize(132 + 8 + 18);
    for (int i = 0; i < 100000; ++i)
        for (const int b : {0x40, 0, 0x55, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0, 0xE0, 0xFF,
                            0xFF, 0xFF, 0xFF})
            deep.push_back(static_cast<std::byte>(b));
    const auto result = read(deep);
    REQUIRE(result.errors.size() == 1);
    CHECK(result.errors[0].message.find("sequences in each other") != std::string::npos);
}

TEST_CASE("DICOM: a cart's file", "[formats][dicom][real]") {
    TELLTALE_REAL_DATA(path, "formats/dicom/waveform_ecg.dcm");
    const auto file = tests::read_file(path);
    const auto result = read(file.bytes);
    REQUIRE(result.errors.empty());
    REQUIRE(result.recordings.size() == 1);
    const Recording& r = result.recordings[0];
    CHECK(r.sampling_rate == 1000);
    CHECK(r.length() == 10000);
    REQUIRE(r.leads.size() == 12);
    const char* names[] = {"I",  "II", "III", "aVR", "aVL", "aVF",
                           "V1", "V2", "V3",  "V4",  "V5",  "V6"};
    // The file's words by a separate script: 1.25 uV a step.
    const int first[] = {80, 90, 10, -85, 35, 50, 40, 15, -10, -20, -55, -40};
    std::int64_t sum = 0;
    for (std::size_t c = 0; c < 12; ++c) {
        CHECK(r.leads[c].name == names[c]);
        CHECK_FALSE(r.leads[c].calibration.assumed);
        CHECK(r.leads[c].samples[0] == Catch::Approx(first[c] * 0.00125));
        for (std::size_t i = 0; i < r.length(); ++i) sum += r.leads[c].adc(i);
    }
    CHECK(sum == 3269648);
    REQUIRE(r.start);
    CHECK(r.start->year == 2013);
    CHECK(r.start->hour == 10);
    CHECK(r.start->second == 19);
}
