// One model's analysis of one recording, step by step: beats are found, then named. Beats that were
// found are kept for the next model on the same lead.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "classify/analysis.hpp"

namespace telltale::workspace {

class AnalysisRun {
public:
    /// Starts anew. An empty lead name follows the card. Where it cannot, what was there stays.
    /// `recording` outlives the run.
    [[nodiscard]] Result<void> start(const Recording& recording, const classify::Card& card,
                                     const std::string& lead);
    /// No analysis any more: its model is gone. The beats that were found stay known.
    void stop();

    /// Null before the first start, and after stop().
    [[nodiscard]] const classify::Analysis* analysis() const {
        return analysis_ ? &*analysis_ : nullptr;
    }
    /// A slice of detection; true when done.
    [[nodiscard]] bool detect_some();
    [[nodiscard]] std::optional<classify::Batch> next_batch(std::size_t max_beats);
    [[nodiscard]] Result<void> accept(std::span<const float> output,
                                      std::span<const float> embedding = {});

    /// Where the run is: what its beats are good for depends on it.
    enum class State : std::uint8_t { none, finding, found, named_in_part, named };
    [[nodiscard]] State state() const;

    /// Another one after every change of the beats or of their names.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    /// Another one after every start.
    [[nodiscard]] std::uint64_t started() const { return started_; }
    /// Another one when beats were found anew: not where another model names the same ones.
    [[nodiscard]] std::uint64_t found() const { return found_revision_; }

private:
    struct Found {
        std::size_t lead = 0;
        std::vector<beats::Beat> beats;
    };
    std::optional<classify::Analysis> analysis_;
    std::optional<Found> found_;
    bool finding_ = false;
    std::uint64_t revision_ = 0, started_ = 0, found_revision_ = 0;
};

}  // namespace telltale::workspace
