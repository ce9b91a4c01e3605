// Synthetic rhythms and signals, and recipes of sequence models: properties that must hold.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "support/data.hpp"
#include "train/sequence/patient.hpp"
#include "train/sequence/recipe.hpp"
#include "train/sequence/synthetic_rhythm.hpp"
#include "train/sequence/synthetic_signal.hpp"

using namespace telltale;
using namespace telltale::train;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr double rate = 250;

/// A patient in sinus rhythm with clear P, QRS and T waves on two leads, and a few wide beats.
Patient steady_patient(std::size_t beats = 400) {
    Patient p{.name = "100", .sampling_rate = rate};
    const auto bump = [](double t, double centre, double sd) {
        const double z = (t - centre) / sd;
        return std::exp(-0.5 * z * z);
    };
    double time = 1;
    for (std::size_t i = 0; i < beats; ++i) {
        p.beats.push_back(
            {.sample = std::lround(time * rate), .label = i % 50 == 25 ? label_v : label_n});
        time += 0.85 + 0.02 * std::sin(0.7 * static_cast<double>(i));
    }
    p.leads.assign(2, std::vector<float>(static_cast<std::size_t>(time * rate)));
    for (const PatientBeat& b : p.beats) {
        for (std::int64_t k = -80; k < 140; ++k) {
            const std::int64_t at = b.sample + k;
            if (at < 0 || at >= static_cast<std::int64_t>(p.leads[0].size())) continue;
            const double t = static_cast<double>(k) / rate;
            const double y = b.label == label_v
                                 ? 1.4 * bump(t, 0.01, 0.045) - 0.4 * bump(t, 0.3, 0.07)
                                 : 0.15 * bump(t, -0.16, 0.02) + 1.0 * bump(t, 0, 0.012) +
                                       0.25 * bump(t, 0.26, 0.05);
            p.leads[0][static_cast<std::size_t>(at)] += static_cast<float>(y);
            p.leads[1][static_cast<std::size_t>(at)] += static_cast<float>(-0.5 * y);
        }
    }
    return p;
}

std::set<int> labels_of(const PlannedRhythm& rhythm) {
    std::set<int> result;
    for (const PlannedBeat& b : rhythm.beats) result.insert(b.label);
    return result;
}

double share(const PlannedRhythm& rhythm, std::uint8_t label) {
    return static_cast<double>(std::ranges::count(rhythm.beats, label, &PlannedBeat::label)) /
           static_cast<double>(rhythm.beats.size());
}

constexpr std::string_view good_recipe = R"(
[model]
name = "m"
[data]
set = "sequences"
folds = ["201 101", "106"]
[input]
groups = ["F", "M"]
[synthetic]
premature = 0.3
)";

std::string changed(std::string_view what, std::string_view into) {
    std::string text(good_recipe);
    return text.replace(text.find(what), what.size(), into);
}

}  // namespace

TEST_CASE("rhythms are what their kind says", "[sequence]") {
    const Patient patient = steady_patient();
    double majority = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        for (const RhythmKind kind : all_rhythm_kinds) {
            CAPTURE(seed, name_of(kind));
            Random random(seed);
            const PlannedRhythm r = plan_rhythm(kind, patient, 300, random);
            double time = 0;
            for (const PlannedBeat& b : r.beats) {
                REQUIRE(b.interval >= 0.25);
                REQUIRE(b.interval <= 3.0);
                REQUIRE(b.focus < r.foci);
                REQUIRE((b.label == label_v || b.label == label_f) == (b.focus >= 0));
                REQUIRE((b.label == label_f) == (b.mix < 1));
                time += b.interval;
            }
            CHECK(time >= 300);
            CHECK(time < 600);
            const auto labels = labels_of(r);
            if (kind == RhythmKind::fibrillation || kind == RhythmKind::pauses) {
                CHECK_FALSE(labels.contains(label_s));
            }
            if (kind == RhythmKind::majority) majority += share(r, label_s) / 20;
            if (kind == RhythmKind::ventricular) CHECK(labels.contains(label_v));
        }
    }
    CHECK(majority > 0.5);
}

TEST_CASE("fibrillation is irregular and has no P waves", "[sequence]") {
    const Patient patient = steady_patient();
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        Random random(seed, 5);
        const PlannedRhythm r = plan_rhythm(RhythmKind::fibrillation, patient, 400, random);
        std::size_t fibrillating = 0;
        for (const PlannedBeat& b : r.beats) {
            if (!b.fibrillation) continue;
            ++fibrillating;
            CHECK(b.p_scale == 0);
        }
        CHECK(fibrillating * 5 > r.beats.size());
    }
}

TEST_CASE("synthetic patients are the same each time and differ by stream", "[sequence]") {
    const Patient patient = steady_patient();
    const BeatPieces pieces = cut_pieces(patient);
    REQUIRE(pieces.normal.size() > 300);
    REQUIRE(pieces.ventricular.size() == 8);
    const std::array<const BeatPieces*, 1> donors = {&pieces};
    for (const RhythmKind kind : all_rhythm_kinds) {
        CAPTURE(name_of(kind));
        REQUIRE(suits(pieces, kind));
        Random a(3, 1), b(3, 1), c(3, 2);
        const Patient first = make_patient(patient, pieces, donors, kind, a);
        const Patient again = make_patient(patient, pieces, donors, kind, b);
        const Patient other = make_patient(patient, pieces, donors, kind, c);
        CHECK(first.leads == again.leads);
        CHECK(first.leads != other.leads);
        REQUIRE(first.leads.size() == 2);
        CHECK(first.leads[0].size() == first.leads[1].size());
        CHECK(std::ranges::is_sorted(first.beats, {}, &PatientBeat::sample));
        CHECK(first.beats.back().sample < static_cast<std::int64_t>(first.leads[0].size()));
        for (const auto& lead : first.leads) {
            CHECK(std::ranges::all_of(lead, [](float v) { return std::fabs(v) < 10; }));
        }
    }
}

TEST_CASE("a synthetic beat lies where its annotation says", "[sequence]") {
    const Patient patient = steady_patient();
    const BeatPieces pieces = cut_pieces(patient);
    const std::array<const BeatPieces*, 1> donors = {&pieces};
    Random random(11);
    const Patient made = make_patient(patient, pieces, donors, RhythmKind::pauses, random);
    std::size_t tall = 0, normal = 0;
    for (const PatientBeat& b : made.beats) {
        if (b.label != label_n) continue;
        ++normal;
        tall += made.leads[0][static_cast<std::size_t>(b.sample)] > 0.6F ? 1 : 0;
    }
    REQUIRE(normal > 100);
    CHECK(tall * 100 > normal * 95);
}

TEST_CASE("some synthetic patients have a longer PR interval, or smaller or larger P waves",
          "[sequence]") {
    const Patient patient = steady_patient();
    const BeatPieces pieces = cut_pieces(patient);
    const std::array<const BeatPieces*, 1> donors = {&pieces};
    constexpr std::int64_t before = 85;  // samples: 0.34 s
    int usual = 0, early = 0, small = 0, large = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Random random(seed, 9);
        const Patient made = make_patient(patient, pieces, donors, RhythmKind::ventricular, random);
        // The mean of what comes before the QRS of normal beats that are not early.
        std::vector<double> mean(before);
        double count = 0;
        for (std::size_t i = 1; i < made.beats.size(); ++i) {
            const std::int64_t r = made.beats[i].sample;
            if (made.beats[i].label != label_n || r - made.beats[i - 1].sample < 200) continue;
            for (std::int64_t k = 0; k < before - 12; ++k) {
                mean[static_cast<std::size_t>(k)] +=
                    made.leads[0][static_cast<std::size_t>(r - before + k)];
            }
            ++count;
        }
        REQUIRE(count > 50);
        const auto top = std::ranges::max_element(mean);
        const double pr = static_cast<double>(mean.begin() + before - top) / rate;  // s
        const double height = *top / count;                                         // mV
        usual += std::fabs(pr - 0.16) < 0.012 && std::fabs(height - 0.15) < 0.03 ? 1 : 0;
        early += pr > 0.2 ? 1 : 0;
        small += height < 0.1 ? 1 : 0;
        large += height > 0.19 ? 1 : 0;
    }
    CHECK(usual > 15);
    CHECK(early > 5);
    CHECK(small > 3);
    CHECK(large > 2);
}

TEST_CASE("a patient with too few normal beats gives no synthetic ones", "[sequence]") {
    const BeatPieces pieces = cut_pieces(steady_patient(60));
    for (const RhythmKind kind : all_rhythm_kinds) CHECK_FALSE(suits(pieces, kind));
}

TEST_CASE("sequence recipes: what is wrong is named", "[sequence]") {
    const auto good = parse_sequence_recipe(good_recipe, "good.toml");
    REQUIRE(good);
    CHECK(good->records() == std::vector<std::string>{"101", "106", "201"});
    CHECK(is_sequence_recipe_text(good_recipe));
    CHECK_FALSE(is_sequence_recipe_text("[data]\nset = \"heartbeat\""));
    CHECK_FALSE(is_sequence_recipe_text("not toml ["));
    const auto message = [](const std::string& text) {
        const auto r = parse_sequence_recipe(text, "bad.toml");
        REQUIRE_FALSE(r);
        return r.error().to_string();
    };
    CHECK_THAT(message(changed("\"F\"", "\"Z\"")), ContainsSubstring("'Z'"));
    CHECK_THAT(message(changed("106", "202")), ContainsSubstring("202 in two folds"));
    CHECK_THAT(message(changed("106", "106 106")), ContainsSubstring("106 twice"));
    CHECK_THAT(message(changed("premature", "prematur")), ContainsSubstring("prematur"));
    CHECK_THAT(message(changed("0.3", "0.99")), ContainsSubstring("real chunks"));
    CHECK_THAT(message(changed("\"201 101\", ", "")), ContainsSubstring("two folds"));
}

TEST_CASE("the network names every beat of a sequence of any length", "[sequence]") {
    auto recipe = parse_sequence_recipe(good_recipe, "good.toml");
    REQUIRE(recipe);
    const Network net = sequence_network(*recipe);
    CHECK(net.shape(net.output()) == Shape{4, any_length});
    CHECK(net.parameters() < 300000);
}

TEST_CASE("real records are read with lead II first and rhythms marked", "[sequence]") {
    TELLTALE_REAL_DATA(mitdb, "mitdb/201.hea");
    const std::filesystem::path folder = mitdb.parent_path();
    const auto patient = read_patient(folder, "201");
    REQUIRE(patient);
    CHECK(patient->beats.size() == 1963);
    const auto fibrillating = std::ranges::count(patient->beats, true, &PatientBeat::fibrillation);
    CHECK(fibrillating > 500);
    CHECK(fibrillating < 1900);
    const auto swapped = read_patient(folder, "114");  // its MLII is the second signal
    REQUIRE(swapped);
    const auto missing = read_patient(folder, "999");
    REQUIRE_FALSE(missing);
    CHECK_THAT(missing.error().to_string(), ContainsSubstring("999.hea"));
    CHECK(person_of("202") == person_of("201"));
}
