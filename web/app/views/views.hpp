// The parts of the window. Each draws itself into a rectangle given in CSS px and acts on the App.
#pragma once

#include <imgui.h>

#include "app.hpp"

namespace telltale::window {

struct Rect {
    float x, y, width, height;
    [[nodiscard]] ImVec2 min() const { return {x, y}; }
    [[nodiscard]] ImVec2 max() const { return {x + width, y + height}; }
};

void draw_top_bar(App& app, Rect area);
void draw_overview(App& app, Rect area);
void draw_strip(App& app, Rect area);
void draw_side_panel(App& app, Rect area);
/// Progress, errors, notices and the help sheet, over everything else.
void draw_overlays(App& app, Rect area);
/// What stands there before a recording is open.
void draw_empty(App& app, Rect area);

}  // namespace telltale::window
