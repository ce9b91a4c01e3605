#include "theme.hpp"

namespace telltale::window {
namespace {

constexpr ImU32 rgb(unsigned hex) {
    return IM_COL32(hex >> 16 & 255, hex >> 8 & 255, hex & 255, 255);
}

constexpr Theme light = {.name = ThemeName::light,
                         .page = rgb(0xF3F1EC),
                         .panel = rgb(0xFBFAF7),
                         .raised = rgb(0xFFFFFF),
                         .line = rgb(0xE2DDD3),
                         .text = rgb(0x1C2430),
                         .soft = rgb(0x596273),
                         .accent = rgb(0x0B6B74),
                         .on_accent = rgb(0xFFFFFF),
                         .paper = rgb(0xFFFDFB),
                         .grid_minor = rgb(0xF8E6E2),
                         .grid_major = rgb(0xEDC6BF),
                         .trace = rgb(0x17202B),
                         .warning = rgb(0xA63A00),
                         .warning_panel = rgb(0xFDF1E9),
                         .class_n = rgb(0x1C2430),
                         .class_s = rgb(0xE69F00),
                         .class_v = rgb(0xD55E00),
                         .class_f = rgb(0x009E73),
                         .class_q = rgb(0xCC79A7),
                         .class_other = rgb(0x0072B2)};

constexpr Theme dark = {.name = ThemeName::dark,
                        .page = rgb(0x0B1113),
                        .panel = rgb(0x131B1E),
                        .raised = rgb(0x1B2629),
                        .line = rgb(0x2B383B),
                        .text = rgb(0xE8ECEC),
                        .soft = rgb(0x9AA8AA),
                        .accent = rgb(0x63C7CD),
                        .on_accent = rgb(0x06282B),
                        .paper = rgb(0x0E1719),
                        .grid_minor = rgb(0x152427),
                        .grid_major = rgb(0x1F393D),
                        .trace = rgb(0xE3ECEC),
                        .warning = rgb(0xFFB38A),
                        .warning_panel = rgb(0x33211A),
                        .class_n = rgb(0xD5DEDE),
                        .class_s = rgb(0xF0B429),
                        .class_v = rgb(0xFF7F2A),
                        .class_f = rgb(0x2CC79B),
                        .class_q = rgb(0xE59BC4),
                        .class_other = rgb(0x56B4E9)};

constexpr Theme contrast = {.name = ThemeName::contrast,
                            .page = rgb(0x000000),
                            .panel = rgb(0x000000),
                            .raised = rgb(0x000000),
                            .line = rgb(0xFFFFFF),
                            .text = rgb(0xFFFFFF),
                            .soft = rgb(0xFFFFFF),
                            .accent = rgb(0xFFFF00),
                            .on_accent = rgb(0x000000),
                            .paper = rgb(0x000000),
                            .grid_minor = rgb(0x1E1E1E),
                            .grid_major = rgb(0x3C3C3C),
                            .trace = rgb(0xFFFFFF),
                            .warning = rgb(0xFFFF00),
                            .warning_panel = rgb(0x000000),
                            .class_n = rgb(0xFFFFFF),
                            .class_s = rgb(0xFFB000),
                            .class_v = rgb(0xFF7A1A),
                            .class_f = rgb(0x19E0AA),
                            .class_q = rgb(0xFF9BD2),
                            .class_other = rgb(0x6FC8FF)};

ImVec4 vec(ImU32 colour) {
    return ImGui::ColorConvertU32ToFloat4(colour);
}

}  // namespace

ImU32 Theme::rhythm_colour(std::string_view rhythm) const {
    if (rhythm == "VFL" || rhythm == "ASYS" || rhythm == "VT") return class_v;
    if (rhythm == "AFIB" || rhythm == "AFL" || rhythm == "SVTA") return class_s;
    if (rhythm == "N") return class_n;
    if (rhythm == "P") return class_q;
    return rhythm == "NOISE" ? soft : class_other;
}

ImU32 Theme::class_colour(std::string_view class_name) const {
    if (class_name.size() == 1) switch (class_name[0]) {
            case 'N': return class_n;
            case 'S': return class_s;
            case 'V': return class_v;
            case 'F': return class_f;
            case 'Q': return class_q;
            // WFDB's codes have the colour of their AAMI class.
            case 'L':
            case 'R':
            case 'e':
            case 'j': return class_n;
            case 'A':
            case 'a':
            case 'J': return class_s;
            case 'E': return class_v;
            case 'f': return class_q;
            default: break;
        }
    return class_name.empty() ? soft : class_other;
}

const Theme& theme(ThemeName name) {
    switch (name) {
        case ThemeName::dark: return dark;
        case ThemeName::contrast: return contrast;
        case ThemeName::light: break;
    }
    return light;
}

ThemeName theme_named(std::string_view name, ThemeName fallback) {
    for (const ThemeName candidate : {ThemeName::light, ThemeName::dark, ThemeName::contrast})
        if (name == name_of(candidate)) return candidate;
    return fallback;
}

std::string_view name_of(ThemeName name) {
    switch (name) {
        case ThemeName::dark: return "dark";
        case ThemeName::contrast: return "contrast";
        case ThemeName::light: break;
    }
    return "light";
}

ImU32 track(const Theme& theme) {
    return with_alpha(theme.line, theme.name == ThemeName::contrast ? 0.25F : 0.8F);
}

ImU32 with_alpha(ImU32 colour, float alpha) {
    const auto a = static_cast<ImU32>(alpha * 255.0F + 0.5F);
    return (colour & ~IM_COL32_A_MASK) | (a << IM_COL32_A_SHIFT);
}

void apply(const Theme& t, bool touch) {
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    style.WindowRounding = 0;
    style.WindowBorderSize = 0;
    style.PopupRounding = 10;
    style.PopupBorderSize = 1;
    style.FrameRounding = 8;
    style.GrabRounding = 8;
    style.ScrollbarRounding = 8;
    style.ScrollbarSize = 10;
    style.WindowPadding = {16, 14};
    style.FramePadding = {12, touch ? 12.0F : 8.0F};
    style.ItemSpacing = {8, 8};
    style.FrameBorderSize = 1;
    style.SeparatorTextBorderSize = 1;
    style.DisabledAlpha = 0.5F;
    style.TouchExtraPadding = touch ? ImVec2(4, 4) : ImVec2(0, 0);

    const ImVec4 hover = vec(with_alpha(t.accent, t.name == ThemeName::contrast ? 0.35F : 0.10F));
    const ImVec4 pressed = vec(with_alpha(t.accent, t.name == ThemeName::contrast ? 0.55F : 0.20F));
    ImVec4* c = style.Colors;
    c[ImGuiCol_Text] = vec(t.text);
    c[ImGuiCol_TextDisabled] = vec(t.soft);
    c[ImGuiCol_WindowBg] = vec(t.panel);
    c[ImGuiCol_ChildBg] = {0, 0, 0, 0};
    c[ImGuiCol_PopupBg] = vec(t.raised);
    c[ImGuiCol_Border] = vec(t.line);
    c[ImGuiCol_BorderShadow] = {0, 0, 0, 0};
    c[ImGuiCol_FrameBg] = vec(t.raised);
    c[ImGuiCol_FrameBgHovered] = hover;
    c[ImGuiCol_FrameBgActive] = pressed;
    c[ImGuiCol_ScrollbarBg] = {0, 0, 0, 0};
    c[ImGuiCol_ScrollbarGrab] = vec(with_alpha(t.soft, 0.35F));
    c[ImGuiCol_ScrollbarGrabHovered] = vec(with_alpha(t.soft, 0.6F));
    c[ImGuiCol_ScrollbarGrabActive] = vec(t.soft);
    c[ImGuiCol_CheckMark] = vec(t.accent);
    c[ImGuiCol_Button] = vec(t.raised);
    c[ImGuiCol_ButtonHovered] = hover;
    c[ImGuiCol_ButtonActive] = pressed;
    c[ImGuiCol_Header] = hover;
    c[ImGuiCol_HeaderHovered] = hover;
    c[ImGuiCol_HeaderActive] = pressed;
    c[ImGuiCol_Separator] = vec(t.line);
    c[ImGuiCol_PlotHistogram] = vec(t.accent);
    c[ImGuiCol_NavHighlight] = vec(t.accent);
    c[ImGuiCol_ModalWindowDimBg] = {0, 0, 0, 0.35F};
    c[ImGuiCol_TextSelectedBg] = pressed;
    c[ImGuiCol_TableBorderLight] = vec(t.line);
}

}  // namespace telltale::window
