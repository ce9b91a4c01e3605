// What a person is asked, and what follows from the answers.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "workspace/review.hpp"
#include "workspace/workspace.hpp"

namespace telltale::workspace {

std::vector<classify::Answer> Workspace::answers(std::span<const Edits::Beat> beats) const {
    const auto reach = std::llround(same_beat_s * work_.recording->sampling_rate);
    std::vector<classify::Answer> answers;
    for (const std::int64_t sample : work_.edits.answers()) {
        const Edits::Beat* nearest = nullptr;
        for (auto it = std::ranges::lower_bound(beats, sample - reach, {}, &Edits::Beat::sample);
             it != beats.end() && it->sample <= sample + reach; ++it)
            if (it->source && (nearest == nullptr ||
                               std::abs(it->sample - sample) < std::abs(nearest->sample - sample)))
                nearest = &*it;
        if (nearest == nullptr) continue;  // taken away since
        classify::Answer& answer = answers.emplace_back();
        answer.beat = *nearest->source;
        // Given with another model in use, it may be a class of that one.
        const auto label = std::ranges::find(labels_, nearest->label);
        if (label != labels_.end())
            answer.label = static_cast<std::size_t>(label - labels_.begin());
    }
    return answers;
}

const classify::Adapted* Workspace::adapted(std::span<const Edits::Beat> beats) const {
    if (work_.edits.answers().empty() || work_.run.state() != AnalysisRun::State::named)
        return nullptr;
    return &work_.assistant.follow(*work_.run.analysis(), work_.run.revision(), answers(beats));
}

void Workspace::follow(const classify::Adapted& adapted, const classify::ClassifiedBeat& found,
                       std::size_t source, report::Beat& beat) const {
    const std::size_t classes = card_->classes.size(), row = source * labels_.size();
    const std::size_t label = adapted.label[source];
    beat.label = static_cast<int>(label);
    beat.follows = beat.label != found.label;
    beat.probabilities = std::span(adapted.probabilities).subspan(row, classes);
    beat.doubtful = found.filled || static_cast<double>(adapted.probabilities[row + label]) <
                                        card_->output.doubtful_below;
}

Result<messages::QuestionInfo> Workspace::question_info() const {
    if (auto beats = whole(); !beats) return std::unexpected(beats.error());
    if (work_.run.state() != AnalysisRun::State::named)
        return fail("", "", "No model has named the beats yet.");
    const auto& beats = reviewed();
    const auto& found = found_beats();
    const auto answers = this->answers(beats);
    (void)work_.assistant.follow(*work_.run.analysis(), work_.run.revision(), answers);
    const Report& report = now();
    // What a person named or took away is not asked about, nor what is no beat of a
    // class, or a pacemaker's.
    std::vector<bool> settled(found.size(), true);
    for (std::size_t i = 0; i < beats.size(); ++i)
        if (beats[i].source && beats[i].label.empty() && report.beats[i].label >= 0 &&
            !report.beats[i].paced)
            settled[*beats[i].source] = false;

    messages::QuestionInfo told;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto& label = answers[i].label;
        told.answers.push_back({.sample = found[answers[i].beat].sample,
                                .class_ = label ? std::optional(labels_[*label]) : std::nullopt,
                                .moved = work_.assistant.moved()[i]});
    }
    told.moved = report.input.review.moved;
    if (const auto question = work_.assistant.question(settled)) {
        const auto at = std::ranges::find(beats, question->beat, &Edits::Beat::source);
        told.next = {.beat = static_cast<std::size_t>(at - beats.begin()),
                     .sample = at->sample,
                     .alike = question->alike};
    }
    return told;
}

}  // namespace telltale::workspace
