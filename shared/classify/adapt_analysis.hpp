// From an analysis to what answers adapt.
#pragma once

#include <string>
#include <vector>

#include "classify/adapt.hpp"
#include "classify/analysis.hpp"

namespace telltale::classify {

/// What a beat can be called: the model's classes, then those of AAMI (N S V F Q) that the model
/// does not know and a person may give all the same.
[[nodiscard]] std::vector<std::string> labels_of(const Card& card);

/// Of the beats of an analysis that is done; answers give labels_of(analysis.card()).
[[nodiscard]] Adapter adapter_of(const Analysis& analysis);

}  // namespace telltale::classify
