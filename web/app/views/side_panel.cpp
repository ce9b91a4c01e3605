// The panel beside the strip (under it on narrow screens): tabs, and what the chosen one shows.
#include <algorithm>
#include <array>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr std::array<const char*, tab_count> names = {"Summary",   "Beat",     "Events",  "HRV",
                                                      "Intervals", "Clusters", "Compare", "Model"};

// One row; where it is wider than the panel it is moved by the wheel or a finger, and the chosen
// tab is kept in sight.
void draw_tabs(App& app, float height) {
    const Theme& t = app.theme();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ScrollbarSize, 1);
    ImGui::BeginChild("tabs", {0, height}, ImGuiChildFlags_None,
                      ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_HorizontalScrollbar |
                          ImGuiWindowFlags_NoNav);
    if (ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) {
        ImGuiIO& io = ImGui::GetIO();
        if (io.MouseWheel != 0) ImGui::SetScrollX(ImGui::GetScrollX() - io.MouseWheel * 40);
        if (app.view.touch && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 6))
            ImGui::SetScrollX(ImGui::GetScrollX() - io.MouseDelta.x);
    }
    float total = 0;
    int offered = 0;
    for (std::size_t i = 0; i < tab_count; ++i) {
        if (!app.tab_offered(static_cast<Tab>(i))) continue;
        total += text_width(app.fonts.letter, 13, names[i]);
        ++offered;
    }
    const float available = ImGui::GetContentRegionAvail().x;
    const float padding =
        std::clamp((available - total) / static_cast<float>(offered), 12.0F, 28.0F);
    static std::optional<Tab> shown;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    bool first = true;
    for (std::size_t i = 0; i < tab_count; ++i) {
        const Tab tab = static_cast<Tab>(i);
        if (!app.tab_offered(tab)) continue;
        if (!first) ImGui::SameLine();
        first = false;
        const float width = text_width(app.fonts.letter, 13, names[i]) + padding;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const bool on = app.view.tab == tab;  // as the tabs before saw it, also while pressed
        if (press_area(app, std::string("tab:") + names[i], {width, height})) app.use_tab(tab);
        text_centred(draw, app.fonts.letter, 13, at.x + width / 2, at.y + (height - 13) / 2 - 1,
                     on || ImGui::IsItemHovered() ? t.text : t.soft, names[i]);
        if (on) {
            draw->AddRectFilled({at.x + padding / 2, at.y + height - 3},
                                {at.x + width - padding / 2, at.y + height}, t.accent, 1.5F);
            if (shown != app.view.tab) ImGui::SetScrollHereX(0.5F);
        }
    }
    shown = app.view.tab;
    ImGui::EndChild();
    ImGui::PopStyleVar(3);
}

}  // namespace

void draw_side_panel(App& app, Rect area) {
    begin_panel("side", area, app.theme().panel, {0, 0});
    const float tabs = app.view.narrow ? 42 : 40, margin = app.view.narrow ? 16 : 18;
    const float top = app.view.narrow ? 6 : 0;
    ImGui::SetCursorScreenPos({area.x + margin - 7, area.y + top});
    ImGui::BeginChild("tab row", {area.width - 2 * margin + 14, tabs});
    draw_tabs(app, tabs);
    ImGui::EndChild();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddLine({area.x, area.y + top + tabs - 0.5F},
                  {area.x + area.width, area.y + top + tabs - 0.5F}, app.theme().line);

    ImGui::SetCursorScreenPos({area.x, area.y + top + tabs});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {margin, 12});
    // Each tab keeps its own scroll position.
    ImGui::BeginChild(names[static_cast<std::size_t>(app.view.tab)],
                      {area.width, area.height - tabs - top},
                      ImGuiChildFlags_AlwaysUseWindowPadding, ImGuiWindowFlags_NoNav);
    ImGui::PopStyleVar();
    // A finger scrolls the panel by its content, except where it draws.
    if (app.view.touch && app.view.lasso.empty() &&
        ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem |
                               ImGuiHoveredFlags_ChildWindows) &&
        ImGui::IsMouseDragging(ImGuiMouseButton_Left, 6))
        ImGui::SetScrollY(ImGui::GetScrollY() - ImGui::GetIO().MouseDelta.y);
    switch (app.view.tab) {
        case Tab::summary: draw_summary_tab(app); break;
        case Tab::beat: draw_beat_tab(app); break;
        case Tab::events: draw_events_tab(app); break;
        case Tab::variability: draw_variability_tab(app); break;
        case Tab::intervals: draw_intervals_tab(app); break;
        case Tab::clusters: draw_clusters_tab(app); break;
        case Tab::compare: draw_compare_tab(app); break;
        case Tab::model: draw_model_tab(app); break;
    }
    ImGui::Dummy({0, 10});
    ImGui::Separator();
    note(app, "Not a medical device. Nothing shown here is a diagnosis.");
    ImGui::EndChild();
    ImGui::End();
}

}  // namespace telltale::window
