// What recorders and patients add to an ECG, for what is learnt from to hold it too.
#pragma once

#include <vector>

#include "recording/recording.hpp"
#include "train/loop/random.hpp"

namespace telltale::train {

/// Adds noise at a signal-to-noise ratio in dB: one of `noises` (nstdb's bw, em and ma, in this
/// order), or two; `electrode`: em or ma only. `rate` is of `x`, Hz.
void add_noise(std::vector<float>& x, double rate, double snr_db,
               const std::vector<Recording>& noises, bool electrode, Random& random);

/// A moving mean over `seconds`, centred.
void blur(std::vector<float>& x, double rate, double seconds);

}  // namespace telltale::train
