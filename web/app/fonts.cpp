#include "fonts.hpp"

#include <cstddef>

namespace telltale::window {
namespace {

const unsigned char regular[] = {
#include "inter_Regular.inc"
};
const unsigned char semi_bold[] = {
#include "inter_SemiBold.inc"
};

template <std::size_t Size>
ImFont* add(const unsigned char (&data)[Size], float size) {
    static const ImWchar ranges[] = {0x20,   0x7E,   0xA0,   0xFF,   0x2013, 0x2014, 0x2018,
                                     0x201D, 0x2022, 0x2022, 0x2026, 0x2026, 0x2190, 0x2193,
                                     0x2212, 0x2212, 0x2264, 0x2265, 0};
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.OversampleH = 2;
    config.OversampleV = 1;
    // The atlas does not write to the data, though its interface does not say so.
    return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(
        const_cast<unsigned char*>(data), static_cast<int>(Size), size, &config, ranges);
}

}  // namespace

Fonts load_fonts(float pixel_ratio) {
    ImGuiIO& io = ImGui::GetIO();
    io.Fonts->Clear();
    io.FontGlobalScale = 1 / pixel_ratio;
    Fonts fonts;
    fonts.body = add(regular, 15 * pixel_ratio);
    fonts.strong = add(semi_bold, 15 * pixel_ratio);
    fonts.small = add(regular, 13 * pixel_ratio);
    fonts.letter = add(semi_bold, 13 * pixel_ratio);
    fonts.title = add(semi_bold, 19 * pixel_ratio);
    fonts.figure = add(semi_bold, 30 * pixel_ratio);
    io.Fonts->Build();
    return fonts;
}

}  // namespace telltale::window
