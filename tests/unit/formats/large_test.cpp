// Files read in pieces give what they give when they are read whole.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numbers>

#include "formats/halve.hpp"
#include "formats/large.hpp"
#include "support/data.hpp"
#include "support/sources.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

Recording made(int leads, double seconds, double rate = 500) {
    synth::Options options;
    options.name = "x";
    options.duration_s = seconds;
    options.sampling_rate = rate;
    options.leads = leads;
    options.pvc_share = 0.1;
    return synth::make(options);
}

void check_equal(const Recording& a, const Recording& b) {
    CHECK(a.name == b.name);
    CHECK(a.sampling_rate == b.sampling_rate);
    CHECK(a.damaged == b.damaged);
    CHECK(a.annotations == b.annotations);
    CHECK(a.warnings == b.warnings);
    CHECK(a.comments == b.comments);
    REQUIRE(a.leads.size() == b.leads.size());
    for (std::size_t l = 0; l < a.leads.size(); ++l) {
        CHECK(a.leads[l].name == b.leads[l].name);
        CHECK(a.leads[l].calibration.gain == b.leads[l].calibration.gain);
        REQUIRE(a.leads[l].samples.size() == b.leads[l].samples.size());
        std::size_t different = 0;
        for (std::size_t i = 0; i < a.length(); ++i) {
            const float x = a.leads[l].samples[i], y = b.leads[l].samples[i];
            different += x != y && !(std::isnan(x) && std::isnan(y));
        }
        CHECK(different == 0);
    }
}

// `large` names the files that come as sources.
formats::ReadResult in_pieces(const std::vector<File>& files, const std::string& large,
                              const formats::LargeOptions& options = {}) {
    std::vector<formats::NamedBytes> small;
    std::vector<MemorySource> sources;
    sources.reserve(files.size());
    std::vector<formats::NamedSource> named_sources;
    for (const File& file : files) {
        if (file.name.find(large) == std::string::npos) {
            small.push_back(file.named());
        } else {
            sources.emplace_back(file.bytes);
            named_sources.push_back({file.name, &sources.back()});
        }
    }
    formats::LargeReader reader(small, named_sources, options);
    CHECK(reader.progress() >= 0);
    while (!reader.read_some()) CHECK(reader.progress() < 1.000001);
    CHECK(reader.progress() == 1);
    return reader.take();
}

std::vector<File> wfdb_files(const Recording& recording, formats::WfdbFormat format) {
    const auto written = formats::write_wfdb(recording, format);
    REQUIRE(written);
    return {text_file("x.hea", written->header),
            {"x.atr", formats::write_wfdb_annotations(recording.annotations)},
            {"x.dat", written->data}};
}

}  // namespace

TEST_CASE("WFDB in pieces equals WFDB whole") {
    // Three leads: in format 212 frames and bytes do not meet everywhere. 10 pieces or more.
    for (const int leads : {1, 3})
        for (const auto format : {formats::WfdbFormat::f16, formats::WfdbFormat::f212}) {
            auto files = wfdb_files(made(leads, 12000.0 / leads + 0.006), format);
            for (const bool cut : {false, true}) {
                if (cut) files[2].bytes.resize(files[2].bytes.size() / 2 + 1);
                const auto whole = formats::read_recordings(named(files));
                const auto pieces = in_pieces(files, ".dat");
                REQUIRE(whole.recordings.size() == 1);
                CHECK(pieces.errors.empty());
                REQUIRE(pieces.recordings.size() == 1);
                check_equal(whole.recordings[0], pieces.recordings[0]);
                CHECK(pieces.recordings[0].damaged == cut);
            }
        }
}

TEST_CASE("EDF in pieces equals EDF whole") {
    const auto edf = formats::write_edf(made(2, 9000.37));
    REQUIRE(edf);
    std::vector<File> files = {{"x.edf", *edf}};
    for (const bool cut : {false, true}) {
        if (cut) files[0].bytes.resize(files[0].bytes.size() / 2 + 1);
        const auto whole = formats::read_recordings(named(files));
        const auto pieces = in_pieces(files, ".edf");
        REQUIRE(whole.recordings.size() == 1);
        CHECK(pieces.errors.empty());
        REQUIRE(pieces.recordings.size() == 1);
        check_equal(whole.recordings[0], pieces.recordings[0]);
        CHECK(pieces.recordings[0].damaged == cut);
    }
}

TEST_CASE("what cannot be read in pieces is read whole, or refused by size") {
    std::vector<File> files = {text_file("x.hea", "x 1 100 50\nx.dat 8 200 12 0 0 0 0 II\n"),
                               {"x.dat", std::vector<std::byte>(50, std::byte{1})}};
    const auto whole = formats::read_recordings(named(files));
    const auto result = in_pieces(files, ".dat");
    REQUIRE(result.recordings.size() == 1);
    check_equal(whole.recordings[0], result.recordings[0]);

    files[1].bytes.resize(3 << 20);
    const auto refused = in_pieces(files, ".dat", {.most_whole_bytes = 1 << 20});
    CHECK(refused.recordings.empty());
    REQUIRE(!refused.errors.empty());
    CHECK(refused.errors[0].to_string() ==
          "x.dat: it has 3 MB; files of its kind are read whole, and all of them together may have "
          "1 MB here");
}

TEST_CASE("a recording that does not fit is opened at a lower rate, or refused") {
    const Recording recording = made(2, 600, 1000);
    const auto files = wfdb_files(recording, formats::WfdbFormat::f16);
    const std::uint64_t full = recording.length() * 2 * sizeof(float);
    const auto result = in_pieces(files, ".dat", {.most_sample_bytes = full / 4 + 100});
    CHECK(result.errors.empty());
    REQUIRE(result.recordings.size() == 1);
    const Recording& quarter = result.recordings[0];
    CHECK(quarter.sampling_rate == 250);
    CHECK(quarter.length() == recording.length() / 4);
    REQUIRE(quarter.warnings.size() == 1);
    CHECK(quarter.warnings[0].starts_with("The recording is opened at 250 Hz: at its own 1000 Hz"));
    REQUIRE(quarter.annotations.size() == recording.annotations.size());
    for (std::size_t i = 0; i < quarter.annotations.size(); ++i) {
        CHECK(std::abs(4 * quarter.annotations[i].sample - recording.annotations[i].sample) <= 3);
        CHECK(quarter.annotations[i].code == recording.annotations[i].code);
    }
    // The waves stay where they were, and as high.
    double largest = 0;
    const auto& before = recording.leads[0].samples;
    const auto& after = quarter.leads[0].samples;
    for (std::size_t i = 0; i < after.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(after[i] - before[4 * i])));
    CHECK(largest < 0.1);

    const auto refused =
        in_pieces(files, ".dat", {.most_sample_bytes = full / 8, .lowest_rate = 200});
    CHECK(refused.recordings.empty());
    REQUIRE(refused.errors.size() == 1);
    CHECK(refused.errors[0].to_string() ==
          "x.hea: its 0.2 hours of 2 leads take 1 MB even at 250 Hz; 1 MB can be held here, that "
          "is 0.1 hours of these leads");
}

TEST_CASE("a file that cannot be read any more is an error that says where") {
    const auto files = wfdb_files(made(1, 600), formats::WfdbFormat::f16);
    MemorySource source(files[2].bytes);
    source.fail_from = 0;
    const formats::NamedBytes small[] = {files[0].named(), files[1].named()};
    const formats::NamedSource large[] = {{"x.dat", &source}};
    const auto result = formats::LargeReader(small, large, {}).take();
    CHECK(result.recordings.empty());
    REQUIRE(!result.errors.empty());
    CHECK(result.errors[0].to_string() == "x.dat, byte 0: it cannot be read any more");
}

TEST_CASE("halving keeps what is slow and removes what is fast") {
    const auto gain = [](double share) {  // of a sine at that share of the old rate
        std::vector<float> in(4001), out;
        for (std::size_t i = 0; i < in.size(); ++i)
            in[i] =
                static_cast<float>(std::cos(2 * std::numbers::pi * share * static_cast<double>(i)));
        formats::Halver halver;
        // Pieces of any size give the same.
        std::size_t at = 0;
        for (std::size_t step = 1; at < in.size(); step = step % 97 + 13) {
            const std::size_t count = std::min(step, in.size() - at);
            halver.push(std::span(in).subspan(at, count), out);
            at += count;
        }
        halver.finish(out);
        REQUIRE(out.size() == 2001);
        double most = 0;
        for (std::size_t i = 100; i + 100 < out.size(); ++i)
            most = std::max(most, std::abs(static_cast<double>(out[i])));
        // Without delay: the cosine's top is where it was.
        if (share < 0.2) CHECK(std::abs(out[0] - 1) < 0.2);
        return most;
    };
    for (const double share : {0.001, 0.05, 0.1, 0.15, 0.2}) {
        CHECK(gain(share) > 0.997);
        CHECK(gain(share) < 1.003);
    }
    for (const double share : {0.3, 0.35, 0.4, 0.45, 0.5}) CHECK(gain(share) < 0.0043);
}

TEST_CASE("halving keeps gaps as gaps") {
    std::vector<float> in(200, 1.5F), out;
    for (std::size_t i = 100; i < 120; ++i) in[i] = std::nanf("");
    formats::Halver halver;
    halver.push(in, out);
    halver.finish(out);
    REQUIRE(out.size() == 100);
    for (std::size_t i = 0; i < out.size(); ++i)
        CHECK((i >= 50 && i < 60 ? std::isnan(out[i]) : out[i] == 1.5F));
}
