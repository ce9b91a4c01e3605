// One lead of a record, changed at random, as the wave network reads it, with what each frame is.
#pragma once

#include <cstddef>
#include <vector>

#include "train/loop/random.hpp"
#include "train/waves/recipe.hpp"
#include "train/waves/sources.hpp"
#include "waves/wave_rows.hpp"

namespace telltale::train {

struct DrawnLead {
    waves::WaveRows rows;
    std::vector<float> labels;  ///< [frames, waves::classes]: share of the frame's 8 ms.
    std::vector<float> known;   ///< One a frame: 1 where a person has looked.
};

/// Lead `lead` of a source as it is: the frames' labels, at another rate if `tempo` is not 1.
[[nodiscard]] DrawnLead drawn_lead(const WaveSource& source, std::size_t lead,
                                   std::span<const float> samples,
                                   std::span<const std::int64_t> r_peaks, double tempo);

/// The same, changed as the recipe says: tempo by 0.7 to 1.4, a share of another lead, noise,
/// hum, polarity, blur, P waves taken out, beats a little off their place.
[[nodiscard]] DrawnLead changed_lead(const WaveRecipe& recipe, const WaveSource& source,
                                     std::size_t lead, const std::vector<Recording>& noises,
                                     Random& random);

}  // namespace telltale::train
