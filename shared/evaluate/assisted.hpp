// What a person's answers are worth: a technician is played who knows the reference, is asked about
// one beat after the other, and names it. Counted is what the whole recording is called then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "classify/adapt.hpp"

namespace telltale::evaluate {

struct AssistedOptions {
    /// After how many answers to count, ascending; 0 is the model by itself.
    std::vector<std::size_t> answers = {0, 4, 8, 12, 24};
    double errors = 0;  ///< Share of the answers that are wrong, 0 to 1: another class at random.
    std::uint64_t seed = 1;  ///< Of these errors.
};

/// What is known of the beats that are asked about.
struct AssistedTruth {
    /// Index of each beat's class among the labels; nothing where there is no beat, or none that
    /// has a class: the technician passes, and the beat counts as falsely found.
    std::vector<std::optional<std::size_t>> label;
    /// Reference beats of each label that were not found; empty where none are missed.
    std::vector<std::size_t> missed;
};

/// Counts of one class.
struct ClassCounts {
    std::size_t right = 0;    ///< Beats of the class that are called so.
    std::size_t falsely = 0;  ///< Others that are called so.
    std::size_t missed = 0;   ///< Beats of it that are called otherwise, or were not found.

    void add(const ClassCounts& other);
    /// 2 right / (2 right + falsely + missed); nothing where none is there and none is called so.
    [[nodiscard]] std::optional<double> f1() const;
};

/// After so many answers.
struct AssistedStep {
    std::size_t answers = 0;  ///< Asked for.
    std::size_t given = 0;    ///< Fewer where there was nothing more to ask.
    /// One a class of the model: over all beats, and over those that were not asked about (those
    /// that were not found are missed in both).
    std::vector<ClassCounts> classes, unasked;

    /// Adds the counts of another recording.
    void add(const AssistedStep& other);
};

/// `classes` of the labels are the model's; beats whose true class is none of them are asked about,
/// but not counted. `truth.label` is one for each beat of the adapter.
[[nodiscard]] std::vector<AssistedStep> assist(const classify::Adapter& adapter,
                                               std::size_t classes, const AssistedTruth& truth,
                                               const AssistedOptions& options);

}  // namespace telltale::evaluate
