#include "classify/adapt_analysis.hpp"

#include <algorithm>

#include "classify/feature_math.hpp"
#include "recording/annotation.hpp"

namespace telltale::classify {
namespace {

// The logits that the analysis's probabilities are made of, over the card's temperature.
std::vector<float> logits_of(const Analysis& analysis) {
    constexpr float least = 1e-6F;
    std::vector<float> logits;
    for (const ClassifiedBeat& beat : analysis.beats())
        for (const float p : beat.probabilities) logits.push_back(log_of(std::max(p, least)));
    return logits;
}

}  // namespace

std::vector<std::string> labels_of(const Card& card) {
    std::vector<std::string> labels = card.classes;
    for (const AamiClass aami : all_aami_classes)
        if (const std::string name(1, letter(aami));
            std::ranges::find(labels, name) == labels.end())
            labels.push_back(name);
    return labels;
}

Adapter adapter_of(const Analysis& analysis) {
    const std::vector<float> logits = logits_of(analysis);
    return Adapter({.classes = analysis.card().classes.size(),
                    .logits = logits,
                    .width = 0,
                    .embedding = {},
                    .labels = labels_of(analysis.card()).size()});
}

}  // namespace telltale::classify
