// The receiver operating characteristic of each class against the reference.
#include <algorithm>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {

void draw_roc(App& app) {
    const Session& s = app.session;
    if (!s.findings.comparison || s.findings.comparison->roc.empty()) return;
    const auto& curves = s.findings.comparison->roc;
    const Theme& t = app.theme();
    heading(app, "ROC");
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, left = 34, bottom = 34;
    const float side = std::min(width - left, 300.0F);
    const Rect plot = {at.x + left, at.y + 4, side, side};
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(plot.min(), plot.max(), t.paper, 4);
    for (int i = 0; i <= 4; ++i) {
        const float share = static_cast<float>(i) / 4;
        const float x = plot.x + share * side, y = plot.y + (1 - share) * side;
        draw->AddLine({x, plot.y}, {x, plot.y + side}, t.line);
        draw->AddLine({plot.x, y}, {plot.x + side, y}, t.line);
        const std::string text = std::format("{:.0f}", 100 * share);
        text_right(draw, app.fonts.small, 12, plot.x - 6, y - 8, t.soft, text);
        if (i > 0) text_centred(draw, app.fonts.small, 12, x, plot.y + side + 2, t.soft, text);
    }
    draw->AddLine({plot.x, plot.y + side}, {plot.x + side, plot.y}, t.soft);
    text_centred(draw, app.fonts.small, 12.5F, plot.x + side / 2, plot.y + side + 16, t.soft,
                 "% of the other beats called so");
    draw->PushClipRect({plot.x - 1, plot.y - 1}, {plot.x + side + 1, plot.y + side + 1}, true);
    static std::vector<ImVec2> points;
    for (const Comparison::Roc& curve : curves) {
        points.clear();
        for (const auto& [fpr, se] : curve.points)
            points.push_back({plot.x + static_cast<float>(fpr) * side,
                              plot.y + static_cast<float>(1 - se) * side});
        draw->AddPolyline(points.data(), static_cast<int>(points.size()),
                          t.class_colour(curve.class_name), 0, 2);
    }
    draw->PopClipRect();
    app.target("roc", plot.x, plot.y, side, side);
    ImGui::Dummy({width, side + bottom + 8});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    for (const Comparison::Roc& curve : curves) {
        const ImVec2 row = ImGui::GetCursorScreenPos();
        class_chip(app, draw, {row.x, row.y + 2}, 22, curve.class_name);
        const std::string beats = std::format("{} beats", grouped(curve.positives));
        text_cut(draw, app.fonts.body, 14, {row.x + 32, row.y + 4}, width - 200, t.text,
                 long_class_name(curve.class_name));
        text_right(draw, app.fonts.small, 13, row.x + width - 90, row.y + 4, t.soft, beats);
        text_right(draw, app.fonts.strong, 14, row.x + width, row.y + 4, t.text,
                   std::format("AUC {:.4f}", curve.area));
        ImGui::Dummy({width, 28});
    }
    ImGui::PopStyleVar();
    note(app,
         "Up: % of the class's reference beats found, as the threshold on its probability "
         "falls; each class against all others, of the beats that were found.");
}

}  // namespace telltale::window
