// Inter in the sizes that the window uses, rasterised for the screen's pixel ratio.
#pragma once

#include <imgui.h>

namespace telltale::window {

struct Fonts {
    ImFont* body = nullptr;    ///< 15 px
    ImFont* strong = nullptr;  ///< 15 px, semi-bold
    ImFont* small = nullptr;   ///< 13 px
    ImFont* letter = nullptr;  ///< 13 px, semi-bold: beat letters
    ImFont* title = nullptr;   ///< 19 px, semi-bold
    ImFont* figure = nullptr;  ///< 30 px, semi-bold: large numbers
};

/// Builds the font atlas; sizes are in CSS px, `pixel_ratio` device pixels each.
[[nodiscard]] Fonts load_fonts(float pixel_ratio);

}  // namespace telltale::window
