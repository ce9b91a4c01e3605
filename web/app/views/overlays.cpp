// Over everything else: progress with cancel, errors, notices, the help sheet, the empty window.
#include <algorithm>
#include <array>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr ImGuiWindowFlags card_flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                        ImGuiWindowFlags_NoSavedSettings |
                                        ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoNav |
                                        ImGuiWindowFlags_NoFocusOnAppearing;

void begin_card(App& app, const char* id, ImVec2 at, ImVec2 pivot, float width, ImU32 background) {
    ImGui::SetNextWindowPos(at, ImGuiCond_Always, pivot);
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, background);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 10);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::Begin(id, nullptr, card_flags & ~ImGuiWindowFlags_AlwaysAutoResize);
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
    (void)app;
}

void progress(App& app, Rect area) {
    const ProgressInfo& p = app.session.progress;
    if (p.stage.empty()) return;
    const float width = std::min(460.0F, area.width - 24);
    begin_card(app, "progress", {area.x + area.width / 2, area.y + area.height - 20}, {0.5F, 1},
               width, app.theme().raised);
    ImGui::TextUnformatted(p.stage.c_str());
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, 0});
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float bar_width = width - 32 - 96;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float y = at.y + 14;
    draw->AddRectFilled({at.x, y}, {at.x + bar_width, y + 6}, app.theme().line, 3);
    if (p.fraction >= 0)
        draw->AddRectFilled(
            {at.x, y},
            {at.x + std::max(4.0F, bar_width * static_cast<float>(std::min(1.0, p.fraction))),
             y + 6},
            app.theme().accent, 3);
    ImGui::PopStyleVar();
    ImGui::SetCursorScreenPos({at.x + bar_width + 12, at.y});
    if (ImGui::Button("Cancel", {84, 0})) app.send(messages::Cancel{});
    app.target("progress:cancel");
    ImGui::End();
}

void error(App& app, Rect area) {
    if (app.session.error.empty()) return;
    const float width = std::min(560.0F, area.width - 24);
    begin_card(app, "error", {area.x + area.width / 2, area.y + 72}, {0.5F, 0}, width,
               app.theme().warning_panel);
    ImGui::PushStyleColor(ImGuiCol_Text, app.theme().warning);
    ImGui::PushFont(app.fonts.strong);
    ImGui::TextUnformatted("This did not work");
    ImGui::PopFont();
    ImGui::PopStyleColor();
    paragraph(app.session.error);
    if (ImGui::Button("Close")) app.session.error.clear();
    app.target("error:close");
    ImGui::End();
}

void notice(App& app, Rect area) {
    if (app.session.notice.empty() || ImGui::GetTime() > app.view.notice_until) return;
    const float width = std::min(420.0F, area.width - 24);
    begin_card(app, "notice", {area.x + area.width / 2, area.y + 72}, {0.5F, 0}, width,
               app.theme().raised);
    paragraph(app.session.notice);
    ImGui::End();
}

void help(App& app, Rect area) {
    if (!app.view.show_help) return;
    struct Key {
        const char *keys, *what;
    };
    static constexpr std::array<Key, 33> keys = {{
        {"N S V F Q", "call the selected beat so"},
        {"Enter", "its class is right: confirm it"},
        {"G", "review all beats, those that want a look first"},
        {"Y", "step through the extremes: slowest, fastest, longest"},
        {"W  R  X", "note on the beat, strip of it in the report, why this class"},
        {"A  Delete", "add a beat at the pointer, remove the selected one"},
        {"Alt+arrows", "move the selected beat"},
        {"Ctrl+Z  Ctrl+Y", "undo, redo"},
        {"J  K", "next, previous: of what was picked, else beat that is not normal"},
        {"← →", "previous, next beat"},
        {"Page Up/Down", "one page back, forward"},
        {"Home  End", "start, end of the recording"},
        {"+  −", "faster, slower paper"},
        {"0", "25 mm/s and 10 mm/mV"},
        {"[  ]", "smaller, larger amplitude"},
        {"drag", "move along the recording"},
        {"wheel, pinch", "zoom in time around the pointer"},
        {"Shift + wheel", "move along the recording"},
        {"Alt + wheel", "amplitude"},
        {"click", "select a beat"},
        {"M", "measure: drag on the strip; Alt drags without snapping"},
        {",  .  ;  :", "move the second leg, the first leg, by a sample"},
        {"Ctrl+C", "copy what was measured"},
        {"L  Shift+drag", "call a stretch: artefact, a rhythm, a note"},
        {"H", "twelve leads on a sheet, and back"},
        {"D", "full disclosure: the whole record as strips"},
        {"P", "mark P, QRS and T on the strip"},
        {"1 to 8", "summary, beat, events, HRV, intervals, clusters, compare, model"},
        {"T", "light, dark, high contrast"},
        {"Ctrl+K", "find any command by its name"},
        {"O", "open files"},
        {"E", "export beats as CSV"},
        {"?  Esc", "show, hide this help"},
    }};
    // Two columns where there is room; what does not fit can be scrolled to.
    const std::size_t columns = area.width >= 1000 ? 2 : 1;
    const float width = std::min(columns == 2 ? 960.0F : 520.0F, area.width - 24);
    const float top = std::min(80.0F, area.height * 0.1F);
    begin_card(app, "help", {area.x + area.width / 2, area.y + top}, {0.5F, 0}, width,
               app.theme().raised);
    ImGui::PushFont(app.fonts.title);
    ImGui::TextUnformatted("Keys and gestures");
    ImGui::PopFont();
    ImGui::Dummy({0, 2});
    const std::size_t each = (keys.size() + columns - 1) / columns;
    const float line = ImGui::GetTextLineHeightWithSpacing();
    const float height = std::min(static_cast<float>(each) * line + (columns == 2 ? 4 * line : 0),
                                  area.height - top - 150);
    for (std::size_t c = 0; c < columns; ++c) {
        if (c > 0) ImGui::SameLine(0, 16);
        ImGui::BeginChild(c == 0 ? "keys" : "more keys",
                          {(ImGui::GetWindowWidth() - 48) / static_cast<float>(columns), height});
        for (std::size_t i = c * each; i < std::min(keys.size(), (c + 1) * each); ++i) {
            ImGui::PushFont(app.fonts.strong);
            ImGui::TextUnformatted(keys[i].keys);
            ImGui::PopFont();
            ImGui::SameLine(150);
            paragraph(keys[i].what);
        }
        ImGui::EndChild();
    }
    ImGui::Dummy({0, 2});
    if (ImGui::Button("Close")) app.view.show_help = false;
    app.target("help:close");
    ImGui::End();
}

}  // namespace

void draw_overlays(App& app, Rect area) {
    progress(app, area);
    error(app, area);
    notice(app, area);
    help(app, area);
}

void draw_empty(App& app, Rect area) {
    begin_panel("empty", area, app.theme().page, {0, 0});
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float x = area.x + area.width / 2, y = area.y + area.height / 2 - 60;
    text_centred(draw, app.fonts.figure, 30, x, y, app.theme().text, "Drop in an ECG recording");
    text_centred(draw, app.fonts.body, 15, x, y + 46, app.theme().soft,
                 "WFDB header and signal files, or a CSV table. Nothing leaves your machine.");
    ImGui::SetCursorScreenPos({x - 70, y + 84});
    if (ImGui::Button("Choose files", {140, 0})) app.send(messages::ChooseFiles{});
    ImGui::End();
}

}  // namespace telltale::window
