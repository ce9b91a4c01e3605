// Stretches that a person calls something: drawing them, and taking one in hand.
#pragma once

#include <functional>

#include "views/views.hpp"

namespace telltale::window {

/// A drag on the last item drawn takes a stretch in hand, with Shift or while marking. `sample_at`
/// tells the sample at a place of the window. False where the drag is the view's own.
bool mark_by_pointer(App& app, const std::function<double(ImVec2)>& sample_at);
/// What a person called stretches, and the one in hand, over `area`; `x_of` tells where a sample
/// is.
void draw_marks(App& app, ImDrawList* draw, Rect area, const std::function<float(double)>& x_of,
                double first, double last);
/// What the stretch in hand can be called, at the foot of `area`.
void draw_mark_card(App& app, Rect area);

}  // namespace telltale::window
