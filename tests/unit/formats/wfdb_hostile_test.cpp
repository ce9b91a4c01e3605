// Headers that lie: each must be refused with a clear sentence, or read for what is there, in
// bounded time and memory.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "support/data.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

File zeros(std::string name, std::size_t size) {
    return {std::move(name), std::vector<std::byte>(size, std::byte{1})};
}

std::string first_error(const std::string& header, std::size_t data_size = 600) {
    const std::vector<File> files = {text_file("x.hea", header), zeros("x.dat", data_size)};
    const auto result = formats::read_recordings(named(files));
    if (!result.recordings.empty()) return "read " + std::to_string(result.recordings[0].length());
    return result.errors.empty() ? "nothing" : result.errors[0].to_string();
}

}  // namespace

TEST_CASE("hostile WFDB headers") {
    struct Case {
        std::string header;
        std::string expected;
    };
    std::string forty = "x 40 360 1000000000000\n";
    for (int i = 0; i < 40; ++i) forty += "x.dat 16 200\n";
    const Case cases[] = {
        {"", "x.hea: it holds no record line, expected 'NAME SIGNALS RATE SAMPLES'"},
        {"# only a comment\n",
         "x.hea: it holds no record line, expected 'NAME SIGNALS RATE SAMPLES'"},
        {"x -1 360 10\n",
         "x.hea, line 1: the number of signals is '-1', expected a number from 0 to 65536"},
        {"x 99999999999999999999 360\n",
         "x.hea, line 1: the number of signals is '99999999999999999999', expected a number from 0 "
         "to 65536"},
        {"x 4000 360 10\nx.dat 16 200\n",
         "x.hea, line 1: it announces 4000 signals but 1 lines follow"},
        {"x 0 360 10\n", "x.hea: it describes no signals"},
        {"x 1 0 10\nx.dat 16\n",
         "x.hea, line 1: the sampling frequency is '0', expected a number of Hz above 0"},
        {"x 1 nan 10\nx.dat 16\n",
         "x.hea, line 1: the sampling frequency is 'nan', expected a number of Hz above 0"},
        {"x 1 1e999 10\nx.dat 16\n",
         "x.hea, line 1: the sampling frequency is '1e999', expected a number of Hz above 0"},
        {"x 1 360 -5\nx.dat 16\n",
         "x.hea, line 1: the number of samples is '-5', expected a whole number of samples per "
         "signal, not negative"},
        {"x 1 360 9999999999999999999\nx.dat 16\n",
         "x.hea, line 1: the number of samples is '9999999999999999999', expected a whole number "
         "of samples per signal, not negative"},
        {"x 1 360 1000000000000\nx.dat 212 200\n", "read 400"},
        {"x 1 360 0\nx.dat 212 200\n", "read 400"},
        {forty, "read 7"},
        {"x 1 360 10\nx.dat 17 200\n",
         "x.hea, line 2: the signal format is '17', expected a WFDB signal format such as 16, 212 "
         "or 16x4:2+24"},
        {"x 1 360 10\nx.dat 16x0 200\n",
         "x.hea, line 2: the signal format is '16x0', expected a WFDB signal format such as 16, "
         "212 or 16x4:2+24"},
        {"x 1 360 10\nx.dat 16x-3 200\n",
         "x.hea, line 2: the signal format is '16x-3', expected a WFDB signal format such as 16, "
         "212 or 16x4:2+24"},
        {"x 1 360 10\nx.dat 16x65536 200\n",
         "x.dat: it holds 600 bytes, too few for one sample of each signal"},
        {"x 1 360 10\nx.dat 16+999999999 200\n",
         "x.dat: the header asks to skip 999999999 bytes, the file has 600"},
        {"x 1 360 10\nx.dat 16:281474976710656 200\n", "read 10"},
        {"x 1 360 10\nx.dat 16 200(99999999999)\n",
         "x.hea, line 2: the gain is '200(99999999999)', expected a gain such as 200, 200/mV or "
         "200(1024)/mV"},
        {"x 1 360 10\nx.dat 16 1e-320\n", "read 10"},
        {"x 1 360 10\nx.dat 16 200 12 zero\n",
         "x.hea, line 2: the ADC zero is 'zero', expected a whole number"},
        {"x 1 360 10\nmissing.dat 16 200\n",
         "x.hea: its signal file 'missing.dat' is missing, expected it beside the header"},
        {"x 2 360 10\nx.dat 16 200\nx.dat 212 200\n",
         "x.hea, signal 2: its format is 212, expected 16 like the others in 'x.dat'"},
        {"x 3 360 10\nx.dat 16 200\ny.dat 16 200\nx.dat 16 200\n",
         "x.hea: its signal file 'y.dat' is missing, expected it beside the header"},
        {"x 1 360 10\n~ 0 200\n", "x.hea: it describes no signal that has samples"},
        {"x/0 1 360 10\n",
         "x.hea, line 1: the number of segments is '0', expected a number above 0"},
        {std::string("x 1 360\0 10\n", 12), "x.hea: it is not text, expected a WFDB header"},
    };
    for (const Case& c : cases) {
        INFO(c.header.substr(0, 80));
        CHECK(first_error(c.header) == c.expected);
    }
}

TEST_CASE("a signal of very many samples a frame does not blow up the others") {
    // 600 bytes: one frame of 250 samples and fifty signals of one.
    std::string header = "x 51 360 1\nx.dat 16x250 200\n";
    for (int i = 0; i < 50; ++i) header += "x.dat 16 200\n";
    const std::vector<File> files = {text_file("x.hea", header), zeros("x.dat", 600)};
    const auto result = formats::read_recordings(named(files));
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.recordings[0].leads.size() == 1);
    CHECK(result.recordings[0].length() == 250);
    CHECK(result.recordings[0].warnings.size() == 50);
}

TEST_CASE("one signal file in two places of the header is refused") {
    const std::vector<File> files = {
        text_file("x.hea", "x 3 360 10\nx.dat 16 200\ny.dat 16 200\nx.dat 16 200\n"),
        zeros("x.dat", 600), zeros("y.dat", 600)};
    const auto result = formats::read_recordings(named(files));
    REQUIRE(result.errors.size() == 1);
    CHECK(result.errors[0].to_string() ==
          "x.hea, signal 3: the signals of 'x.dat' do not follow each other");
}

TEST_CASE("hostile records in segments") {
    const auto error = [](const std::string& master) {
        const std::vector<File> files = {
            text_file("m.hea", master), text_file("s.hea", "s 1 100 50\nx.dat 16 200\n"),
            text_file("bad.hea", "bad 1 100 50\nx.dat 16 200\n"), zeros("x.dat", 100)};
        const auto result = formats::read_recordings(named(files));
        for (const Recording& r : result.recordings)
            if (r.name == "m") return "read " + std::to_string(r.length());
        for (const Error& e : result.errors)
            if (e.file == "m.hea") return e.to_string();
        return std::string("nothing");
    };
    CHECK(error("m/1 1 100 50\ns 50\n") == "read 50");
    // It names itself, or a record in segments.
    CHECK(error("m/1 1 100 50\nm 50\n") ==
          "m.hea, segment 'm': it is a record of several segments itself, expected a single one");
    CHECK(error("m/2 1 100 100\ns 50\ns 50\n") == "m.hea, segment 's': it is listed twice");
    CHECK(error("m/2 1 100 100\ns 50\n") ==
          "m.hea, line 1: it announces 2 segments but 1 lines follow");
    CHECK(
        error("m/1 1 100\ns -5\n") ==
        "m.hea, line 2: the length of the segment is '-5', expected a whole number, not negative");
    CHECK(error("m/1 1 100\nnone 10\n") ==
          "m.hea: its segment 'none' is missing, expected 'none.hea' beside the header");
    // Gaps are only words in a header: they cost no memory without samples to go with them.
    CHECK(error("m/2 1 100\n~ 100000000000000\ns 50\n") ==
          "m.hea: it announces far more samples than its files can hold");
    CHECK(error("m/2 1 100\ns 50\n~ 100000000000000\n") == "read 50");
    CHECK(error("m/3 1 100\ns 50\n~ 100000000000000\nbad 50\n") == "read 50");
}

TEST_CASE("half sets, empty and wrong files are errors that say what is missing") {
    const auto errors = [](const std::vector<File>& files) {
        const auto result = formats::read_recordings(named(files));
        CHECK(result.recordings.empty());
        std::string all;
        for (const Error& e : result.errors) all += e.to_string() + "\n";
        return all;
    };
    const File header = text_file("100.hea", "100 1 360 10\n100.dat 16 200\n");
    CHECK(errors({header}) ==
          "100.hea: its signal file '100.dat' is missing, expected it beside the header\n");
    CHECK(errors({zeros("100.dat", 60)}) ==
          "100.dat: no header describes this signal file, expected 100.hea beside it\n");
    CHECK(errors({header, zeros("100.dat", 0)}) ==
          "100.dat: the signal file is empty, expected samples\n");
    CHECK(errors({header, zeros("100.dat", 1)}) ==
          "100.dat: it holds 1 bytes, too few for one sample of each signal\n");
    CHECK(errors({header, text_file("100.dat", "time,mV\n0,0.1\n0.004,0.2\n")}) ==
          "100.dat: it is a text file, expected samples in WFDB format 16\n");
    CHECK(errors({{"100.atr", formats::write_wfdb_annotations(
                                  std::vector{Annotation{.sample = 5, .code = Code::normal}})}}) ==
          "100.atr: it holds annotations without a recording, expected 100.hea and its signal file "
          "beside it\n");
    CHECK(errors({zeros("what.bin", 60)}) ==
          "what.bin: its content is of no kind that is read here\n");
    CHECK(errors({}).empty());
}

TEST_CASE("one bad file does not hide the good ones") {
    const std::vector<File> files = {text_file("bad.hea", "bad x\n"),
                                     text_file("a/good.hea", "good 1 360 10\ngood.dat 16 200\n"),
                                     zeros("a/good.dat", 20), zeros("b/good.dat", 40)};
    const auto result = formats::read_recordings(named(files));
    REQUIRE(result.recordings.size() == 1);
    CHECK(result.recordings[0].length() == 10);
    CHECK(result.errors.size() == 2);
}

TEST_CASE("wfdb_signal_files names what a header needs") {
    const File single = text_file("x.hea", "x 3 360\nx.dat 16\nx.dat 16\ny.dat 8\n");
    CHECK(formats::wfdb_signal_files(single.named()).value() ==
          std::vector<std::string>{"x.dat", "y.dat"});
    const File several = text_file("m.hea", "m/3 1 360 30\na 10\n~ 10\nb 10\n");
    CHECK(formats::wfdb_signal_files(several.named()).value() ==
          std::vector<std::string>{"a.hea", "b.hea"});
    CHECK_FALSE(formats::wfdb_signal_files(text_file("x.hea", "x").named()));
}
