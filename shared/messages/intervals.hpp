// P, QRS and T: where they are, and the intervals and heights that they come to. Times of waves are
// in samples, intervals in ms, heights in mV. A figure that is not known is absent, never zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/fields.hpp"

namespace telltale::messages {

/// A figure over several beats: the median and the middle 90 per cent.
struct MeasuredInfo {
    double median = 0, p5 = 0, p95 = 0;
    std::size_t beats = 0;
    TELLTALE_MESSAGE(MeasuredInfo, median, p5, p95, beats)
};

/// Of normal beats, ms.
struct IntervalFiguresInfo {
    std::size_t beats = 0;   ///< Normal beats whose QRS was told...
    std::size_t with_p = 0;  ///< ...and before which a P wave was...
    std::size_t with_t = 0;  ///< ...and after which a T wave was.
    std::optional<MeasuredInfo> rr, p, pr, qrs, qt, qtc_bazett, qtc_fridericia, qtc_framingham,
        qtc_hodges;
    TELLTALE_MESSAGE(IntervalFiguresInfo, beats, with_p, with_t, rr, p, pr, qrs, qt, qtc_bazett,
                     qtc_fridericia, qtc_framingham, qtc_hodges)
};

/// Heights of a lead, mV against the level before the QRS: medians of its normal beats.
struct LeadHeightsInfo {
    std::string lead;
    std::size_t beats = 0;
    std::optional<double> p_mv, r_mv, s_mv, st_mv, t_mv;
    TELLTALE_MESSAGE(LeadHeightsInfo, lead, beats, p_mv, r_mv, s_mv, st_mv, t_mv)
};

struct IntervalSegmentInfo {
    std::int64_t first = 0, last = 0;
    double start_s = 0;
    IntervalFiguresInfo figures;
    std::vector<Nullable<double>> st_mv;  ///< One a lead of `leads`.
    TELLTALE_MESSAGE(IntervalSegmentInfo, first, last, start_s, figures, st_mv)
};

struct QtRegressionInfo {
    double slope = 0, correlation = 0;
    std::size_t beats = 0;
    TELLTALE_MESSAGE(QtRegressionInfo, slope, correlation, beats)
};

struct IntervalsInfo {
    Is<"intervals"> type;
    std::string model, model_version;
    double measured_s = 0;  ///< Of the recording: where waves were looked for.
    IntervalFiguresInfo all;
    std::size_t lone_p = 0;  ///< P waves that no QRS follows.
    std::vector<LeadHeightsInfo> leads;
    std::optional<double> axis_degrees;
    std::optional<QtRegressionInfo> qt_rr;
    std::vector<IntervalSegmentInfo> segments;
    TELLTALE_MESSAGE(IntervalsInfo, type, model, model_version, measured_s, all, lone_p, leads,
                     axis_degrees, qt_rr, segments)
};

/// The waves of one beat on all leads together, samples.
struct BeatWavesInfo {
    double r = 0;
    std::optional<double> p_onset, p_peak, p_end, qrs_onset, qrs_end, t_onset, t_peak, t_end;
    TELLTALE_MESSAGE(BeatWavesInfo, r, p_onset, p_peak, p_end, qrs_onset, qrs_end, t_onset, t_peak,
                     t_end)
};

struct WavesInfo {
    Is<"waves"> type;
    std::vector<BeatWavesInfo> beats;  ///< In time order; only those that were looked at.
    TELLTALE_MESSAGE(WavesInfo, type, beats)
};

}  // namespace telltale::messages
