// Where a person writes a note on a beat or on the recording: a box over the window, as the page
// has a dialog.
#pragma once

#include "desktop_engine.hpp"

namespace telltale::desktop {

/// Between ImGui::NewFrame() and ImGui::Render(), after the window; nothing while no note is being
/// written.
void draw_note_box(DesktopEngine& engine);

}  // namespace telltale::desktop
