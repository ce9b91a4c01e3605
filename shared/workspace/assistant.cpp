#include "workspace/assistant.hpp"

#include <algorithm>

#include "classify/adapt_analysis.hpp"

namespace telltale::workspace {

const classify::Adapted& Assistant::follow(const classify::Analysis& analysis,
                                           std::uint64_t revision,
                                           std::span<const classify::Answer> answers) {
    if (!adapter_ || revision_ != revision) {
        adapter_ = classify::adapter_of(analysis);
        revision_ = revision;
        answers_.clear();
        moved_.clear();
        now_ = adapter_->refit({});
    } else if (std::ranges::equal(answers, answers_)) {
        return now_;
    }
    // The counts of the answers that both lists begin with stay.
    const auto same =
        static_cast<std::size_t>(std::ranges::mismatch(answers, answers_).in1 - answers.begin());
    if (same < answers_.size()) now_ = adapter_->refit(answers.first(same));
    moved_.resize(same);
    for (std::size_t i = same; i < answers.size(); ++i) {
        classify::Adapted next = adapter_->refit(answers.first(i + 1));
        std::size_t moved = 0;
        for (std::size_t beat = 0; beat < next.label.size(); ++beat)
            if (beat != answers[i].beat && next.label[beat] != now_.label[beat]) ++moved;
        moved_.push_back(moved);
        now_ = std::move(next);
    }
    answers_.assign(answers.begin(), answers.end());
    return now_;
}

std::optional<classify::Question> Assistant::question(const std::vector<bool>& settled) const {
    return adapter_ ? adapter_->question(answers_, now_, settled) : std::nullopt;
}

}  // namespace telltale::workspace
