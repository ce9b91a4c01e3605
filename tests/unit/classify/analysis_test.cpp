#include "classify/analysis.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>

#include "classify/features.hpp"
#include "classify/windows.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using namespace telltale::classify;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

namespace {

Card card() {
    Card card;
    card.name = "tiny";
    card.classes = {"N", "V"};
    card.input = {.sampling_rate = 120,
                  .lead_choice = {"MLII", "II"},
                  .window = WindowKind::to_next_beats,
                  .next_fraction = 0.2,
                  .length = 187,
                  .scaling = Scaling::min_max,
                  .name = "beats",
                  .shape = {-1, 1, 187}};
    card.output = {.name = "logits"};
    return card;
}

// A network of one sum a beat: wide complexes hold much area.
std::vector<float> run(const Batch& batch) {
    std::vector<float> logits;
    for (std::size_t i = 0; i < batch.beats; ++i) {
        const auto row = batch.inputs[0].data.subspan(i * 187, 187);
        float sum = 0;
        for (const float value : row) sum += value;
        logits.push_back(0);
        logits.push_back(sum - 30);
    }
    return logits;
}

Analysis open(const Recording& recording, AnalysisOptions options = {}) {
    auto analysis = Analysis::open(recording, card(), std::move(options));
    REQUIRE(analysis);
    return std::move(*analysis);
}

std::string error_of(const Recording& recording, const Card& of, AnalysisOptions options = {}) {
    const auto analysis = Analysis::open(recording, of, std::move(options));
    return analysis ? "no error" : analysis.error().to_string();
}

Recording synthetic() {
    return synth::make({.duration_s = 120, .pvc_share = 0.2, .seed = 3});
}

}  // namespace

TEST_CASE("the stepper takes a recording from samples to classes") {
    const Recording recording = synthetic();
    Analysis analysis = open(recording);
    CHECK(analysis.progress().classification == 0);
    while (!analysis.detect_some()) CHECK(analysis.progress().detection < 1);
    CHECK(analysis.progress().detection == 1);
    const std::size_t found = analysis.beats().size();
    const auto truth = std::ranges::count_if(recording.annotations,
                                             [](const Annotation& a) { return is_beat(a.code); });
    CHECK(std::abs(static_cast<long>(found) - truth) <= 2);
    CHECK(analysis.beats()[0].label == -1);
    CHECK(analysis.beats()[0].probabilities.empty());

    std::size_t batches = 0;
    std::size_t beats = 0;
    while (const auto batch = analysis.next_batch(32)) {
        REQUIRE(batch->inputs.size() == 1);
        CHECK(batch->inputs[0].name == "beats");
        CHECK(
            std::ranges::equal(batch->inputs[0].shape,
                               std::vector<std::int64_t>{static_cast<int>(batch->beats), 1, 187}));
        CHECK(batch->inputs[0].data.size() == batch->beats * 187);
        CHECK(batch->beats <= 32);
        REQUIRE(analysis.accept(run(*batch)));
        ++batches;
        beats += batch->beats;
        CHECK_THAT(analysis.progress().classification,
                   WithinAbs(static_cast<double>(beats) / static_cast<double>(found), 1e-12));
    }
    CHECK(batches == (found + 31) / 32);
    CHECK(beats == found);
    const auto counts = analysis.counts();
    CHECK(counts.size() == 2);
    CHECK(counts[0] + counts[1] == found);
    for (const ClassifiedBeat& beat : analysis.beats()) {
        REQUIRE(beat.probabilities.size() == 2);
        CHECK_THAT(beat.probabilities[0] + beat.probabilities[1], WithinAbs(1, 1e-6));
        CHECK((beat.label == 0) == (beat.probabilities[0] >= beat.probabilities[1]));
        CHECK_FALSE(beat.filled);
    }
    CHECK(analysis.warnings().empty());
}

TEST_CASE("the results do not depend on the size of the batches") {
    const Recording recording = synthetic();
    Analysis one = open(recording);
    Analysis other = open(recording);
    while (const auto batch = one.next_batch(7)) REQUIRE(one.accept(run(*batch)));
    while (const auto batch = other.next_batch(100'000)) REQUIRE(other.accept(run(*batch)));
    const auto a = one.beats();
    const auto b = other.beats();
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        CHECK(a[i].sample == b[i].sample);
        CHECK(std::ranges::equal(a[i].probabilities, b[i].probabilities));
    }
}

TEST_CASE("the windows are those of cut_window at the beats' places") {
    const Recording recording = synthetic();
    Analysis analysis = open(recording);
    const auto batch = analysis.next_batch(1'000'000);
    REQUIRE(batch);
    std::vector<std::int64_t> positions;
    for (const ClassifiedBeat& beat : analysis.beats()) positions.push_back(beat.sample);
    REQUIRE(batch->beats == positions.size());
    std::vector<float> row(187);
    for (std::size_t i = 0; i < positions.size(); ++i) {
        cut_window(card().input, 360, recording.leads[0].samples, positions, i, row);
        CHECK(std::ranges::equal(row, batch->inputs[0].data.subspan(i * 187, 187)));
    }
}

TEST_CASE("logits become probabilities through temperature and softmax") {
    const Recording recording = synthetic();
    AnalysisOptions options;
    options.given_beats = {{.sample = 1000}, {.sample = 1300}, {.sample = 1600}};
    Card warm = card();
    warm.output.temperature = 2;
    auto analysis = Analysis::open(recording, warm, options);
    REQUIRE(analysis);
    REQUIRE(analysis->next_batch(10));
    const float ln9 = std::log(9.0F);
    REQUIRE(analysis->accept(std::vector<float>{0, 2 * ln9, 1000, -1000, 3e38F, 3e38F}));
    const auto beats = analysis->beats();
    CHECK_THAT(beats[0].probabilities[0], WithinAbs(0.1, 1e-6));
    CHECK(beats[0].label == 1);
    CHECK(beats[1].probabilities[0] == 1);
    CHECK(beats[1].label == 0);
    CHECK(beats[2].probabilities[0] == 0.5F);
    CHECK(beats[2].label == 0);

    warm.output.logits = false;
    auto ready = Analysis::open(recording, warm, options);
    REQUIRE(ready);
    REQUIRE(ready->next_batch(10));
    REQUIRE(ready->accept(std::vector<float>{0.25F, 0.75F, 0.5F, 0.5F, 1, 0}));
    CHECK(ready->beats()[0].probabilities[1] == 0.75F);
}

TEST_CASE("an output that cannot be right is refused, and the batch can be run again") {
    const Recording recording = synthetic();
    Analysis analysis = open(recording);
    CHECK_FALSE(analysis.accept(std::vector<float>{1, 2}));
    const auto batch = analysis.next_batch(3);
    REQUIRE(batch);
    const std::vector<float> first(batch->inputs[0].data.begin(), batch->inputs[0].data.end());
    CHECK_THAT(analysis.accept(std::vector<float>(5)).error().message,
               ContainsSubstring("5 values for 3 beats, expected 6"));
    CHECK_FALSE(analysis.accept({}));
    std::vector<float> output(6, 0.5F);
    output[4] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THAT(analysis.accept(output).error().message, ContainsSubstring("beat 2"));
    output[4] = std::numeric_limits<float>::infinity();
    CHECK_FALSE(analysis.accept(output));
    CHECK(analysis.counts() == std::vector<std::size_t>{0, 0});
    const auto again = analysis.next_batch(100);
    REQUIRE(again);
    CHECK(again->beats == 3);
    CHECK(std::ranges::equal(first, again->inputs[0].data));
    output[4] = 0;
    CHECK(analysis.accept(output));
    CHECK_FALSE(analysis.accept(output));
}

TEST_CASE("given beats are put in order, and those outside are left out") {
    const Recording recording = synthetic();
    AnalysisOptions options;
    options.given_beats = {{.sample = 900, .confidence = 0.5F},
                           {.sample = 500},
                           {.sample = -1},
                           {.sample = static_cast<std::int64_t>(recording.length())}};
    Analysis analysis = open(recording, options);
    CHECK(analysis.detect_some());
    const auto beats = analysis.beats();
    REQUIRE(beats.size() == 2);
    CHECK(beats[0].sample == 500);
    CHECK(beats[1].sample == 900);
    CHECK(beats[1].detection_confidence == 0.5F);

    options.given_beats.emplace();
    Analysis none = open(recording, options);
    CHECK_FALSE(none.next_batch(10));
    CHECK(none.progress().classification == 1);
}

TEST_CASE("the lead is the one asked for, else the card's choice, else the first") {
    Recording recording = synth::make({.duration_s = 10, .leads = 3});
    CHECK(open(recording).lead() == recording.lead_index("II"));
    CHECK(open(recording, {.lead = "V1"}).lead() == recording.lead_index("V1"));
    CHECK_THAT(error_of(recording, card(), {.lead = "V9"}), ContainsSubstring("'V9'"));
    CHECK_THAT(error_of(recording, card(), {.lead = "V9"}), ContainsSubstring("II, V1"));
    recording.leads.erase(recording.leads.begin());
    Analysis other = open(recording);
    CHECK(other.lead() == 0);
    REQUIRE(other.warnings().size() == 1);
    CHECK_THAT(other.warnings()[0], ContainsSubstring("expects lead MLII or II"));
}

TEST_CASE("recordings that cannot be analysed say why") {
    Recording recording;
    recording.name = "r";
    CHECK_THAT(error_of(recording, card()), ContainsSubstring("no samples"));
    recording.leads.push_back({.name = "II"});
    recording.sampling_rate = 360;
    CHECK_THAT(error_of(recording, card()), ContainsSubstring("no samples"));
    recording.leads[0].samples.assign(1000, 0.0F);
    CHECK_THAT(error_of(recording, card()), ContainsSubstring("no error"));
    recording.sampling_rate = 0;
    CHECK_THAT(error_of(recording, card()), ContainsSubstring("not known"));
    recording.sampling_rate = std::numeric_limits<double>::quiet_NaN();
    CHECK_THAT(error_of(recording, card()), ContainsSubstring("not known"));
    recording.sampling_rate = 10;
    CHECK_THAT(error_of(recording, card()), ContainsSubstring("50 to 10 000 Hz"));
    recording.sampling_rate = 1e300;
    CHECK_THAT(error_of(recording, card()), ContainsSubstring("50 to 10 000 Hz"));
    recording.sampling_rate = 360;
    CHECK_THAT(error_of(recording, Card{}), ContainsSubstring("incomplete"));
}

TEST_CASE("missing samples are told, and no network ever sees them") {
    Recording recording = synthetic();
    std::vector<float>& samples = recording.leads[0].samples;
    std::fill_n(samples.begin() + 5000, 50, std::numeric_limits<float>::quiet_NaN());
    Analysis analysis = open(recording);
    while (const auto batch = analysis.next_batch(16)) {
        for (const float value : batch->inputs[0].data) CHECK(std::isfinite(value));
        REQUIRE(analysis.accept(run(*batch)));
    }
    const auto beats = analysis.beats();
    CHECK(std::ranges::any_of(beats, &ClassifiedBeat::filled));
    REQUIRE(analysis.warnings().size() == 1);
    CHECK_THAT(analysis.warnings()[0], ContainsSubstring("samples are missing"));

    // A lead without a signal is not worked on while another has one; no signal at all is no beats
    // and no crash.
    std::ranges::fill(samples, std::numeric_limits<float>::quiet_NaN());
    CHECK(open(recording).lead() == 1);
    for (Lead& lead : recording.leads)
        std::ranges::fill(lead.samples, std::numeric_limits<float>::quiet_NaN());
    Analysis silent = open(recording);
    CHECK_FALSE(silent.next_batch(10));
    CHECK(silent.beats().empty());
}

TEST_CASE("a sequence model gets pieces of the recording with context on both sides") {
    const Recording recording = synthetic();
    Card sequence = card();
    sequence.input = {};
    sequence.input.kind = InputKind::sequence;
    sequence.input.groups = {"F", "A"};
    sequence.input.length = 41;
    sequence.input.chunk = 50;
    sequence.input.context = 8;
    sequence.input.name = "features";
    sequence.input.shape = {-1, -1, 41};
    sequence.output.doubtful_below = 0.9;
    auto analysis = Analysis::open(recording, sequence);
    REQUIRE(analysis);
    while (!analysis->detect_some()) continue;
    std::vector<std::int64_t> positions;
    for (const ClassifiedBeat& beat : analysis->beats()) positions.push_back(beat.sample);
    const std::vector<float> rows =
        beat_features({360, recording.leads[0].samples, positions}, sequence.input.groups);
    REQUIRE(positions.size() > 120);
    std::size_t begin = 0;
    std::vector<float> expected;  // first logit of each beat
    while (const auto batch = analysis->next_batch(7)) {
        const std::size_t kept = std::min<std::size_t>(50, positions.size() - begin);
        const std::size_t before = std::min<std::size_t>(8, begin);
        const std::size_t after = std::min<std::size_t>(8, positions.size() - begin - kept);
        CHECK(batch->kept == kept);
        CHECK(batch->first == before);
        REQUIRE(batch->beats == before + kept + after);
        CHECK(std::ranges::equal(
            batch->inputs[0].shape,
            std::vector<std::int64_t>{1, static_cast<std::int64_t>(batch->beats), 41}));
        CHECK(
            std::ranges::equal(batch->inputs[0].data,
                               std::span(rows).subspan((begin - before) * 41, batch->beats * 41)));
        // Logits that tell which beat they belong to; the context's would be wrong for others.
        std::vector<float> logits;
        for (std::size_t i = 0; i < batch->beats; ++i) {
            logits.push_back(static_cast<float>(begin - before + i) * 0.1F);
            logits.push_back(4);
        }
        CHECK_FALSE(analysis->accept(std::span(logits).first(logits.size() - 1)));
        REQUIRE(analysis->accept(logits));
        begin += kept;
    }
    CHECK(begin == positions.size());
    const auto beats = analysis->beats();
    for (std::size_t i = 0; i < beats.size(); ++i) {
        const double odds = std::exp(static_cast<double>(static_cast<float>(i) * 0.1F) - 4);
        const double p = odds / (1 + odds);
        CHECK_THAT(beats[i].probabilities[0], WithinAbs(p, 1e-6));
        CHECK(beats[i].doubtful == (std::max(p, 1 - p) < 0.9));
    }
    CHECK(analysis->progress().classification == 1);
}

TEST_CASE("a model that joins leads gets those that there are, the card's lead first") {
    Recording recording = synthetic();
    recording.leads.push_back(recording.leads[0]);
    recording.leads[1].name = "V1";
    for (float& v : recording.leads[1].samples) v *= -0.5F;
    recording.leads.push_back({.name = "resp", .unit = "Ohm"});
    recording.leads[2].samples.assign(recording.leads[0].samples.size(), 0.0F);
    Card joining = card();
    joining.input = {};
    joining.input.kind = InputKind::sequence;
    joining.input.lead_choice = {"V1"};
    joining.input.groups = {"F", "A"};
    joining.input.length = 41;
    joining.input.chunk = 1000;
    joining.input.name = "features";
    joining.input.leads = 3;
    joining.input.shape = {-1, -1, -1, 41};
    joining.output.embedding = "embedding";
    joining.output.embedding_length = 2;
    const std::string alone = GENERATE("", "V1");
    auto analysis = Analysis::open(recording, joining, {.lead = alone});
    REQUIRE(analysis);
    CHECK(analysis->read_leads() ==
          (alone.empty() ? std::vector<std::size_t>{1, 0} : std::vector<std::size_t>{1}));
    const auto batch = analysis->next_batch(1000);
    REQUIRE(batch);
    std::vector<std::int64_t> positions;
    for (const ClassifiedBeat& beat : analysis->beats()) positions.push_back(beat.sample);
    std::vector<float> rows;
    for (const std::size_t lead : analysis->read_leads()) {
        const auto of_lead =
            beat_features({360, recording.leads[lead].samples, positions}, joining.input.groups);
        rows.insert(rows.end(), of_lead.begin(), of_lead.end());
    }
    CHECK(std::ranges::equal(
        batch->inputs[0].shape,
        std::vector<std::int64_t>{1, static_cast<std::int64_t>(analysis->read_leads().size()),
                                  static_cast<std::int64_t>(batch->beats), 41}));
    CHECK(std::ranges::equal(batch->inputs[0].data, rows));
    std::vector<float> logits, embedding;
    for (std::size_t i = 0; i < batch->beats; ++i) {
        logits.insert(logits.end(), {1, 0});
        embedding.insert(embedding.end(), {static_cast<float>(i), 7});
    }
    CHECK_FALSE(analysis->accept(logits, std::span(embedding).first(3)));
    REQUIRE(analysis->accept(logits, embedding));
    CHECK(std::ranges::equal(analysis->embeddings(), embedding));
    CHECK(std::ranges::equal(analysis->outputs(), logits));
}
