// Calipers over the strip.
#pragma once

#include <cstddef>

#include "views/views.hpp"

namespace telltale::window {

/// Where a trace of that amplitude is in its row; `centre` is the lead's middle in mV.
[[nodiscard]] inline float trace_y(Rect row, float mv, float centre, const Viewport& viewport) {
    return row.y + row.height * 0.5F - static_cast<float>((mv - centre) * viewport.px_per_mv());
}

/// Drags on the strip's button, the last item drawn, as calipers on `lead`. False while not
/// measuring: then a drag is the strip's own.
bool measure_by_pointer(App& app, std::size_t lead, Rect area);
/// The calipers over the row of their lead.
void draw_calipers(App& app, ImDrawList* draw, Rect row);
/// Measuring on and off, and its choices.
void measure_pills(App& app);

}  // namespace telltale::window
