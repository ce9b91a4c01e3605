// Windows of some seconds, cut from the sources, changed in many ways, and turned into features:
// what the rhythm networks learn from. They are made once and kept in the run's folder.
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "train/rhythm/recipe.hpp"
#include "train/rhythm/sources.hpp"

namespace telltale::train {

struct RhythmWindows {
    torch::Tensor features;  ///< [windows, seconds, features], float16
    torch::Tensor labels;    ///< [windows, seconds], SecondClass, int8
    torch::Tensor kinds;     ///< [windows], of short recordings; else -1; int8
    torch::Tensor folds;     ///< [windows], of the source; -1 for what is made up; int8
};

/// Each window is changed at random: gain, polarity, either lead or a mixture, time by 0.75
/// to 1.35, nstdb's noise at 4 to 20 dB, blur. Windows for NOISE get noise that drowns them, some
/// for ASYS a stretch that is flattened.
[[nodiscard]] Result<RhythmWindows> make_windows(const RhythmRecipe& recipe,
                                                 const RhythmSources& sources,
                                                 const std::function<void(std::string_view)>& log);

}  // namespace telltale::train
