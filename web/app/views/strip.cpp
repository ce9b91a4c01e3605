// The ECG on calibrated paper, with the beats marked above it.
#include <algorithm>
#include <cmath>
#include <format>

#include "views/mark.hpp"
#include "views/measure.hpp"
#include "views/trace.hpp"
#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr float time_row = 22;       // labels of the time axis
constexpr float beat_row = 30;       // letters of the beats
constexpr float reference_row = 22;  // letters of the reference beats
constexpr float row_name = 12;       // names over the rows of letters, where there are several
constexpr float least_lead = 80;     // px of a lead's row
constexpr float letter_gap = 13;     // px between beats below which only notable ones get letters

struct Layout {
    Rect time, beats, second, reference, leads;
    bool named_reference;
    float lead_height;
    float content_height;
};

Layout lay_out(const App& app, Rect area) {
    Layout l{};
    float y = area.y;
    l.time = {area.x, y, area.width, time_row};
    y += time_row;
    const bool two = app.session.second.has_value();
    if (two) y += row_name;
    l.beats = {area.x, y, area.width, beat_row};
    y += beat_row;
    if (two) y += row_name;
    l.second = {area.x, y, area.width, two ? reference_row : 0};
    y += l.second.height;
    const bool reference = !app.session.reference.sample.empty();
    l.named_reference = reference && (two || !app.view.narrow);
    if (l.named_reference) y += row_name;
    l.reference = {area.x, y, area.width, reference ? reference_row : 0};
    y += l.reference.height;
    l.leads = {area.x, y, area.width, std::max(1.0F, area.y + area.height - y)};
    const auto count = static_cast<float>(
        std::max<std::ptrdiff_t>(1, std::ranges::count(app.view.shown_leads, true)));
    l.lead_height = std::max(least_lead, l.leads.height / count);
    l.content_height = l.lead_height * count;
    return l;
}

// Where nothing can be read, and the event that was gone to.
void draw_stretches(App& app, ImDrawList* draw, Rect area) {
    const Viewport& v = app.view.viewport;
    const Theme& t = app.theme();
    const auto band = [&](const Stretch& stretch, ImU32 colour, bool edges) {
        if (stretch.last < v.first || stretch.first > v.last()) return;
        const float left = area.x + std::max(-4.0F, static_cast<float>(v.x_of(stretch.first)));
        const float right =
            area.x + std::min(area.width + 4, static_cast<float>(v.x_of(stretch.last)));
        draw->AddRectFilled({left, area.y}, {right, area.y + area.height}, colour);
        if (!edges) return;
        draw->AddLine({left, area.y}, {left, area.y + area.height}, t.accent, 1.5F);
        draw->AddLine({right, area.y}, {right, area.y + area.height}, t.accent, 1.5F);
    };
    if (app.session.findings.quality)
        for (const Stretch& stretch : app.session.findings.quality->unreadable)
            band(stretch, with_alpha(t.soft, 0.16F), false);
    if (app.view.highlight) band(*app.view.highlight, with_alpha(t.accent, 0.05F), true);
}

void draw_time(App& app, ImDrawList* draw, Rect row) {
    const Viewport& v = app.view.viewport;
    const bool clock = app.session.recording->start.has_value();
    const double step = label_step(v.px_per_s(), clock ? 150 : 84);
    const double first = v.first / v.sampling_rate;
    for (double time = std::ceil(first / step) * step;; time += step) {
        const auto x = static_cast<float>(row.x + (time - first) * v.px_per_s());
        if (x > row.x + row.width - 24) break;
        if (time * v.sampling_rate > v.length) break;
        draw->AddLine({x, row.y + row.height - 5}, {x, row.y + row.height}, app.theme().line);
        // From the start, and by the clock.
        std::string text = clock_time(time, step < 1);
        if (clock) text += "   " + app.session.clock_at(time * v.sampling_rate, step < 1);
        if (x + 4 + text_width(app.fonts.small, 13, text) > row.x + row.width) break;
        draw->AddText(app.fonts.small, 13, {x + 4, row.y + 3}, app.theme().soft, text.c_str());
    }
}

// Indices of the marks in view: [first, last).
std::pair<std::size_t, std::size_t> in_view(const std::vector<double>& samples, const Viewport& v) {
    const double margin = 16 * v.samples_per_px();
    const auto first = std::ranges::lower_bound(samples, v.first - margin);
    const auto last = std::upper_bound(first, samples.end(), v.last() + margin);
    return {static_cast<std::size_t>(first - samples.begin()),
            static_cast<std::size_t>(last - samples.begin())};
}

void draw_beats(App& app, ImDrawList* draw, const Layout& l) {
    const Session& s = app.session;
    const Viewport& v = app.view.viewport;
    const auto [first, last] = in_view(s.beats.sample, v);
    if (first == last) return;
    const float row_bottom = l.beats.y + l.beats.height;
    const bool roomy = l.beats.width / static_cast<float>(last - first) >= letter_gap;
    float last_letter = -1e9F;
    for (std::size_t i = first; i < last; ++i) {
        const std::string& name = s.class_name(i);
        const auto x = static_cast<float>(l.beats.x + v.x_of(s.beats.sample[i]));
        const bool selected = app.view.selected == i;
        const bool notable = s.is_notable(i);
        const ImU32 colour = app.theme().class_colour(name);
        if (selected || (notable && roomy)) {
            const float half = std::max(9.0F, static_cast<float>(0.11 * v.px_per_s()));
            draw->AddRectFilled({x - half, l.leads.y}, {x + half, l.leads.y + l.leads.height},
                                with_alpha(colour, selected ? 0.16F : 0.09F));
        }
        if (selected)
            draw->AddLine({x, l.leads.y}, {x, l.leads.y + l.leads.height},
                          with_alpha(colour, 0.55F));
        const bool lettered =
            !name.empty() && (roomy || ((notable || selected) && x - last_letter >= letter_gap));
        if (!lettered) {
            draw->AddLine({x, row_bottom - (notable ? 12.0F : 6.0F)}, {x, row_bottom}, colour,
                          notable ? 2.0F : 1.0F);
            continue;
        }
        last_letter = x;
        const float top = l.beats.y + 4;
        if (selected) {
            draw->AddRectFilled({x - 11, top - 1}, {x + 11, top + 19}, colour, 6);
            text_centred(draw, app.fonts.letter, 14, x, top + 1, app.theme().paper, name);
        } else if (notable) {
            draw->AddRectFilled({x - 10, top}, {x + 10, top + 18}, with_alpha(colour, 0.22F), 6);
            draw->AddRect({x - 10, top}, {x + 10, top + 18}, colour, 6);
            text_centred(draw, app.fonts.letter, 13, x, top + 1, app.theme().text, name);
        } else {
            text_centred(draw, app.fonts.letter, 13, x, top + 1, colour, name);
        }
        draw->AddLine({x, row_bottom - 6}, {x, row_bottom}, colour, notable ? 2.0F : 1.0F);
        if (s.beats.by_person(i))  // a person's word is underlined
            draw->AddLine({x - 6, top + 19}, {x + 6, top + 19}, app.theme().text, 2);
    }
}

void draw_reference(App& app, ImDrawList* draw, const Layout& l) {
    if (l.reference.height <= 0) return;
    const Reference& r = app.session.reference;
    const Viewport& v = app.view.viewport;
    const auto [first, last] = in_view(r.sample, v);
    const bool roomy =
        first < last && l.reference.width / static_cast<float>(last - first) >= letter_gap;
    for (std::size_t i = first; i < last; ++i) {
        const std::string_view name =
            r.aami[i] < 5 ? std::string_view("NSVFQ").substr(r.aami[i], 1) : "";
        const auto x = static_cast<float>(l.reference.x + v.x_of(r.sample[i]));
        const bool differs =
            r.agreement[i] != Reference::Agreement::same && !app.session.beats.sample.empty();
        if (roomy)
            text_centred(draw, app.fonts.small, 13, x, l.reference.y + 3,
                         differs ? app.theme().text : app.theme().soft, name);
        if (differs) {
            const float half = roomy ? 9.0F : 3.0F;
            draw->AddRect({x - half, l.reference.y + 2}, {x + half, l.reference.y + 20},
                          app.theme().warning, 4, 0, 1.5F);
        }
    }
}

// What another model calls the beats; framed where it is not what this one says.
void draw_second(App& app, ImDrawList* draw, const Layout& l) {
    if (!app.session.second) return;
    const SecondModel& second = *app.session.second;
    const Session& s = app.session;
    const Viewport& v = app.view.viewport;
    const auto [first, last] = in_view(second.sample, v);
    if (first == last) return;
    const bool roomy = l.second.width / static_cast<float>(last - first) >= letter_gap;
    for (std::size_t i = first; i < last; ++i) {
        const std::string_view name = second.class_name(i);
        const auto x = static_cast<float>(l.second.x + v.x_of(second.sample[i]));
        const auto beat = nearest(s.beats.sample, second.sample[i], 1);
        const bool differs = beat && !name.empty() && s.class_name(*beat) != name;
        if (roomy)
            text_centred(draw, app.fonts.letter, 13, x, l.second.y + 3,
                         differs ? app.theme().class_colour(name) : app.theme().soft, name);
        if (differs) {
            const float half = roomy ? 9.0F : 3.0F;
            draw->AddRect({x - half, l.second.y + 2}, {x + half, l.second.y + 20},
                          app.theme().accent, 4, 0, 1.5F);
        }
    }
}

// Whose the letters are, over each row of them where there is more than one.
void draw_row_names(App& app, ImDrawList* draw, const Layout& l) {
    const auto name = [&](Rect row, std::string_view text) {
        draw->AddText(app.fonts.small, 11, {row.x + 4, row.y - row_name + 1}, app.theme().soft,
                      text.data(), text.data() + text.size());
    };
    if (app.session.second && app.session.model) {
        name(l.beats, app.session.model->name);
        name(l.second, app.session.second->name);
    }
    if (l.named_reference) name(l.reference, "reference");
}

// P, QRS and T as bars under the leads, each with its letter where there is room.
void draw_waves(App& app, ImDrawList* draw, Rect area) {
    const auto& waves = app.session.findings.waves;
    const Viewport& v = app.view.viewport;
    if (!app.view.waves && app.view.tab != Tab::intervals) return;
    if (waves.empty() || v.px_per_s() < 30) return;
    const Theme& t = app.theme();
    const double margin = v.sampling_rate;
    auto beat = std::ranges::lower_bound(waves, v.first - margin, {}, &messages::BeatWavesInfo::r);
    const float y = area.y + area.height - 30;
    const auto bar = [&](const std::optional<double>& from, const std::optional<double>& to,
                         const char* letter, ImU32 colour) {
        if (!from || !to) return;
        const auto left = static_cast<float>(area.x + v.x_of(*from));
        const auto right = static_cast<float>(area.x + v.x_of(*to));
        draw->AddRectFilled({left, area.y}, {right, area.y + area.height},
                            with_alpha(colour, 0.07F));
        draw->AddRectFilled({left, y}, {right, y + 4}, colour, 2);
        for (const float x : {left, right})
            draw->AddLine({x, area.y}, {x, area.y + area.height}, with_alpha(colour, 0.28F));
        if (right - left >= 10)
            text_centred(draw, app.fonts.small, 12, (left + right) / 2, y - 17, t.text, letter);
    };
    for (; beat != waves.end() && beat->r < v.last() + margin; ++beat) {
        bar(beat->p_onset, beat->p_end, "P", t.class_colour("F"));
        bar(beat->qrs_onset, beat->qrs_end, "QRS", t.accent);
        bar(beat->t_onset, beat->t_end, "T", t.class_colour("Q"));
    }
}

// The lead whose row is at that height of the window.
std::size_t lead_at(const App& app, const Layout& l, float y) {
    const auto row = static_cast<std::ptrdiff_t>(
        std::max(0.0F, (y - l.leads.y + app.view.lead_scroll) / l.lead_height));
    std::ptrdiff_t place = 0;
    std::size_t lead = 0;
    for (std::size_t i = 0; i < app.view.shown_leads.size(); ++i)
        if (app.view.shown_leads[i] && place++ <= row) lead = i;
    return lead;
}

// Pan by dragging, or measure; zoom by wheel, select by clicking.
void interact(App& app, const Layout& l, Rect area) {
    ImGuiIO& io = ImGui::GetIO();
    Viewport& v = app.view.viewport;
    const bool hovered = ImGui::IsItemHovered();
    const bool marking = mark_by_pointer(
        app, [&](ImVec2 at) { return v.sample_at(static_cast<double>(at.x - area.x)); });
    const bool measuring =
        marking || measure_by_pointer(app, lead_at(app, l, io.MouseClickedPos[0].y), area);
    if (!measuring && ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3)) {
        v.pan(-io.MouseDelta.x / v.px_per_s());
        app.view.lead_scroll -= io.MouseDelta.y;
        ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    }
    if (hovered && (io.MouseWheel != 0 || io.MouseWheelH != 0)) {
        const double x = io.MousePos.x - area.x;
        if (io.MouseWheelH != 0 || io.KeyShift) {
            const float turn = io.MouseWheelH != 0 ? io.MouseWheelH : io.MouseWheel;
            v.pan(-turn * 0.12 * v.visible() / v.sampling_rate);
        } else if (io.KeyAlt) {
            v.mm_per_mv = std::clamp(v.mm_per_mv * std::pow(1.15, io.MouseWheel), 1.0, 80.0);
        } else {
            v.zoom(std::pow(1.2, io.MouseWheel), x);
        }
    }
    const bool clicked =
        ImGui::IsItemDeactivated() && io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] < 16;
    if (clicked && !app.view.mark.on) {
        const double reach = std::max(24.0 * v.samples_per_px(), 0.2 * v.sampling_rate);
        app.select(nearest(app.session.beats.sample, v.sample_at(io.MousePos.x - area.x), reach),
                   false);
        // What was pressed is told in the panel, unless the reader is at work there.
        if (app.view.selected && (app.view.tab == Tab::summary || app.view.tab == Tab::model))
            app.use_tab(Tab::beat);
    }
    const float overflow = std::max(0.0F, l.content_height - l.leads.height);
    app.view.lead_scroll = std::clamp(app.view.lead_scroll, 0.0F, overflow);
}

// A smaller amplitude for a start where the beats are higher than their rows, as on a phone.
// False while the leads' levels of detail are still on their way.
bool fit_amplitude(App& app, Rect area) {
    Viewport& v = app.view.viewport;
    const float room = lay_out(app, area).lead_height - 24;
    float height = 0;
    for (std::size_t lead = 0; lead < app.view.shown_leads.size(); ++lead) {
        const auto span = app.session.signals.usual_height(lead);
        if (!span) return false;
        height = std::max(height, *span);
    }
    while (v.mm_per_mv > 2.5 && static_cast<float>(v.px_per_mv()) * height > room) v.mm_per_mv /= 2;
    return true;
}

}  // namespace

void draw_strip(App& app, Rect area) {
    begin_panel("strip", area, app.theme().paper, {0, 0});
    Viewport& v = app.view.viewport;
    v.width = area.width;
    if (app.view.fit_pending) {
        v.mm_per_s = 25;
        v.mm_per_mv = 10;
        v.first = 0;
        app.view.fit_pending = false;
        app.view.amplitude_pending = true;
    }
    if (app.view.amplitude_pending) app.view.amplitude_pending = !fit_amplitude(app, area);
    v.mm_per_s = std::max(v.mm_per_s, v.lowest_speed());
    v.keep_inside();

    const Layout l = lay_out(app, area);
    ImGui::SetCursorScreenPos(area.min());
    ImGui::InvisibleButton("paper", {area.width, area.height});
    app.target("strip", l.leads.x, l.leads.y, l.leads.width, l.leads.height);
    interact(app, l, area);

    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(area.min(), {area.x + area.width, l.leads.y}, app.theme().panel);
    draw_time(app, draw, l.time);
    draw->PushClipRect(l.leads.min(), l.leads.max(), true);
    draw_grid(app, draw, l.leads, app.view.viewport);
    draw_stretches(app, draw, l.leads);
    draw_marks(
        app, draw, l.leads,
        [&](double sample) { return l.leads.x + static_cast<float>(v.x_of(sample)); }, v.first,
        v.last());
    draw_waves(app, draw, l.leads);
    draw->PopClipRect();
    draw->PushClipRect(area.min(), area.max(), true);
    draw_beats(app, draw, l);
    draw_second(app, draw, l);
    draw_reference(app, draw, l);
    draw_row_names(app, draw, l);
    draw->PopClipRect();

    draw->PushClipRect(l.leads.min(), l.leads.max(), true);
    const RecordingInfo& recording = *app.session.recording;
    std::size_t place = 0;
    bool assumed = false;
    for (std::size_t lead = 0; lead < recording.leads.size() && lead < app.view.shown_leads.size();
         ++lead) {
        if (!app.view.shown_leads[lead]) continue;
        assumed = assumed || recording.leads[lead].calibration_assumed;
        const Rect row = {
            l.leads.x,
            l.leads.y + static_cast<float>(place++) * l.lead_height - app.view.lead_scroll,
            l.leads.width, l.lead_height};
        if (row.y + row.height < l.leads.y || row.y > l.leads.y + l.leads.height) continue;
        draw_lead(app, draw, lead, row, app.view.viewport);
        draw_calibration(app, draw, row, app.view.viewport);
        if (app.view.measure.calipers && app.view.measure.calipers->lead == lead)
            draw_calipers(app, draw, row);
        const bool classified =
            app.session.model && app.session.model->lead == lead && app.session.beats.size() > 0;
        std::string label = recording.leads[lead].name;
        if (recording.leads[lead].unit != "mV" && !recording.leads[lead].unit.empty())
            label += " (" + recording.leads[lead].unit + ")";
        if (classified && recording.leads.size() > 1) label += "  classified";
        draw_label(app, draw, {row.x + 12, row.y + 8}, label);
    }
    const std::string scale =
        std::format("{} mm/s   {} mm/mV{}   no filter", short_number(v.mm_per_s),
                    short_number(v.mm_per_mv), assumed ? " (calibration assumed)" : "");
    const float width = text_width(app.fonts.letter, 13, scale);
    draw_label(app, draw, {area.x + area.width - width - 14, area.y + area.height - 24}, scale);
    draw->PopClipRect();
    ImGui::End();
}

}  // namespace telltale::window
