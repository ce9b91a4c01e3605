#include "fuzz/targets.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <format>

#include "formats/formats.hpp"
#include "synth/synth.hpp"

namespace telltale::fuzz {
namespace {

using formats::NamedBytes;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "a promise does not hold: %s\n", what);
    std::abort();
}

// What everything after the readers relies on.
void check(const formats::ReadResult& result, std::size_t input_size) {
    std::size_t held = 0;
    for (const Recording& r : result.recordings) {
        require(r.sampling_rate > 0 && std::isfinite(r.sampling_rate), "a rate above 0");
        require(!r.leads.empty() && r.length() > 0, "samples");
        for (const Lead& lead : r.leads) {
            require(lead.samples.size() == r.length(), "leads of one length");
            require(std::isfinite(lead.calibration.gain) && lead.calibration.gain != 0, "a gain");
            held += lead.samples.size() * sizeof(float);
        }
        std::int64_t last = 0;
        for (const Annotation& a : r.annotations) {
            require(a.sample >= last && a.sample < static_cast<std::int64_t>(r.length()),
                    "annotations in order, inside the recording");
            last = a.sample;
        }
        (void)formats::write_wfdb(r, formats::WfdbFormat::f16);
        if (r.length() * r.leads.size() < 10000) (void)formats::write_csv(r);
    }
    require(held <= 1000 * input_size + (1 << 16), "memory in proportion to the input");
    for (const Error& e : result.errors)
        require(!e.message.empty(), "an error that says something");
}

// A set of files in one input: two sizes of two bytes each, then header, annotations, samples.
Bytes packed(std::string_view header, std::span<const std::byte> annotations,
             std::span<const std::byte> samples) {
    Bytes result;
    for (const std::size_t size : {header.size(), annotations.size()}) {
        result.push_back(static_cast<std::byte>(size & 0xFF));
        result.push_back(static_cast<std::byte>(size >> 8 & 0xFF));
    }
    for (const char c : header) result.push_back(static_cast<std::byte>(c));
    result.insert(result.end(), annotations.begin(), annotations.end());
    result.insert(result.end(), samples.begin(), samples.end());
    return result;
}

void run_wfdb(std::span<const std::byte> input) {
    if (input.size() < 4) return;
    const auto size_at = [&](std::size_t i) {
        return std::to_integer<std::size_t>(input[i]) | std::to_integer<std::size_t>(input[i + 1])
                                                            << 8;
    };
    auto rest = input.subspan(4);
    const auto header = rest.first(std::min(size_at(0), rest.size()));
    rest = rest.subspan(header.size());
    const auto annotations = rest.first(std::min(size_at(2), rest.size()));
    rest = rest.subspan(annotations.size());
    const auto half = rest.size() / 2;
    // The annotations serve as a segment's header too.
    const NamedBytes files[] = {
        {"x.hea", header}, {"x.atr", annotations}, {"x.dat", rest}, {"y.dat", rest.subspan(half)}};
    check(formats::read_recordings(files), input.size());
    (void)formats::wfdb_signal_files(files[0]);
}

std::vector<Bytes> seeds_wfdb() {
    std::vector<Bytes> seeds;
    for (const int leads : {1, 3}) {
        Recording r =
            synth::make({.name = "x", .duration_s = 2, .sampling_rate = 100, .leads = leads});
        r.start = StartTime{.year = 2020, .month = 1, .day = 2, .hour = 3};
        for (const auto format : {formats::WfdbFormat::f16, formats::WfdbFormat::f212}) {
            const auto files = formats::write_wfdb(r, format);
            seeds.push_back(
                packed(files->header, formats::write_wfdb_annotations(r.annotations), files->data));
        }
    }
    const Bytes some(300, std::byte{0x35});
    for (const int format : {8, 16, 24, 32, 61, 80, 160, 310, 311})
        seeds.push_back(packed(std::format("x 3 100/1(2) 30 1:2:3 4/5/2006\nx.dat {0}x2:1+3 "
                                           "200.5(-3)/uV 12 1 2 3 4 II\nx.dat {0}x2\ny.dat {0}\n"
                                           "# a comment\n",
                                           format),
                               {}, some));
    return seeds;
}

std::vector<Bytes> seeds_segments() {
    const Bytes some(300, std::byte{0x35});
    const std::string_view segment =
        "s 2 100 30\nx.dat 16 200 0 0 0 0 0 II\nx.dat 16 200 0 0 0 0 0 V1\n";
    const auto* data = reinterpret_cast<const std::byte*>(segment.data());
    return {packed("x/3 2 100 90\ns 30\n~ 30\nlost 30\n", {data, segment.size()}, some),
            packed("x/3 2 100 90\ns 0\n~ 30\ns 60\n", {data, segment.size()}, some)};
}

void run_annotations(std::span<const std::byte> input) {
    const NamedBytes file{"x.atr", input};
    const auto read = formats::read_wfdb_annotations(file);
    if (!read) return;
    // What was read can be written; what was written reads the same.
    const auto again =
        formats::read_wfdb_annotations({"y.atr", formats::write_wfdb_annotations(*read)});
    require(again.has_value(), "what we write we can read");
    const auto third =
        formats::read_wfdb_annotations({"z.atr", formats::write_wfdb_annotations(*again)});
    require(third && *third == *again, "writing and reading changes nothing");
}

std::vector<Bytes> seeds_annotations() {
    const Recording r = synth::make({.duration_s = 20, .pvc_share = 0.2});
    std::vector<Annotation> odd = {
        {.sample = 0, .code = Code::note, .aux = "## time resolution: 9"},
        {.sample = 1 << 30, .code = Code::normal, .subtype = 3},
        {.sample = 1 << 30, .code = Code::r_on_t, .channel = 7},
        {.sample = 1LL << 40, .code = Code::link, .number = -1}};
    return {formats::write_wfdb_annotations(r.annotations), formats::write_wfdb_annotations(odd)};
}

Bytes bytes_of(std::string_view text) {
    const auto* data = reinterpret_cast<const std::byte*>(text.data());
    return {data, data + text.size()};
}

void run_csv(std::span<const std::byte> input) {
    const NamedBytes files[] = {{"x.csv", input}};
    check(formats::read_recordings(files), input.size());
    check(formats::read_recordings(files, {.sampling_rate = 250}), input.size());
}

std::vector<Bytes> seeds_csv() {
    std::vector<Bytes> seeds;
    const Recording r = synth::make({.duration_s = 0.5, .sampling_rate = 100, .leads = 3});
    seeds.push_back(bytes_of(formats::write_csv(r)));
    for (const std::string_view text :
         {"# sampling_rate: 360\nII;V1\n0,12;-3e-2\n0,13;nan\n;1\n",
          "'Elapsed time','II'\n'hh:mm:ss.mmm','mV'\n0:00.000,1\n0:00.004,2\n0:00.008,3\n",
          "2024-01-01 10:00:00.1\t5\n2024-01-01 10:00:00.2\t6\n", "1 2 3\n4 5 6\n7 8 9\n",
          "\"a,b\",II (uV) 500 Hz\r\n1,2\r\n3,4\r\n"})
        seeds.push_back(bytes_of(text));
    return seeds;
}

// Files that are recognised by their content.
void run_any(std::span<const std::byte> input) {
    const NamedBytes files[] = {{"x", input}};
    check(formats::read_recordings(files), input.size());
}

std::vector<Bytes> seeds_edf() {
    Recording r = synth::make({.duration_s = 2.5, .sampling_rate = 50, .leads = 2});
    r.start = StartTime{.year = 2020, .month = 1, .day = 2, .hour = 3, .second = 4.5};
    std::vector<Bytes> seeds = {formats::write_edf(r).value()};
    // Records that do not follow each other, and the 24-bit kind.
    Bytes gaps = seeds[0], bdf = seeds[0];
    for (int i = 0; i < 5; ++i) gaps[192 + i] = std::byte("EDF+D"[i]);
    for (int i = 0; i < 8; ++i)
        bdf[i] = std::byte(
            "\xFF"
            "BIOSEMI"[i]);
    seeds.push_back(gaps);
    seeds.push_back(bdf);
    return seeds;
}

const Target table[] = {
    {"wfdb", run_wfdb, seeds_wfdb},
    {"segments", run_wfdb, seeds_segments},
    {"annotations", run_annotations, seeds_annotations},
    {"csv", run_csv, seeds_csv},
    {"edf", run_any, seeds_edf},
};

}  // namespace

std::span<const Target> targets() {
    return table;
}

}  // namespace telltale::fuzz
