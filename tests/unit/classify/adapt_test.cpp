#include <algorithm>
#include <array>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "classify/adapt.hpp"
#include "classify/softmax_solver.hpp"
#include "synth/random.hpp"

using namespace telltale::classify;
using Catch::Approx;

namespace {

constexpr std::size_t classes = 3;  // N S V

// A recording of groups of beats: each lies around a place of its own, in an embedding of eight
// values, and the model holds it for something.
struct Recording {
    std::vector<float> logits, embedding;
    std::vector<std::size_t> group;

    void add(std::size_t beats, std::size_t axis, std::array<float, classes> said,
             std::uint64_t seed) {
        telltale::synth::Random random(seed);
        const std::size_t number = group.empty() ? 0 : group.back() + 1;
        for (std::size_t i = 0; i < beats; ++i) {
            group.push_back(number);
            for (const float logit : said)
                logits.push_back(logit + static_cast<float>(0.1 * random.normal()));
            for (std::size_t d = 0; d < 8; ++d)
                embedding.push_back(
                    static_cast<float>((d == axis ? 2 : 0) + 0.1 * random.normal()));
        }
    }
    [[nodiscard]] ModelSaid said(std::size_t labels = classes) const {
        return {.classes = classes,
                .logits = logits,
                .width = 8,
                .embedding = embedding,
                .labels = labels};
    }
    [[nodiscard]] std::size_t first_of(std::size_t wanted) const {
        return static_cast<std::size_t>(std::ranges::find(group, wanted) - group.begin());
    }
};

// 200 normal beats, 40 that the model holds for normal and is not sure of, 30 ventricular ones.
Recording three_groups() {
    Recording recording;
    recording.add(200, 0, {6, 0, 0}, 1);
    recording.add(40, 3, {1.2F, 0.8F, -1}, 2);
    recording.add(30, 5, {-1, 0, 4}, 3);
    return recording;
}

}  // namespace

TEST_CASE("the exponential of the solver is right to 3e-7") {
    for (float x = 0; x > -86; x -= 0.37F)
        CHECK(exp_of_negative(x) == Approx(std::exp(static_cast<double>(x))).epsilon(3e-7));
    CHECK(exp_of_negative(0) == 1);
    CHECK(exp_of_negative(-1000) == 0);
    CHECK(exp_of_negative(-std::numeric_limits<float>::infinity()) == 0);
    CHECK(exp_of_negative(std::nanf("")) == 0);
}

TEST_CASE("the softmax fit is where it must be: each weight is what the answer lacks") {
    // At the maximum the gradient vanishes: weight = target - softmax(prior + K weight).
    constexpr std::size_t n = 6;
    telltale::synth::Random random(5);
    std::vector<double> places(n * 3), kernel(n * n), prior(n * classes), target(n * classes);
    for (double& x : places) x = random.normal();
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            double dot = 1, apart = 0;
            for (std::size_t d = 0; d < 3; ++d) {
                dot += places[i * 3 + d] * places[j * 3 + d];
                apart += std::pow(places[i * 3 + d] - places[j * 3 + d], 2);
            }
            kernel[i * n + j] = 4 * dot + 8 * std::exp(-apart);
        }
    for (double& x : prior) x = 2 * random.normal();
    for (std::size_t i = 0; i < n; ++i) target[i * classes + i % classes] = 1;

    const auto weights = fit_softmax(kernel, prior, target, classes, 20);
    for (std::size_t i = 0; i < n; ++i) {
        std::array<double, classes> h{};
        double sum = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            h[c] = prior[i * classes + c];
            for (std::size_t j = 0; j < n; ++j)
                h[c] += kernel[i * n + j] * weights[j * classes + c];
            sum += std::exp(h[c]);
        }
        for (std::size_t c = 0; c < classes; ++c) {
            CAPTURE(i, c);
            CHECK(weights[i * classes + c] ==
                  Approx(target[i * classes + c] - std::exp(h[c]) / sum).margin(1e-5));
        }
    }
}

TEST_CASE("a matrix taken apart solves its equations") {
    const std::vector<double> matrix = {4, 2, 1, 2, 5, 3, 1, 3, 6};
    const PositiveDefinite m(matrix, 3);
    std::vector<double> x = {1, 2, 3};
    m.solve(x);
    const auto inverse = m.inverse();
    for (std::size_t i = 0; i < 3; ++i) {
        double back = 0;
        for (std::size_t j = 0; j < 3; ++j) back += matrix[i * 3 + j] * x[j];
        CHECK(back == Approx(static_cast<double>(i + 1)));
        for (std::size_t k = 0; k < 3; ++k) {
            double one = 0;
            for (std::size_t j = 0; j < 3; ++j) one += matrix[i * 3 + j] * inverse[j * 3 + k];
            CHECK(one == Approx(i == k ? 1 : 0).margin(1e-12));
        }
    }
}

TEST_CASE("without answers the beats are what the model says") {
    const Recording recording = three_groups();
    const Adapter adapter(recording.said());
    const Adapted now = adapter.refit({});
    REQUIRE(now.label.size() == 270);
    CHECK(now.label[0] == 0);
    CHECK(now.label[269] == 2);
    for (const std::size_t beat : {0, 210, 260}) {
        double sum = 0;
        for (std::size_t c = 0; c < classes; ++c)
            sum += std::exp(static_cast<double>(recording.logits[beat * classes + c]));
        for (std::size_t c = 0; c < classes; ++c)
            CHECK(now.probabilities[beat * classes + c] ==
                  Approx(std::exp(static_cast<double>(recording.logits[beat * classes + c])) / sum)
                      .epsilon(1e-4));
    }
}

TEST_CASE("one answer moves the beats that look like it, and no others") {
    const Recording recording = three_groups();
    const Adapter adapter(recording.said());
    const Answer answer{recording.first_of(1) + 7, 1};
    const Adapted now = adapter.refit(std::span(&answer, 1));
    for (std::size_t i = 0; i < recording.group.size(); ++i) {
        CAPTURE(i);
        CHECK(now.label[i] == recording.group[i]);
    }
    // Taken back, nothing is left of it.
    CHECK(adapter.refit({}).label == Adapter(recording.said()).refit({}).label);
}

TEST_CASE("an answered beat is what was answered, whatever the beats around it say") {
    const Recording recording = three_groups();
    const Adapter adapter(recording.said());
    std::vector<Answer> answers;
    for (std::size_t i = 0; i < 20; ++i) answers.push_back({i, 0});
    answers.push_back({30, 2});  // among them one that is not
    const Adapted now = adapter.refit(answers);
    CHECK(now.label[30] == 2);
    CHECK(now.label[29] == 0);
    CHECK(now.label[150] == 0);
    // Of two answers to a beat the later one holds.
    answers.push_back({30, 1});
    CHECK(adapter.refit(answers).label[30] == 1);
    // A passed one is none.
    answers.push_back({30, std::nullopt});
    CHECK(adapter.refit(answers).label[30] == 0);
}

TEST_CASE("a class that the model does not know is learnt from answers") {
    const Recording recording = three_groups();
    const Adapter adapter(recording.said(5));
    CHECK(adapter.refit({}).label == Adapter(recording.said()).refit({}).label);
    const std::vector<Answer> answers = {{recording.first_of(2), 4},
                                         {recording.first_of(2) + 1, 4}};
    const Adapted now = adapter.refit(answers);
    for (std::size_t i = 0; i < recording.group.size(); ++i)
        CHECK((now.label[i] == 4) == (recording.group[i] == 2));
}

TEST_CASE("the question is about the doubtful group, and ends when nothing would move") {
    const Recording recording = three_groups();
    const Adapter adapter(recording.said());
    std::vector<Answer> answers;
    Adapted now = adapter.refit(answers);
    const auto first = adapter.question(answers, now);
    REQUIRE(first);
    CHECK(recording.group[first->beat] == 1);
    CHECK(first->alike >= 20);
    CHECK(first->alike <= 40);
    CHECK(first->moved > 1);
    // The same question from the same answers.
    CHECK(adapter.question(answers, now) == first);

    std::size_t asked = 0;
    while (const auto question = adapter.question(answers, now)) {
        REQUIRE(++asked < 12);
        CHECK(std::ranges::find(answers, question->beat, &Answer::beat) == answers.end());
        answers.push_back({question->beat, recording.group[question->beat]});
        now = adapter.refit(answers);
    }
    CHECK(asked >= 1);
    for (std::size_t i = 0; i < recording.group.size(); ++i)
        CHECK(now.label[i] == recording.group[i]);
}

TEST_CASE("what is settled, or was passed, is not asked about") {
    const Recording recording = three_groups();
    const Adapter adapter(recording.said());
    const Adapted now = adapter.refit({});
    std::vector<bool> settled(recording.group.size());
    for (std::size_t i = 0; i < settled.size(); ++i) settled[i] = recording.group[i] == 1;
    if (const auto question = adapter.question({}, now, settled))
        CHECK(recording.group[question->beat] != 1);
    CHECK_FALSE(adapter.question({}, now, std::vector<bool>(settled.size(), true)));

    const auto first = adapter.question({}, now);
    REQUIRE(first);
    const Answer passed{first->beat, std::nullopt};
    const auto next = adapter.question(std::span(&passed, 1), adapter.refit(std::span(&passed, 1)));
    if (next) CHECK(next->beat != first->beat);
}

TEST_CASE("logits alone serve where the model gives no embedding") {
    const Recording recording = three_groups();
    ModelSaid said = recording.said();
    said.width = 0;
    said.embedding = {};
    const Adapter adapter(said);
    const Answer answer{recording.first_of(1), 1};
    const Adapted now = adapter.refit(std::span(&answer, 1));
    std::size_t right = 0;
    for (std::size_t i = 0; i < recording.group.size(); ++i)
        right += now.label[i] == recording.group[i] ? 1 : 0;
    CHECK(right > 260);
}

TEST_CASE("what cannot be is left out, and nothing is not an error") {
    CHECK(Adapter({}).beats() == 0);
    CHECK(Adapter({}).refit({}).label.empty());
    CHECK_FALSE(Adapter({}).question({}, {}));

    Recording recording = three_groups();
    const Adapter adapter(recording.said());
    const std::vector<Answer> nowhere = {{9999, 1}, {3, 77}, {4, std::nullopt}};
    CHECK(adapter.refit(nowhere).label == adapter.refit({}).label);

    // A network that gave no numbers for a beat: the others are not touched by it.
    recording.embedding[8 * 17] = std::nanf("");
    recording.logits[classes * 18] = std::numeric_limits<float>::infinity();
    const Adapter odd(recording.said());
    const Answer answer{recording.first_of(1), 1};
    const Adapted now = odd.refit(std::span(&answer, 1));
    for (const float p : now.probabilities) CHECK(std::isfinite(p));
    CHECK(now.label[recording.first_of(1) + 5] == 1);
    CHECK(now.label[100] == 0);
    CHECK(odd.question(std::span(&answer, 1), now) == odd.question(std::span(&answer, 1), now));
}

TEST_CASE("more answers than are fitted name their own beats") {
    Recording recording;
    recording.add(600, 0, {3, 0, 0}, 9);
    const Adapter adapter(recording.said());
    std::vector<Answer> answers;
    for (std::size_t i = 0; i < most_answers + 5; ++i)
        answers.push_back({i, i < most_answers ? 0 : 2});
    const Adapted now = adapter.refit(answers);
    CHECK(now.label[most_answers - 1] == 0);
    CHECK(now.label[most_answers + 4] == 2);
    CHECK(now.label[most_answers + 5] == 0);
}
