// AliveCor files.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "support/data.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

formats::ReadResult read(const File& file) {
    const formats::NamedBytes view = file.named();
    return formats::read_recordings({&view, 1});
}

void add_block(File& file, std::string_view id, const std::vector<int>& bytes) {
    std::vector<std::byte> block;
    for (const char c : id) block.push_back(static_cast<std::byte>(c));
    for (int i = 0; i < 4; ++i)
        block.push_back(static_cast<std::byte>(bytes.size() >> (8 * i) & 0xFF));
    for (const int b : bytes) block.push_back(static_cast<std::byte>(b & 0xFF));
    std::size_t sum = 0;
    for (const std::byte b : block) sum += std::to_integer<std::size_t>(b);
    for (int i = 0; i < 4; ++i) block.push_back(static_cast<std::byte>(sum >> (8 * i) & 0xFF));
    file.bytes.insert(file.bytes.end(), block.begin(), block.end());
}

File example() {
    File file = text_file("k.atc", std::string("ALIVE\0\0\0\3\0\0\0", 12));
    add_block(file, "fmt ", {1, 0x2C, 1, 0xF4, 1, 0, 0, 0});
    add_block(file, "ecg2", {0xD0, 0x07, 0x30, 0xF8});
    add_block(file, "ecg ", {100, 0, 0, 1});
    return file;
}

}  // namespace

TEST_CASE("AliveCor blocks come out as leads in mV") {
    const auto result = read(example());
    REQUIRE(result.recordings.size() == 1);
    const Recording& r = result.recordings[0];
    CHECK(r.warnings.empty());
    CHECK(r.sampling_rate == 300);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].name == "I");
    CHECK(r.leads[0].samples == std::vector<float>{0.05f, 0.128f});
    CHECK(r.leads[1].samples == std::vector<float>{1.0f, -1.0f});
}

TEST_CASE("AliveCor leads of different lengths keep all that they have") {
    File file = example();
    add_block(file, "ecg3", {1, 0, 2, 0, 3, 0});
    const auto result = read(file);
    REQUIRE(result.recordings.size() == 1);
    const Recording& r = result.recordings[0];
    CHECK(r.damaged);
    REQUIRE(r.warnings.size() == 1);
    CHECK(r.warnings[0] ==
          "Its leads differ in length, 2 to 3 samples; what is missing shows as a gap.");
    REQUIRE(r.leads.size() == 3);
    CHECK(r.leads[0].samples[1] == 0.128f);
    CHECK(std::isnan(r.leads[0].samples[2]));
    CHECK(r.leads[2].samples == std::vector<float>{0.0005f, 0.001f, 0.0015f});
}

TEST_CASE("AliveCor files that are cut or changed") {
    File changed = example();
    changed.bytes[60] ^= std::byte{1};
    CHECK(read(changed).recordings.at(0).warnings.size() == 1);
    File cut = example();
    cut.bytes.resize(cut.bytes.size() - 3);
    const auto result = read(cut);
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.recordings[0].leads.size() == 1);
    CHECK(result.recordings[0].warnings.size() == 1);
    File empty = text_file("k.atc", std::string("ALIVE\0\0\0\3\0\0\0", 12));
    CHECK(read(empty).errors.at(0).to_string() ==
          "k.atc: it has no format block, expected a sampling rate and a step");
    add_block(empty, "fmt ", {1, 0x2C, 1, 0xF4, 1, 0, 0, 0});
    CHECK(read(empty).errors.at(0).to_string() ==
          "k.atc: it has no samples, expected a block 'ecg '");
    for (int twice = 0; twice < 2; ++twice) add_block(empty, "ecg ", {1, 0});
    CHECK(read(empty).errors.at(0).to_string() == "k.atc: lead I comes twice");
}

TEST_CASE("real AliveCor files") {
    TELLTALE_REAL_DATA(folder, "formats/kardia_atc");
    const auto one = read(read_file(folder / "1_lead.atc"));
    REQUIRE(one.recordings.size() == 1);
    CHECK(one.recordings[0].length() == 9000);
    CHECK(one.recordings[0].warnings.empty());
    CHECK(one.recordings[0].start->year == 2016);
    const auto six = read(read_file(folder / "6_lead.atc"));
    REQUIRE(six.recordings.size() == 1);
    CHECK(six.recordings[0].leads.size() == 6);
    CHECK(six.recordings[0].leads[5].name == "aVF");
    const auto broken = read(read_file(folder / "broken_checksum.atc"));
    REQUIRE(broken.recordings.size() == 1);
    REQUIRE(broken.recordings[0].warnings.size() == 1);
    CHECK(broken.recordings[0].warnings[0] ==
          "The checksum of the block 'ecg' does not hold; it may have been changed.");
}
