// Colours and measures. Class colours are Okabe and Ito's, which people with any kind of colour
// vision tell apart; a letter always stands with them.
#pragma once

#include <string_view>

#include <imgui.h>

namespace telltale::window {

enum class ThemeName { light, dark, contrast };

struct Theme {
    ThemeName name;
    ImU32 page, panel, raised, line;             // surfaces
    ImU32 text, soft;                            // writing
    ImU32 accent, on_accent;                     // what can be pressed
    ImU32 paper, grid_minor, grid_major, trace;  // ECG paper
    ImU32 warning, warning_panel;
    ImU32 class_n, class_s, class_v, class_f, class_q, class_other;

    /// The colour of a class by its name; `class_other` for names that are not AAMI's.
    [[nodiscard]] ImU32 class_colour(std::string_view name) const;
    /// The colour of a rhythm by WFDB's name of it: "VT", "AFIB", ...
    [[nodiscard]] ImU32 rhythm_colour(std::string_view name) const;
};

[[nodiscard]] const Theme& theme(ThemeName name);
[[nodiscard]] ThemeName theme_named(std::string_view name, ThemeName fallback);
[[nodiscard]] std::string_view name_of(ThemeName name);

/// The ground of a bar that shows a share.
[[nodiscard]] ImU32 track(const Theme& theme);

/// Sets Dear ImGui's style. `touch` gives larger targets.
void apply(const Theme& theme, bool touch);

[[nodiscard]] ImU32 with_alpha(ImU32 colour, float alpha);

}  // namespace telltale::window
