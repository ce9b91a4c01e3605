#include "views/widgets.hpp"

namespace telltale::window {

void begin_panel(const char* id, Rect area, ImU32 background, ImVec2 padding) {
    ImGui::SetNextWindowPos(area.min());
    ImGui::SetNextWindowSize({area.width, area.height});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, background);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
    ImGui::Begin(id, nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                     ImGuiWindowFlags_NoNav);
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
}

void heading(App& app, const char* text) {
    ImGui::Dummy({0, 6});
    ImGui::PushFont(app.fonts.letter);
    ImGui::PushStyleColor(ImGuiCol_Text, app.theme().soft);
    ImGui::TextUnformatted(text);
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

void note(App& app, std::string_view text) {
    ImGui::PushFont(app.fonts.small);
    ImGui::PushStyleColor(ImGuiCol_Text, app.theme().soft);
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

float text_width(ImFont* font, float size, std::string_view text) {
    return font->CalcTextSizeA(size, 1e6F, 0, text.data(), text.data() + text.size()).x;
}

void text_centred(ImDrawList* draw, ImFont* font, float size, float x, float y, ImU32 colour,
                  std::string_view text) {
    draw->AddText(font, size, {x - text_width(font, size, text) / 2, y}, colour, text.data(),
                  text.data() + text.size());
}

void class_chip(App& app, ImDrawList* draw, ImVec2 at, float size, std::string_view class_name) {
    const ImU32 colour = app.theme().class_colour(class_name);
    draw->AddRectFilled(at, {at.x + size, at.y + size}, with_alpha(colour, 0.16F), 6);
    draw->AddRect(at, {at.x + size, at.y + size}, colour, 6);
    const float text_size = 13;
    text_centred(draw, app.fonts.letter, text_size, at.x + size / 2, at.y + (size - text_size) / 2 - 1,
                 app.theme().text, class_name);
}

std::string_view long_class_name(std::string_view name) {
    if (name == "N") return "Normal";
    if (name == "S") return "Supraventricular";
    if (name == "V") return "Ventricular";
    if (name == "F") return "Fusion";
    if (name == "Q") return "Paced or unknown";
    return name;
}

}  // namespace telltale::window
