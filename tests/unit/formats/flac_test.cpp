// FLAC streams: every coding of the standard on made streams, and what is damaged or lies.
// Real streams, written by libFLAC, are compared in wfdb_real_test.cpp.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "formats/flac.hpp"
#include "support/made_flac.hpp"

using namespace telltale;
using namespace telltale::tests;
using formats::FlacStream;

namespace {

// Two leads that look a little like an ECG, in steps of 4.
std::vector<std::vector<std::int32_t>> two_leads(int count, int scale) {
    std::vector<std::vector<std::int32_t>> leads(2);
    for (int i = 0; i < count; ++i) {
        const int beat = i % 50 < 5 ? 20 - 8 * (i % 50 - 2) * (i % 50 - 2) / 4 : 0;
        leads[0].push_back(4 * scale * (beat - 3));
        leads[1].push_back(-4 * scale * (beat / 2 + i % 7));
    }
    return leads;
}

Recording read_one(const std::string& header, std::vector<std::byte> data) {
    const std::vector<File> files = {text_file("x.hea", header), {"x.dat", std::move(data)}};
    auto result = formats::read_recordings(named(files));
    for (const Error& error : result.errors) UNSCOPED_INFO(error.to_string());
    REQUIRE(result.recordings.size() == 1);
    return std::move(result.recordings[0]);
}

std::string error_of(const std::string& header, std::vector<std::byte> data) {
    const std::vector<File> files = {text_file("x.hea", header), {"x.dat", std::move(data)}};
    const auto result = formats::read_recordings(named(files));
    REQUIRE(result.recordings.empty());
    REQUIRE(!result.errors.empty());
    return result.errors[0].to_string();
}

constexpr const char* header16 =
    "x 2 250 300\nx.dat 516 200 16 0 0 0 0 I\nx.dat 516 200 16 0 0 0 "
    "0 II\n";

}  // namespace

TEST_CASE("every coding of a FLAC stream gives its samples back") {
    for (const int bits : {8, 16, 24})
        for (const auto coding : {FlacCoding::verbatim, FlacCoding::fixed2, FlacCoding::lpc,
                                  FlacCoding::escape, FlacCoding::wasted})
            for (const auto layout : {FlacLayout::independent, FlacLayout::left_side,
                                      FlacLayout::side_right, FlacLayout::mid_side}) {
                if (coding == FlacCoding::wasted && layout == FlacLayout::mid_side)
                    continue;  // the mean of two samples need not end in zeros
                INFO(bits << " bits, coding " << static_cast<int>(coding) << ", layout "
                          << static_cast<int>(layout));
                const auto first = two_leads(300, bits == 8 ? 1 : 50);
                const auto second = two_leads(17, 1);
                const auto bytes =
                    flac_stream(bits, {{first, coding, layout}, {second, coding, layout}}, 317);
                auto stream = FlacStream::open("x", bytes);
                REQUIRE(stream);
                CHECK(stream->channels() == 2);
                CHECK(stream->bits() == bits);
                CHECK(stream->announced() == 317);
                for (const auto& block : {first, second}) {
                    REQUIRE(stream->next());
                    for (int c = 0; c < 2; ++c)
                        CHECK(std::ranges::equal(stream->channel(c),
                                                 block[static_cast<std::size_t>(c)]));
                }
                CHECK_FALSE(stream->next());
                CHECK_FALSE(stream->damaged());
            }
}

TEST_CASE("WFDB's FLAC formats: several samples a frame, missing samples, a flat line") {
    auto leads = two_leads(300, 1);
    leads[1][7] = -32768;
    const auto bytes = flac_stream(16, {{leads, FlacCoding::escape}}, 300);
    const Recording r = read_one(
        "x 2 125 150\nx.dat 516x2 200 16 0 0 0 0 I\nx.dat 516x2 200/uV 16 0 0 0 0 II\n", bytes);
    CHECK(r.sampling_rate == 250);
    REQUIRE(r.length() == 300);
    CHECK_FALSE(r.damaged);
    for (std::size_t i = 0; i < 300; ++i) {
        REQUIRE(r.leads[0].samples[i] == static_cast<float>(leads[0][i] / 200.0));
        if (i == 7)
            CHECK(std::isnan(r.leads[1].samples[i]));
        else
            REQUIRE(r.leads[1].samples[i] == static_cast<float>(leads[1][i] / 200000.0));
    }

    const std::vector<std::vector<std::int32_t>> flat(1, std::vector<std::int32_t>(2000, -5));
    const Recording line =
        read_one("x 1 250\nx.dat 508 200 8 0\n", flac_stream(8, {{flat, FlacCoding::constant}}, 0));
    REQUIRE(line.length() == 2000);
    CHECK(line.leads[0].samples[1999] == -0.025f);
}

TEST_CASE("damaged FLAC streams are read up to the damage") {
    const auto leads = two_leads(100, 1);
    const std::vector<FlacBlock> blocks(3, {leads, FlacCoding::fixed2});
    const auto whole = flac_stream(16, blocks, 300);
    CHECK(read_one(header16, whole).length() == 300);

    auto changed = whole;  // in the third block
    changed[changed.size() - 20] ^= std::byte{0x10};
    const Recording r = read_one(header16, changed);
    CHECK(r.length() == 200);
    CHECK(r.damaged);
    REQUIRE(!r.warnings.empty());

    auto cut = whole;
    cut.resize(cut.size() / 2);
    CHECK(read_one(header16, cut).length() == 100);
}

TEST_CASE("FLAC streams that lie are refused") {
    const auto stream = [](int bits, int count) {
        return flac_stream(bits, {{two_leads(count, 1), FlacCoding::fixed2}}, count);
    };
    CHECK(error_of(header16, {}) == "x.dat: the signal file is empty, expected samples");
    CHECK(error_of(header16, std::vector<std::byte>(100, std::byte{7})) ==
          "x.dat, byte 0: it is no FLAC stream, expected the mark 'fLaC'");
    CHECK(error_of(header16, stream(24, 300)) ==
          "x.dat: its samples have 24 bits, expected at most 16 in format 516");
    CHECK(error_of("x 1 250 300\nx.dat 516 200\n", stream(16, 300)) ==
          "x.dat: it holds 2 channels, expected 1 as the header says");
    CHECK(error_of("x 2 250 300\nx.dat 516 200\nx.dat 516x2 200\n", stream(16, 300)) ==
          "x.hea, signal 1: the signals of 'x.dat' have different rates, expected one rate in a "
          "FLAC file");
    auto cut = stream(16, 300);
    cut.resize(30);
    CHECK(error_of(header16, cut) == "x.dat, byte 8: the FLAC stream ends inside its description");
    cut = stream(16, 300);
    cut.resize(60);
    CHECK(error_of(header16, cut) ==
          "x.dat: it holds 60 bytes, too few for one sample of each signal");
    auto wide = stream(16, 300);
    wide[20] |= std::byte{1};  // bits of a sample: 32
    wide[21] |= std::byte{0xF0};
    CHECK(error_of(header16, wide) ==
          "x.dat, byte 20: its samples have 32 bits, expected at most 24");

    // A few bytes that stand for a very long flat line, again and again.
    const std::vector<std::vector<std::int32_t>> flat(2, std::vector<std::int32_t>(65535, 1));
    const auto bomb = flac_stream(16, std::vector<FlacBlock>(1000, {flat, FlacCoding::constant}),
                                  std::int64_t{1} << 35);
    const Recording r = read_one("x 2 250\nx.dat 516 200\nx.dat 516 200\n", bomb);
    CHECK(r.length() * 2 <= 100 * bomb.size() + 8192);
    CHECK(r.damaged);
}
