#include "train/rhythm/rhythm_model.hpp"

#include "rhythm/rhythm_features.hpp"

namespace telltale::train {

classify::Card rhythm_card(const RhythmRecipe& recipe) {
    classify::Card card = card_of(recipe);
    card.default_for = "rhythm";
    card.classes = rhythm_outputs();
    card.input.kind = classify::InputKind::rhythm;
    card.input.groups = rhythm::rhythm_groups();
    card.input.length = rhythm::rhythm_feature_count();
    card.input.name = "features";
    card.input.shape = {-1, -1, static_cast<std::int64_t>(card.input.length)};
    card.input.chunk = 3600;
    card.input.context = 30;
    card.output.name = "logits";
    return card;
}

}  // namespace telltale::train
