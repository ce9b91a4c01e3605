// The detector on the MIT-BIH Arrhythmia Database, held to what it is documented to reach.
#include <catch2/catch_test_macros.hpp>

#include "beats/detector.hpp"
#include "evaluate/comparison.hpp"
#include "support/data.hpp"

using namespace telltale;

namespace {

// Ventricular flutter: EC57 leaves it out of the comparison of beats. The detector marks many of
// its waves, as it must those of a tachycardia; what they are is said by the rhythm.
bool in_flutter(const Recording& recording, std::int64_t sample) {
    bool inside = false;
    for (const Annotation& a : recording.annotations) {
        if (a.sample > sample) return inside;
        if (a.code == Code::fibrillation_on) inside = true;
        if (a.code == Code::fibrillation_off) inside = false;
    }
    return inside;
}

}  // namespace

TEST_CASE("all 48 MIT-BIH records, first lead, from the first sample") {
    TELLTALE_REAL_DATA(folder, "mitdb");
    std::vector<evaluate::Comparison> wide, narrow;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".hea") continue;
        std::vector<tests::File> files;
        for (const char* extension : {".hea", ".dat", ".atr"}) {
            auto path = entry.path();
            files.push_back(tests::read_file(path.replace_extension(extension)));
        }
        const auto read = formats::read_recordings(tests::named(files));
        REQUIRE(read.recordings.size() == 1);
        const Recording& recording = read.recordings[0];
        const auto found = beats::detect(recording, std::vector<std::size_t>{0});
        REQUIRE(found);
        std::vector<Annotation> test;
        for (const beats::Beat& beat : *found)
            if (!in_flutter(recording, beat.sample))
                test.push_back({.sample = beat.sample, .code = Code::normal});
        const auto length = static_cast<std::int64_t>(recording.length());
        wide.push_back(evaluate::compare(recording.annotations, test, 360, length));
        narrow.push_back(
            evaluate::compare(recording.annotations, test, 360, length, {.match_window_s = 0.05}));
    }
    REQUIRE(wide.size() == 48);
    const auto f = evaluate::figures(evaluate::sum(wide));
    CHECK(f.qrs_sensitivity.whole == 109494);
    CHECK(*f.qrs_sensitivity.value() >= 0.999);
    CHECK(*f.qrs_predictivity.value() >= 0.999);
    const auto n = evaluate::figures(evaluate::sum(narrow));
    const double se = *n.qrs_sensitivity.value(), ppv = *n.qrs_predictivity.value();
    CHECK(2 * se * ppv / (se + ppv) >= 0.9945);
}
