#include "evaluate/assisted.hpp"

#include <algorithm>
#include <memory>

#include "numbers/mixing.hpp"

namespace telltale::evaluate {
namespace {

void count(const classify::Adapted& now, const AssistedTruth& truth, std::size_t classes,
           std::span<const bool> asked, AssistedStep& step) {
    step.classes.assign(classes, {});
    step.unasked.assign(classes, {});
    for (std::size_t i = 0; i < truth.label.size(); ++i) {
        const auto expected = truth.label[i];
        if (expected && *expected >= classes) continue;
        const std::size_t given = now.label[i];
        for (auto* counts : {&step.classes, &step.unasked}) {
            if (counts == &step.unasked && asked[i]) continue;
            if (expected == given)
                ++(*counts)[given].right;
            else {
                if (expected) ++(*counts)[*expected].missed;
                if (given < classes) ++(*counts)[given].falsely;
            }
        }
    }
    for (std::size_t c = 0; c < std::min(classes, truth.missed.size()); ++c) {
        step.classes[c].missed += truth.missed[c];
        step.unasked[c].missed += truth.missed[c];
    }
}

}  // namespace

void ClassCounts::add(const ClassCounts& other) {
    right += other.right;
    falsely += other.falsely;
    missed += other.missed;
}

std::optional<double> ClassCounts::f1() const {
    const std::size_t all = 2 * right + falsely + missed;
    if (all == 0) return std::nullopt;
    return 2 * static_cast<double>(right) / static_cast<double>(all);
}

void AssistedStep::add(const AssistedStep& other) {
    given += other.given;
    classes.resize(std::max(classes.size(), other.classes.size()));
    unasked.resize(classes.size());
    for (std::size_t c = 0; c < other.classes.size(); ++c) {
        classes[c].add(other.classes[c]);
        unasked[c].add(other.unasked[c]);
    }
}

std::vector<AssistedStep> assist(const classify::Adapter& adapter, std::size_t classes,
                                 const AssistedTruth& truth, const AssistedOptions& options) {
    std::vector<AssistedStep> steps;
    std::vector<classify::Answer> answers;
    // Not vector<bool>: it is looked at as a span.
    const auto asked = std::make_unique<bool[]>(truth.label.size());
    numbers::Draws dice(options.seed);
    bool done = false;
    classify::Adapted now = adapter.refit(answers);
    for (const std::size_t wanted : options.answers) {
        while (answers.size() < wanted && !done) {
            const auto question = adapter.question(answers, now);
            done = !question;
            if (done) break;
            std::optional<std::size_t> label = truth.label[question->beat];
            if (label && classes > 1 && dice.uniform() < options.errors) {
                const auto other = std::min(
                    static_cast<std::size_t>(dice.uniform() * static_cast<double>(classes - 1)),
                    classes - 2);
                label = other < *label ? other : other + 1;
            }
            answers.push_back({question->beat, label});
            asked[question->beat] = true;
            now = adapter.refit(answers);
        }
        AssistedStep& step = steps.emplace_back();
        step.answers = wanted;
        step.given = answers.size();
        count(now, truth, classes, {asked.get(), truth.label.size()}, step);
    }
    return steps;
}

}  // namespace telltale::evaluate
