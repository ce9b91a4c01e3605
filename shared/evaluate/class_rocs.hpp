// Each class of a model against the others, beat by beat of a reference.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "evaluate/roc.hpp"
#include "recording/annotation.hpp"

namespace telltale::evaluate {

/// A beat with what a model holds it for.
struct ScoredBeat {
    std::int64_t sample = 0;
    std::span<const float> probabilities;  ///< One a class; others are left out.
};

struct ClassRoc {
    std::string class_name;
    Roc roc;
};

/// One curve a class that is one of AAMI's (N S V F Q) and that the reference knows. Each beat goes
/// with the nearest of the reference's within `match_window_s`; the others do not count. Both lists
/// in time order, `rate` in Hz.
[[nodiscard]] std::vector<ClassRoc> class_rocs(std::span<const Annotation> reference,
                                               std::span<const ScoredBeat> beats,
                                               std::span<const std::string> classes, double rate,
                                               double match_window_s = 0.150);

}  // namespace telltale::evaluate
