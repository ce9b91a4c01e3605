#include "waves/intervals_message.hpp"

#include <format>

namespace telltale::waves {
namespace {

std::optional<messages::MeasuredInfo> in_ms(const std::optional<Measured>& measured) {
    if (!measured) return std::nullopt;
    return messages::MeasuredInfo{.median = 1000 * measured->median,
                                  .p5 = 1000 * measured->low,
                                  .p95 = 1000 * measured->high,
                                  .beats = measured->beats};
}

messages::IntervalFiguresInfo figures_of(const IntervalFigures& f) {
    const auto qtc = [&](Correction c) { return in_ms(f.qtc[static_cast<std::size_t>(c)]); };
    return {.beats = f.beats,
            .with_p = f.with_p,
            .with_t = f.with_t,
            .rr = in_ms(f.rr),
            .p = in_ms(f.p),
            .pr = in_ms(f.pr),
            .qrs = in_ms(f.qrs),
            .qt = in_ms(f.qt),
            .qtc_bazett = qtc(Correction::bazett),
            .qtc_fridericia = qtc(Correction::fridericia),
            .qtc_framingham = qtc(Correction::framingham),
            .qtc_hodges = qtc(Correction::hodges)};
}

}  // namespace

messages::IntervalsInfo message_of(const Intervals& intervals, const Recording& recording) {
    messages::IntervalsInfo told;
    told.all = figures_of(intervals.all);
    told.lone_p = intervals.all.lone_p;
    for (const LeadFigures& lead : intervals.leads)
        told.leads.push_back({.lead = recording.leads[lead.lead].name,
                              .beats = lead.beats,
                              .p_mv = lead.p_mv,
                              .r_mv = lead.r_mv,
                              .s_mv = lead.s_mv,
                              .st_mv = lead.st_mv,
                              .t_mv = lead.t_mv});
    told.axis_degrees = intervals.axis_degrees;
    if (intervals.qt_rr)
        told.qt_rr = messages::QtRegressionInfo{.slope = intervals.qt_rr->slope,
                                                .correlation = intervals.qt_rr->correlation,
                                                .beats = intervals.qt_rr->beats};
    for (const IntervalSegment& segment : intervals.segments) {
        messages::IntervalSegmentInfo one{
            .first = segment.first,
            .last = segment.last,
            .start_s = static_cast<double>(segment.first) / recording.sampling_rate,
            .figures = figures_of(segment.figures),
            .st_mv = {}};
        for (const auto& st : segment.st_mv) one.st_mv.emplace_back(st);
        told.segments.push_back(std::move(one));
    }
    return told;
}

std::string in_words(const messages::IntervalsInfo& intervals) {
    const messages::IntervalFiguresInfo& f = intervals.all;
    if (f.beats == 0) return "intervals: no normal beats were measured";
    std::string words;
    const auto add = [&](const char* name, const std::optional<messages::MeasuredInfo>& figure,
                         const char* after = "") {
        const std::string value = figure
                                      ? std::format("{} {:.0f} ms{}", name, figure->median, after)
                                      : std::format("{} not known", name);
        words += (words.empty() ? "" : ", ") + value;
    };
    add("PR", f.pr);
    add("QRS", f.qrs);
    add("QT", f.qt);
    add("QTc", f.qtc_fridericia, " (Fridericia)");
    return words + std::format(", medians of {} normal beat{}; P waves before {}", f.beats,
                               f.beats == 1 ? "" : "s", f.with_p);
}

messages::WavesInfo message_of(const WaveMarks& joined, std::span<const std::int64_t> r_peaks,
                               double rate) {
    messages::WavesInfo told;
    for (const BeatWaves& beat : joined.beats) {
        messages::BeatWavesInfo one;
        one.r = static_cast<double>(r_peaks[beat.beat]);
        if (beat.p) {
            one.p_onset = beat.p->onset.at_s * rate;
            one.p_peak = beat.p->peak_s * rate;
            one.p_end = beat.p->end.at_s * rate;
        }
        if (beat.qrs) {
            one.qrs_onset = beat.qrs->onset.at_s * rate;
            one.qrs_end = beat.qrs->end.at_s * rate;
        }
        if (beat.t) {
            one.t_onset = beat.t->onset.at_s * rate;
            one.t_peak = beat.t->peak_s * rate;
            one.t_end = beat.t->end.at_s * rate;
        }
        told.beats.push_back(one);
    }
    return told;
}

}  // namespace telltale::waves
