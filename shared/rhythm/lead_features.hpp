// What a lead looks like around each second, in numbers: how it repeats itself, where its power
// lies, how its values are spread. The waveform half of what the rhythm network reads.
#pragma once

#include <cstddef>
#include <span>

#include "rhythm/network_lead.hpp"

namespace telltale::rhythm {

/// Features of a second, in this order. Windows are centred on the second and end with the lead.
/// - autocorrelation over 9 s at 25 Hz, lags 1 to 37, of the signal (37) and of the envelope of its
///   slope (37); over 5 s, lags 2 to 26, of both (25 + 25);
/// - over 5 s at 50 Hz with a Hann window: the root of the share of power in 12 bands from 0.4 to
///   25 Hz (12), of the highest peak (1), the peak's frequency / 10 Hz, the mean frequency / 10 Hz;
/// - over 5 s: 7 quantiles of the amplitude and 6 of the slope, as log2 of their share of the
/// scale,
///   halved; the scale is the 0.97 quantile of the amplitude over 9 s;
/// - log2 of the scale and of the largest slope in mV and mV a sample (2); the second's own largest
///   amplitude and slope against the scale (2); the least and the mean of the largest amplitudes of
///   the 9 seconds against it (2);
/// - crossings of zero a second over 5 s / 10: of the signal at 25 Hz, with a hysteresis of a tenth
///   of the scale and without (2); share of power above some 25 Hz in the second (1);
/// - share of the second that is flat within 4 uV, the same over 5 s, share without samples (3).
inline constexpr std::size_t lead_feature_count = 37 + 37 + 25 + 25 + 15 + 13 + 6 + 3 + 3;

/// Writes the features of each second to rows of `stride` values, the first at `out`:
/// out.size() >= (seconds - 1) * stride + lead_feature_count. Finite, and the same on every
/// machine. Linear time: autocorrelations are sums of sums that each second keeps.
void lead_features(const NetworkLead& lead, std::size_t stride, std::span<float> out);

}  // namespace telltale::rhythm
