// What was found: counts per class, the selected beat, the model, warnings.
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

// A bar of a share 0..1 with its text at the right.
void bar(App& app, float share, ImU32 colour, const char* text) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float text_space = 64, height = 6;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float y = at.y + 7;
    const float full = std::max(8.0F, width - text_space);
    draw->AddRectFilled({at.x, y}, {at.x + full, y + height}, with_alpha(app.theme().line, 0.8F), 3);
    if (share > 0)
        draw->AddRectFilled({at.x, y}, {at.x + std::max(3.0F, full * share), y + height}, colour, 3);
    draw->AddText(app.fonts.small, 13,
                  {at.x + width - text_width(app.fonts.small, 13, text), at.y + 2},
                  app.theme().text, text);
    ImGui::Dummy({width, 20});
}

void figure(App& app, const std::string& value, const char* unit, const char* label, float width) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddText(app.fonts.figure, 26, at, app.theme().text, value.c_str());
    const float w = text_width(app.fonts.figure, 26, value);
    draw->AddText(app.fonts.small, 13, {at.x + w + 4, at.y + 12}, app.theme().soft, unit);
    draw->AddText(app.fonts.small, 13, {at.x, at.y + 32}, app.theme().soft, label);
    ImGui::Dummy({width, 52});
}

void summary(App& app) {
    const Session& s = app.session;
    const float half = (ImGui::GetContentRegionAvail().x - 8) / 2;
    figure(app, grouped(s.beats.size()), "", "beats", half);
    ImGui::SameLine();
    const auto rate = s.mean_heart_rate();
    figure(app, rate ? std::format("{:.0f}", *rate) : "–", "/min", "mean heart rate", half);

    if (!s.model) {
        if (s.progress.stage.empty() && s.beats.size() == 0) note(app, "No beats yet.");
        return;
    }
    std::size_t classified = 0;
    for (const std::size_t count : s.counts) classified += count;
    for (std::size_t c = 0; c < s.model->classes.size(); ++c) {
        const std::string& name = s.model->classes[c];
        const std::size_t count = c < s.counts.size() ? s.counts[c] : 0;
        const float share = classified ? static_cast<float>(count) / static_cast<float>(classified) : 0;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        ImDrawList* draw = ImGui::GetWindowDrawList();
        class_chip(app, draw, {at.x, at.y + 3}, 24, name);
        const std::string_view long_name = long_class_name(name);
        draw->AddText(app.fonts.body, 15, {at.x + 34, at.y + 1}, app.theme().text, long_name.data(),
                      long_name.data() + long_name.size());
        const std::string number = grouped(count);
        draw->AddText(app.fonts.strong, 15, {at.x + width - 56 - text_width(app.fonts.strong, 15, number), at.y + 1},
                      app.theme().text, number.c_str());
        const std::string percent = count > 0 && share < 0.0005F ? "<0.1 %" : std::format("{:.1f} %", 100 * share);
        draw->AddText(app.fonts.small, 13, {at.x + width - text_width(app.fonts.small, 13, percent), at.y + 2},
                      app.theme().soft, percent.c_str());
        draw->AddRectFilled({at.x + 34, at.y + 23}, {at.x + width, at.y + 26}, with_alpha(app.theme().line, 0.8F), 2);
        if (share > 0)
            draw->AddRectFilled({at.x + 34, at.y + 23},
                                {at.x + 34 + std::max(2.0F, (width - 34) * share), at.y + 26},
                                app.theme().class_colour(name), 2);
        ImGui::Dummy({width, 30});
    }
}

void selected_beat(App& app) {
    const Session& s = app.session;
    heading(app, "SELECTED BEAT");
    if (!app.view.selected || *app.view.selected >= s.beats.size()) {
        note(app, app.view.touch ? "Tap a beat to see how sure the model is."
                                 : "Click a beat, or press J and K to step through those that are not normal.");
        return;
    }
    const std::size_t beat = *app.view.selected;
    const std::string& name = s.class_name(beat);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    class_chip(app, draw, {at.x, at.y + 2}, 34, name);
    const std::string title = std::format("{}  at {}", name.empty() ? "Beat" : long_class_name(name),
                                          clock_time(app.seconds(s.beats.sample[beat]), true));
    draw->AddText(app.fonts.strong, 15, {at.x + 46, at.y}, app.theme().text, title.c_str());
    std::string detail = std::format("beat {} of {}", grouped(beat + 1), grouped(s.beats.size()));
    draw->AddText(app.fonts.small, 13, {at.x + 46, at.y + 20}, app.theme().soft, detail.c_str());
    ImGui::Dummy({0, 42});
    std::string intervals;
    if (const auto before = s.interval_before(beat))
        intervals = std::format("RR before {:.0f} ms ({:.0f}/min)", *before * 1000, 60 / *before);
    if (const auto after = s.interval_before(beat + 1))
        intervals += std::format("{}after {:.0f} ms", intervals.empty() ? "RR " : ", ", *after * 1000);
    if (!intervals.empty()) note(app, intervals);
    if (s.model && s.beats.classes == s.model->classes.size() &&
        s.beats.probabilities.size() == s.beats.size() * s.beats.classes &&
        s.beats.label[beat] != not_classified) {
        for (std::size_t c = 0; c < s.beats.classes; ++c) {
            const float p = s.beats.probabilities[beat * s.beats.classes + c];
            ImGui::PushFont(app.fonts.letter);
            ImGui::TextUnformatted(s.model->classes[c].c_str());
            ImGui::PopFont();
            ImGui::SameLine(28);
            bar(app, p, app.theme().class_colour(s.model->classes[c]),
                p > 0 && p < 0.001F ? "<0.1 %" : std::format("{:.1f} %", 100 * p).c_str());
        }
    }
}

void model_card(App& app) {
    const Session& s = app.session;
    if (!s.model) return;
    heading(app, "MODEL");
    ImGui::PushFont(app.fonts.strong);
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted((s.model->title.empty() ? s.model->name : s.model->title).c_str());
    ImGui::PopTextWrapPos();
    ImGui::PopFont();
    note(app, std::format("{} {}", s.model->name, s.model->version));
    if (!s.model->description.empty()) note(app, s.model->description);
    for (const MetricInfo& m : s.model->metrics)
        note(app, std::format("{} {:.3f}  on {}", m.name, m.value, m.protocol));
    if (!s.provider.current.empty() && s.provider.beats_per_second > 0)
        note(app, std::format("{} beats a second on {}",
                              grouped(static_cast<std::size_t>(s.provider.beats_per_second)),
                              s.provider.current == "webgpu" ? "WebGPU" : s.provider.current == "wasm" ? "WebAssembly" : s.provider.current));
}

}  // namespace

void draw_side_panel(App& app, Rect area) {
    ImGui::SetNextWindowPos(area.min());
    ImGui::SetNextWindowSize({area.width, area.height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {18, 14});
    ImGui::Begin("side", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav);
    ImGui::PopStyleVar();
    // A finger scrolls the panel by its content.
    if (app.view.touch && ImGui::IsWindowHovered() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 6))
        ImGui::SetScrollY(ImGui::GetScrollY() - ImGui::GetIO().MouseDelta.y);
    summary(app);
    selected_beat(app);
    model_card(app);
    const RecordingInfo& recording = *app.session.recording;
    if (!recording.warnings.empty()) {
        heading(app, "ABOUT THIS RECORDING");
        for (const std::string& warning : recording.warnings) note(app, warning);
    }
    ImGui::Dummy({0, 10});
    ImGui::Separator();
    note(app, "Not a medical device. Nothing shown here is a diagnosis.");
    ImGui::End();
}

}  // namespace telltale::window
