// The intervals: figures, their course over the recording, and what they rest on.
#include <algorithm>
#include <cmath>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

using Point = IntervalFindings::Point;

/// One interval's course: its medians of half minutes as dots, with lines between neighbours.
void course(App& app, const char* title, const std::vector<Point>& points,
            std::optional<double> Point::* value) {
    double low = 1e9, high = -1e9;
    for (const Point& point : points)
        if (const auto& ms = point.*value) {
            low = std::min(low, *ms);
            high = std::max(high, *ms);
        }
    if (high < low) return;
    // Twenty ms at least, so that noise is not drawn as a trend.
    const double middle = (low + high) / 2, half = std::max(20.0, (high - low) / 2 + 4);
    const Theme& t = app.theme();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = 64, left = 44;
    const Rect plot = {at.x + left, at.y + 20, width - left, height};
    draw->AddText(app.fonts.letter, 13, at, t.soft, title);
    const auto y_of = [&](double ms) {
        return plot.y + plot.height * static_cast<float>(0.5 - (ms - middle) / (2 * half));
    };
    for (const double ms : {middle - half, middle, middle + half}) {
        draw->AddLine({plot.x, y_of(ms)}, {plot.x + plot.width, y_of(ms)}, t.line);
        text_right(draw, app.fonts.small, 12, plot.x - 6, y_of(ms) - 8, t.soft,
                   std::format("{:.0f}", ms));
    }
    const double length = app.session.recording->length;
    const float step = static_cast<float>(30 * app.session.recording->sampling_rate / length);
    const ImVec2* before = nullptr;
    static ImVec2 kept;
    double before_first = 0;
    for (const Point& point : points) {
        const auto& ms = point.*value;
        if (!ms) {
            before = nullptr;
            continue;
        }
        const ImVec2 dot = {plot.x + plot.width * (static_cast<float>(point.first / length) +
                                                   std::min(step, 1.0F) / 2),
                            y_of(*ms)};
        const double gap = (point.first - before_first) / app.session.recording->sampling_rate;
        if (before != nullptr && gap < 200) draw->AddLine(*before, dot, t.accent, 1.5F);
        draw->AddCircleFilled(dot, 2.5F, t.accent);
        kept = dot;
        before = &kept;
        before_first = point.first;
    }
    ImGui::Dummy({left, height + 30});
    ImGui::SameLine(0, 0);
    if (press_area(app, std::string("course:") + title, {plot.width, height + 30})) {
        const double share =
            std::clamp((ImGui::GetIO().MousePos.x - plot.x) / plot.width, 0.0F, 1.0F);
        app.go_to(share * length, share * length);
    }
}

}  // namespace

void draw_intervals_tab(App& app) {
    const Session& s = app.session;
    const auto& found = s.findings.intervals;
    if (!found) {
        note(app, s.progress.stage.empty()
                      ? "No waves were measured: the reasons stand in the summary."
                      : "P, QRS and T are measured when every beat is named.");
        return;
    }
    for (const FigureGroup& group : found->groups) figure_group(app, group);
    if (found->course.size() > 1) {
        ImGui::Dummy({0, 8});
        course(app, "QTc (Fridericia), ms by half minutes", found->course, &Point::qtc);
        course(app, "QT, ms", found->course, &Point::qt);
        course(app, "PR, ms", found->course, &Point::pr);
        course(app, "QRS, ms", found->course, &Point::qrs);
    }
    ImGui::Dummy({0, 4});
    note(app, found->rests_on);
}

}  // namespace telltale::window
