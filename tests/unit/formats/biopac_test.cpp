// AcqKnowledge files: every generation of them, both byte orders, plain and compressed.
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "support/data.hpp"
#include "support/made_biopac.hpp"

using namespace telltale;
using namespace telltale::tests;
using Catch::Approx;

namespace {

formats::ReadResult read(const std::vector<std::byte>& bytes) {
    const formats::NamedBytes view{"r.acq", bytes};
    return formats::read_recordings({&view, 1});
}

}  // namespace

TEST_CASE("AcqKnowledge: channels of their own rates, as integers and floats") {
    for (const int revision : {42, 84, 132})
        for (const bool big : {false, true})
            for (const bool compressed : {false, true}) {
                INFO(revision << (big ? " big" : " little") << (compressed ? " compressed" : ""));
                const auto result = read(biopac_file({revision, big, compressed}));
                for (const Error& e : result.errors) UNSCOPED_INFO(e.to_string());
                REQUIRE(result.recordings.size() == 1);
                const Recording& r = result.recordings[0];
                CHECK(r.sampling_rate == 500);
                REQUIRE(r.leads.size() == 3);
                REQUIRE(r.length() == 20);
                CHECK(r.leads[0].original_name == "ECG (.05 - 150 Hz)");
                CHECK(r.leads[0].unit == "mV");
                CHECK(r.leads[0].samples[19] == Approx(0.019));
                CHECK(r.leads[0].calibration.gain == Approx(1000));
                CHECK(r.leads[1].unit == "mV");
                CHECK(r.leads[1].samples[2] == Approx(2));  // 0.002 V
                CHECK(r.leads[1].samples[3] == Approx(3));  // between two
                CHECK(r.leads[2].unit == "microsiemens");
                CHECK(r.leads[2].samples[19] == Approx(9.5));  // floats are not scaled
                CHECK(r.warnings.size() == 1);
                CHECK_FALSE(r.damaged);
            }
}

TEST_CASE("AcqKnowledge: cut at every length it is refused or read as far as it goes") {
    for (const bool compressed : {false, true}) {
        const auto whole = biopac_file({84, false, compressed});
        for (std::size_t n = 0; n < whole.size(); ++n) {
            const auto result =
                read({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)});
            CHECK(result.recordings.size() + result.errors.size() == 1);
            // Of the compressed form only the last checksum may be missing.
            if (!result.recordings.empty() && !compressed) CHECK(result.recordings[0].damaged);
        }
    }
}

TEST_CASE("AcqKnowledge: real files, of version 3 and compressed of version 5") {
    TELLTALE_REAL_DATA(folder, "formats/biopac_acq");
    const auto old = read(read_file(folder / "r42_test.acq").bytes);
    REQUIRE(old.recordings.size() == 1);
    CHECK(old.recordings[0].sampling_rate == 1000);
    CHECK(old.recordings[0].length() == 7901);
    REQUIRE(old.recordings[0].leads.size() == 4);
    CHECK(old.recordings[0].leads[0].original_name == "ECG (.05 - 150 Hz)");
    const auto late = read(read_file(folder / "physio-5.0.1-c.acq").bytes);
    REQUIRE(late.recordings.size() == 1);
    CHECK(late.recordings[0].sampling_rate == 1000);
    CHECK(late.recordings[0].length() == 61893);
    CHECK(late.recordings[0].leads[0].original_name == "EKG - ERS100C");
}
