// Synthetic trains of QRS complexes with known beats: for the tests of the detector and for the
// data that its networks learn from. Everything that makes a QRS complex hard to tell is a number
// here: how wide it is, how tall the T wave is beside it, how fast the heart, how tall the
// premature beats, the polarity, the recorder.
#pragma once

#include <cstdint>
#include <vector>

#include "recording/recording.hpp"
#include "synth/random.hpp"

namespace telltale::tests {

enum class TrainRhythm : std::uint8_t {
    regular,        ///< With a little variation from beat to beat.
    irregular,      ///< As in atrial fibrillation.
    bigeminy,       ///< Every second beat premature and ventricular.
    ectopic,        ///< Some premature ventricular beats, a few blocked ones.
    runs,           ///< Runs of a wide, fast tachycardia within the rhythm.
    pauses,         ///< Stretches without a beat, P waves going on or not.
    fibrillation,   ///< Stretches of ventricular flutter or fibrillation, which hold no beats.
    failing_pacer,  ///< Pacing spikes, not all of them followed by a complex.
};

struct TrainOptions {
    double duration_s = 60;
    double sampling_rate = 250;  ///< Hz
    int leads = 1;
    TrainRhythm rhythm = TrainRhythm::regular;
    double rate_bpm = 75;
    double variation = 0.02;  ///< Standard deviation of RR as a share of it.
    double qrs_s = 0.09;      ///< Width of the complex, from onset to end.
    double r_mv = 1.0;        ///< Height.
    double t_share = 0.25;    ///< T wave's height as a share of R's, of either sign.
    double p_mv = 0.1;
    double pvc_height = 1.5;  ///< Of ventricular beats, as a share of R's height.
    double pvc_qrs_s = 0.15;
    double run_bpm = 180;    ///< Rate within runs.
    double alternans = 0;    ///< Every second beat lower by this share.
    double spike_mv = 0;     ///< A pacemaker's spike before each complex.
    double spike_s = 0.002;  ///< From 0.02 on it has become a wave of that length, as a recorder's
                             ///< filters make it.
    double spike_before_s = 0.02;  ///< Before the complex's onset.
    double noise_mv = 0.01;        ///< Standard deviation of the white noise.
    double hum_mv = 0;
    double wander_mv = 0.1;
    double offset_mv = 0;
    double glitches_a_minute = 0;  ///< Spikes of one sample, of glitch_mv.
    double glitch_mv = 4;
    int shape = 0;  ///< 0 R, 1 Rs, 2 qRs, 3 rS, 4 notched, 5 smooth, 6 QS slurred.
    std::uint64_t seed = 1;
};

/// The recording with its beats (N, or V for the ventricular ones) as annotations, each in the
/// middle of its complex. The same options give the same samples everywhere.
[[nodiscard]] Recording make_train(const TrainOptions& options);

/// Options drawn from everything that is met, and somewhat beyond.
[[nodiscard]] TrainOptions any_train(synth::Random& random, std::uint64_t seed);

}  // namespace telltale::tests
