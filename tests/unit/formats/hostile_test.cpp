// Files that lie, one table a family: negative counts, products that overflow, things that hold
// themselves, bombs, a million million samples. Each is refused with an error that names the place,
// or read for what is really there, in memory that the size of the input bounds. Time is bounded by
// the test's own limit.
#include <catch2/catch_test_macros.hpp>
#include <format>
#include <functional>

#include "formats/encoding.hpp"
#include "support/counted_memory.hpp"
#include "support/data.hpp"
#include "support/made_biopac.hpp"
#include "support/made_dicom.hpp"
#include "support/made_files.hpp"
#include "support/made_flac.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::tests;
using Bytes = std::vector<std::byte>;

namespace {

struct Case {
    std::string name;
    std::vector<File> files;
    /// The first error, or "read" and the samples of each lead.
    std::string expected;
};

void check(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
        INFO(c.name);
        std::size_t size = 0;
        for (const File& file : c.files) size += file.bytes.size();
        const auto files = named(c.files);
        const MemoryCount memory;
        std::string got;
        {
            const auto result = formats::read_recordings(files, {.beat_sets = true});
            if (!result.errors.empty())
                got = result.errors[0].to_string();
            else if (!result.recordings.empty())
                got = std::format("read {}", result.recordings[0].length());
            else if (!result.beat_sets.empty())
                got = std::format("read {} beats", result.beat_sets[0].size());
        }
        CHECK(got == c.expected);
        // Archives may hold a hundred times their size; nothing else grows nearly as much.
        CHECK(memory.peak() <= 110 * size + (4 << 20));
    }
}

Bytes bytes_of(std::string_view text) {
    const auto* data = reinterpret_cast<const std::byte*>(text.data());
    return {data, data + text.size()};
}

Bytes changed(Bytes file, std::size_t at, std::string_view text, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i)
        file[at + i] = static_cast<std::byte>(i < text.size() ? text[i] : ' ');
    return file;
}

Bytes changed(Bytes file, std::size_t at, std::int64_t value, int bytes) {
    put(file, at, value, bytes);
    return file;
}

File zeros(std::string name, std::size_t size) {
    return {std::move(name), Bytes(size)};
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("hostile WFDB") {
    const auto one = [](const std::string& header, std::size_t size = 600) {
        return std::vector{text_file("x.hea", header), zeros("x.dat", size)};
    };
    std::string chain;  // of segments that are records in segments
    std::vector<File> nested = {zeros("x.dat", 600)};
    for (int i = 0; i < 50; ++i)
        nested.push_back(text_file(std::format("s{}.hea", i),
                                   std::format("s{}/1 1 100 50\ns{} 50\n", i, (i + 1) % 50)));
    check({
        {"a million million samples", one("x 1 360 1000000000000\nx.dat 212 200\n"), "read 400"},
        {"negative signals", one("x -3 360 10\nx.dat 16 200\n"),
         "x.hea, line 1: the number of signals is '-3', expected a number from 0 to 65536"},
        {"samples a frame times frames", one("x 1 360 9223372036854775807\nx.dat 16x65535 200\n"),
         "x.hea, line 1: the number of samples is '9223372036854775807', expected a whole number "
         "of samples per signal, not negative"},
        {"negative samples a frame", one("x 1 360 10\nx.dat 16x-1 200\n"),
         "x.hea, line 2: the signal format is '16x-1', expected a WFDB signal format such as 16, "
         "212 or 16x4:2+24"},
        {"negative offset", one("x 1 360 10\nx.dat 16+-5 200\n"),
         "x.hea, line 2: the signal format is '16+-5', expected a WFDB signal format such as 16, "
         "212 or 16x4:2+24"},
        {"skew of a million million", one("x 1 360 10\nx.dat 16:1000000000000 200\n"), "read 10"},
        {"65536 signals, no lines", one("x 65536 360 10\n"),
         "x.hea, line 1: it announces 65536 signals but 0 lines follow"},
        {"a record that is its own segment",
         {text_file("m.hea", "m/1 1 100 50\nm 50\n")},
         "m.hea, segment 'm': it is a record of several segments itself, expected a single one"},
        {"segments in a ring", nested,
         "s0.hea, segment 's1': it is a record of several segments itself, expected a single one"},
        {"a gap of a million million",
         {text_file("m.hea", "m/2 1 100\ns 50\n~ 1000000000000\n"),
          text_file("s.hea", "s 1 100 50\nx.dat 16 200\n"), zeros("x.dat", 100)},
         "read 50"},
        {"a million segments",
         {text_file("m.hea", "m/1000000 1 100\ns 50\n")},
         "m.hea, line 1: it announces 1000000 segments but 1 lines follow"},
    });
}

TEST_CASE("hostile MATLAB 4 records") {
    // 24 bytes: type, rows, columns, imaginary, length of the name; "val"; then the samples.
    const auto mat = [](std::int64_t rows, std::int64_t columns) {
        Bytes file;
        for (const std::int64_t v :
             {std::int64_t{30}, rows, columns, std::int64_t{0}, std::int64_t{4}})
            put(file, file.size(), v, 4);
        for (const char c : std::string_view("val\0", 4)) file.push_back(static_cast<std::byte>(c));
        file.resize(24 + 2 * 600);
        return file;
    };
    const auto record = [&](const std::string& header, std::int64_t columns) {
        return std::vector{text_file("x.hea", header), File{"x.mat", mat(2, columns)}};
    };
    check({
        {"good", record("x 2 500 300\nx.mat 16+24 1000/mV\nx.mat 16+24 1000/mV\n", 300),
         "read 300"},
        {"a million million samples",
         record("x 2 500 1000000000000\nx.mat 16+24 1000/mV\nx.mat 16+24 1000/mV\n", -1),
         "read 300"},
        {"offset beyond the end",
         record("x 2 500 300\nx.mat 16+4000 1000/mV\nx.mat 16+4000 1000/mV\n", 300),
         "x.mat: the header asks to skip 4000 bytes, the file has 1224"},
        {"no header",
         {{"x.mat", mat(2, 300)}},
         "x.mat: its content is of no kind that is read here"},
    });
}

TEST_CASE("hostile EDF and BDF") {
    synth::Options options;
    options.duration_s = 4;
    options.sampling_rate = 100;
    const Bytes edf = formats::write_edf(synth::make(options)).value();
    const auto file = [&](std::size_t at, std::string_view text, std::size_t width) {
        return std::vector{File{"t.edf", changed(edf, at, text, width)}};
    };
    const std::size_t signals = 3, widths = 256 + 216 * signals;
    // In EDF+D each record says when it starts: the third, after 10^10 s.
    Bytes gap = changed(edf, 192, "EDF+D", 5);
    const Bytes onset = bytes_of("+2\x14\x14");
    const auto third = std::ranges::search(gap, onset).begin();
    REQUIRE(third != gap.end());
    gap = changed(gap, static_cast<std::size_t>(third - gap.begin()),
                  std::string_view("+9999999999\x14\x14\0", 14), 14);
    Bytes bdf = changed(edf, 0,
                        "\xFF"
                        "BIOSEMI",
                        8);
    check({
        {"negative signals", file(252, "-5", 4),
         "t.edf, byte 252: the number of signals is '-5', expected 1 to 4096"},
        {"9999 signals", file(252, "9999", 4),
         "t.edf, byte 252: the number of signals is '9999', expected 1 to 4096"},
        {"more signals than bytes", file(252, "4096", 4),
         "t.edf: it has 2752 bytes, its header of 4096 signals takes 1048832"},
        {"negative samples a record", file(widths, "-7", 8),
         "t.edf, signal 1: the number of samples in a record is '-7', expected a whole number "
         "above 0"},
        {"99999999 samples a record", file(widths, "99999999", 8),
         "t.edf, signal 1: the number of samples in a record is '99999999', expected a whole "
         "number above 0"},
        {"many samples a record, three times",
         {{"t.edf", changed(changed(edf, widths, "67108864", 8), widths + 8, "67108864", 8)}},
         "t.edf: it holds no whole record of samples"},
        {"a record of 0 s", file(244, "0", 8),
         "t.edf, byte 244: the duration of a record is 0, expected seconds"},
        {"a record of -1 s", file(244, "-1", 8),
         "t.edf, byte 244: the duration of a record is '-1', expected seconds, not negative"},
        {"a record of 1e-300 s", file(244, "1e-300", 8),
         "t.edf, byte 244: the duration of a record is too short"},
        {"a record of nan s", file(244, "nan", 8),
         "t.edf, byte 244: the duration of a record is 'nan', expected seconds, not negative"},
        {"99999999 records", file(236, "99999999", 8), "read 400"},
        {"a range of nothing", file(256 + 120 * signals, "32767", 8), "read 400"},
        {"the header alone",
         {{"t.edf", Bytes(edf.begin(), edf.begin() + 256)}},
         "t.edf: it has 256 bytes, its header of 3 signals takes 1024"},
        {"BDF of an odd size", {{"t.bdf", bdf}}, "read 200"},
        {"a gap of 300 years", {{"t.edf", gap}}, "read 400"},
    });
}

TEST_CASE("hostile DICOM") {
    const auto whole = dicom_file(DicomForm::explicit_lengths);
    const auto find = [&](std::initializer_list<int> tag) {
        Bytes key;
        for (const int b : tag) key.push_back(static_cast<std::byte>(b));
        const auto at = std::ranges::search(whole, key).begin();
        REQUIRE(at != whole.end());
        return static_cast<std::size_t>(at - whole.begin()) + 8;
    };
    const auto file = [&](std::size_t at, std::int64_t value, int bytes) {
        return std::vector{File{"t.dcm", changed(whole, at, value, bytes)}};
    };
    Bytes deep = dicom_file(DicomForm::implicit);
    deep.resize(132 + 8 + 18);
    for (int i = 0; i < 100000; ++i)
        for (const int b : {0x40, 0, 0x55, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0, 0xE0, 0xFF,
                            0xFF, 0xFF, 0xFF})
            deep.push_back(static_cast<std::byte>(b));
    const std::size_t samples = find({0x3A, 0, 0x10, 0, 'U', 'L'});
    const std::size_t channels = find({0x3A, 0, 0x05, 0, 'U', 'S'});
    check({
        {"good", {{"t.dcm", whole}}, "read 3"},
        {"4294967295 samples", file(samples, 0xFFFFFFFF, 4),
         "t.dcm, waveform: 4294967295 samples of 2 channels in 12 bytes, expected 2 bytes each"},
        {"samples times channels",
         {{"t.dcm", changed(changed(whole, samples, 0x80000000, 4), channels, 0xFFFF, 2)}},
         "t.dcm, waveform: 65535 channels of which 2 are described, expected all of them"},
        {"no channels", file(channels, 0, 2),
         "t.dcm, waveform: 0 channels of which 2 are described, expected all of them"},
        {"65535 channels", file(channels, 0xFFFF, 2),
         "t.dcm, waveform: 65535 channels of which 2 are described, expected all of them"},
        {"65535 bits", file(find({0x00, 0x54, 0x04, 0x10, 'U', 'S'}), 0xFFFF, 2),
         "t.dcm, waveform: samples of 65535 bits of kind 'SS', expected SB, UB, SS, US, SL or UL "
         "of that size"},
        {"an element longer than the file", file(find({0x3A, 0, 0x10, 0, 'U', 'L'}) - 2, 0xFFFF, 2),
         "t.dcm, byte 236: an element of 65535 bytes, expected at most 306"},
        {"sequences in each other without end",
         {{"t.dcm", deep}},
         "t.dcm, byte 422: more than 16 sequences in each other"},
    });
}

TEST_CASE("hostile SCP-ECG") {
    const auto good = scp_sections({1, 2, 3}, true);
    const auto with = [&](int section, std::size_t at, std::int64_t value, int bytes) {
        auto sections = good;
        put(sections[section], at, value, bytes);
        return std::vector{File{"x.scp", scp_file(sections)}};
    };
    const auto raw = [&](std::size_t at, std::int64_t value, int bytes) {
        return std::vector{File{"x.scp", changed(scp_file(good), at, value, bytes)}};
    };
    check({
        {"255 leads", with(3, 0, 255, 1),
         "x.scp, section 3: it says that there are 255 leads in 20 bytes"},
        {"a lead of 4294967295 samples", with(3, 6, 0xFFFFFFFF, 4), "read 7"},
        {"leads that start at 4294967295", with(3, 2, 0xFFFFFFFF, 4),
         "x.scp, section 3: its leads start far behind the end of the data"},
        {"a step of 0", with(6, 0, 0, 2), "x.scp, section 6: its amplitude or its time step is 0"},
        {"a time step of 0", with(6, 2, 0, 2),
         "x.scp, section 6: its amplitude or its time step is 0"},
        {"a lead longer than its section", with(6, 6, 65535, 2),
         "x.scp, section 6: lead 1 reaches beyond it"},
        {"bimodal compression", with(6, 5, 1, 1),
         "x.scp, section 6: its bimodal compression is not read"},
        {"65535 Huffman tables", with(2, 0, 65535, 2),
         "x.scp, section 2: its Huffman tables are damaged"},
        {"a section beyond the file", raw(6 + 16 + 10 * 6 + 6, 0x7FFFFFFF, 4),
         "x.scp, section 6: it reaches beyond the file"},
        {"a section of 4294967295 bytes", raw(6 + 16 + 10 * 6 + 2, 0xFFFFFFFF, 4),
         "x.scp, section 6: it reaches beyond the file"},
        {"a section that is section 0", raw(6 + 16 + 10 * 6 + 6, 7, 4),
         "x.scp, section 6: its amplitude or its time step is 0"},
        {"a file of 4294967295 bytes", raw(2, 0xFFFFFFFF, 4), "read 3"},
    });
}

TEST_CASE("hostile ISHNE") {
    const auto with = [](std::size_t at, std::int64_t value, int bytes) {
        return std::vector{File{"h.ecg", changed(ishne_file("ISHNE1.0", true), at, value, bytes)}};
    };
    Bytes marks = ishne_file("ANN  1.0", false);
    put(marks, 10, 0xFFFFFFFF, 4);
    check({
        {"65535 leads", with(156, 0xFFFF, 2),
         "h.ecg, byte 156: the number of leads is 65535, expected 1 to 12"},
        {"no leads", with(156, 0, 2),
         "h.ecg, byte 156: the number of leads is 0, expected 1 to 12"},
        {"samples at the end of 4 GB", with(22, 0xFFFFFFFF, 4),
         "h.ecg, byte 22: the samples start at byte 4294967295, the file has 538"},
        {"samples inside the header", with(22, 10, 4),
         "h.ecg, byte 22: the samples start at byte 10, the file has 538"},
        {"4294967295 samples", with(14, 0xFFFFFFFF, 4), "read 3"},
        {"a variable block of 4 GB", with(10, 0xFFFFFFFF, 4), "read 3"},
        {"a rate of 0", with(272, 0, 2), "h.ecg, byte 272: the sampling rate is 0, expected Hz"},
        {"a negative resolution", with(206, -5, 2), "read 3"},
        {"annotations behind 4 GB",
         {{"h.ecg", ishne_file("ISHNE1.0", true)}, {"h.ann", marks}},
         "read 3"},
    });
}

TEST_CASE("hostile XML") {
    std::string entities = "<!DOCTYPE RestingECG [<!ENTITY e0 \"ha\">";
    for (int i = 1; i < 60; ++i)
        entities +=
            std::format("<!ENTITY e{} \"{}\">", i, repeated(std::format("&e{};", i - 1), 10));
    const auto xml = [](const std::string& text) { return std::vector{text_file("a.xml", text)}; };
    const auto muse = [&](const std::string& rate, const std::string& rest) {
        return xml("<RestingECG><Waveform><WaveformType>Rhythm</WaveformType><SampleBase>" + rate +
                   "</SampleBase><SampleExponent>0</SampleExponent>" + rest +
                   "</Waveform></RestingECG>");
    };
    const std::string sierra =
        "<restingecgdata><signalcharacteristics><samplingrate>500</samplingrate><resolution>5"
        "</resolution></signalcharacteristics><parsedwaveforms dataencoding=\"Base64\" "
        "compression=\"XLI\" leadlabels=\"V1 V2\" durationperchannel=\"10\">";
    check({
        {"entities that grow to 10^59", xml(entities + "]><RestingECG>&e59;</RestingECG>"),
         "a.xml: it holds no waveform of type Rhythm"},
        {"an entity of a file",
         xml("<!DOCTYPE RestingECG [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><RestingECG>&x;"
             "</RestingECG>"),
         "a.xml: it holds no waveform of type Rhythm"},
        {"elements in each other", xml("<RestingECG>" + repeated("<a>", 200000)),
         "a.xml, line 1: elements are nested more than 200 deep"},
        {"a million attributes", xml("<RestingECG " + repeated("a='' ", 200000) + "/>"),
         "a.xml: it holds no waveform of type Rhythm"},
        {"a negative rate", muse("-500", ""),
         "a.xml, SampleBase: the sampling rate is -500 Hz, expected a number above 0"},
        {"a rate of 1e300", muse("1e300", ""),
         "a.xml, SampleBase: the sampling rate is 1e+300 Hz, expected a number above 0"},
        {"no leads", muse("500", ""), "a.xml: its rhythm waveform holds no leads"},
        {"samples that are none",
         muse("500", "<LeadData><LeadID>I</LeadID><WaveFormData>!!!</WaveFormData></LeadData>"),
         "a.xml, lead I: its samples are no base64 text"},
        // A chunk that says it decompresses to 2 GB.
        {"XLI of 2 GB", xml(sierra + "////fwAAAAAAAAAA</parsedwaveforms></restingecgdata>"),
         "a.xml, parsedwaveforms: its XLI compression is damaged"},
        {"aECG, an increment of 0",
         xml("<AnnotatedECG><component><series><component><sequenceSet><component><sequence><code "
             "code=\"TIME_ABSOLUTE\"/><value><head value=\"20020101\"/><increment value=\"0\" "
             "unit=\"s\"/></value></sequence></component><component><sequence><code "
             "code=\"MDC_ECG_LEAD_I\"/><value><origin value=\"0\" unit=\"uV\"/><scale value=\"5\" "
             "unit=\"uV\"/><digits>1 2 3</digits></value></sequence></component></sequenceSet>"
             "</component></series></component></AnnotatedECG>"),
         "a.xml, sequenceSet: it gives no time between samples, expected an increment in s"},
    });
}

TEST_CASE("hostile archives") {
    const std::vector<File> one = {text_file("t.csv", "# 100 Hz\nII (mV)\n1\n2\n3\n")};
    const Bytes zip = zip_file(one);
    const std::size_t directory = 30 + 5 + one[0].bytes.size();
    const auto with = [&](std::size_t at, std::int64_t value, int bytes) {
        return std::vector{File{"a.zip", changed(zip, at, value, bytes)}};
    };
    Bytes inner = zip;
    for (int i = 0; i < 20; ++i) inner = zip_file({{"inner.zip", inner}});
    Bytes bomb = changed(changed(zip, directory + 10, 8, 2), directory + 24, 4000000000, 4);
    // The same stored file, once in the archive and a thousand times in its directory.
    Bytes many = zip;
    many.resize(many.size() - 22);
    const Bytes entry(zip.begin() + static_cast<std::ptrdiff_t>(directory), zip.end() - 22);
    for (int i = 1; i < 1000; ++i) many.insert(many.end(), entry.begin(), entry.end());
    Bytes end(zip.end() - 22, zip.end());
    put(end, 8, 1000, 2);
    put(end, 10, 1000, 2);
    many.insert(many.end(), end.begin(), end.end());
    check({
        {"an entry that says 4 GB",
         {{"a.zip", bomb}},
         "a.zip, t.csv: it grows to more than 100 times the archive's size"},
        {"archives in archives",
         {{"a.zip", inner}},
         "a.zip/inner.zip: its content is of no kind that is read here"},
        {"65535 entries, one there", with(zip.size() - 12, 65535, 2),
         "a.zip: the archive's directory is damaged"},
        {"a directory beyond the end", with(zip.size() - 6, 0xFFFFFFFF, 4),
         "a.zip: the archive's directory is damaged"},
        {"an entry that is the directory",
         with(directory + 42, static_cast<std::int64_t>(directory), 4),
         "a.zip, t.csv: the archive is damaged: the file is not where it should be"},
        {"a packed size of 4 GB", with(directory + 20, 0xFFFFFFFF, 4),
         "a.zip, t.csv: archives of more than 4 GB are not read"},
        {"a name of 65535 bytes", with(directory + 28, 65535, 2),
         "a.zip: the archive's directory is damaged"},
        {"a name that climbs out",
         {{"a.zip", zip_file({text_file("../../x.csv", "II (mV)\n1\n")})}},
         "a.zip/../../x.csv: no rows of numbers were found, expected one row a sample"},
        {"one file a thousand times", {{"a.zip", many}}, "read 3"},
        {"gzip of nothing",
         {{"a.gz", changed(Bytes(30), 0, 0x00088B1F, 4)}},
         "a.gz: its compressed data is damaged, or grows to more than 100 times its size"},
    });
}

TEST_CASE("hostile tables") {
    const auto csv = [](const std::string& text) { return std::vector{text_file("t.csv", text)}; };
    const std::string head = "# sampling_rate: 250\n";
    check({
        {"a rate of -1", csv("# sampling_rate: -1\nII (mV)\n1\n2\n3\n"),
         "t.csv: no sampling rate was found, expected a time column, a line such as '# "
         "sampling_rate: 360' before the rows, or the rate given when opening"},
        {"a rate of 1e999", csv("# sampling_rate: 1e999\nII (mV)\n1\n2\n3\n"),
         "t.csv: no sampling rate was found, expected a time column, a line such as '# "
         "sampling_rate: 360' before the rows, or the rate given when opening"},
        {"100000 columns",
         csv(head + repeated("1,", 100000) + "1\n" + repeated("2,", 100000) + "2\n"),
         "t.csv, line 2: it has more than 256 columns, expected one column a lead"},
        {"one line of a megabyte", csv(head + std::string(1 << 20, '1') + "\n2\n3\n"), "read 3"},
        {"numbers of 1e999", csv(head + "II (mV)\n" + repeated("1e999\n", 1000)),
         "t.csv: 1000 of 1000 cells are no numbers"},
        {"a quote without end", csv(head + "II (mV)\n\"1\n2\n3\n" + repeated("4\n", 1000)),
         "read 1002"},
        {"times that go back", csv("time,II (mV)\n" + repeated("5,1\n4,2\n", 500)),
         "t.csv: no sampling rate was found, expected a time column, a line such as '# "
         "sampling_rate: 360' before the rows, or the rate given when opening"},
        {"times that are infinite", csv("time,II (mV)\n1e308,1\n-1e308,2\n1e308,3\n"),
         "t.csv: no sampling rate was found, expected a time column, a line such as '# "
         "sampling_rate: 360' before the rows, or the rate given when opening"},
        {"only separators", csv(head + repeated(",\n", 1000)),
         "t.csv: no rows of numbers were found, expected one row a sample"},
        {"256 columns, rows of one",
         csv(head + repeated("1,", 199) + "1\n" + repeated("1\n", 5000)),
         "t.csv, line 3: the row has 1 cells, expected 200 as in line 2 (22 such rows)"},
        {"Apple, a rate of 0",
         {text_file("e.csv", "Sample Rate,0 hertz\nLead,Lead I\nUnit,mV\n\n1\n2\n3\n")},
         "e.csv: no sampling rate was found, expected a time column, a line such as '# "
         "sampling_rate: 360' before the rows, or the rate given when opening"},
        {"Prucka, 10^12 points",
         {text_file("p.inf",
                    "Points for Each Channel = 1000000000000\nData Sampling Rate = 977 "
                    "points/second\nChannel Number  Channel Label\n1 I\n"),
          text_file("p.txt", "1\n2\n3\n")},
         "read 3"},
        {"Prucka, many channels",
         {text_file("p.inf",
                    "Data Sampling Rate = 977 points/second\nChannel Number  Channel Label\n" +
                        repeated("1 I\n", 100000)),
          text_file("p.txt", repeated("1\n", 1000))},
         "p.txt, line 1: expected 512 numbers, one for each channel of p.inf"},
    });
}

TEST_CASE("hostile times in tables") {
    const auto csv = [](const std::string& text) { return std::vector{text_file("t.csv", text)}; };
    std::string gaps = "time_s,II (mV)\n", back = gaps, lists = "time_s,a,b,c,d,e,f,g,h,i\n";
    for (int i = 0; i < 20000; ++i) {
        gaps += std::format("{},1\n", i % 2 == 0 ? i * 1000 : (i - 1) * 1000 + 1);
        back += std::format("{},1\n", (20000 - i) / 10 * 10 + i % 10);
    }
    lists += "1,2,3,4,5,6,7,8,9,\"[" + repeated("1,", 50000) + "1]\"\n2,2,3,4,5,6,7,8,9,\"[1]\"\n";
    check({
        {"a gap of 300 years between two halves",
         csv("# fs: 250\ntime_s,II (mV)\n" +
             [] {
                 std::string rows;
                 for (int i = 0; i < 2000; ++i)
                     rows += std::format("{:.3f},1\n", i * 0.004 + (i < 1000 ? 0 : 1e10));
                 return rows;
             }()),
         "read 2000"},
        {"a gap behind every second sample", csv(gaps), "read 20000"},
        {"packets backwards", csv(back),
         "t.csv: no sampling rate was found, expected a time column, a line such as '# "
         "sampling_rate: 360' before the rows, or the rate given when opening"},
        {"one list of samples beside nine numbers", csv(lists), "read 50002"},
        {"lists in lists",
         csv("time,a\n1,\"" + repeated("[", 50000) + repeated("]", 50000) + "\"\n"),
         "t.csv: no rows of numbers were found, expected one row a sample"},
        {"AcqKnowledge, 10^12 channels",
         csv("x\n4 msec/sample\n1000000000000 channels\nECG\nmV\n1\n2\n3\n"), "read 3"},
        {"LabChart, 100000 titles",
         csv("Interval=\t0.004 s\nChannelTitle=" + repeated("\tECG", 100000) + "\n1\n2\n3\n"),
         "read 3"},
        {"UTF-16 of nothing",
         {{"t.csv", bytes_of(std::string("\xFF\xFE") + std::string(100000, '\0'))}},
         "t.csv: no rows of numbers were found, expected one row a sample"},
    });
}

TEST_CASE("hostile AcqKnowledge, OpenSignals, FHIR and CardioSoft files") {
    const auto acq = [](Bytes bytes) { return std::vector{File{"r.acq", std::move(bytes)}}; };
    const Bytes good = biopac_file({}), packed = biopac_file({.revision = 84, .compressed = true});
    const std::size_t channel = 2976, count = channel + 88;
    Bytes many = good;
    for (std::size_t c = 0; c < 3; ++c) many = changed(many, count + 260 * c, 0x7FFFFFFF, 4);
    Bytes bomb = packed;
    for (std::size_t c = 0; c < 3; ++c) bomb = changed(bomb, 2414 + 88 + 260 * c, 0x3FFFFFFF, 4);
    const auto fhir = [](const std::string& text) {
        return std::vector{text_file("o.json", text)};
    };
    const std::string data =
        R"({"resourceType":"Observation","valueSampledData":{"period":4,"dimensions":)";
    const auto opens = [](const std::string& text) {
        return std::vector{text_file(
            "o.txt", "# OpenSignals Text File Format\n# " + text + "\n# EndOfHeader\n1\n2\n3\n")};
    };
    const auto xml = [](const std::string& text) { return std::vector{text_file("c.xml", text)}; };
    check({
        {"acq, good", acq(good), "read 20"},
        {"acq, 2^31 samples a channel", acq(many), "read 20"},
        {"acq, compressed samples of 2^30", acq(bomb),
         "r.acq: its compressed samples are damaged or missing"},
        {"acq, a channel of 2 GB", acq(changed(good, channel, 0x7FFFFFFF, 4)),
         "r.acq, byte 2976: the description of a channel is not where an AcqKnowledge file has it"},
        {"acq, a channel of no bytes", acq(changed(good, channel, 0, 4)),
         "r.acq, byte 2976: the description of a channel is not where an AcqKnowledge file has it"},
        {"acq, a divider of 32767", acq(changed(good, channel + 260 + 250, 0x7FFF, 2)), "read 20"},
        {"acq, samples of an unknown type",
         acq(changed(good, good.size() - 20 * 10 - 10 * 2 - 12, 3, 2)),
         "r.acq, byte 3768: the list of the types of samples is not where an AcqKnowledge file has "
         "it"},
        {"FHIR, 256 dimensions of one value", fhir(data + R"(256,"data":"1"}})"),
         "o.json, SampledData of '': it has no data"},
        {"FHIR, 100000 brackets",
         fhir(R"({"resourceType":"Observation","a":)" + repeated("[", 100000)),
         "o.json: it is no complete JSON, expected a FHIR resource"},
        {"FHIR, bundles in bundles",
         fhir(repeated(R"({"resourceType":"Bundle","entry":[{"resource":)", 5000) + "1" +
              repeated("}]}", 5000)),
         "o.json: its content is of no kind that is read here"},
        {"FHIR, a long and 200 short signals",
         fhir(
             R"({"resourceType":"Observation","component":[{"valueSampledData":{"period":4,"data":")" +
             repeated("1 ", 50000) + R"("}})" +
             repeated(R"(,{"valueSampledData":{"period":4,"data":"1"}})", 2000) + "]}"),
         "o.json: its signals have very different lengths"},
        {"OpenSignals, 100000 columns",
         opens(R"({"a":{"sampling rate":1000,"sensor":[],"column":[)" + repeated("1,", 100000) +
               "1]}}"),
         "o.txt, line 4: it has more than 256 columns, expected one column a lead"},
        {"OpenSignals, a rate of 1e400", opens(R"({"a":{"sampling rate":1e400,"column":["A1"]}})"),
         "o.txt, line 2: its description is no JSON object"},
        {"CardioSoft, a long and many short leads",
         xml("<CardiologyXML><StripData><SampleRate>500</SampleRate><WaveformData lead='I'>" +
             repeated("1,", 50000) + "</WaveformData>" +
             repeated("<WaveformData lead='I'>1</WaveformData>", 3000) +
             "</StripData></CardiologyXML>"),
         "c.xml: its leads have very different lengths"},
        {"CardioSoft, many names and one row",
         xml("<CardiologyXML><FullDisclosure><SampleRate>500</SampleRate><LeadOrder>" +
             repeated("I,", 100000) + "</LeadOrder><FullDisclosureData>" + repeated("1,", 50000) +
             "</FullDisclosureData></FullDisclosure></CardiologyXML>"),
         "c.xml: its leads have very different lengths"},
    });
}

TEST_CASE("hostile beat sets") {
    const auto set = [](const std::string& name, const std::string& text) {
        return std::vector{text_file(name, text)};
    };
    check({
        {"ts: rows of other lengths",
         set("a.ts", "@problemName x\n@univariate true\n@data\n1,2:1\n1,2,3:1\n"),
         "a.ts, line 5: the beat has 3 values, expected 2 as in the first row"},
        {"ts: a million class names",
         set("a.ts",
             "@problemName x\n@classLabel true " + repeated("N ", 200000) + "\n@data\n1,2:N\n"),
         "read 1 beats"},
        {"arff: no rows", set("a.arff", "@relation x\n@attribute a numeric\n@data\n"),
         "a.arff: it holds no beats, expected one a row"},
        {"arff: a million attributes",
         set("a.arff",
             "@relation x\n" + repeated("@attribute a numeric\n", 50000) + "@data\n1,2\n"),
         "read 1 beats"},
        {"values of 1e999", set("a.arff", "@relation x\n@attribute a numeric\n@data\n1e999,1\n"),
         "read 1 beats"},
        {"labels without end",
         set(
             "a.arff", "@relation x\n@data\n" +
                           [] {
                               std::string s;
                               for (int i = 0; i < 3000; ++i) s += std::format("1,2,l{}\n", i);
                               return s;
                           }()),
         "a.arff, line 1003: more than 1000 labels, expected classes"},
    });
}

TEST_CASE("hostile FLAC") {
    const auto record = [](Bytes stream, const std::string& format = "516") {
        return std::vector{
            text_file("x.hea", "x 2 250\nx.dat " + format + " 200\nx.dat " + format + " 200\n"),
            File{"x.dat", std::move(stream)}};
    };
    std::vector<std::vector<std::int32_t>> leads(2, std::vector<std::int32_t>(300, 7));
    const Bytes good = flac_stream(16, {{leads, FlacCoding::fixed2}}, 300);
    const std::vector<std::vector<std::int32_t>> flat(2, std::vector<std::int32_t>(65535, 1));
    const Bytes bomb = flac_stream(16, std::vector<FlacBlock>(300, {flat, FlacCoding::constant}),
                                   std::int64_t{1} << 35);
    Bytes blocks = bytes_of("fLaC");
    for (int i = 0; i < 50000; ++i) put(blocks, blocks.size(), 0x01, 4);
    check({
        {"good", record(good), "read 300"},
        {"a flat line of many years", record(bomb), "read 246196"},
        {"2^36 samples announced", record(changed(good, 21, 0xFFFFFFFFF, 5)), "read 300"},
        {"a block of metadata of 16 MB", record(changed(good, 5, 0xFFFFFF, 3)),
         "x.dat, byte 8: the FLAC stream ends inside its description"},
        {"metadata without end", record(blocks),
         "x.dat, byte 4: the FLAC stream does not begin with its description (STREAMINFO)"},
        {"the wrong width", record(good, "508"),
         "x.dat: its samples have 16 bits, expected at most 8 in format 508"},
        {"nothing but the mark", record(bytes_of("fLaC")),
         "x.dat, byte 4: the FLAC stream ends inside its description"},
    });
}

TEST_CASE("hostile wearables and carts without a specification") {
    Bytes atc = bytes_of(std::string_view("ALIVE\0\0\0\3\0\0\0", 12));
    const Bytes block = bytes_of("ecg ");
    Bytes huge = atc, empty = atc;
    huge.insert(huge.end(), block.begin(), block.end());
    put(huge, huge.size(), 0xFFFFFFFF, 4);
    huge.resize(huge.size() + 40);
    for (int i = 0; i < 50000; ++i) {
        empty.insert(empty.end(), block.begin(), block.end());
        put(empty, empty.size(), 0, 4);
        put(empty, empty.size(), 0x12C, 4);
    }
    check({
        {"AliveCor, a block of 4 GB",
         {{"a.atc", huge}},
         "a.atc: it has no format block, expected a sampling rate and a step"},
        {"AliveCor, 50000 empty blocks",
         {{"a.atc", empty}},
         "a.atc: it has no format block, expected a sampling rate and a step"},
        {"Contec, no rows",
         {{"c.ECG", contec_file(0)}},
         "c.ECG: it holds no samples, expected rows of 16 bytes"},
        {"annotations alone",
         {{"a.atr", changed(Bytes(100000), 0, 0xEC00, 2)}},
         "a.atr: its content is of no kind that is read here"},
    });
}
