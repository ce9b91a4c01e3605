// Waves as files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "recording/annotation.hpp"
#include "waves/waves.hpp"

namespace telltale::waves {

/// As WFDB's waveform annotations (ecgpuwave's form): "(", the wave ("p", "N" or "t") and ")", in
/// time order; the number of a bracket says whose it is (0 P, 1 QRS, 2 T). Samples at `rate` Hz.
[[nodiscard]] std::vector<Annotation> annotations(const WaveMarks& joined, double rate);

/// A line a beat that was looked at: R peak in s, then onset, peak and end of P, onset and end of
/// QRS, onset, peak and end of T in s, and PR, QRS and QT in ms; empty where not known.
[[nodiscard]] std::string waves_csv(const WaveMarks& joined, std::span<const std::int64_t> r_peaks,
                                    double rate);

}  // namespace telltale::waves
