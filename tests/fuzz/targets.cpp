#include "fuzz/targets.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <format>

#include "formats/beat_set.hpp"
#include "formats/edf.hpp"
#include "formats/flac.hpp"
#include "formats/formats.hpp"
#include "formats/large.hpp"
#include "formats/wfdb_header.hpp"
#include "fuzz/other_targets.hpp"
#include "support/made_biopac.hpp"
#include "support/made_dicom.hpp"
#include "support/made_files.hpp"
#include "support/made_flac.hpp"
#include "support/sources.hpp"
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

// Large files read in pieces give what they give when they are read whole.
void check_pieces(std::span<const NamedBytes> files, std::string_view ending) {
    std::vector<NamedBytes> small;
    std::vector<tests::MemorySource> sources;
    sources.reserve(files.size());
    std::vector<formats::NamedSource> large;
    for (const NamedBytes& file : files) {
        if (!file.name.ends_with(ending)) {
            small.push_back(file);
            continue;
        }
        if (formats::wfdb::looks_like_header(file)) return;  // no header is a large file
        sources.emplace_back(file.bytes);
        large.push_back({file.name, &sources.back()});
    }
    const auto pieces = formats::LargeReader(small, large, {}).take();
    const auto whole = formats::read_recordings(files);
    require(pieces.recordings.size() == whole.recordings.size(), "as many recordings in pieces");
    for (std::size_t i = 0; i < whole.recordings.size(); ++i) {
        const Recording &a = pieces.recordings[i], &b = whole.recordings[i];
        require(a.length() == b.length() && a.leads.size() == b.leads.size() &&
                    a.sampling_rate == b.sampling_rate && a.annotations == b.annotations,
                "the same recording in pieces");
        for (std::size_t l = 0; l < a.leads.size(); ++l)
            require(std::ranges::equal(a.leads[l].samples, b.leads[l].samples,
                                       [](float x, float y) {
                                           return x == y || (std::isnan(x) && std::isnan(y));
                                       }),
                    "the same samples in pieces");
    }
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

void run_record(std::span<const std::byte> input, const char* second) {
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
    const NamedBytes files[] = {
        {"x.hea", header}, {second, annotations}, {"x.dat", rest}, {"y.dat", rest.subspan(half)}};
    check(formats::read_recordings(files), input.size());
    (void)formats::wfdb_signal_files(files[0]);
    check_pieces(files, ".dat");
}

void run_wfdb(std::span<const std::byte> input) {
    run_record(input, "x.atr");
}

// The second file is the header of a segment.
void run_segments(std::span<const std::byte> input) {
    run_record(input, "s.hea");
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

// Checksums hide most of a stream from random changes: once without them, once as a record.
void run_flac(std::span<const std::byte> input) {
    auto stream = formats::FlacStream::open("x.dat", input, formats::FlacChecksums::ignore);
    for (std::size_t total = 0; stream && total < (1 << 22) && stream->next();)
        for (int c = 0; c < stream->channels(); ++c) {
            total += stream->channel(c).size();
            for (const std::int32_t x : stream->channel(c))
                require(x >= -(1 << stream->bits()) && x <= 1 << stream->bits(),
                        "samples in range");
        }
    constexpr std::string_view header = "x 2 100\nx.dat 524x3 200\nx.dat 524x3 200\n";
    const NamedBytes files[] = {{"x.hea", std::as_bytes(std::span(header))}, {"x.dat", input}};
    check(formats::read_recordings(files), input.size());
}

std::vector<Bytes> seeds_flac() {
    using enum tests::FlacCoding;
    std::vector<std::vector<std::int32_t>> leads(2);
    for (int i = 0; i < 48; ++i) {
        leads[0].push_back(i * i % 64 * 4 - 100);
        leads[1].push_back(i % 9 * 4 - 20);
    }
    std::vector<Bytes> seeds;
    for (const auto coding : {constant, verbatim, fixed2, lpc, escape, wasted})
        for (const auto layout : {tests::FlacLayout::independent, tests::FlacLayout::mid_side})
            seeds.push_back(
                tests::flac_stream(16, {{leads, coding, layout}, {leads, fixed2, layout}}, 96));
    seeds.push_back(tests::flac_stream(24, {{leads, lpc, tests::FlacLayout::left_side}}, 0));
    seeds.push_back(tests::flac_stream(8, {{leads, fixed2, tests::FlacLayout::side_right}}, 48));
    return seeds;
}

std::vector<Bytes> seeds_annotations() {
    const Recording r = synth::make({.duration_s = 20, .pvc_share = 0.2});
    std::vector<Annotation> odd = {
        {.sample = 0, .code = Code::note, .aux = "## time resolution: 9"},
        {.sample = 1 << 30, .code = Code::normal, .subtype = 3},
        {.sample = 1 << 30, .code = Code::r_on_t, .channel = 7},
        {.sample = 1LL << 40, .code = Code::link, .number = -1}};
    Bytes aha(48);
    for (std::size_t i = 0; i < 3; ++i) {
        aha[16 * i + 1] = std::byte("NV["[i]);
        aha[16 * i + 4] = static_cast<std::byte>(100 * i);
        aha[16 * i + 9] = static_cast<std::byte>(1 + 4 * i);
    }
    return {formats::write_wfdb_annotations(r.annotations), formats::write_wfdb_annotations(odd),
            aha};
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
          "Phone timestamp;sensor timestamp [ns];timestamp [ms];ecg [uV]\n"
          "2023-05-01T10:00:00.100;736272000000000000;0.0;12\n"
          "2023-05-01T10:00:00.100;736272000007692308;7.692308;-30\n"
          "2023-05-01T10:00:00.700;736272000015384616;15.384616;4\n",
          "\"a,b\",II (uV) 500 Hz\r\n1,2\r\n3,4\r\n",
          "rec.acq\n4 msec/sample\n2 channels\nECG\nmV\nRSP\nVolts\nmin,CH1,CH2,\n,3,3,\n0.0,1,2,\n"
          "0.000067,3,4,\n0.000133,5,6,\n",
          "Interval=\t0.004 s\nExcelDateTime=\t4.5E+004\t05/03/2024 "
          "10:08:30.0\nChannelTitle=\tECG\n"
          "Range=\t10.000 mV\n0.000\t0.1\n0.004\t0.2\t#1 note\nInterval=\t0.004 s\n0.000\t0.3\n",
          "\"sep=\t\"\nShimmer_A_Time_CAL\tShimmer_A_ECG_LL-RA_CAL\nms\tmV\n1.0\t2\t\n3.0\t4\t\n5."
          "0\t6\t\n",
          "Date;Time;EKG (mV)\n05.03.2024;11:59:59.9 PM;1\n06.03.2024;0:00:00.1 AM;2\n"
          "06.03.2024;0:00:00.3 AM;3\n",
          "timestamp,ecg\n599616000000000000,\"[-101, 5, 7]\"\n599616000100000000,\"[1, 2]\"\n"
          "599616000200000000,\"[3]\"\n",
          "\"Zeit [s]\",\"EKG [mV]\"\n\"0,000\",\"0,1\"\n\"0,004\",\"0,2\"\n\"0,008\",\"-0,3\"\n",
          "a;b;c;timestamp;ecg\n1;8E;x;808517651478952192;1\n1;8E;x;808517651486644499;2\n"
          "1;8E;x;808517651494336807;3\n1;8E;x;808517651502029115;4\n"})
        seeds.push_back(bytes_of(text));
    // Rounded stamps, packets that are lost and out of order.
    std::string packets = "time_ms,ecg\n";
    for (const int packet : {0, 1, 3, 2, 4, 7, 8, 9})
        for (int k = 0; k < 8; ++k)
            packets += std::format("{},{}\n", (packet * 8 + k) * 1000 / 130, k);
    seeds.push_back(bytes_of(packets));
    Bytes wide;
    for (const char c : std::string_view("\xFF\xFEt\tII\n0.0\t1\n0.1\t2\n0.2\t3\n").substr(2)) {
        wide.push_back(static_cast<std::byte>(c));
        wide.push_back(std::byte{0});
    }
    seeds.push_back(wide);
    return seeds;
}

// Files that are recognised by their content.
void run_any(std::span<const std::byte> input) {
    const NamedBytes files[] = {{"x", input}};
    check(formats::read_recordings(files), input.size());
}

void run_edf(std::span<const std::byte> input) {
    const NamedBytes files[] = {{"x.edf", input}};
    check(formats::read_recordings(files), input.size());
    if (formats::looks_like_edf(files[0])) check_pieces(files, ".edf");
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

// Carts' XML. The base64 is "AAEAAQ==" and the like: a few samples.
std::vector<Bytes> seeds_xml() {
    return {
        bytes_of(
            "<CardiologyXML><ObservationDateTime><Hour>10</Hour><Minute>5</Minute><Day>7</Day>"
            "<Month>3</Month><Year>2014</Year></ObservationDateTime><StripData><SampleRate>500"
            "</SampleRate><Resolution units=\"uVperLsb\">5</Resolution><WaveformData lead=\"I\">1,"
            "-2,\n300</WaveformData><WaveformData lead=\"II\">4</WaveformData></StripData>"
            "</CardiologyXML>"),
        bytes_of("<CardiologyXML><FullDisclosure><SampleRate>100</SampleRate><LeadOrder>I, II"
                 "</LeadOrder><FullDisclosureData>1,2,\n3,4\n5\n6</FullDisclosureData>"
                 "</FullDisclosure></CardiologyXML>"),
        bytes_of("<?xml version=\"1.0\"?><!DOCTYPE RestingECG [<!ENTITY a \"b\">]><RestingECG>"
                 "<Waveform><WaveformType>Rhythm</WaveformType><SampleBase>500</SampleBase>"
                 "<SampleExponent>0</SampleExponent><LeadData><LeadAmplitudeUnitsPerBit>4.88"
                 "</LeadAmplitudeUnitsPerBit><LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits>"
                 "<LeadID>I</LeadID><LeadDataCRC32>1</LeadDataCRC32><WaveFormData>AAEAAQIDBAU="
                 "</WaveFormData></LeadData><LeadData><LeadID>II</LeadID><WaveFormData>AAEAAQIDBAU="
                 "</WaveFormData></LeadData></Waveform></RestingECG>"),
        // A chunk of XLI: ten-bit codes 0 256 0 3 5 64 64 1023.
        bytes_of("<restingecgdata><signalcharacteristics><samplingrate>500</samplingrate>"
                 "<resolution>5</resolution></signalcharacteristics><parsedwaveforms "
                 "dataencoding=\"Base64\" compression=\"XLI\" leadlabels=\"V1 V2\" "
                 "durationperchannel=\"10\">CgAAAAEAAgAAEAAAAwFEAQP/</parsedwaveforms>"
                 "</restingecgdata>"),
        bytes_of(
            "<restingecgdata><parsedwaveforms dataencoding='Base64' samplespersecond='9' "
            "resolution='5' leadlabels='I II'>AAEAAQIDBAU=</parsedwaveforms></restingecgdata>"),
        bytes_of(
            "<x:AnnotatedECG><component><series><component><sequenceSet><component><sequence>"
            "<code code=\"TIME_ABSOLUTE\"/><value><head value=\"20021122091000.5\"/><increment "
            "value=\"2\" unit=\"ms\"/></value></sequence></component><component><sequence>"
            "<code code=\"MDC_ECG_LEAD_V2\"/><value><origin value=\"10\" unit=\"uV\"/><scale "
            "value=\"2.5\" unit=\"uV\"/><digits>1 2 -3e1 4</digits></value></sequence>"
            "</component></sequenceSet></component></series></component></x:AnnotatedECG>")};
}

std::vector<Bytes> seeds_atc() {
    Bytes file = bytes_of(std::string_view("ALIVE\0\0\0\3\0\0\0", 12));
    const auto add = [&](std::string_view id, std::size_t size) {
        const Bytes name = bytes_of(id);
        file.insert(file.end(), name.begin(), name.end());
        for (int i = 0; i < 4; ++i) file.push_back(static_cast<std::byte>(size >> (8 * i) & 0xFF));
        for (std::size_t i = 0; i < size; ++i) file.push_back(static_cast<std::byte>(i + 1));
        file.resize(file.size() + 4);
    };
    add("info", 40);
    add("fmt ", 8);
    add("ecg ", 60);
    add("ecg2", 60);
    return {file};
}

std::vector<Bytes> seeds_scp() {
    const std::vector<int> values = {4, 6, 0, -3, 8, -8, 1000, -2000, 5, 0, 0, -1};
    auto subtracted = tests::scp_sections(values, false);
    subtracted[3][1] |= std::byte{1};
    for (const auto& [value, bytes] :
         {std::pair{0, 2}, {2, 2}, {1, 2}, {0, 2}, {5, 4}, {6, 4}, {7, 4}})
        tests::put(subtracted[4], subtracted[4].size(), value, bytes);
    for (const int value : {1000, 2000, 0, 6, 6, 10, 20, 30, 1, 2, 3})
        tests::put(subtracted[5], subtracted[5].size(), value, 2);
    auto table = tests::scp_sections(values, true);
    table[2].clear();
    for (const auto& [value, bytes] : {std::pair{1, 2},
                                       {2, 2},
                                       {1, 1},
                                       {1, 1},
                                       {1, 1},
                                       {7, 2},
                                       {0, 4},
                                       {2, 1},
                                       {2, 1},
                                       {1, 1},
                                       {-7, 2},
                                       {1, 4}})
        tests::put(table[2], table[2].size(), value, bytes);
    return {tests::scp_file(tests::scp_sections(values, false)),
            tests::scp_file(tests::scp_sections(values, true)), tests::scp_file(subtracted),
            tests::scp_file(table)};
}

// The same bytes as a Holter recording and as its annotations.
void run_ishne(std::span<const std::byte> input) {
    Bytes annotations(input.begin(), input.end());
    for (std::size_t i = 0; i < 8 && i < annotations.size(); ++i)
        annotations[i] = std::byte("ANN  1.0"[i]);
    const NamedBytes files[] = {{"x.ecg", input}, {"x.ann", annotations}};
    check(formats::read_recordings(files), 2 * input.size());
}

std::vector<Bytes> seeds_ishne() {
    return {tests::ishne_file("ISHNE1.0", true)};
}

std::vector<Bytes> seeds_contec() {
    return {tests::contec_file(20)};
}

constexpr std::string_view prucka_inf =
    "Number of Channel = 2\nPoints for Each Channel = 3\nData Sampling Rate = 977 points/second\n"
    "Start Time = 7/26/2024 10:02:58 AM\nUnits: mV\nChannel Number  Channel Label\n1   I\n49  ABL "
    "d\n";

// The description, in as many bytes as the first two tell, and the samples.
void run_prucka(std::span<const std::byte> input) {
    if (input.size() < 2) return;
    const auto size =
        std::to_integer<std::size_t>(input[0]) | std::to_integer<std::size_t>(input[1]) << 8;
    const auto rest = input.subspan(2);
    const auto about = rest.first(std::min(size, rest.size()));
    const NamedBytes files[] = {{"x.inf", about}, {"x.txt", rest.subspan(about.size())}};
    check(formats::read_recordings(files), input.size());
}

std::vector<Bytes> seeds_prucka() {
    Bytes seed = {static_cast<std::byte>(prucka_inf.size() & 0xFF),
                  static_cast<std::byte>(prucka_inf.size() >> 8)};
    for (const std::string_view text :
         {prucka_inf, std::string_view("0.128 0.144\n-0.5 2.047 \n0 1\n")}) {
        const Bytes bytes = bytes_of(text);
        seed.insert(seed.end(), bytes.begin(), bytes.end());
    }
    return {seed};
}

void run_biopac(std::span<const std::byte> input) {
    const NamedBytes files[] = {{"x.acq", input}};
    check(formats::read_recordings(files), input.size());
}

std::vector<Bytes> seeds_biopac() {
    return {tests::biopac_file({}), tests::biopac_file({.revision = 84, .big = true}),
            tests::biopac_file({.revision = 132, .big = true, .compressed = true}),
            tests::biopac_file({.revision = 42, .compressed = true})};
}

std::vector<Bytes> seeds_opensignals() {
    return {
        bytes_of("# OpenSignals Text File Format\n# {\"20:16\": {\"sensor\": [\"ECG\", \"EDA\"], "
                 "\"column\": "
                 "[\"nSeq\", \"I1\", \"A2\", \"A3\"], \"time\": \"7:3:47.5\", \"date\": "
                 "\"2016-6-11\", \"device\": "
                 "\"bitalino\", \"sampling rate\": 1000, \"resolution\": [4, 1, 10, 10]}}\n# "
                 "EndOfHeader\n0\t1\t512\t3\t\n1\t1\t513\t4\t\n2\t1\t514\t5\t\n")};
}

std::vector<Bytes> seeds_fhir() {
    return {
        bytes_of(
            "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":"
            "\"Observation\","
            "\"effectiveDateTime\":\"2015-02-19T09:30:35Z\",\"code\":{\"coding\":[{\"code\":"
            "\"131328\"}]},"
            "\"component\":[{\"code\":{\"coding\":[{\"code\":\"131329\"}]},\"valueSampledData\":{"
            "\"origin\":{\"value\":10,\"unit\":\"uV\"},\"period\":4,\"factor\":2.5,\"upperLimit\":"
            "400,"
            "\"dimensions\":2,\"data\":\"1 U L E -5\"}}]}}]}"),
        bytes_of(
            "{\"resourceType\":\"Observation\",\"code\":{\"text\":\"ECG\"},\"valueSampledData\":{"
            "\"interval\":0.002,\"intervalUnit\":\"s\",\"dimensions\":1,\"data\":\"1 2 3\"}}")};
}

std::vector<Bytes> seeds_apple() {
    return {
        bytes_of("Nom\nDate,2020-07-31 22:48:19 "
                 "+0200\nTaux,\"511,562\u202Fhertz\"\n\nD,D\u00E9rivation I\n"
                 "U,\u03BCV\n\n12,5\n-3,25\n"),
        bytes_of("A\nB,\u0662\u0660\u0662\u0665-\u0660\u0661-\u0660\u0665 "
                 "\u0660\u0669:\u0665\u0664:\u0665\u0664 "
                 "+0300\nC,\u0665\u0661\u0662 "
                 "\u0647\u0632\n\nD,I\nE,X\n\n-\u0661\u066B\u0665\n\u0661\n"),
        bytes_of("Name,A\nRecorded Date,2026-05-30 16:32:18 -0700\nSample Rate,512 hertz\n\n"
                 "Lead,Lead I\nUnit,\xC2\xB5V\n\n-12.5\n13\n14.25\n"),
        bytes_of("Abtastrate,512 Hertz\nAbleitung,Ableitung I\nEinheit,mV\n-12,5\n13\n14,25\n")};
}

std::vector<Bytes> seeds_dicom() {
    const Bytes whole = tests::dicom_file(tests::DicomForm::explicit_lengths);
    return {Bytes(whole.begin() + 132, whole.end()),  // without the preamble
            tests::dicom_file(tests::DicomForm::explicit_lengths),
            tests::dicom_file(tests::DicomForm::open_sequences),
            tests::dicom_file(tests::DicomForm::implicit)};
}

std::vector<Bytes> seeds_archive() {
    const auto wfdb = formats::write_wfdb(
        synth::make({.name = "x", .duration_s = 1, .sampling_rate = 50}), formats::WfdbFormat::f16);
    const std::vector<tests::File> files = {tests::text_file("a/x.hea", wfdb->header),
                                            {"a/x.dat", wfdb->data},
                                            {"t.csv.gz", tests::gzip_table()}};
    return {tests::zip_file(files), tests::gzip_table()};
}

void run_beat_set(std::span<const std::byte> input) {
    const NamedBytes file{"x", input};
    const auto set = formats::read_beat_set(file);
    if (!set) return;
    require(set->size() > 0 && set->width > 0, "beats");
    require(set->values.size() == set->size() * set->width, "beats of one width");
    require(set->values.size() <= input.size(), "memory in proportion to the input");
    for (const int label : set->labels)
        require(label >= 0 && static_cast<std::size_t>(label) < set->label_names.size(),
                "labels with a name");
}

std::vector<Bytes> seeds_beat_set() {
    std::string first = "1", last;
    for (int i = 0; i < 70; ++i) {
        first += std::format("\t{}", 0.25 * i);
        last += std::format("{},", 0.25 * i);
    }
    return {bytes_of(first + "\n" + first + "\n"), bytes_of(last + "4.0\n" + last + "0\n"),
            bytes_of("# a\n@problemName X\n@timeStamps false\n@univariate true\n"
                     "@classLabel true N V\n@data\n1,2.5,?:N\n4,5,6:V\n"),
            bytes_of("% a\n@relation X\n@attribute a numeric\n@attribute t {1,2}\n@data\n"
                     "0.5,1\n-1e3,2\n")};
}

#define TELLTALE_FUZZ_TARGET(name, run, seeds) {#name, run, seeds},
const Target table[] = {
#include "fuzz/targets.inc"
};
#undef TELLTALE_FUZZ_TARGET

}  // namespace

std::span<const Target> targets() {
    return table;
}

}  // namespace telltale::fuzz
