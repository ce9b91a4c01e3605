// What a person's answers about some beats make of the others. It works everything out from the
// list of answers; what it keeps between calls saves time alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "classify/adapt.hpp"
#include "classify/analysis.hpp"

namespace telltale::workspace {

class Assistant {
public:
    /// The beats of an analysis that is done (`revision` tells it from others) after these answers;
    /// beats are indices of analysis.beats().
    const classify::Adapted& follow(const classify::Analysis& analysis, std::uint64_t revision,
                                    std::span<const classify::Answer> answers);
    // Of the last follow():
    /// How many beats changed their class with each answer, the answered one aside.
    [[nodiscard]] std::span<const std::size_t> moved() const { return moved_; }
    /// What to ask next, of beats that are not `settled` ([beats]); nothing where no answer is
    /// expected to move anything.
    [[nodiscard]] std::optional<classify::Question> question(
        const std::vector<bool>& settled) const;

private:
    std::optional<classify::Adapter> adapter_;
    std::uint64_t revision_ = 0;
    std::vector<classify::Answer> answers_;
    classify::Adapted now_;
    std::vector<std::size_t> moved_;
};

}  // namespace telltale::workspace
