// A list of places to step through with J and K: what a filter, a matrix cell, a cluster or a part
// of a plot picked out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace telltale::window {

struct StepTarget {
    double first = 0, last = 0;       ///< samples; equal for a beat
    std::optional<std::size_t> beat;  ///< of Session::beats
    std::string text = {};            ///< what is there, where the title does not say it
};

struct StepList {
    std::string title;  ///< "reference V, found N"; empty: nothing to step through
    std::vector<StepTarget> targets;
    std::optional<std::size_t> at;  ///< where the reader is

    [[nodiscard]] bool empty() const { return targets.empty(); }
    /// Moves on, stopping at the ends; false if there is nowhere to go.
    bool step(int direction) {
        if (targets.empty()) return false;
        if (!at) {
            at = direction > 0 ? 0 : targets.size() - 1;
            return true;
        }
        if (direction > 0 ? *at + 1 >= targets.size() : *at == 0) return false;
        at = direction > 0 ? *at + 1 : *at - 1;
        return true;
    }
};

}  // namespace telltale::window
