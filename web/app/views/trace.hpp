// The ECG on its paper: what strip and twelve-lead sheet draw alike.
#pragma once

#include <string_view>

#include "views/views.hpp"

namespace telltale::window {

/// The paper's lines, at the scale of `v`; the left edge is its first sample.
void draw_grid(App& app, ImDrawList* draw, Rect area, const Viewport& v);

/// A lead as a line through its samples, or as the band between their extremes where there are
/// many samples in a pixel. `inverted`: upside down, as -aVR.
void draw_lead(App& app, ImDrawList* draw, std::size_t lead, Rect row, const Viewport& v,
               bool inverted = false);

/// 1 mV and 0.2 s in the row's lower corner, as recorders draw it at the start of a strip.
void draw_calibration(App& app, ImDrawList* draw, Rect row, const Viewport& v);

/// A lead's name, or the scale, readable over the trace.
void draw_label(App& app, ImDrawList* draw, ImVec2 at, std::string_view text);

}  // namespace telltale::window
