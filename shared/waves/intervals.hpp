// What the waves' times and heights come to: PR, QRS, QT and its corrections, axis, R, S and ST of
// each lead. A figure that cannot be known is absent, never zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "recording/recording.hpp"
#include "waves/waves.hpp"

namespace telltale::waves {

/// QT in s as it would be at an RR interval of 1 s.
enum class Correction : std::uint8_t {
    bazett,      ///< QT / sqrt(RR); Bazett 1920
    fridericia,  ///< QT / cbrt(RR); Fridericia 1920
    framingham,  ///< QT + 0.154 (1 - RR); Sagie et al. 1992
    hodges,      ///< QT + 1.75 ms (rate - 60 a minute); Hodges et al. 1983
};
[[nodiscard]] double corrected_qt(double qt_s, double rr_s, Correction correction);

/// Of one beat, in s; from the waves of all leads together.
struct BeatIntervals {
    std::size_t beat = 0;
    std::optional<double> p_s, pr_s, qrs_s, qt_s;
    std::optional<double> rr_s;  ///< From the R peak before; nothing for the first beat.
};

[[nodiscard]] std::vector<BeatIntervals> beat_intervals(const WaveMarks& joined,
                                                        std::span<const std::int64_t> r_peaks,
                                                        double rate);

/// A figure over several beats.
struct Measured {
    double median = 0;
    double low = 0, high = 0;  ///< The middle 90 per cent of the beats.
    std::size_t beats = 0;     ///< That it rests on.
};

/// Intervals of normal beats, s. Each needs three beats at least, and half of those whose QRS was
/// told: where P waves are seen in fewer, PR is not known.
struct IntervalFigures {
    std::size_t beats = 0;   ///< Normal beats whose QRS was told.
    std::size_t with_p = 0;  ///< Of these, with a P wave...
    std::size_t with_t = 0;  ///< ...and with a T wave.
    std::size_t lone_p = 0;  ///< P waves that no QRS follows.
    std::optional<Measured> p, pr, qrs, qt, rr;
    /// By Correction, from each beat's own QT and the RR interval before it.
    std::optional<Measured> qtc[4];
};

/// Of one lead, over its normal beats, in mV against the level just before the QRS.
struct LeadFigures {
    std::size_t lead = 0;  ///< Of the recording.
    std::size_t beats = 0;
    std::optional<double> p_mv, r_mv, s_mv, t_mv;
    std::optional<double> st_mv;  ///< 60 ms after the end of the QRS.
};

/// A piece of the recording.
struct IntervalSegment {
    std::int64_t first = 0, last = 0;  ///< Samples.
    IntervalFigures figures;
    std::vector<std::optional<double>> st_mv;  ///< One a lead.
};

struct QtRegression {
    double slope = 0;  ///< s of QT a s of RR.
    double correlation = 0;
    std::size_t beats = 0;
};

struct Intervals {
    IntervalFigures all;
    std::vector<LeadFigures> leads;
    std::vector<IntervalSegment> segments;
    std::optional<QtRegression> qt_rr;   ///< Where RR spans 100 ms and more.
    std::optional<double> axis_degrees;  ///< Of the QRS in the frontal plane, from I and aVF.
};

inline constexpr double st_after_j_s = 0.06;
inline constexpr double segment_s = 30;

/// `leads` are the marks of the recording's leads `lead_indices`, `joined` those of all together;
/// `normal[b]`: beat b is conducted as usual (class N, not paced, its signal readable): only these
/// count. Segments are the stretches that were looked at, cut into pieces of half a minute.
[[nodiscard]] Intervals intervals(const Recording& recording,
                                  std::span<const std::size_t> lead_indices,
                                  std::span<const WaveMarks> leads, const WaveMarks& joined,
                                  std::span<const std::int64_t> r_peaks,
                                  const std::vector<bool>& normal);

}  // namespace telltale::waves
