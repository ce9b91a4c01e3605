// Questions that stand in the way of a recording: its sampling rate, where the file is silent.
#include <algorithm>
#include <cstdlib>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {

void draw_dialogs(App& app, Rect area) {
    if (app.session.ask_rate.empty()) return;
    const Theme& t = app.theme();
    const float width = std::min(440.0F, area.width - 24);
    ImGui::SetNextWindowPos({area.x + area.width / 2, area.y + area.height * 0.3F}, ImGuiCond_Always, {0.5F, 0.3F});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, t.raised);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 10);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::Begin("rate", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav);
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
    ImGui::PushFont(app.fonts.title);
    ImGui::TextUnformatted("How many samples a second?");
    ImGui::PopFont();
    note(app, app.session.ask_rate);
    ImGui::Dummy({0, 4});
    bool first = true;
    const auto use = [&](double rate) {
        app.send(Command("sampling_rate").with("rate", rate));
        app.session.ask_rate.clear();
    };
    for (const double rate : {100.0, 125.0, 128.0, 130.0, 180.0, 200.0, 250.0, 256.0, 300.0, 360.0, 500.0, 512.0, 1000.0}) {
        const std::string label = std::format("{} Hz", rate);
        if (!first) flow(pill_width(app, label));
        first = false;
        if (pill(app, std::format("rate:{}", rate), label, false)) use(rate);
    }
    ImGui::Dummy({0, 4});
    char buffer[24] = {};
    std::copy_n(app.view.rate_text.begin(), std::min<std::size_t>(app.view.rate_text.size(), 22), buffer);
    ImGui::SetNextItemWidth(width - 32 - 92 - 92 - 16);
    const bool entered = ImGui::InputTextWithHint("##rate", "other, in Hz", buffer, sizeof buffer, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CharsNoBlank);
    app.target("rate:other");
    app.view.rate_text = buffer;
    // A decimal comma is as good as a point.
    std::string text = app.view.rate_text;
    std::ranges::replace(text, ',', '.');
    char* end = nullptr;
    const double rate = std::strtod(text.c_str(), &end);
    const bool good = end != text.c_str() && *end == '\0' && rate >= 1 && rate <= 100000;
    ImGui::SameLine();
    ImGui::BeginDisabled(!good);
    const bool pressed = ImGui::Button("Open", {84, 0});
    app.target("rate:open");
    ImGui::EndDisabled();
    ImGui::SameLine();
    const bool closed = ImGui::Button("Cancel", {84, 0});
    if (good && (entered || pressed)) use(rate);
    else if (closed) app.session.ask_rate.clear();
    ImGui::End();
}

}  // namespace telltale::window
