// Archives: what is inside reads as if it lay there, and what would burst is refused.
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <format>

#include "formats/encoding.hpp"
#include "formats/inflate.hpp"
#include "support/made_files.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

formats::ReadResult read(const std::vector<File>& files) {
    return formats::read_recordings(named(files));
}

std::string error(const std::string& name, const std::vector<std::byte>& bytes) {
    const auto result = read({{name, bytes}});
    REQUIRE(result.recordings.empty());
    REQUIRE(result.errors.size() == 1);
    return result.errors[0].to_string();
}

std::vector<File> record() {
    const Recording r = synth::make({.name = "100", .duration_s = 5});
    const auto files = formats::write_wfdb(r, formats::WfdbFormat::f212);
    return {text_file("db/100.hea", files->header),
            {"db/100.dat", files->data},
            {"db/100.atr", formats::write_wfdb_annotations(r.annotations)},
            text_file("db/index.html", "<html></html>"),
            text_file("__MACOSX/db/._100.hea", "junk")};
}

// Fixed Huffman codes: bits, the lowest of each byte first; codes with their highest bit first.
class FixedBlock {
public:
    FixedBlock() { bits(1 | 1 << 1, 3); }
    void literal(int c) { c < 144 ? code(48 + c, 8) : code(400 + c - 144, 9); }
    void code(int value, int count) {
        for (int i = count - 1; i >= 0; --i) bits(value >> i & 1, 1);
    }
    void bits(int value, int count) {
        for (int i = 0; i < count; ++i, ++at_) {
            if (at_ % 8 == 0) bytes_.push_back(std::byte{0});
            if (value >> i & 1) bytes_.back() |= std::byte{1} << (at_ % 8);
        }
    }
    std::vector<std::byte> finished() {
        code(0, 7);
        return bytes_;
    }

private:
    std::vector<std::byte> bytes_;
    std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("a record inside a zip archive reads with its annotations") {
    const auto files = record();
    const auto packed = read({{"mitdb.zip", zip_file(files)}});
    for (const Error& e : packed.errors) UNSCOPED_INFO(e.to_string());
    CHECK(packed.errors.empty());  // what else lies in it does not matter
    REQUIRE(packed.recordings.size() == 1);
    const auto plain = read({files[0], files[1], files[2]});
    REQUIRE(plain.recordings.size() == 1);
    CHECK(packed.recordings[0].name == "100");
    CHECK(packed.recordings[0].leads[1].samples == plain.recordings[0].leads[1].samples);
    CHECK(packed.recordings[0].annotations == plain.recordings[0].annotations);
}

TEST_CASE("samples that begin as an archive does are samples") {
    const File header = text_file("x.hea", "x 1 100 20\nx.dat 16 200\n");
    for (const std::uint32_t mark : {0x00088B1FU, 0x04034B50U, 0x06054B50U}) {
        std::vector<std::byte> samples(40);
        put(samples, 0, mark, 4);
        const auto result = read({header, {"x.dat", samples}});
        REQUIRE(result.errors.empty());
        REQUIRE(result.recordings.size() == 1);
        const auto& values = result.recordings[0].leads[0].samples;
        CHECK(values[0] == static_cast<float>(static_cast<std::int16_t>(mark & 0xFFFF)) / 200);
        CHECK(values[1] == static_cast<float>(mark >> 16) / 200);
    }
}

TEST_CASE("a table compressed by gzip reads") {
    const auto result = read({{"t.csv.gz", gzip_table()}});
    for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
    REQUIRE(result.recordings.size() == 1);
    const Recording& r = result.recordings[0];
    CHECK(r.name == "t");
    CHECK(r.sampling_rate == 250);
    REQUIRE(r.length() == 120);
    for (int i = 0; i < 120; ++i) {
        const double expected = (i * i * 7919 % 2003 - 1000) / 1000.0;
        CHECK(r.leads[0].samples[i] == static_cast<float>(expected));
    }
}

TEST_CASE("inflate: fixed codes, copies that reach into themselves, and damage") {
    FixedBlock block;
    block.literal('a');
    block.literal(200);
    block.code(1, 7);    // length 3
    block.code(1, 5);    // distance 2
    block.code(196, 8);  // length symbol 284: 227 and five more bits
    block.bits(3, 5);
    block.code(0, 5);  // distance 1
    const auto bytes = block.finished();
    const auto result = formats::inflate(bytes, 1000);
    REQUIRE(result);
    REQUIRE(result->bytes.size() == 5 + 230);
    CHECK(result->used == bytes.size());
    CHECK(result->bytes[4] == std::byte{'a'});
    CHECK(result->bytes[200] == std::byte{'a'});
    CHECK_FALSE(formats::inflate(bytes, 200));
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(formats::inflate(std::span(bytes).first(size), 1000));
    FixedBlock before_start;
    before_start.literal('a');
    before_start.code(1, 7);
    before_start.code(1, 5);
    CHECK_FALSE(formats::inflate(before_start.finished(), 1000));
    // A stored block, and one whose length is contradicted.
    std::vector<std::byte> stored;
    for (const int b : {1, 2, 0, 0xFD, 0xFF, 104, 105}) stored.push_back(static_cast<std::byte>(b));
    CHECK(formats::inflate(stored, 10)->bytes.size() == 2);
    stored[3] = std::byte{0};
    CHECK_FALSE(formats::inflate(stored, 10));
}

TEST_CASE("archives that are damaged, encrypted or about to burst") {
    const std::vector<File> one = {text_file("t.csv", "# 100 Hz\nII (mV)\n1\n2\n3\n")};
    const auto zip = zip_file(one);
    CHECK(read({{"a.zip", zip}}).recordings.size() == 1);
    const std::size_t content = 30 + 5, directory = content + one[0].bytes.size();
    const auto with = [&](std::size_t at, std::int64_t value, int bytes) {
        auto changed = zip;
        put(changed, at, value, bytes);
        return changed;
    };
    CHECK(error("a.zip", with(content + 3, 'x', 1)) ==
          "a.zip, t.csv: its checksum does not hold; the archive is damaged");
    CHECK(error("a.zip", with(directory + 8, 1, 2)) == "a.zip, t.csv: it is encrypted");
    CHECK(error("a.zip", with(directory + 10, 99, 2)) ==
          "a.zip, t.csv: its compression (method 99) is not read");
    CHECK(error("a.zip", with(directory + 20, 100000, 4)) ==
          "a.zip, t.csv: the archive is cut short");
    CHECK(error("a.zip", with(directory + 42, 5, 4)) ==
          "a.zip, t.csv: the archive is damaged: the file is not where it should be");
    CHECK(error("a.zip", with(directory, 0, 4)) == "a.zip: the archive's directory is damaged");
    auto bomb = with(directory + 10, 8, 2);
    put(bomb, directory + 24, 2000000000, 4);
    CHECK(error("a.zip", bomb) ==
          "a.zip, t.csv: it grows to more than 100 times the archive's size");
    auto cut = zip;
    cut.resize(cut.size() - 30);
    CHECK(error("a.zip", cut) == "a.zip: the archive is cut short: it has no directory");

    // Ten million bytes in some ten thousand.
    FixedBlock block;
    block.literal('0');
    for (int i = 0; i < 40000; ++i) {
        block.code(0xC5, 8);  // length 258
        block.code(0, 5);     // distance 1
    }
    auto gzip = std::vector<std::byte>(10);
    put(gzip, 0, 0x00088B1F, 4);
    for (const std::byte b : block.finished()) gzip.push_back(b);
    put(gzip, gzip.size(), 0, 8);
    CHECK(error("a.gz", gzip) ==
          "a.gz: its compressed data is damaged, or grows to more than 100 times its size");
    auto changed = gzip_table();
    changed[changed.size() - 6] ^= std::byte{1};
    CHECK(error("t.csv.gz", changed) ==
          "t.csv.gz: its checksum does not hold; the file is damaged");
}
