// Twelve leads on one sheet, at true scale where it fits.
#include <algorithm>
#include <format>

#include "sheet.hpp"
#include "views/trace.hpp"
#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr float margin = 16, foot = 26;
constexpr double least_row_mm = 15;  ///< A row of 1.5 mV at least.

/// The share of true scale at which ten seconds and all rows fit the area.
double fitting_scale(const Sheet& sheet, Rect area) {
    const double width_mm = 25 * sheet.seconds,
                 height_mm = least_row_mm * static_cast<double>(sheet.rows);
    return std::min({1.0, (area.width - 2 * margin) / (width_mm * px_per_mm),
                     (area.height - margin - foot) / (height_mm * px_per_mm)});
}

}  // namespace

void draw_sheet(App& app, Rect area) {
    begin_panel("sheet", area, app.theme().paper, {0, 0});
    const RecordingInfo& recording = *app.session.recording;
    const Sheet sheet = sheet_of(*app.view.sheet, recording.leads);
    const double scale = fitting_scale(sheet, area);
    ImGui::SetCursorScreenPos(area.min());
    ImGui::InvisibleButton("sheet paper", {area.width, area.height});
    Viewport& shared = app.view.viewport;
    shared.width = area.width;  // the strip's, when it comes back
    // Dragging and the wheel move along a longer recording.
    const double moved = ImGui::IsItemActive()
                             ? -ImGui::GetIO().MouseDelta.x / (25 * scale * px_per_mm)
                         : ImGui::IsItemHovered() ? -ImGui::GetIO().MouseWheel * sheet.seconds / 8
                                                  : 0;
    const double room = std::max(0.0, recording.length - sheet.seconds * recording.sampling_rate);
    const double begin = std::clamp(shared.first + moved * recording.sampling_rate, 0.0, room);
    if (moved != 0) shared.first = begin;

    Viewport v = shared;
    v.mm_per_s = 25 * scale;
    v.mm_per_mv = 10 * scale;
    const auto width = static_cast<float>(sheet.seconds * v.px_per_s());
    const Rect paper = {area.x + std::max(margin, (area.width - width) / 2), area.y + margin / 2,
                        width, area.height - margin / 2 - foot};
    app.target("sheet", paper.x, paper.y, paper.width, paper.height);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->PushClipRect(paper.min(), paper.max(), true);
    v.first = begin;
    v.width = paper.width;
    draw_grid(app, draw, paper, v);
    const float row_height = paper.height / static_cast<float>(sheet.rows);
    for (const SheetCell& cell : sheet.cells) {
        const auto left = static_cast<float>(cell.from_s * v.px_per_s());
        const Rect box = {paper.x + left, paper.y + row_height * static_cast<float>(cell.row),
                          static_cast<float>(cell.seconds * v.px_per_s()), row_height};
        draw->PushClipRect({box.x, paper.y}, {box.x + box.width, paper.y + paper.height}, true);
        if (cell.lead) {
            Viewport part = v;
            part.first = begin + cell.from_s * recording.sampling_rate;
            part.width = box.width;
            draw_lead(app, draw, *cell.lead, box, part, cell.inverted);
        }
        if (left > 0)
            draw->AddLine({box.x, box.y + row_height * 0.3F}, {box.x, box.y + row_height * 0.7F},
                          app.theme().text, 1.5F);
        else
            draw_calibration(app, draw, box, v);
        draw_label(app, draw, {box.x + 10, box.y + 6},
                   cell.lead ? cell.label : cell.label + "  not recorded");
        draw->PopClipRect();
    }
    draw->PopClipRect();
    const std::string words =
        std::format("25 mm/s   10 mm/mV   no filter{}   from {}",
                    scale < 0.995 ? std::format("   drawn at {:.0f} % of true size", 100 * scale)
                                  : std::string(),
                    app.session.place_of(begin, true));
    draw_label(app, draw, {paper.x + 6, area.y + area.height - foot + 4}, words);
    ImGui::End();
}

}  // namespace telltale::window
