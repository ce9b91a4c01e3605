// The intervals as the window shows them.
#include <format>

#include "figures.hpp"

namespace telltale::window {

IntervalFindings read_intervals(const messages::IntervalsInfo& told, double length_s) {
    IntervalFindings found;
    const messages::IntervalFiguresInfo& all = told.all;
    const auto figure = [](const std::optional<messages::MeasuredInfo>& f) {
        return f ? std::format("{:.0f} ms  ({:.0f} to {:.0f})", f->median, f->p5, f->p95)
                 : std::string("not known");
    };
    if (all.beats > 0) {
        Group("Normal beats: median (middle 90 %)")
            .add("PR", figure(all.pr))
            .add("QRS", figure(all.qrs))
            .add("QT", figure(all.qt))
            .add("P duration", figure(all.p))
            .add("RR", figure(all.rr))
            .into(found.groups);
        Group corrected("QT at a rate of 60, from the RR before");
        corrected.add("Fridericia", figure(all.qtc_fridericia))
            .add("Bazett", figure(all.qtc_bazett))
            .add("Framingham", figure(all.qtc_framingham))
            .add("Hodges", figure(all.qtc_hodges));
        if (told.qt_rr)
            corrected.add("QT by RR, slope",
                          std::format("{:.0f} ms a s  (r {:.2f})", 1000 * told.qt_rr->slope,
                                      told.qt_rr->correlation));
        corrected.into(found.groups);
        Group waves("Waves");
        waves.add("P wave before", std::format("{} of {}", grouped(all.with_p), grouped(all.beats)))
            .add("T wave after", std::format("{} of {}", grouped(all.with_t), grouped(all.beats)));
        if (told.lone_p > 0) waves.add("P waves that no QRS follows", grouped(told.lone_p));
        if (told.axis_degrees)
            waves.add("QRS axis, frontal", std::format("{:.0f}°", *told.axis_degrees));
        waves.into(found.groups);
    }
    const auto mv = [](const std::optional<double>& v) {
        return v ? std::format("{:.2f}", *v) : std::string("–");
    };
    for (const messages::LeadHeightsInfo& lead : told.leads) {
        if (lead.beats == 0) continue;
        Group(std::format("Lead {}, mV from the level before the QRS", lead.lead))
            .add("P, R, S, T", std::format("{}  {}  {}  {}", mv(lead.p_mv), mv(lead.r_mv),
                                           mv(lead.s_mv), mv(lead.t_mv)))
            .add("ST, 60 ms after the QRS",
                 lead.st_mv ? std::format("{:+.2f} mV", *lead.st_mv) : std::string("not known"))
            .into(found.groups);
    }
    found.rests_on = std::format(
        "{} by {}{}. Waves are marked on each lead and joined: from the earliest onset to the "
        "latest end.",
        all.beats == 0 ? std::string("No normal beats were measured")
                       : std::format("{} normal beats were measured", grouped(all.beats)),
        told.model,
        told.measured_s < 0.99 * length_s
            ? std::format(", in samples that are {:.0f} % of the recording",
                          100 * told.measured_s / length_s)
            : "");
    for (const messages::IntervalSegmentInfo& segment : told.segments) {
        const auto median = [](const std::optional<messages::MeasuredInfo>& f) {
            return f ? std::optional(f->median) : std::nullopt;
        };
        found.course.push_back({.first = at(segment.first),
                                .pr = median(segment.figures.pr),
                                .qrs = median(segment.figures.qrs),
                                .qt = median(segment.figures.qt),
                                .qtc = median(segment.figures.qtc_fridericia)});
    }
    return found;
}

}  // namespace telltale::window
