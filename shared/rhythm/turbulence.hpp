// How the heart answers a ventricular premature beat, and how it slows down by itself: two measures
// of risk after a myocardial infarction, of a recording of hours.
#pragma once

#include <cstddef>
#include <optional>

#include "rhythm/hrv.hpp"
#include "rhythm/series.hpp"

namespace telltale::rhythm {

/// Heart rate turbulence (Schmidt et al., Lancet 1999;353:1390), with the rules of Bauer et al., J
/// Am Coll Cardiol 2008;52:1353: single ventricular beats that come at least a fifth too early,
/// with a pause at least a fifth too long, among at least five intervals of sinus rhythm before and
/// 15 after them: 300 to 2 000 ms, no step above 200 ms, none a fifth off the mean of the five
/// before.
struct Turbulence {
    std::size_t beats = 0;  ///< Ventricular beats that may be used.
    /// Mean over them of (RR1 + RR2 - RR-2 - RR-1) / (RR-2 + RR-1), in per cent: below 0 the heart
    /// quickens. Of five beats at least.
    std::optional<double> onset_percent;
    /// The steepest rise of five intervals in a row among the first 15 of the mean after them, in
    /// ms an interval. Likewise.
    std::optional<double> slope_ms;
};
[[nodiscard]] Turbulence turbulence(const Series& series);

/// Deceleration capacity in ms (Bauer et al., Lancet 2006;367:1674): the mean of four intervals
/// around each that is longer than the one before by at most 5 %, (X0 + X1 - X-1 - X-2) / 4. Absent
/// below `least` such intervals.
[[nodiscard]] std::optional<double> deceleration_capacity(const NnSeries& nn, std::size_t least);

}  // namespace telltale::rhythm
