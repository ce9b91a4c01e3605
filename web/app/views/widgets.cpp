#include "views/widgets.hpp"

#include <algorithm>
#include <format>

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

void heading(App& app, std::string_view text) {
    ImGui::Dummy({0, 6});
    ImGui::PushFont(app.fonts.letter);
    ImGui::PushStyleColor(ImGuiCol_Text, app.theme().soft);
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

void note(App& app, std::string_view text) {
    ImGui::PushFont(app.fonts.small);
    ImGui::PushStyleColor(ImGuiCol_Text, app.theme().soft);
    paragraph(text);
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

namespace {

/// Where the word that begins at i ends. A number and its unit are one word: "150 ms".
std::size_t end_of_word(std::string_view text, std::size_t i) {
    const auto digit = [&](std::size_t k) { return text[k] >= '0' && text[k] <= '9'; };
    for (;;) {
        i = std::min(text.find_first_of(" \n", i), text.size());
        const bool number = i > 0 && digit(i - 1) && i + 1 < text.size() && text[i] == ' ';
        if (!number || digit(i + 1) || text[i + 1] == ' ') return i;
        ++i;
    }
}

}  // namespace

void paragraph(std::string_view text) {
    ImFont* const font = ImGui::GetFont();
    const float size = ImGui::GetFontSize();
    const float width = ImGui::GetContentRegionAvail().x - 1;  // one less than ImGui's own wrapping
    const float blank = text_width(font, size, " ");
    std::string lines;
    float x = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        const char c = text[i];
        if (c == ' ' || c == '\n') {
            lines += c;
            x = c == ' ' ? x + blank : 0;
            ++i;
            continue;
        }
        const std::string_view word = text.substr(i, end_of_word(text, i) - i);
        const float w = text_width(font, size, word);
        if (x > 0 && x + w > width) {
            while (lines.ends_with(' ')) lines.pop_back();
            lines += '\n';
            x = 0;
        }
        lines += word;
        x += w;
        i += word.size();
    }
    ImGui::PushTextWrapPos(0);  // cuts words that are wider than a line
    ImGui::TextUnformatted(lines.data(), lines.data() + lines.size());
    ImGui::PopTextWrapPos();
}

float text_width(ImFont* font, float size, std::string_view text) {
    return font->CalcTextSizeA(size, 1e6F, 0, text.data(), text.data() + text.size()).x;
}

void text_centred(ImDrawList* draw, ImFont* font, float size, float x, float y, ImU32 colour,
                  std::string_view text) {
    draw->AddText(font, size, {x - text_width(font, size, text) / 2, y}, colour, text.data(),
                  text.data() + text.size());
}

void text_right(ImDrawList* draw, ImFont* font, float size, float x, float y, ImU32 colour,
                std::string_view text) {
    draw->AddText(font, size, {x - text_width(font, size, text), y}, colour, text.data(),
                  text.data() + text.size());
}

void text_cut(ImDrawList* draw, ImFont* font, float size, ImVec2 at, float width, ImU32 colour,
              std::string_view text) {
    if (text_width(font, size, text) <= width) {
        draw->AddText(font, size, at, colour, text.data(), text.data() + text.size());
        return;
    }
    // Cut between characters: bytes that begin with 10 belong to the one before.
    std::string cut(text);
    while (!cut.empty() && text_width(font, size, cut + "…") > width) {
        while (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0xC0) == 0x80)
            cut.pop_back();
        if (!cut.empty()) cut.pop_back();
    }
    cut += "…";
    draw->AddText(font, size, at, colour, cut.c_str());
}

void warning_card(App& app, std::span<const std::string> lines) {
    if (lines.empty()) return;
    const float width = ImGui::GetContentRegionAvail().x;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    constexpr float pad = 10, gap = 5;
    float height = 2 * pad - gap;
    const auto tall = [&](const std::string& line) {
        return app.fonts.small->CalcTextSizeA(13, 1e6F, width - 2 * pad - 4, line.c_str()).y;
    };
    for (const std::string& line : lines) height += tall(line) + gap;
    draw->AddRectFilled(at, {at.x + width, at.y + height}, app.theme().warning_panel, 6);
    draw->AddRectFilled(at, {at.x + 4, at.y + height}, app.theme().warning, 6,
                        ImDrawFlags_RoundCornersLeft);
    float y = at.y + pad;
    for (const std::string& line : lines) {
        draw->AddText(app.fonts.small, 13, {at.x + pad + 4, y}, app.theme().text, line.c_str(),
                      nullptr, width - 2 * pad - 4);
        y += tall(line) + gap;
    }
    ImGui::Dummy({width, height});
}

void push_menu_rows(const App& app) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing,
                        app.view.narrow ? ImVec2(8, 24) : ImGui::GetStyle().ItemSpacing);
}

bool begin_menu(App& app, const char* id) {
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    // What stands at the right ends where its button does.
    const bool right = low.x + high.x > ImGui::GetIO().DisplaySize.x;
    ImGui::SetNextWindowPos({right ? high.x : low.x, high.y + 5}, ImGuiCond_Always,
                            {right ? 1.0F : 0.0F, 0});
    if (!ImGui::BeginPopup(id)) {
        if (app.view.open_menu == id) app.view.open_menu.clear();
        return false;
    }
    app.view.open_menu = id;
    push_menu_rows(app);
    return true;
}

void show_menu(App& app, const char* id) {
    // The press that closed it was on its own button.
    if (app.view.pressed_away != id) ImGui::OpenPopup(id);
}

void end_menu() {
    ImGui::PopStyleVar();
    ImGui::EndPopup();
}

bool menu_item(App& app, const std::string& name, const std::string& label, bool on, bool enabled,
               const char* keys) {
    const bool pressed = ImGui::MenuItem(label.c_str(), keys, on, enabled);
    app.target(name);
    return pressed;
}

bool press_area(App& app, const std::string& name, ImVec2 size) {
    const bool pressed = ImGui::InvisibleButton(name.c_str(), size);
    app.target(name);
    if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    return pressed;
}

void figure_group(App& app, const FigureGroup& group) {
    constexpr float line = 25;
    const Theme& t = app.theme();
    ImGui::Dummy({0, 6});
    const ImVec2 head = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddText(app.fonts.letter, 13, head, t.soft, group.title.c_str());
    draw->AddLine({head.x, head.y + 22}, {head.x + width, head.y + 22}, t.line);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    ImGui::Dummy({width, 24});
    for (const Figure& figure : group.figures) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        bool hovered = false;
        if (figure.go_to) {
            if (press_area(app, "figure:" + group.title + ":" + figure.label, {width, line}))
                app.go_to(*figure.go_to, *figure.go_to);
            hovered = ImGui::IsItemHovered();
        } else {
            ImGui::Dummy({width, line});
        }
        if (hovered)
            draw->AddRectFilled({at.x - 6, at.y}, {at.x + width + 6, at.y + line},
                                with_alpha(t.accent, 0.10F), 5);
        const float value_width = text_width(app.fonts.strong, 14, figure.value);
        text_cut(draw, app.fonts.body, 14, {at.x, at.y + 5}, width - value_width - 12, t.soft,
                 figure.label);
        text_right(draw, app.fonts.strong, 14, at.x + width, at.y + 5,
                   figure.go_to ? t.accent : t.text, figure.value);
    }
    ImGui::PopStyleVar();
}

float pill_width(const App& app, const std::string& label) {
    // On narrow screens a letter alone is wide enough for a finger too.
    return std::max(text_width(app.fonts.letter, 13, label) + 22, app.view.narrow ? 38.0F : 0.0F);
}

bool pill(App& app, const std::string& name, const std::string& label, bool on) {
    const Theme& t = app.theme();
    const float width = pill_width(app, label), height = app.view.narrow ? 36 : 28;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = press_area(app, name, {width, height});
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 end = {at.x + width, at.y + height};
    draw->AddRectFilled(at, end,
                        on        ? t.accent
                        : hovered ? with_alpha(t.accent, 0.12F)
                                  : t.raised,
                        7);
    if (!on) draw->AddRect(at, end, hovered ? t.accent : t.line, 7);
    text_centred(draw, app.fonts.letter, 13, at.x + width / 2, at.y + (height - 13) / 2 - 1,
                 on ? t.on_accent : t.text, label);
    return pressed;
}

void flow(float next_width) {
    ImGui::SameLine(0, 6);
    if (ImGui::GetContentRegionAvail().x < next_width) ImGui::NewLine();
}

void class_chip(App& app, ImDrawList* draw, ImVec2 at, float size, std::string_view class_name) {
    const ImU32 colour = app.theme().class_colour(class_name);
    draw->AddRectFilled(at, {at.x + size, at.y + size}, with_alpha(colour, 0.16F), 6);
    draw->AddRect(at, {at.x + size, at.y + size}, colour, 6);
    const float text_size = size > 30 ? 18 : 13;
    text_centred(draw, app.fonts.letter, text_size, at.x + size / 2,
                 at.y + (size - text_size) / 2 - 1, app.theme().text, class_name);
}

std::string percent_text(float share) {
    if (share > 0 && share < 0.001F) return "<0.1 %";
    if (share < 1 && share >= 0.9995F) return ">99.9 %";
    return std::format("{:.1f} %", 100 * share);
}

std::string_view long_class_name(std::string_view name) {
    if (name == "N") return "Normal";
    if (name == "S") return "Supraventricular";
    if (name == "V") return "Ventricular";
    if (name == "F") return "Fusion";
    if (name == "Q") return "Paced or unknown";
    // WFDB's codes of beats, which models of finer classes go by.
    if (name == "L") return "Left bundle branch block";
    if (name == "R") return "Right bundle branch block";
    if (name == "A") return "Atrial premature";
    if (name == "a") return "Aberrated atrial premature";
    if (name == "J") return "Nodal premature";
    if (name == "j") return "Nodal escape";
    if (name == "e") return "Atrial escape";
    if (name == "E") return "Ventricular escape";
    if (name == "f") return "Fusion with a paced beat";
    return name;
}

}  // namespace telltale::window
