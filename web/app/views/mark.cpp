#include "views/mark.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "messages/stretches.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr float label_height = 16;
constexpr double least_s = 0.1;  // a shorter drag is a slip

bool is_dark(const messages::CalledStretch& called) {
    return called.name == "artefact" || called.name == "no_ecg";
}

// Lines from the lower left to the upper right: colour alone tells nothing.
void hatch(ImDrawList* draw, Rect area, ImU32 colour) {
    draw->PushClipRect(area.min(), area.max(), true);
    for (float x = area.x - area.height; x < area.x + area.width; x += 12)
        draw->AddLine({x, area.y + area.height}, {x + area.height, area.y}, colour);
    draw->PopClipRect();
}

}  // namespace

bool mark_by_pointer(App& app, const std::function<double(ImVec2)>& sample_at) {
    MarkView& m = app.view.mark;
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::IsItemActivated()) {
        m.dragging = m.on || io.KeyShift;
        m.anchor = sample_at(io.MousePos);
        // Near an end of the one in hand, that end moves.
        if (m.dragging && m.stretch) {
            const float reach = app.view.touch ? 22 : 8;
            const double left = sample_at({io.MousePos.x - reach, io.MousePos.y}),
                         right = sample_at({io.MousePos.x + reach, io.MousePos.y});
            const auto near = [&](double end) { return left <= end && end <= right; };
            if (near(m.stretch->first))
                m.anchor = m.stretch->last;
            else if (near(m.stretch->last))
                m.anchor = m.stretch->first;
        }
    }
    if (!m.dragging) return false;
    if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3)) {
        const double at = sample_at(io.MousePos);
        if (std::abs(at - m.anchor) >= least_s * app.session.recording->sampling_rate)
            app.mark(std::min(at, m.anchor), std::max(at, m.anchor));
        ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    }
    if (ImGui::IsItemDeactivated()) {
        m.dragging = false;
        app.announce_mark();
    }
    return true;
}

void draw_marks(App& app, ImDrawList* draw, Rect area, const std::function<float(double)>& x_of,
                double first, double last) {
    const Theme& t = app.theme();
    const auto place = [&](double from, double to) {
        const float left = std::max(area.x, x_of(std::max(from, first)));
        const float right = std::min(area.x + area.width, x_of(std::min(to, last)));
        return Rect{left, area.y, right - left, area.height};
    };
    // A note may lie over a rhythm: its words stand a line lower.
    for (const messages::CalledStretch& called : app.session.edits.stretches) {
        const auto from = static_cast<double>(called.first), to = static_cast<double>(called.last);
        if (to <= first || from >= last) continue;
        const Rect band = place(from, to);
        const bool note = called.name == "note";
        const ImU32 colour = note              ? t.text
                             : is_dark(called) ? t.soft
                                               : t.rhythm_colour(called.name);
        if (is_dark(called)) hatch(draw, band, with_alpha(colour, 0.35F));
        if (!note && !is_dark(called))
            draw->AddRectFilled(band.min(), band.max(), with_alpha(colour, 0.06F));
        const float y = area.y + area.height - label_height - (note ? label_height + 2 : 0);
        if (y < area.y) continue;
        draw->AddRectFilled({band.x, y}, {band.x + band.width, y + label_height},
                            with_alpha(t.raised, 0.92F), 3);
        draw->AddRect({band.x, y}, {band.x + band.width, y + label_height}, colour, 3);
        if (band.width > 30)
            text_cut(draw, app.fonts.small, 12, {band.x + 5, y + 2}, band.width - 8, t.text,
                     note ? called.text.substr(0, called.text.find('\n')) : called.words);
    }
    if (const auto& hand = app.view.mark.stretch;
        hand && hand->last > first && hand->first < last) {
        const Rect band = place(hand->first, hand->last);
        draw->AddRectFilled(band.min(), band.max(), with_alpha(t.accent, 0.14F));
        for (const double end : {hand->first, hand->last})
            if (end >= first && end <= last)
                draw->AddLine({x_of(end), area.y}, {x_of(end), area.y + area.height}, t.accent, 2);
    }
}

void draw_mark_card(App& app, Rect area) {
    const MarkView& m = app.view.mark;
    if (!m.on || m.dragging) return;
    const Theme& t = app.theme();
    // Beside the strip, not on it, where both have no room.
    const bool narrow = app.view.narrow, keys = !app.view.touch && !narrow;
    const float width = std::min(640.0F, area.width - 16);
    const float foot = narrow ? ImGui::GetIO().DisplaySize.y - 8 : area.y + area.height - 34;
    ImGui::SetNextWindowPos({area.x + area.width / 2, foot}, ImGuiCond_Always, {0.5F, 1});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, t.raised);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 10);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::Begin("mark", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoFocusOnAppearing);
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
    if (!m.stretch) {
        paragraph("Drag over the stretch that you mean.");
        if (pill(app, "stretch:close", "Close", false)) app.mark_on_off();
        ImGui::End();
        return;
    }
    const Stretch at = *m.stretch;
    heading(app, "What is this?");
    note(app, app.marked_place());
    std::optional<std::string_view> called;
    bool first = true;
    const auto choice = [&](std::string_view name, const std::string& label) {
        if (!first) flow(pill_width(app, label));
        first = false;
        if (pill(app, std::format("stretch:{}", name.empty() ? "clear" : name), label, false))
            called = name;
    };
    for (std::size_t i = 0; i < messages::stretch_names.size(); ++i) {
        const messages::StretchName& name = messages::stretch_names[i];
        const char* key = name.name == "note" ? "W " : "";
        choice(name.name, !keys    ? std::string(name.brief)
                          : i < 10 ? std::format("{} {}", (i + 1) % 10, name.brief)
                                   : key + std::string(name.brief));
    }
    const bool said = std::ranges::any_of(
        app.session.edits.stretches, [&](const messages::CalledStretch& called_before) {
            return static_cast<double>(called_before.first) < at.last &&
                   at.first < static_cast<double>(called_before.last);
        });
    if (said) choice("", keys ? "Del Take away" : "Take away");
    const std::string close = keys ? "Esc Close" : "Close";
    flow(pill_width(app, close));
    if (pill(app, "stretch:close", close, false)) app.mark_on_off();
    if (keys) note(app, "Drag an end, or move it: the first by ; and :, the last by , and .");
    ImGui::End();
    if (called) app.call_stretch(*called);
}

}  // namespace telltale::window
