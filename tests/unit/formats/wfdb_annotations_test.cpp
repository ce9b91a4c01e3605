// Annotation files: what is written is read again, and real files survive a round trip.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "formats/wfdb_annotations.hpp"
#include "support/data.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

Result<std::vector<Annotation>> read_bytes(const std::vector<std::byte>& bytes) {
    return formats::read_wfdb_annotations({"test.atr", bytes});
}

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
    std::vector<std::byte> result;
    for (const int v : values) result.push_back(static_cast<std::byte>(v));
    return result;
}

}  // namespace

TEST_CASE("annotations survive writing and reading") {
    std::vector<Annotation> written = {
        {.sample = 0, .code = Code::note, .aux = "## time resolution: 360"},
        {.sample = 18, .code = Code::rhythm, .aux = "(AFIB"},
        {.sample = 18 + 1023, .code = Code::normal},
        {.sample = 3000, .code = Code::premature_ventricular, .subtype = -3, .channel = 1},
        {.sample = 3000, .code = Code::normal, .channel = 1, .number = -7},
        {.sample = 70000, .code = Code::signal_quality, .subtype = 0x31, .channel = 0},
        {.sample = 9'000'000'000, .code = Code::r_on_t, .channel = 255, .aux = "even"},
        {.sample = 9'000'000'000, .code = Code::note, .channel = 255, .aux = std::string(255, 'x')},
    };
    const auto read = read_bytes(formats::write_wfdb_annotations(written));
    REQUIRE(read);
    CHECK(*read == written);

    SECTION("too long a text is cut, and unsorted annotations are sorted") {
        std::vector<Annotation> other = {
            {.sample = 50, .code = Code::note, .aux = std::string(300, 'y')},
            {.sample = 7, .code = Code::normal}};
        const auto again = read_bytes(formats::write_wfdb_annotations(other));
        REQUIRE(again);
        REQUIRE(again->size() == 2);
        CHECK((*again)[0].sample == 7);
        CHECK((*again)[1].aux == std::string(255, 'y'));
    }
    SECTION("a negative time is written too") {
        std::vector<Annotation> other = {{.sample = -500, .code = Code::normal},
                                         {.sample = 5, .code = Code::normal}};
        const auto again = read_bytes(formats::write_wfdb_annotations(other));
        REQUIRE(again);
        CHECK(*again == other);
    }
}

TEST_CASE("the AHA form of annotations, as WFDB writes it") {
    // V at 70000 (high word first), subtype 3, MIT code 5; a rhythm change at 70001: "(AFIB".
    auto bytes = bytes_of({0, 'V', 1, 0, 0x70, 0x11, 1, 0, 3, 5,  0,   0,   0,   0,   0,   0,  //
                           0, 'O', 1, 0, 0x71, 0x11, 2, 0, 0, 28, '(', 'A', 'F', 'I', 'B', 0,  //
                           0, 0,   0, 0, 0,    0,    0, 0, 0, 0,  0,   0,   0,   0,   0,   0});
    const std::vector<Annotation> expected = {
        {.sample = 70000, .code = Code::premature_ventricular, .subtype = 3},
        {.sample = 70001, .code = Code::rhythm, .aux = "(AFIB"}};
    CHECK(formats::wfdb::looks_like_annotations({"x.atr", bytes}));
    const auto read = read_bytes(bytes);
    REQUIRE(read);
    CHECK(*read == expected);

    SECTION("the database's own tapes do not tell where their times begin") {
        for (const std::size_t i : {8, 9, 25, 26, 27, 28, 29, 30}) bytes[i] = std::byte{0};
        const auto tape = read_bytes(bytes);
        REQUIRE_FALSE(tape);
        CHECK(tape.error().message.starts_with("its AHA annotations count milliseconds"));
    }
    SECTION("an unknown letter, or time that runs back, is no AHA form") {
        bytes[17] = std::byte{'x'};
        CHECK_FALSE(formats::wfdb::looks_like_annotations({"x.atr", bytes}));
        bytes[17] = std::byte{'N'};
        bytes[18] = std::byte{0};
        CHECK_FALSE(formats::wfdb::looks_like_annotations({"x.atr", bytes}));
    }
}

TEST_CASE("annotation bytes read as the specification says") {
    // N at 77; SKIP by 70000 (high word first), then V 1 later with channel 1, text "ab".
    const auto read =
        read_bytes(bytes_of({77, 1 << 2,  0, 59 << 2, 1,   0,   0x70, 0x11, 1,  5 << 2,  //
                             1,  62 << 2, 2, 63 << 2, 'a', 'b', 0,    0,    99, 99}));
    REQUIRE(read);
    REQUIRE(read->size() == 2);
    CHECK((*read)[0] == Annotation{.sample = 77, .code = Code::normal});
    CHECK((*read)[1] == Annotation{.sample = 77 + 70000 + 1,
                                   .code = Code::premature_ventricular,
                                   .channel = 1,
                                   .aux = "ab"});
}

TEST_CASE("broken annotation files are errors that name the place") {
    const auto message = [](std::initializer_list<int> values) {
        const auto read = read_bytes(bytes_of(values));
        REQUIRE_FALSE(read);
        return read.error().to_string();
    };
    CHECK(message({0, 59 << 2, 1, 0}) == "test.atr, byte 0: the file ends inside a time skip");
    CHECK(message({77, 1 << 2, 9, 63 << 2, 'a'}) ==
          "test.atr, byte 2: the file ends inside an auxiliary text");
    CHECK(message({1, 62 << 2}) ==
          "test.atr, byte 0: code 62 qualifies an annotation, but there is none yet");
    CHECK(message({77, 1 << 2, 1}) ==
          "test.atr, byte 2: a single byte is left, expected 16-bit words");
    CHECK(read_bytes({})->empty());
}

TEST_CASE("codes that WFDB does not define are kept, and written again") {
    const auto bytes = bytes_of({77, 1 << 2, 5, 55 << 2, 9, 42 << 2, 1, 1 << 2, 0, 0});
    const auto read = read_bytes(bytes);
    REQUIRE(read);
    REQUIRE(read->size() == 4);
    CHECK((*read)[1].code == static_cast<Code>(55));
    CHECK((*read)[1].sample == 82);
    CHECK((*read)[3].sample == 92);
    CHECK(mnemonic((*read)[1].code) == "[55]");
    CHECK_FALSE(is_beat((*read)[1].code));
    CHECK(*read_bytes(formats::write_wfdb_annotations(*read)) == *read);
}

TEST_CASE("a time resolution in the file scales its annotations") {
    std::vector<Annotation> annotations = {
        {.sample = 0, .code = Code::note, .aux = "## time resolution: 1000"},
        {.sample = 500, .code = Code::normal}};
    CHECK(formats::wfdb::time_resolution(annotations) == 1000);
    formats::wfdb::rescale(annotations, 360.0 / 1000);
    REQUIRE(annotations.size() == 1);
    CHECK(annotations[0].sample == 180);
}

TEST_CASE("real annotation files are the same after reading, writing and reading") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    int files = 0;
    for (const File& file : read_files(mitdb)) {
        if (!file.name.ends_with(".atr")) continue;
        INFO(file.name);
        const auto first = formats::read_wfdb_annotations(file.named());
        REQUIRE(first);
        CHECK(formats::wfdb::looks_like_annotations(file.named()));
        const auto bytes = formats::write_wfdb_annotations(*first);
        const auto second = read_bytes(bytes);
        REQUIRE(second);
        CHECK(*first == *second);
        ++files;
    }
    CHECK(files >= 48);
}

TEST_CASE("annotation times beyond 32 bits read correctly") {
    TELLTALE_REAL_DATA(huge, "wfdb-samples/huge.qrs");
    const auto read = formats::read_wfdb_annotations(read_file(huge).named());
    REQUIRE(read);
    REQUIRE_FALSE(read->empty());
    CHECK(read->back().sample > (std::int64_t{1} << 31));
    CHECK(std::ranges::is_sorted(*read, {}, &Annotation::sample));
}
