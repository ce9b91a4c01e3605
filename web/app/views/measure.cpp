// Calipers: placing them by pointer and keys, and drawing them over the strip.
#include "views/measure.hpp"

#include <algorithm>
#include <cmath>
#include <format>

#include "views/widgets.hpp"

namespace telltale::window {
namespace {

using Grip = MeasureView::Grip;

constexpr double snap_s = 0.04;         // how far a leg reaches for an extremum
constexpr double snap_px = 14;          // and no farther than this on screen
constexpr float grip_px = 9;            // around a leg, where it can be taken
constexpr float touch_grip_px = 22;     // the same for a finger
constexpr std::size_t most_legs = 400;  // of marching calipers in view

// Samples around a place, and the index of the place among them; empty where they are not here
// yet (they are asked for).
std::pair<std::vector<float>, std::size_t> around(App& app, std::size_t lead, double sample,
                                                  std::size_t reach) {
    const auto at = static_cast<std::int64_t>(sample);
    const auto first = std::max<std::int64_t>(0, at - static_cast<std::int64_t>(reach));
    const auto last = std::min(static_cast<std::int64_t>(app.session.recording->length),
                               at + static_cast<std::int64_t>(reach) + 1);
    std::vector<float> samples;
    const auto ask = [&](std::size_t l, std::int64_t from, std::int64_t count) {
        app.send(messages::NeedSamples{
            .lead = l, .first = static_cast<double>(from), .count = static_cast<double>(count)});
    };
    if (!app.session.signals.samples(lead, first, last, samples, ask)) samples.clear();
    return {std::move(samples), static_cast<std::size_t>(at - first)};
}

std::optional<float> amplitude(App& app, std::size_t lead, double sample) {
    const auto [samples, at] = around(app, lead, sample, 0);
    if (at >= samples.size() || !std::isfinite(samples[at])) return std::nullopt;
    return samples[at];
}

}  // namespace

void App::place_leg(Grip leg, double sample, bool snap) {
    if (!session.recording || !view.measure.calipers || leg == Grip::none) return;
    Calipers& c = *view.measure.calipers;
    const Viewport& v = view.viewport;
    sample = std::clamp(std::round(sample), 0.0, std::max(0.0, v.length - 1));
    if (snap) {
        const double reach = std::min(snap_s * v.sampling_rate, snap_px * v.samples_per_px());
        const auto whole = static_cast<std::size_t>(std::max(1.0, std::round(reach)));
        const auto [samples, at] = around(*this, c.lead, sample, whole);
        if (const auto found = nearest_extremum(samples, at, whole))
            sample += static_cast<double>(*found) - static_cast<double>(at);
    }
    (leg == Grip::from ? c.from : c.to) = sample;
    (leg == Grip::from ? c.from_mv : c.to_mv) = amplitude(*this, c.lead, sample);
}

void App::nudge_leg(Grip leg, double samples) {
    if (!view.measure.on || !view.measure.calipers) return;
    const Calipers& c = *view.measure.calipers;
    place_leg(leg, (leg == Grip::from ? c.from : c.to) + samples, false);
    announce_measured();
}

void App::measure_on_off() {
    MeasureView& m = view.measure;
    if (!session.recording) return;
    m.on = !m.on;
    m.grip = Grip::none;
    if (!m.on) {
        m.calipers.reset();
        return;
    }
    view.disclosure = false;
    if (!view.selected || *view.selected == 0 || *view.selected >= session.beats.size()) return;
    // On the lead that was classified where it is shown, else on the first that is.
    std::size_t lead = session.model ? session.model->lead : 0;
    if (lead >= view.shown_leads.size() || !view.shown_leads[lead])
        lead = static_cast<std::size_t>(std::ranges::find(view.shown_leads, true) -
                                        view.shown_leads.begin());
    if (lead >= session.recording->leads.size()) return;
    m.calipers = Calipers{.lead = lead};
    place_leg(Grip::from, session.beats.sample[*view.selected - 1], false);
    place_leg(Grip::to, session.beats.sample[*view.selected], false);
    announce_measured();
}

std::vector<std::string> App::measured() const {
    if (!view.measure.calipers || !session.recording) return {};
    const Calipers& c = *view.measure.calipers;
    std::vector<std::string> lines =
        measured_lines(measure(c, session.beats.sample, session.recording->sampling_rate));
    lines.push_back(std::format("{}, {} to {}", session.recording->leads[c.lead].name,
                                clock_time(seconds(c.first()), true),
                                clock_time(seconds(c.last()), true)));
    return lines;
}

void App::copy_measured() const {
    if (!view.measure.calipers) return;
    std::string text = session.recording->name;
    for (const std::string& line : measured()) text += "\n" + line;
    send(messages::CopyText{.text = text});
}

void App::announce_measured() const {
    std::string text;
    for (const std::string& line : measured()) text += (text.empty() ? "" : ". ") + line;
    if (!text.empty()) send(messages::Announce{.text = text});
}

void App::measure_keys() {
    if (!session.recording) return;
    const ImGuiIO& io = ImGui::GetIO();
    if (io.KeyCtrl || io.KeySuper) {
        if (view.measure.on && ImGui::IsKeyPressed(ImGuiKey_C, false)) copy_measured();
        return;
    }
    if (!io.KeyAlt && ImGui::IsKeyPressed(ImGuiKey_M, false)) measure_on_off();
}

bool measure_by_pointer(App& app, std::size_t lead, Rect area) {
    MeasureView& m = app.view.measure;
    if (!m.on) return false;
    const ImGuiIO& io = ImGui::GetIO();
    const Viewport& v = app.view.viewport;
    const auto distance = [&](double sample) {
        return std::abs(io.MousePos.x - area.x - static_cast<float>(v.x_of(sample)));
    };
    const bool snap = m.snap && !io.KeyAlt;
    if (ImGui::IsItemActivated() && m.calipers) {
        const float reach = app.view.touch ? touch_grip_px : grip_px;
        const float from = distance(m.calipers->from), to = distance(m.calipers->to);
        if (std::min(from, to) <= reach) m.grip = from < to ? Grip::from : Grip::to;
    }
    if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3)) {
        if (m.grip == Grip::none) {
            m.calipers = Calipers{.lead = lead};
            app.place_leg(Grip::from, v.sample_at(io.MouseClickedPos[0].x - area.x), snap);
            m.grip = Grip::to;
        }
        app.place_leg(m.grip, v.sample_at(io.MousePos.x - area.x), snap);
    }
    const bool held = m.grip != Grip::none;
    if (ImGui::IsItemDeactivated() && held) {
        m.grip = Grip::none;
        app.announce_measured();
    }
    if (ImGui::IsItemHovered() || held) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    return true;
}

void draw_calipers(App& app, ImDrawList* draw, Rect row) {
    const MeasureView& m = app.view.measure;
    if (!m.on || !m.calipers) return;
    Calipers& c = *app.view.measure.calipers;
    // Amplitudes that were not here when a leg was placed.
    if (!c.from_mv) c.from_mv = amplitude(app, c.lead, c.from);
    if (!c.to_mv) c.to_mv = amplitude(app, c.lead, c.to);

    const Theme& t = app.theme();
    const Viewport& v = app.view.viewport;
    const auto x_of = [&](double sample) { return row.x + static_cast<float>(v.x_of(sample)); };
    const float left = x_of(c.first()), right = x_of(c.last());
    const float bottom = row.y + row.height;
    if (m.march)
        for (const double leg : marching(c, v.first, v.last(), most_legs))
            draw->AddLine({x_of(leg), row.y}, {x_of(leg), bottom}, with_alpha(t.accent, 0.45F));
    draw->AddRectFilled({left, row.y}, {right, bottom}, with_alpha(t.accent, 0.07F));
    const float centre = app.session.signals.centre(c.lead);
    const auto leg = [&](double sample, const std::optional<float>& mv) {
        const float x = x_of(sample);
        draw->AddLine({x, row.y}, {x, bottom}, t.accent, 1.6F);
        if (!mv) return;
        const float y = trace_y(row, *mv, centre, v);
        draw->AddCircleFilled({x, y}, 3.5F, t.accent);
    };
    leg(c.from, c.from_mv);
    leg(c.to, c.to_mv);

    // What they say, beside them on whichever side has room, inside the row.
    std::vector<std::string> lines = app.measured();
    lines.pop_back();  // the place is seen
    float width = 0;
    for (const std::string& line : lines)
        width = std::max(width, text_width(app.fonts.letter, 13, line));
    const float height = 18 * static_cast<float>(lines.size()) + 8;
    float x = right + 10;
    if (x + width + 12 > row.x + row.width) x = left - width - 22;
    x = std::clamp(x, row.x + 4, std::max(row.x + 4, row.x + row.width - width - 16));
    const float y = row.y + 32;
    draw->AddRectFilled({x, y}, {x + width + 12, y + height}, t.raised, 6);
    draw->AddRect({x, y}, {x + width + 12, y + height}, t.accent, 6);
    for (std::size_t i = 0; i < lines.size(); ++i)
        draw->AddText(app.fonts.letter, 13, {x + 6, y + 4 + 18 * static_cast<float>(i)}, t.text,
                      lines[i].c_str());
}

void measure_pills(App& app) {
    MeasureView& m = app.view.measure;
    if (pill(app, "measure", "Measure", m.on)) app.measure_on_off();
    if (!m.on) return;
    ImGui::SameLine(0, 6);
    if (pill(app, "measure:snap", "Snap", m.snap)) m.snap = !m.snap;
    ImGui::SameLine(0, 6);
    if (pill(app, "measure:march", "March", m.march)) m.march = !m.march;
    if (!m.calipers) return;
    ImGui::SameLine(0, 6);
    if (pill(app, "measure:copy", "Copy", false)) app.copy_measured();
}

}  // namespace telltale::window
