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
/// The toolbar, and under it the strip or the full disclosure.
void draw_main(App& app, Rect area);
void draw_strip(App& app, Rect area);
/// The twelve-lead sheet, as ViewState::sheet has it.
void draw_sheet(App& app, Rect area);
/// Seconds in a row of the full disclosure: the person's choice, else what can be read and fills
/// the area.
[[nodiscard]] double disclosure_row_s(const App& app, Rect area);
/// The whole record as stacked strips.
/// Scrolls it to where the strip is.
void disclosure_reveal(App& app, Rect area, double row_s);
void draw_disclosure(App& app, Rect area, double row_s);
void draw_side_panel(App& app, Rect area);
/// Progress, errors, notices and the help sheet, over everything else.
void draw_overlays(App& app, Rect area);
/// What stands there before a recording is open.
void draw_empty(App& app, Rect area);

// The parts of the side panel, each into the space left in the current Dear ImGui window.
void draw_summary_tab(App& app);
void draw_beat_tab(App& app);
/// Why the beat got its class, or the offer to find out.
void draw_explanation(App& app, std::size_t beat);
/// Undo, redo, and how much a person changed.
void undo_row(App& app);
void draw_events_tab(App& app);
/// The offer to ask; and while a person is asked the question, the answers to press, and what they
/// have moved.
void draw_ask_card(App& app);
void draw_variability_tab(App& app);
/// PR, QRS, QT and ST, their course, and what they rest on.
void draw_intervals_tab(App& app);
void draw_clusters_tab(App& app);
void draw_compare_tab(App& app);
/// Parts of the comparison: nothing where there is nothing to show.
void draw_roc(App& app);
void draw_two_models(App& app);
void draw_model_tab(App& app);

}  // namespace telltale::window
