// Better with every answer: a person names some beats of a recording, and the rest of it follows.
//
//     const Adapter adapter(said);
//     const Adapted now = adapter.refit(answers);           // every beat's class, once more
//     if (auto next = adapter.question(answers, now)) ...   // which beat to ask about next
//
// A model's logits are taken as the mean of a Gaussian process, and the answers as what was seen of
// it. Its kernel is the sum of two. One is linear in what the network's last layer sees of a beat
// (the embedding): by itself it would fit the last layer anew around its trained weights. The
// other, a radial one, lets a beat speak for those that look like it. The answers enter through a
// softmax; the most likely course of the process is taken (softmax_solver.hpp).
//
// Everything is worked out from the list of answers, so an answer that is taken back leaves nothing
// behind. The same input gives the same bits on every machine: +, -, *, / and sqrt only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace telltale::classify {

/// What a model said of the beats of a recording; row-major, one row a beat.
struct ModelSaid {
    std::size_t classes = 0;
    /// [beats, classes]: logits over the card's temperature, or logarithms of probabilities; what
    /// is added to a whole row changes nothing.
    std::span<const float> logits;
    std::size_t width = 0;
    std::span<const float> embedding;  ///< [beats, width]; empty where the model gives none.
    /// How many classes a person may give: the model's, then those that it does not know.
    std::size_t labels = 0;
};

struct Answer {
    std::size_t beat = 0;
    /// Index of the class; nothing where the person passed: the beat is not asked about again, and
    /// those like it later than others.
    std::optional<std::size_t> label;

    bool operator==(const Answer&) const = default;
};

/// Answers beyond these name their own beats alone.
inline constexpr std::size_t most_answers = 200;

/// Every beat's class after some answers.
struct Adapted {
    std::vector<float> probabilities;  ///< [beats, labels]
    /// The likeliest class of each beat; of an answered one the answer.
    std::vector<std::uint8_t> label;
    std::vector<float>
        entropy;  ///< Of each beat's probabilities, nats; 0 where answered or passed.
};

struct Question {
    std::size_t beat = 0;
    std::size_t alike = 0;  ///< Beats that look like it, itself included.
    double moved = 0;       ///< How many beats an answer is expected to move.

    bool operator==(const Question&) const = default;
};

/// Chosen on svdb 800 to 859 (site/adapt.md). Lengths are of the place of a beat: its embedding
/// over the root mean square length of the recording's, then its logits times `logit_scale`.
struct AdaptOptions {
    double variance = 6;       ///< Of the prior: logits^2, for each of the kernels' shares.
    double linear = 1;         ///< Share of the linear kernel...
    double radial = 2;         ///< ...and of the radial one, exp(-(distance / reach)^2 / 2).
    double reach = 0.3;        ///< Its length.
    double logit_scale = 0.1;  ///< How much the logits count in a beat's place.
    double trust = 1;          ///< Probability that an answer is right; the rest is spread evenly.
    double unknown = -6;       ///< Logit of classes that the model does not know.
    // Of questions.
    std::size_t candidates = 30;  ///< For so many beats it is worked out what an answer would move.
    double least_share = 0.001;   ///< Classes less likely than this are no answers to think of.
    double least_moved = 0.1;     ///< No question where fewer beats are expected to move.
};

class Adapter {
public:
    /// Copies what it needs. Values that are no numbers count as 0. Without classes, or with more
    /// than 255, it has no beats.
    explicit Adapter(const ModelSaid& said, const AdaptOptions& options = {});

    [[nodiscard]] std::size_t beats() const { return beats_; }

    /// Every beat's class after these answers. Of two answers to one beat the later one holds;
    /// answers to beats, or with classes, that there are not are left out. Time: beats * answers *
    /// (width + classes), and the solver's.
    [[nodiscard]] Adapted refit(std::span<const Answer> answers) const;

    /// The beat whose answer is expected to move most; nothing when none is expected to move
    /// anything. `now` is refit(answers); beats that are `settled` ([beats], or empty) are not
    /// asked about.
    ///
    /// Worked out among some hundred beats that stand for all, the doubtful ones more often: each
    /// gets its entropy times the root of the entropy within its reach that no answer covers yet.
    /// For the best it is then looked at how far each answer would carry.
    [[nodiscard]] std::optional<Question> question(std::span<const Answer> answers,
                                                   const Adapted& now,
                                                   const std::vector<bool>& settled = {}) const;

private:
    struct Named;
    class Pool;
    [[nodiscard]] Named named(std::span<const Answer> answers) const;
    /// Where beats lie, a row for each.
    [[nodiscard]] std::vector<float> rows(std::span<const std::size_t> beats) const;
    [[nodiscard]] float likeness(const float* a, const float* b) const;
    [[nodiscard]] double kernel(const float* a, const float* b) const;
    /// Beats that lie so near to a row that their likeness is above a half.
    [[nodiscard]] std::size_t alike(const float* row) const;
    void place(const ModelSaid& said);

    AdaptOptions options_;
    std::size_t beats_ = 0, labels_ = 0, width_ = 0;
    std::size_t padded_ = 0;               // beats, rounded up to whole blocks
    std::size_t places_ = 0, linear_ = 0;  // numbers of a place; those that the linear kernel takes
    float sharpness_ = 0;                  // 1 / (2 reach^2)
    // A row for each number, so that one instruction works on many beats.
    std::vector<float> logits_;  // [labels, padded], logarithms of probabilities
    std::vector<float> place_;   // [places, padded]
    std::vector<float> norm_;    // [padded]: square of a place's length
};

}  // namespace telltale::classify
