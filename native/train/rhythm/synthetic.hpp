// Rhythms made up, where real ones are rare: the ventricles' above all.
#pragma once

#include <cstdint>
#include <vector>

#include "train/loop/random.hpp"
#include "train/rhythm/recipe.hpp"

namespace telltale::train {

struct MadeRhythm {
    SecondClass label = second_unknown;
    std::vector<float> samples;  ///< mV
};

/// Some seconds of one rhythm: ventricular fibrillation (waves of 3 to 7 Hz that wax, wane and
/// wander), ventricular tachycardia (wide complexes at 125 to 255 a minute), and their mimics: wide
/// complexes at 45 to 105 a minute, regular (N) or at random intervals (AFIB).
[[nodiscard]] MadeRhythm made_rhythm(double seconds, double rate, Random& random);

}  // namespace telltale::train
