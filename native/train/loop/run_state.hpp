// A training in stages, each a network: which are finished, their weights and what was told of
// them, in one checkpoint that a later start goes on from.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "recording/error.hpp"
#include "train/loop/checkpoint.hpp"
#include "train/loop/progress.hpp"
#include "train/recipes/recipe_head.hpp"

namespace telltale::train {

class RunState {
public:
    /// Called every so many steps: stage, step of its network, mean loss.
    using OnStep = std::function<void(const std::string&, int, double)>;

    explicit RunState(std::filesystem::path out) : out_(std::move(out)) {}

    /// Makes the folder, or goes on with the checkpoint in it. `parse` reads a recipe's text.
    /// Errors: a checkpoint of another recipe, or one that exists where `resume` was not asked for.
    template <class Parse>
    [[nodiscard]] Result<void> start(const RecipeHead& recipe, bool resume, Parse parse) {
        const auto kept = open(recipe, resume);
        if (!kept) return std::unexpected(kept.error());
        if (!*kept) return {};
        auto earlier = parse(checkpoint_.texts["recipe"], path().string());
        if (!earlier) return std::unexpected(earlier.error());
        if (!checkpoint_.texts["seed"].empty())
            earlier->seed = std::stoull(checkpoint_.texts["seed"]);
        if (essence(*earlier) != essence(recipe))
            return fail(path().string(), "", "belongs to another recipe; choose another --out");
        return {};
    }

    [[nodiscard]] bool known(const std::string& stage) const {
        return checkpoint_.tensors.contains("finished/" + stage);
    }
    /// Marks a stage as finished and keeps all.
    [[nodiscard]] Result<void> finish(const std::string& stage);

    /// Steps of a network until it is finished; what was told goes into metrics.jsonl.
    template <class Learner>
    [[nodiscard]] Result<void> learn(const std::string& stage, Learner& learner, Display& display,
                                     const OnStep& on_step) {
        begin_stage();
        while (!learner.finished()) {
            const auto loss = learner.step();
            if (!loss) return std::unexpected(loss.error());
            count(stage, learner.done(), *loss, learner.finished(), on_step);
        }
        display.say(stage + " is done");
        return {};
    }

    /// What run.json begins with.
    [[nodiscard]] nlohmann::ordered_json head(const RecipeHead& recipe,
                                              std::int64_t parameters) const;
    /// run.json and report.html.
    [[nodiscard]] Result<void> write(const nlohmann::ordered_json& summary,
                                     const std::string& report) const;

    [[nodiscard]] Checkpoint& checkpoint() { return checkpoint_; }
    [[nodiscard]] const std::string& lines() const { return lines_; }
    /// Of learning, over all starts.
    [[nodiscard]] double seconds() const { return seconds_; }

private:
    [[nodiscard]] std::filesystem::path path() const { return out_ / "checkpoint.pt"; }
    /// Whether there was a checkpoint.
    [[nodiscard]] Result<bool> open(const RecipeHead& recipe, bool resume);
    void begin_stage();
    void count(const std::string& stage, int step, double loss, bool last, const OnStep& on_step);

    std::filesystem::path out_;
    Checkpoint checkpoint_;
    std::string lines_;
    double seconds_ = 0, sum_ = 0;
    int summed_ = 0;
    std::chrono::steady_clock::time_point since_;
};

}  // namespace telltale::train
