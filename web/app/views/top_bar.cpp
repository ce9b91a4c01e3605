// Name of the recording, and the menus: open, model, provider, export, theme, help.
#include <algorithm>
#include <array>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

std::string provider_label(const ProviderInfo& p) {
    std::string name = p.current == "webgpu" ? "WebGPU"
                       : p.current == "wasm" ? "WebAssembly"
                                             : p.current;
    if (name.empty()) name = "starting";
    return name;
}

std::string_view choice_label(std::string_view choice) {
    if (choice == "auto") return "Automatic";
    return choice == "webgpu" ? "WebGPU" : choice == "wasm" ? "WebAssembly" : choice;
}

// A button that opens a menu under itself.
bool menu_button(App& app, const char* id, const std::string& label) {
    if (ImGui::Button((label + "##" + id).c_str())) show_menu(app, id);
    app.target(std::string("menu:") + id);
    return begin_menu(app, id);
}

// What the recording's file says; the other recordings that came with it.
void recording_items(App& app) {
    const Session& s = app.session;
    if (!s.recording) return;
    ImGui::Separator();
    if (menu_item(app, "open:about", "About this recording…")) app.send(messages::AboutRecording{});
    if (s.recording_names.size() < 2) return;
    if (menu_item(app, "open:other",
                  std::format("Another of the {} recordings…", s.recording_names.size())))
        app.send(messages::ChooseRecording{});
}

void open_menu(App& app) {
    if (!menu_button(app, "open", "Open")) return;
    if (menu_item(app, "open:files", "Files…", false, true, "O")) app.send(messages::ChooseFiles{});
    for (std::size_t i = 0; i < app.session.sample_names.size(); ++i)
        if (menu_item(app, std::format("open:sample:{}", i), app.session.sample_names[i]))
            app.send(messages::OpenSample{.index = i});
    recording_items(app);
    end_menu();
}

// By groups, each with a line that says what it is.
void model_items(App& app) {
    const Session& s = app.session;
    std::string_view group;
    if (!app.view.narrow) ImGui::Dummy({400, 0});  // so that each line is one
    for (const std::string& name : s.model_names) {
        const auto entry = std::ranges::find(s.models, name, &ModelEntry::name);
        if (entry != s.models.end() && entry->group != group) {
            if (!group.empty()) ImGui::Separator();
            group = entry->group;
            heading(app, group);
        }
        if (menu_item(app, "model:" + name, name, name == s.current_model))
            app.send(messages::UseModel{.name = name});
        if (entry == s.models.end() || entry->title.empty()) continue;
        // Under the name, where that has room: on narrow screens the rows are for fingers.
        if (!app.view.narrow) ImGui::SetCursorPosY(ImGui::GetCursorPosY() - 6);
        ImGui::Indent(8);
        note(app, entry->title);
        ImGui::Unindent(8);
    }
}

void lead_items(App& app) {
    const Session& s = app.session;
    for (std::size_t i = 0; i < s.recording->leads.size(); ++i)
        if (menu_item(app, "classify:" + s.recording->leads[i].name, s.recording->leads[i].name,
                      i == s.model->lead))
            app.send(messages::UseLead{.name = s.recording->leads[i].name});
}

void provider_items(App& app) {
    const ProviderInfo& p = app.session.provider;
    const auto item = [&](const std::string& choice) {
        if (menu_item(app, "provider:" + choice, std::string(choice_label(choice)),
                      p.choice == choice))
            app.send(messages::UseProvider{.choice = std::string_view(choice)});
    };
    item("auto");
    for (const std::string& name : p.available) item(name);
    if (p.note.empty()) return;
    ImGui::Separator();
    note(app, p.note);
}

void export_items(App& app) {
    const bool any = app.session.beats.size() > 0;
    const auto item = [&](const std::string& kind, const char* label, bool enabled) {
        if (!menu_item(app, "export:" + kind, label, false, enabled)) return;
        if (kind == "html")
            app.export_report();
        else
            app.send(messages::Export{.kind = std::string_view(kind), .strips = {}});
    };
    item("html", "Report to print (HTML)", app.session.findings.rhythm.has_value());
    item("png", "Picture of this view (PNG)", app.session.recording.has_value());
    ImGui::Separator();
    item("csv", "Beats as CSV", any);
    item("json", "Summary and beats as JSON", any);
    item("atr", "Beats as WFDB annotations (.atr)", any);
    const bool waves = !app.session.findings.waves.empty();
    item("waves", "P, QRS and T as WFDB annotations (.waves)", waves);
    item("waves_csv", "P, QRS and T as CSV", waves);
    item("edf_beats", "Recording with these beats as EDF+", any);
    ImGui::Separator();
    item("wfdb", "Recording as read, as WFDB (zip)", app.session.recording.has_value());
    item("edf", "Recording as read, as EDF+", app.session.recording.has_value());
    item("signals", "Samples as read, as CSV", app.session.recording.has_value());
    ImGui::Separator();
    item("session", "The review as a session file", any);
}

void theme_items(App& app) {
    for (const ThemeName name : {ThemeName::light, ThemeName::dark, ThemeName::contrast}) {
        const char* label = name == ThemeName::light  ? "Light"
                            : name == ThemeName::dark ? "Dark"
                                                      : "High contrast";
        if (menu_item(app, std::format("theme:{}", name_of(name)), label, app.theme().name == name))
            app.use_theme(name);
    }
}

// A menu in the bar (or in the one menu of narrow screens) with its lines.
void menu(App& app, const char* id, const std::string& label, void (*items)(App&)) {
    if (menu_button(app, id, label)) {
        items(app);
        end_menu();
    }
    ImGui::SameLine();
}

// A line of the one menu that leads to a menu of its own in the same place: what opens beside it
// and follows the pointer is nothing for a finger.
bool leads_on(App& app, const std::string& name, const std::string& label, bool enabled = true) {
    const bool pressed = ImGui::Selectable(
        label.c_str(), false,
        ImGuiSelectableFlags_DontClosePopups |
            (enabled ? ImGuiSelectableFlags_None : ImGuiSelectableFlags_Disabled));
    app.target(name);
    return pressed;
}

bool several_leads(const Session& s) {
    return s.model && s.recording && s.recording->leads.size() > 1 &&
           s.model->lead < s.recording->leads.size();
}

struct Section {
    const char *id, *label;
    bool enabled;
    void (*items)(App&);
};

// The one menu of narrow screens.
void narrow_menu(App& app) {
    const Session& s = app.session;
    const std::array<Section, 5> sections = {{
        {"export", "Export", s.recording.has_value(), export_items},
        {"lead", "Lead to classify", several_leads(s), lead_items},
        {"model", "Model", !s.model_names.empty(), model_items},
        {"provider", "Runs on", !s.provider.available.empty(), provider_items},
        {"theme", "Theme", true, theme_items},
    }};
    static const char* open = nullptr;
    if (ImGui::IsWindowAppearing()) open = nullptr;
    if (open) {
        if (leads_on(app, "menu:back", "←  Menu")) open = nullptr;
        ImGui::Separator();
        for (const Section& section : sections)
            if (section.id == open) section.items(app);
        return;
    }
    if (menu_item(app, "menu:palette", "Find a command…")) app.send(messages::OpenPalette{});
    if (menu_item(app, "menu:measure", "Measure", app.view.measure.on, s.recording.has_value()))
        app.measure_on_off();
    if (menu_item(app, "menu:mark", "Mark a stretch", app.view.mark.on, s.recording.has_value()))
        app.mark_on_off();
    for (const Section& section : sections)
        if (leads_on(app, std::string("menu:") + section.id, std::string(section.label) + "  →",
                     section.enabled))
            open = section.id;
    if (menu_item(app, "help", "Help")) app.view.show_help = true;
}

float button_width(const App& app, std::string_view label) {
    return text_width(app.fonts.body, 15, label) + 2 * ImGui::GetStyle().FramePadding.x + 8;
}

}  // namespace

void draw_top_bar(App& app, Rect area) {
    begin_panel("top", area, app.theme().panel, {0, 0});
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const Theme& t = app.theme();
    const Session& s = app.session;
    const float button_height = 15 + 2 * ImGui::GetStyle().FramePadding.y + 3;
    const float y = area.y + (area.height - button_height) / 2;

    // Left: the name. The trace in front of it is the project's mark.
    float x = area.x + 16;
    const float middle = area.y + area.height / 2;
    const ImVec2 mark[] = {{x, middle + 2},      {x + 6, middle + 2},  {x + 9, middle - 9},
                           {x + 13, middle + 9}, {x + 16, middle + 2}, {x + 24, middle + 2}};
    draw->AddPolyline(mark, 6, t.accent, 0, 2.2F);
    x += 32;
    if (!app.view.narrow || !s.recording) {
        draw->AddText(app.fonts.title, 18, {x, middle - 11}, t.text, "Telltale");
        x += text_width(app.fonts.title, 18, "Telltale") + 20;
        draw->AddLine({x - 10, middle - 12}, {x - 10, middle + 12}, t.line);
    }

    // Right: what fits, the rest in one menu.
    float right = 0;
    const bool narrow = app.view.narrow;
    if (!narrow) {
        right += button_width(app, "Open") + button_width(app, "Export") +
                 button_width(app, "Theme") + button_width(app, "?");
        if (!s.model_names.empty()) right += button_width(app, s.current_model);
        if (!s.provider.available.empty()) right += button_width(app, provider_label(s.provider));
        if (several_leads(s))
            right += button_width(app, "Lead " + s.recording->leads[s.model->lead].name);
    } else {
        right += button_width(app, "Open") + button_width(app, "Menu");
    }
    const float right_edge = area.x + area.width - 12;

    if (s.recording) {
        const RecordingInfo& r = *s.recording;
        std::string leads;
        for (std::size_t i = 0; i < r.leads.size() && i < 3; ++i)
            leads += (i ? ", " : "") + r.leads[i].name;
        if (r.leads.size() > 3) leads += std::format(" and {} more", r.leads.size() - 3);
        const std::string detail =
            std::format("{}   {} Hz   {}{}", leads, short_number(r.sampling_rate),
                        clock_time(r.length / r.sampling_rate),
                        r.start ? "   begun " + date_and_time(*r.start) : "");
        const float space = right_edge - right - 16 - x;
        // The name leads to what the file says.
        ImGui::SetCursorScreenPos({x, middle - 20});
        const float name_width = std::max(text_width(app.fonts.strong, 15, r.name),
                                          text_width(app.fonts.small, 13, detail));
        if (press_area(app, "about", {std::clamp(name_width, 1.0F, std::max(1.0F, space)), 40}))
            app.send(messages::AboutRecording{});
        text_cut(draw, app.fonts.strong, 15, {x, middle - 18}, space,
                 ImGui::IsItemHovered() ? t.accent : t.text, r.name);
        text_cut(draw, app.fonts.small, 13, {x, middle + 2}, space, t.soft, detail);
    }

    ImGui::SetCursorScreenPos({right_edge - right, y});
    open_menu(app);
    ImGui::SameLine();
    if (!narrow) {
        if (several_leads(s))
            menu(app, "lead", "Lead " + s.recording->leads[s.model->lead].name, lead_items);
        if (s.recording && !s.model_names.empty())
            menu(app, "model", s.current_model.empty() ? "Model" : s.current_model, model_items);
        if (s.recording && !s.provider.available.empty())
            menu(app, "provider", provider_label(s.provider), provider_items);
        menu(app, "export", "Export", export_items);
        menu(app, "theme", "Theme", theme_items);
        if (ImGui::Button("?")) app.view.show_help = !app.view.show_help;
        app.target("help");
    } else if (menu_button(app, "menu", "Menu")) {
        narrow_menu(app);
        end_menu();
    }
    draw->AddLine({area.x, area.y + area.height - 0.5F},
                  {area.x + area.width, area.y + area.height - 0.5F}, t.line);
    ImGui::End();
}

}  // namespace telltale::window
