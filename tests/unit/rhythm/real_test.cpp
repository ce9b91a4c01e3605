// On the MIT-BIH Arrhythmia Database, from the reference's beats and classes.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "messages/json_tree.hpp"
#include "rhythm/rhythm_message.hpp"
#include "support/data.hpp"
#include "unit/rhythm/beats.hpp"

using namespace telltale;
using namespace telltale::rhythm;

namespace {

Recording read(const std::filesystem::path& folder, const std::string& record) {
    const auto files = telltale::tests::read_files(folder, record);
    auto result = formats::read_recordings(telltale::tests::named(files));
    REQUIRE(result.recordings.size() == 1);
    return std::move(result.recordings[0]);
}

std::vector<Beat> beats_of(const Recording& recording) {
    std::vector<Beat> beats;
    for (const Annotation& a : recording.annotations)
        if (const auto type = aami_class(a.code)) beats.push_back({a.sample, *type});
    return beats;
}

Summary summary_of(const Recording& recording, std::span<const Beat> beats) {
    const auto result = analyse({.beats = beats,
                                 .sampling_rate = recording.sampling_rate,
                                 .length = static_cast<std::int64_t>(recording.length())});
    REQUIRE(result);
    return *result;
}

std::vector<Interval> rhythms(const Recording& recording, std::string_view label) {
    std::vector<Interval> found;
    bool open = false;
    for (const Annotation& a : recording.annotations) {
        if (a.code != Code::rhythm) continue;
        if (open) found.back().last = a.sample;
        open = a.aux == label;
        if (open) found.push_back({a.sample, static_cast<std::int64_t>(recording.length())});
    }
    return found;
}

/// Samples that both lists cover; each list is free of overlaps.
double common(const std::vector<Interval>& a, const std::vector<Interval>& b) {
    std::int64_t sum = 0;
    for (const Interval& x : a)
        for (const Interval& y : b)
            sum += std::max<std::int64_t>(0, std::min(x.last, y.last) - std::max(x.first, y.first));
    return static_cast<double>(sum);
}

double total(const std::vector<Interval>& a) {
    return common(a, a);
}

struct Score {
    double found = 0, missed = 0, false_alarm = 0;  // samples
    int episodes = 0, episodes_found = 0, candidates = 0, candidates_right = 0;
    [[nodiscard]] double sensitivity() const { return 100 * found / (found + missed); }
    [[nodiscard]] double predictivity() const { return 100 * found / (found + false_alarm); }
};

}  // namespace

TEST_CASE("AF candidates on the half they were tuned on and on the other") {
    TELLTALE_REAL_DATA(folder, "mitdb");
    const std::set<int> paced = {102, 104, 107, 217};
    Score halves[2];
    for (int number = 100; number <= 234; ++number) {
        const std::string record = std::to_string(number);
        if (paced.contains(number) || !std::filesystem::exists(folder / (record + ".hea")))
            continue;
        const Recording recording = read(folder, record);
        const Summary s = summary_of(recording, beats_of(recording));
        const auto af = rhythms(recording, "(AFIB"), flutter = rhythms(recording, "(AFL");
        std::vector<Interval> candidates;
        if (s.af)
            for (const Episode& e : s.af->episodes) candidates.push_back({e.first, e.last});
        Score& score = halves[number % 2];
        const double found = common(af, candidates);
        score.found += found;
        score.missed += total(af) - found;
        // Atrial flutter is neither asked for nor held against a candidate.
        score.false_alarm += total(candidates) - found - common(flutter, candidates);
        for (const Interval& episode : af) {
            if (static_cast<double>(episode.last - episode.first) < 30 * recording.sampling_rate)
                continue;
            ++score.episodes;
            score.episodes_found += common({episode}, candidates) > 0.5 * total({episode});
        }
        for (const Interval& candidate : candidates) {
            ++score.candidates;
            score.candidates_right +=
                common({candidate}, af) + common({candidate}, flutter) >= 0.5 * total({candidate});
        }
    }
    for (const int half : {1, 0}) {
        const Score& s = halves[half];
        std::printf(
            "AF, %s records: duration Se %.1f %% +P %.1f %%; episodes of 30 s found %d of "
            "%d, candidates right %d of %d\n",
            half == 1 ? "odd (tuned on)" : "even (not)", s.sensitivity(), s.predictivity(),
            s.episodes_found, s.episodes, s.candidates_right, s.candidates);
        CHECK(s.sensitivity() > 80);
        CHECK(s.predictivity() > 75);
    }
}

TEST_CASE("records whose rhythm is known") {
    TELLTALE_REAL_DATA(folder, "mitdb");
    const auto of = [&](const char* record) {
        const Recording recording = read(folder, record);
        return summary_of(recording, beats_of(recording));
    };
    const Summary s119 = of("119");  // bigeminy and trigeminy of one focus
    CHECK(s119.ventricular->total == 444);
    CHECK(s119.ventricular->bigeminy > 0);
    CHECK(s119.ventricular->trigeminy > 0);
    CHECK(s119.ventricular->runs == 0);
    const Summary s200 = of("200");  // ventricular bigeminy and short tachycardias
    CHECK(s200.ventricular->total == 826);
    CHECK(s200.ventricular->bigeminy_beats > 300);
    CHECK(s200.ventricular->longest_run->beats >= 3);
    const Summary s232 = of("232");  // long pauses, sick sinus
    CHECK(s232.pauses->size() > 5);
    CHECK(s232.longest_rr->seconds > 3);
    CHECK(s232.supraventricular->total == 1382);
    const Summary s100 = of("100");
    CHECK(s100.pauses->empty());
    CHECK(s100.hrv->rejected_percent < 5);
}

// For the comparison with SciPy: reference_hrv.py --compare FOLDER reads what this writes.
TEST_CASE("variability of real records, written out where $TELLTALE_HRV_FOLDER says") {
    TELLTALE_REAL_DATA(folder, "mitdb");
    const char* out = std::getenv("TELLTALE_HRV_FOLDER");
    if (!out) SKIP("TELLTALE_HRV_FOLDER is not set: nothing written for reference_hrv.py");
    for (const char* record : {"100", "103", "115", "117", "122", "123", "209"}) {
        const Recording recording = read(folder, record);
        const auto beats = beats_of(recording);
        std::ofstream list(std::filesystem::path(out) / (std::string(record) + ".beats"));
        for (const Beat& beat : beats) list << beat.sample << ' ' << letter(beat.type) << '\n';
        std::ofstream json(std::filesystem::path(out) / (std::string(record) + ".json"));
        json << messages::tree(message_of(summary_of(recording, beats))).dump() << '\n';
        CHECK(list.good());
        CHECK(json.good());
    }
}
