// Name of the recording, and the menus: open, model, provider, export, theme, help.
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
    if (ImGui::Button((label + "##" + id).c_str())) ImGui::OpenPopup(id);
    app.target(std::string("menu:") + id);
    ImGui::SetNextWindowPos({ImGui::GetItemRectMin().x, ImGui::GetItemRectMax().y + 6});
    return ImGui::BeginPopup(id);
}

void open_menu(App& app) {
    if (!menu_button(app, "open", "Open")) return;
    if (ImGui::MenuItem("Files…", "O")) app.send(Command("choose_files"));
    for (std::size_t i = 0; i < app.session.sample_names.size(); ++i)
        if (ImGui::MenuItem(app.session.sample_names[i].c_str()))
            app.send(Command("open_sample").with("index", static_cast<double>(i)));
    if (app.session.recording_names.size() > 1) {
        ImGui::Separator();
        const std::string label =
            std::format("Another of the {} recordings…", app.session.recording_names.size());
        if (ImGui::MenuItem(label.c_str())) app.send(Command("choose_recording"));
    }
    ImGui::EndPopup();
}

void model_menu(App& app) {
    const Session& s = app.session;
    if (s.model_names.empty()) return;
    if (menu_button(app, "model", s.current_model.empty() ? "Model" : s.current_model)) {
        for (const std::string& name : s.model_names)
            if (ImGui::MenuItem(name.c_str(), nullptr, name == s.current_model))
                app.send(Command("model").with("name", name));
        ImGui::EndPopup();
    }
    ImGui::SameLine();
}

void lead_menu(App& app) {
    const Session& s = app.session;
    if (!s.model || s.recording->leads.size() < 2 || s.model->lead >= s.recording->leads.size())
        return;
    if (menu_button(app, "lead", "Lead " + s.recording->leads[s.model->lead].name)) {
        for (std::size_t i = 0; i < s.recording->leads.size(); ++i)
            if (ImGui::MenuItem(s.recording->leads[i].name.c_str(), nullptr, i == s.model->lead))
                app.send(Command("lead").with("name", s.recording->leads[i].name));
        ImGui::EndPopup();
    }
    ImGui::SameLine();
}

void provider_menu(App& app) {
    const ProviderInfo& p = app.session.provider;
    if (p.available.empty()) return;
    if (menu_button(app, "provider", provider_label(p))) {
        const auto item = [&](const std::string& choice) {
            if (ImGui::MenuItem(std::string(choice_label(choice)).c_str(), nullptr,
                                p.choice == choice))
                app.send(Command("provider").with("choice", choice));
        };
        item("auto");
        for (const std::string& name : p.available) item(name);
        if (!p.note.empty()) {
            ImGui::Separator();
            ImGui::PushTextWrapPos(280);
            note(app, p.note);
            ImGui::PopTextWrapPos();
        }
        ImGui::EndPopup();
    }
    ImGui::SameLine();
}

void export_items(App& app) {
    const bool any = app.session.beats.size() > 0;
    const auto item = [&](const char* kind, const char* label, bool enabled) {
        const bool pressed = ImGui::MenuItem(label, nullptr, false, enabled);
        app.target(std::string("export:") + kind);
        if (pressed && std::string_view(kind) == "html")
            app.export_report();
        else if (pressed)
            app.send(Command("export").with("kind", kind));
    };
    item("html", "Report to print (HTML)", app.session.findings.rhythm.has_value());
    item("png", "Picture of this view (PNG)", app.session.recording.has_value());
    ImGui::Separator();
    item("csv", "Beats as CSV", any);
    item("json", "Summary and beats as JSON", any);
    item("atr", "Beats as WFDB annotations (.atr)", any);
    item("edf", "Signal and beats as EDF+", any);
    ImGui::Separator();
    item("wfdb", "Recording as WFDB (zip)", app.session.recording.has_value());
    item("signals", "Samples as CSV", app.session.recording.has_value());
    ImGui::Separator();
    item("session", "The review as a session file", any);
}

void theme_items(App& app) {
    for (const ThemeName name : {ThemeName::light, ThemeName::dark, ThemeName::contrast}) {
        const char* label = name == ThemeName::light  ? "Light"
                            : name == ThemeName::dark ? "Dark"
                                                      : "High contrast";
        if (ImGui::MenuItem(label, nullptr, app.theme().name == name)) app.use_theme(name);
    }
}

float button_width(const App& app, std::string_view label) {
    return text_width(app.fonts.body, 15, label) + 2 * ImGui::GetStyle().FramePadding.x + 8;
}

}  // namespace

void draw_top_bar(App& app, Rect area) {
    begin_panel("top", area, app.theme().panel, {16, 0});
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
        if (s.model && s.recording && s.recording->leads.size() > 1 &&
            s.model->lead < s.recording->leads.size())
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
            std::format("{}   {} Hz   {}", leads, short_number(r.sampling_rate),
                        clock_time(r.length / r.sampling_rate));
        const float space = right_edge - right - 16 - x;
        draw->PushClipRect({x, area.y}, {x + std::max(0.0F, space), area.y + area.height}, true);
        draw->AddText(app.fonts.strong, 15, {x, middle - 18}, t.text, r.name.c_str());
        draw->AddText(app.fonts.small, 13, {x, middle + 2}, t.soft, detail.c_str());
        draw->PopClipRect();
    }

    ImGui::SetCursorScreenPos({right_edge - right, y});
    open_menu(app);
    ImGui::SameLine();
    if (!narrow) {
        if (s.recording) {
            lead_menu(app);
            model_menu(app);
            provider_menu(app);
        }
        if (menu_button(app, "export", "Export")) {
            export_items(app);
            ImGui::EndPopup();
        }
        ImGui::SameLine();
        if (menu_button(app, "theme", "Theme")) {
            theme_items(app);
            ImGui::EndPopup();
        }
        ImGui::SameLine();
        if (ImGui::Button("?")) app.view.show_help = !app.view.show_help;
    } else if (menu_button(app, "menu", "Menu")) {
        if (ImGui::MenuItem("Find a command…")) app.send(Command("palette"));
        if (ImGui::MenuItem("Measure", nullptr, app.view.measure.on, s.recording.has_value()))
            app.measure_on_off();
        if (ImGui::BeginMenu("Export")) {
            export_items(app);
            ImGui::EndMenu();
        }
        if (ImGui::BeginMenu("Model", !s.model_names.empty())) {
            for (const std::string& name : s.model_names)
                if (ImGui::MenuItem(name.c_str(), nullptr, name == s.current_model))
                    app.send(Command("model").with("name", name));
            ImGui::EndMenu();
        }
        if (ImGui::BeginMenu("Runs on", !s.provider.available.empty())) {
            const auto item = [&](const std::string& choice) {
                if (ImGui::MenuItem(std::string(choice_label(choice)).c_str(), nullptr,
                                    s.provider.choice == choice))
                    app.send(Command("provider").with("choice", choice));
            };
            item("auto");
            for (const std::string& name : s.provider.available) item(name);
            ImGui::EndMenu();
        }
        if (ImGui::BeginMenu("Theme")) {
            theme_items(app);
            ImGui::EndMenu();
        }
        if (ImGui::MenuItem("Help")) app.view.show_help = true;
        ImGui::EndPopup();
    }
    draw->AddLine({area.x, area.y + area.height - 0.5F},
                  {area.x + area.width, area.y + area.height - 0.5F}, t.line);
    ImGui::End();
}

}  // namespace telltale::window
