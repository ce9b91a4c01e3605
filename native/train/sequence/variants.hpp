// One recipe against variants of itself, by cross-validation on its own records: how settings are
// chosen, and what each part of the model is worth (ablations).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/sequence/course.hpp"
#include "train/sequence/recipe.hpp"

namespace telltale::train {

struct Variant {
    std::string name;
    SequenceRecipe recipe;
};

/// Reads variants: a TOML table each, named as the variant, whose sections and keys replace those
/// of the recipe. The unchanged recipe comes first, as "the recipe itself".
[[nodiscard]] Result<std::vector<Variant>> parse_variants(const SequenceRecipe& recipe,
                                                          std::string_view toml,
                                                          std::string_view file);

/// Cross-validates every variant and writes OUT/variants.json, anew after each one: an array of
/// {name, accuracy, macro_f1, classes, synthetic, parameters}. A variant that OUT holds already is
/// not computed again. Records are read and synthetic patients made once.
[[nodiscard]] Result<nlohmann::ordered_json> compare_variants(const std::vector<Variant>& variants,
                                                              const CourseOptions& options,
                                                              Display& display);

}  // namespace telltale::train
