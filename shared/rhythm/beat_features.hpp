// What the beats around each second tell: how their intervals vary, and whether the beats are of
// one shape, with P waves before them. The other half of what the rhythm network reads.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "beats/detector.hpp"
#include "recording/interval.hpp"
#include "rhythm/network_lead.hpp"

namespace telltale::rhythm {

/// Of the intervals, the same for every lead. Twice, over 11 and over 31 s centred on the second:
/// intervals a second; log2 of their median m in s; standard deviation, root mean square and mean
/// size of successive differences, over m; shares of differences above 0.1 and 0.2 m; least and
/// greatest over m; shares below 0.88 m and above 1.15 m; share of turning points; mean size of the
/// differences two and three intervals apart over m; autocorrelation at lag 1; the shares of pairs
/// of intervals, and of pairs of successive intervals, alike within 6 %, and the second over the
/// first (Lake, Moorman 2011); the distance of the quartiles over m.
/// Then of the interval that the second's middle lies in, the one before and the one after over m;
/// seconds since the last beat and to the next, at most 5; mean confidence of the beats within
/// 5.5 s; beats a second within 1.5 s.
inline constexpr std::size_t interval_feature_count = 2 * 19 + 7;

/// Of the beats' shapes on one lead, over the beats within 5.5 s. The mean beat from 0.34 s before
/// to 0.46 s after, 20 values over the largest; the share of power that repeats from beat to beat
/// in the places of P, QRS and T (and P over 31 s); P and T against QRS; how alike QRS and QRS with
/// T are to the mean (least, mean, share below 0.7); how the heights of beats vary.
inline constexpr std::size_t shape_feature_count = 20 + 4 + 2 + 3 + 3 + 1;

/// Both write rows of `stride` values like lead_features. `beats` in time order at `rate` Hz.
/// `missing`: the stretches in which a beat may go unseen, in time order and apart (missing.hpp).
/// An interval across one is left out, for a lost packet makes no rhythm irregular.
void interval_features(std::span<const beats::Beat> beats, double rate,
                       std::span<const Interval> missing, std::size_t seconds, std::size_t stride,
                       std::span<float> out);
void shape_features(std::span<const beats::Beat> beats, double rate, const NetworkLead& lead,
                    std::size_t stride, std::span<float> out);

}  // namespace telltale::rhythm
