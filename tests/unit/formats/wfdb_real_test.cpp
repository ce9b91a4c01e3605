// The WFDB reader on real recordings, where they are there.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "formats/wfdb_header.hpp"
#include "formats/wfdb_signals.hpp"
#include "support/data.hpp"

using namespace telltale;
using namespace telltale::tests;

namespace {

Recording read_one(const std::filesystem::path& folder, const std::string& stem) {
    const auto files = read_files(folder, stem);
    auto result = formats::read_recordings(named(files));
    for (const Error& error : result.errors) UNSCOPED_INFO(error.to_string());
    REQUIRE(result.errors.empty());
    REQUIRE(result.recordings.size() == 1);
    return std::move(result.recordings[0]);
}

std::ptrdiff_t beats(const Recording& recording) {
    return std::ranges::count_if(recording.annotations,
                                 [](const Annotation& a) { return is_beat(a.code); });
}

}  // namespace

TEST_CASE("record 100 of MIT-BIH reads as its documentation says") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const Recording r = read_one(mitdb, "100");
    CHECK(r.name == "100");
    CHECK(r.sampling_rate == 360);
    REQUIRE(r.leads.size() == 2);
    CHECK(r.leads[0].name == "MLII");
    CHECK(r.leads[1].name == "V5");
    CHECK(r.length() == 650000);
    CHECK(r.leads[0].adc(0) == 995);
    CHECK(r.leads[1].adc(0) == 1011);
    CHECK(r.leads[0].samples[0] == -0.145f);
    CHECK(r.leads[0].unit == "mV");
    CHECK_FALSE(r.leads[0].calibration.assumed);
    CHECK(r.warnings.empty());
    CHECK(beats(r) == 2273);
    REQUIRE(r.annotations.size() == 2274);
    CHECK(r.annotations[0].code == Code::rhythm);
    CHECK(r.annotations[0].aux == "(N");
    CHECK(r.annotations[0].sample == 18);
    CHECK(r.annotations[1].sample == 77);
    CHECK(r.comments.size() == 2);
}

TEST_CASE("all 48 records of MIT-BIH read without a warning, so their checksums hold") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const auto files = read_files(mitdb);
    auto result = formats::read_recordings(named(files));
    CHECK(result.recordings.size() == 48);
    std::ptrdiff_t total = 0;
    for (const Recording& r : result.recordings) {
        INFO(r.name);
        CHECK(r.warnings == std::vector<std::string>{});
        CHECK(r.length() == 650000);
        total += beats(r);
    }
    CHECK(total == 109494);  // what WFDB's bxb counts
}

TEST_CASE("other real WFDB records read without errors") {
    struct Case {
        const char* folder;
        const char* stem;
        std::size_t leads, length;
        double rate;
    };
    const Case cases[] = {{"ptbdb", "s0010_re", 15, 38400, 1000},
                          {"nstdb", "118e24", 2, 650000, 360},
                          {"stdb", "300", 2, 536976, 360},
                          {"qtdb", "sele0106", 2, 225000, 250},
                          {"ludb/data", "1", 12, 5000, 500},
                          {"challenge2020", "A0001", 12, 7500, 500},
                          {"challenge2020", "HR00599", 12, 5000, 500}};
    for (const Case& c : cases) {
        const auto folder = data_path(c.folder);
        if (!folder) {
            WARN("SKIPPED: " << c.folder << " is not there");
            continue;
        }
        INFO(c.folder << "/" << c.stem);
        const Recording r = read_one(*folder, c.stem);
        CHECK(r.leads.size() == c.leads);
        CHECK(r.length() == c.length);
        CHECK(r.sampling_rate == c.rate);
        for (const std::string& warning : r.warnings) {
            INFO(warning);
            CHECK(warning.find("checksum") == std::string::npos);
        }
    }
}

// The files of wfdb-samples/expected: what WFDB's rdsamp prints of a record. Each line holds the
// sample number, then the ADC value of each signal; "-" or -32768 is a missing one.
namespace {

struct Expected {
    std::filesystem::path header;
    std::vector<std::vector<std::optional<std::int64_t>>> rows;
};

std::vector<std::filesystem::path> expected_files(const std::filesystem::path& samples) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(samples / "expected"))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

// "multi-segment_fixed1_v102s.txt" speaks of multi-segment/fixed1/v102s.hea, "100.txt" of 100.hea.
std::filesystem::path header_of(const std::filesystem::path& samples,
                                const std::filesystem::path& expected) {
    std::string name = expected.stem().string();
    std::filesystem::path folder = samples;
    if (name.starts_with("multi-segment_")) {
        name.erase(0, std::string_view("multi-segment_").size());
        folder = samples / "multi-segment" / name.substr(0, name.find('_'));
        name.erase(0, name.find('_') + 1);
    }
    return folder / (name + ".hea");
}

Expected read_expected(const std::filesystem::path& samples, const std::filesystem::path& path) {
    Expected result{.header = header_of(samples, path), .rows = {}};
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::size_t sample = 0;
        REQUIRE(words >> sample);
        REQUIRE(sample == result.rows.size());
        auto& row = result.rows.emplace_back();
        for (std::string word; words >> word;)
            row.push_back(word == "-" ? std::nullopt : std::optional(std::stoll(word)));
    }
    return result;
}

// Frames of ADC values as rdsamp prints them: several samples a frame as their mean, lagging
// signals moved forward.
std::vector<std::vector<std::optional<std::int64_t>>> printed(const formats::wfdb::Header& header,
                                                              const formats::wfdb::Plan& plan,
                                                              std::size_t frames) {
    std::vector<std::vector<std::optional<std::int64_t>>> rows(
        frames, std::vector<std::optional<std::int64_t>>(header.signals.size()));
    for (const auto& group : plan.groups) {
        formats::wfdb::GroupReader reader(header, group);
        const std::int64_t missing = formats::wfdb::missing_value(group.format);
        std::vector<std::int32_t> frame(static_cast<std::size_t>(group.samples_per_frame));
        for (std::int64_t f = 0; f < plan.frames; ++f) {
            reader.read(frame);
            std::size_t at = 0;
            for (std::size_t s = group.first_signal; s < group.first_signal + group.signals; ++s) {
                const auto& signal = header.signals[s];
                std::int64_t sum = 0;
                bool whole = true;
                for (int k = 0; k < signal.samples_per_frame; ++k, ++at) {
                    whole = whole && frame[at] != missing;
                    sum += frame[at];
                }
                const std::int64_t row = f - signal.skew;
                if (whole && row >= 0 && row < static_cast<std::int64_t>(frames))
                    rows[static_cast<std::size_t>(row)][s] = static_cast<std::int64_t>(
                        std::floor(static_cast<double>(sum) / signal.samples_per_frame + 0.5));
            }
        }
    }
    return rows;
}

}  // namespace

TEST_CASE("ADC values are exactly those of WFDB's rdsamp") {
    TELLTALE_REAL_DATA(samples, "wfdb-samples");
    int compared = 0;
    for (const auto& path : expected_files(samples)) {
        const Expected expected = read_expected(samples, path);
        INFO(path.filename().string());
        const File header_file = read_file(expected.header);
        const auto header = formats::wfdb::parse_header(header_file.named());
        REQUIRE(header);
        if (!header->segments.empty()) continue;  // the next test case's
        const auto files = read_files(expected.header.parent_path());
        const auto views = named(files);
        formats::FileSet set(views);
        std::vector<std::string> warnings;
        const auto plan = formats::wfdb::plan_signals(*header, set, warnings);
        REQUIRE(plan);
        CHECK(warnings.empty());
        REQUIRE(expected.rows.size() >= 1);
        REQUIRE(static_cast<std::int64_t>(expected.rows.size()) <= plan->frames);

        const auto rows = printed(*header, *plan, expected.rows.size());
        for (std::size_t row = 0; row < rows.size(); ++row) {
            REQUIRE(expected.rows[row].size() == header->signals.size());
            for (std::size_t s = 0; s < rows[row].size(); ++s) {
                const auto wanted = expected.rows[row][s];
                const auto got = rows[row][s];
                if (got != wanted && !(!got && wanted == -32768))
                    FAIL("signal " << s << ", sample " << row << ": " << got.value_or(-99999)
                                   << " but " << wanted.value_or(-99999) << " was expected");
            }
        }
        ++compared;
    }
    CHECK(compared >= 29);
}

// Through the whole reader: what rdsamp prints of records in segments, by each lead's calibration.
TEST_CASE("records in segments are joined as WFDB joins them") {
    TELLTALE_REAL_DATA(samples, "wfdb-samples");
    int compared = 0;
    for (const auto& path : expected_files(samples)) {
        const Expected expected = read_expected(samples, path);
        INFO(path.filename().string());
        const File header_file = read_file(expected.header);
        const auto header = formats::wfdb::parse_header(header_file.named());
        REQUIRE(header);
        if (header->segments.empty()) continue;
        // Another record in segments beside it may claim the same segments.
        auto files = read_files(expected.header.parent_path());
        std::erase_if(files, [&](const File& file) {
            const auto other = formats::wfdb::parse_header(file.named());
            return file.name != header_file.name && file.name.ends_with(".hea") && other &&
                   !other->segments.empty();
        });
        const auto result = formats::read_recordings(named(files));
        ++compared;
        const auto found = std::ranges::find(result.recordings, header->name, &Recording::name);
        if (found == result.recordings.end()) {
            // rdsamp prints a record without a single sample as missing; here it is refused.
            CHECK(header->name == "s00001-2896-10-09-01-56");
            CHECK(std::ranges::any_of(result.errors, [&](const Error& error) {
                return error.file == header_file.name &&
                       error.message == "none of its segments holds samples";
            }));
            for (const auto& row : expected.rows)
                for (const auto& value : row) REQUIRE(value == -32768);
            continue;
        }
        const Recording& r = *found;
        for (const auto& w : r.warnings) UNSCOPED_INFO(w);
        REQUIRE(expected.rows.size() > 0);
        REQUIRE(expected.rows.size() <= r.length());
        for (std::size_t row = 0; row < expected.rows.size(); ++row) {
            REQUIRE(expected.rows[row].size() == r.leads.size());
            for (std::size_t l = 0; l < r.leads.size(); ++l) {
                const Lead& lead = r.leads[l];
                const std::int64_t adc = std::isnan(lead.samples[row]) ? -32768 : lead.adc(row);
                if (adc != expected.rows[row][l].value_or(-32768))
                    FAIL(lead.name << ", " << row << ": " << adc << " "
                                   << expected.rows[row][l].value_or(-32768));
            }
        }
    }
    CHECK(compared >= 4);
}
