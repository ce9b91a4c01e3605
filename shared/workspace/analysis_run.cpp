#include "workspace/analysis_run.hpp"

#include <algorithm>
#include <utility>

namespace telltale::workspace {

Result<void> AnalysisRun::start(const Recording& recording, const classify::Card& card,
                                const std::string& lead) {
    classify::AnalysisOptions options{.lead = lead};
    auto analysis = classify::Analysis::open(recording, card, options);
    if (analysis && found_ && found_->lead == analysis->lead()) {
        options.given_beats = found_->beats;
        analysis = classify::Analysis::open(recording, card, std::move(options));
    }
    if (!analysis) return std::unexpected(analysis.error());
    analysis_ = std::move(*analysis);
    finding_ = true;
    ++revision_;
    ++started_;
    return {};
}

void AnalysisRun::stop() {
    analysis_.reset();
    ++revision_;
}

bool AnalysisRun::detect_some() {
    if (!analysis_ || !finding_) return true;
    if (!analysis_->detect_some()) return false;
    finding_ = false;
    ++revision_;
    if (!found_ || found_->lead != analysis_->lead()) {
        found_ = Found{.lead = analysis_->lead(), .beats = {}};
        ++found_revision_;
        for (const classify::ClassifiedBeat& beat : analysis_->beats())
            found_->beats.push_back({beat.sample, beat.detection_confidence});
    }
    return true;
}

std::optional<classify::Batch> AnalysisRun::next_batch(std::size_t max_beats) {
    if (!analysis_) return std::nullopt;
    while (!detect_some()) {
    }
    return analysis_->next_batch(max_beats);
}

Result<void> AnalysisRun::accept(std::span<const float> output, std::span<const float> embedding) {
    if (!analysis_) return fail("", "", "no analysis is under way");
    ++revision_;
    return analysis_->accept(output, embedding);
}

AnalysisRun::State AnalysisRun::state() const {
    if (!analysis_) return State::none;
    if (finding_) return State::finding;
    const double named = analysis_->progress().classification;
    if (named >= 1) return State::named;
    return named > 0 ? State::named_in_part : State::found;
}

}  // namespace telltale::workspace
