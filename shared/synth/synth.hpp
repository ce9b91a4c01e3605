// Synthetic recordings with known beats: samples for the page, inputs for tests. Each wave (P, Q,
// R, S, T) is a Gaussian bump per lead; rhythm, ectopy and noise are drawn from a seed.
#pragma once

#include <cstdint>
#include <string>

#include "recording/recording.hpp"

namespace telltale::synth {

struct Options {
    std::string name = "synthetic";
    double duration_s = 60;
    double sampling_rate = 360;  ///< Hz
    double heart_rate = 68;      ///< beats a minute
    double pvc_share = 0;        ///< Share of beats that are premature ventricular (V).
    double apb_share = 0;        ///< Share of beats that are premature atrial (A).
    double noise_mv = 0.02;      ///< Standard deviation of the muscle noise.
    double wander_mv = 0.05;     ///< Amplitude of the baseline wander.
    int leads = 2;               ///< 1 to 12: II, V1, then the other standard leads.
    std::uint64_t seed = 1;
};

/// The recording with its true annotations, digitised at 200 ADC units per mV so that writing
/// it and reading it back changes nothing. The same options give the same samples everywhere.
[[nodiscard]] Recording make(const Options& options);

}  // namespace telltale::synth
