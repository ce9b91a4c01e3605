// What recordings undergo, for the data that the detector's networks learn from: other sampling
// rates, hearts and recorders than those of the databases, noise, artefacts, leads that fail.
#pragma once

#include <span>
#include <vector>

#include "synth/random.hpp"

namespace telltale::bench {

/// One lead with the places of its beats.
struct Sample {
    std::vector<float> mv;
    double rate = 0;  ///< Hz
    std::vector<double> beats_s;
    std::vector<bool> ventricular;  ///< One a beat.

    [[nodiscard]] double seconds() const { return static_cast<double>(mv.size()) / rate; }
};

/// A stretch of it, beats within it.
[[nodiscard]] Sample cut(const Sample& from, double begin_s, double length_s);
[[nodiscard]] Sample resampled(const Sample& from, double rate);
/// As if the heart beat `factor` times as fast, with complexes so much narrower.
[[nodiscard]] Sample hastened(Sample from, double factor);

/// The gain falls to a third or so for half a minute at a time.
void change_gain(Sample& s, synth::Random& random);
/// One to three beats in a row are blocked: their QRS and T become a straight line, P waves stay.
void block_beats(Sample& s, synth::Random& random);
/// Stretches of noise, some of it slow, with steps and spikes.
void add_artefacts(Sample& s, synth::Random& random);
/// Recorded noise, over stretches, so loud that the beats stand `decibels` above it.
void add_noise(Sample& s, std::span<const float> noise, double noise_rate, double decibels,
               synth::Random& random);
/// Ventricular beats, and a few others, become `factor` times as tall.
void scale_ectopic(Sample& s, double factor, double share_of_others, synth::Random& random);
/// Complexes become wider: the signal is averaged over `width_s`, and brought back to its height.
void widen(Sample& s, double width_s);
/// A pacemaker's spike before each beat, and spikes without one.
void add_pacing(Sample& s, double spike_mv, synth::Random& random);
/// Stretches in which the lead is off: flat, without samples, hum, or noise.
void fail_at_times(Sample& s, double longest_s, synth::Random& random);

}  // namespace telltale::bench
