// The row over the strip: strip or full disclosure, leads, scale, and what J and K step through.
#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <utility>

#include "views/mark.hpp"
#include "views/measure.hpp"
#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr float height = 42, narrow_height = 46;
constexpr std::array<double, 2> speeds = {25, 50};               // mm/s
constexpr std::array<double, 3> gains = {5, 10, 20};             // mm/mV
constexpr std::array<double, 5> rows = {10, 30, 60, 300, 1800};  // s in a row of the disclosure

// A pill that opens a menu under itself.
bool menu_pill(App& app, const char* name, const std::string& label) {
    if (pill(app, std::string("menu:") + name, label, false)) show_menu(app, name);
    return begin_menu(app, name);
}

void lead_menu(App& app) {
    const auto& leads = app.session.recording->leads;
    std::vector<bool>& shown = app.view.shown_leads;
    const auto count = static_cast<std::size_t>(std::ranges::count(shown, true));
    if (leads.size() < 2) return;
    const std::string label =
        count == leads.size() ? std::string("All leads")
        : count == 1
            ? "Lead " +
                  leads[static_cast<std::size_t>(std::ranges::find(shown, true) - shown.begin())]
                      .name
            : std::format("{} of {} leads", count, leads.size());
    if (menu_pill(app, "leads", label)) {
        if (menu_item(app, "lead:all", "All leads", count == leads.size()))
            shown.assign(leads.size(), true);
        ImGui::Separator();
        ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {4, 4});
        for (std::size_t i = 0; i < leads.size(); ++i) {
            bool on = shown[i];
            if (ImGui::Checkbox(std::format("{}##{}", leads[i].name, i).c_str(), &on) &&
                (on || count > 1))
                shown[i] = on;
            app.target("lead:" + leads[i].name);
        }
        ImGui::PopStyleVar();
        end_menu();
    }
    ImGui::SameLine(0, 6);
}

void scale_menus(App& app) {
    Viewport& v = app.view.viewport;
    if (menu_pill(app, "speed", std::format("{} mm/s", short_number(v.mm_per_s)))) {
        for (const double speed : speeds)
            if (menu_item(app, std::format("speed:{}", speed), std::format("{} mm/s", speed),
                          v.mm_per_s == speed))
                v.set_speed(speed, v.width / 2);
        ImGui::Separator();
        if (menu_item(app, "speed:all", "Whole recording", v.mm_per_s == v.lowest_speed()))
            v.set_speed(v.lowest_speed(), 0);
        end_menu();
    }
    ImGui::SameLine(0, 6);
    if (menu_pill(app, "gain", std::format("{} mm/mV", short_number(v.mm_per_mv)))) {
        for (const double gain : gains)
            if (menu_item(app, std::format("gain:{}", gain), std::format("{} mm/mV", gain),
                          v.mm_per_mv == gain))
                v.mm_per_mv = gain;
        end_menu();
    }
}

std::string row_text(double seconds) {
    return seconds < 60 ? std::format("{} s a row", seconds)
                        : std::format("{} min a row", seconds / 60);
}

void stepper(App& app, Rect area) {
    const StepList& steps = app.view.steps;
    const Theme& t = app.theme();
    const float h = app.view.narrow ? 36 : 28;
    const std::string count = std::format("{} of {}", steps.at ? grouped(*steps.at + 1) : "–",
                                          grouped(steps.targets.size()));
    const float buttons = 3 * 32;
    const float count_width = text_width(app.fonts.letter, 13, count);
    const float space = area.width - buttons - count_width - 30;
    // What one is at, where that has a name of its own.
    const std::string& title = steps.at && !steps.targets[*steps.at].text.empty()
                                   ? steps.targets[*steps.at].text
                                   : steps.title;
    const float title_width =
        app.view.narrow ? 0
                        : std::min(text_width(app.fonts.small, 13, title), std::max(0.0F, space));
    const float width = title_width + count_width + buttons + 34;
    const ImVec2 at = {area.x + area.width - width, area.y + (area.height - h) / 2};
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(at, {at.x + width, at.y + h}, with_alpha(t.accent, 0.12F), 7);
    float x = at.x + 12;
    const float text_y = at.y + (h - 13) / 2 - 1;
    if (title_width > 0) {
        text_cut(draw, app.fonts.small, 13, {x, text_y}, title_width, t.text, title);
        x += title_width + 10;
    }
    draw->AddText(app.fonts.letter, 13, {x, text_y}, t.text, count.c_str());
    x += count_width + 8;
    const auto button = [&](const char* name, const char* sign) {
        ImGui::SetCursorScreenPos({x, at.y});
        const bool pressed = press_area(app, name, {32, h});
        text_centred(draw, app.fonts.letter, 15, x + 16, at.y + (h - 15) / 2 - 2,
                     ImGui::IsItemHovered() ? t.accent : t.text, sign);
        x += 32;
        return pressed;
    };
    if (button("step:previous", "←")) app.step(-1);
    if (button("step:next", "→")) app.step(1);
    if (button("step:stop", "×")) app.stop_stepping();
}

}  // namespace

void draw_main(App& app, Rect area) {
    const Theme& t = app.theme();
    const float bar = app.view.narrow ? narrow_height : height;
    const float margin = app.view.narrow ? 8 : 12;
    const double row_s = disclosure_row_s(app, area);
    const bool stepping = !app.view.steps.empty();
    // On narrow screens the stepper has a row of its own.
    const float second = app.view.narrow && stepping ? narrow_height : 0;
    // So have the choices of measuring; the menu turns it on there.
    const float third =
        app.view.narrow && app.view.measure.on && !app.view.disclosure ? narrow_height : 0;
    begin_panel("toolbar", {area.x, area.y, area.width, bar + second + third}, t.panel, {0, 0});
    ImGui::SetCursorScreenPos(
        {area.x + margin, area.y + (bar - (app.view.narrow ? 36.0F : 28.0F)) / 2});
    const bool sheets = has_sheet(app.session.recording->leads);
    if (!sheets) app.view.sheet.reset();
    const bool sheet = app.view.sheet && !app.view.disclosure;
    if (pill(app, "view:strip", "Strip", !app.view.disclosure && !sheet)) {
        app.show_sheet(std::nullopt);
    }
    if (sheets) {
        ImGui::SameLine(0, 6);
        if (pill(app, "view:sheet", app.view.narrow ? "12" : "12 leads", sheet)) {
            app.show_sheet(app.view.sheet.value_or(SheetLayout::three_by_four));
        }
    }
    ImGui::SameLine(0, 6);
    if (pill(app, "view:disclosure", app.view.narrow ? "Full" : "Full disclosure",
             app.view.disclosure))
        app.view.disclosure = true;
    ImGui::SameLine(0, app.view.narrow ? 6 : 18);
    if (sheet) {
        if (menu_pill(app, "sheet", std::string(title(*app.view.sheet)))) {
            for (const SheetLayout layout : sheet_layouts)
                if (menu_item(app, std::format("sheet:{}", name(layout)),
                              std::string(title(layout)), layout == *app.view.sheet))
                    app.show_sheet(layout);
            end_menu();
        }
    } else if (!app.view.disclosure) {
        lead_menu(app);
        scale_menus(app);
        if (!app.view.narrow) {
            ImGui::SameLine(0, 18);
            measure_pills(app);
            ImGui::SameLine(0, 6);
            if (pill(app, "mark", "Mark", app.view.mark.on)) app.mark_on_off();
        }
    } else if (menu_pill(app, "rows", row_text(row_s))) {
        for (const double seconds : rows)
            if (menu_item(app, std::format("rows:{}", seconds), row_text(seconds),
                          row_s == seconds)) {
                app.view.disclosure_row_s = seconds;
                app.view.disclosure_shown = false;
            }
        end_menu();
    }
    const float used = ImGui::GetItemRectMax().x;
    if (stepping) {
        if (second > 0)
            stepper(app, {area.x + margin, area.y + bar - 4, area.width - 2 * margin, second});
        else
            stepper(app, {used + 18, area.y, area.x + area.width - margin - used - 18, bar});
    }
    if (third > 0) {
        ImGui::SetCursorScreenPos({area.x + margin, area.y + bar + second});
        measure_pills(app);
    }
    ImGui::End();
    const float above = bar + second + third;
    const Rect rest = {area.x, area.y + above, area.width, std::max(1.0F, area.height - above)};
    // It opens where one was.
    if (app.view.disclosure && !std::exchange(app.view.disclosure_shown, true))
        disclosure_reveal(app, rest, row_s);
    app.view.disclosure_shown = app.view.disclosure;
    if (app.view.disclosure)
        draw_disclosure(app, rest, row_s);
    else if (app.view.sheet)
        draw_sheet(app, rest);
    else
        draw_strip(app, rest);
    draw_mark_card(app, rest);
}

}  // namespace telltale::window
