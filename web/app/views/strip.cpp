// The ECG on calibrated paper, with the beats marked above it.
#include <algorithm>
#include <cmath>
#include <format>

#include "views/measure.hpp"
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
constexpr float line_width = 1.4F;   // px
constexpr double most_line_samples_per_px =
    1;  // a device pixel: drawn as lines from one to another
constexpr double most_raw_samples_per_px = 16;  // drawn from samples, not from levels of detail

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

void draw_grid(App& app, ImDrawList* draw, Rect area) {
    const Theme& t = app.theme();
    const Viewport& v = app.view.viewport;
    draw->AddRectFilled(area.min(), area.max(), t.paper);
    const auto vertical = [&](double step, ImU32 colour) {
        if (step <= 0) return;
        const double first = v.first / v.sampling_rate;
        for (double time = std::floor(first / step) * step;; time += step) {
            const auto x = static_cast<float>(area.x + (time - first) * v.px_per_s());
            if (x > area.x + area.width) break;
            if (x >= area.x) draw->AddLine({x, area.y}, {x, area.y + area.height}, colour);
        }
    };
    const auto horizontal = [&](double step, ImU32 colour) {
        if (step <= 0) return;
        const auto gap = static_cast<float>(step * v.px_per_mv());
        for (float y = area.y; y <= area.y + area.height; y += gap)
            draw->AddLine({area.x, y}, {area.x + area.width, y}, colour);
    };
    const Grid time = time_grid(v.px_per_s()), amplitude = amplitude_grid(v.px_per_mv());
    horizontal(amplitude.minor, t.grid_minor);
    vertical(time.minor, t.grid_minor);
    horizontal(amplitude.major, t.grid_major);
    vertical(time.major, t.grid_major);
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

// The part of a trace in each of `count` columns of device pixels from x on: the highest and the
// lowest place, px, of the lines through its points. NaN where there is none.
template <class Point>
void trace_columns(std::size_t points, const Point& point, float x, double ratio, std::size_t count,
                   std::vector<Range>& columns) {
    columns.assign(count, {NAN, NAN});
    const auto put = [&](double column, float y) {
        if (column < 0 || column >= static_cast<double>(count)) return;
        Range& range = columns[static_cast<std::size_t>(column)];
        range.low = std::isfinite(range.low) ? std::min(range.low, y) : y;
        range.high = std::isfinite(range.high) ? std::max(range.high, y) : y;
    };
    for (std::size_t i = 1; i < points; ++i) {
        const ImVec2 a = point(i - 1), b = point(i);
        if (!std::isfinite(a.y) || !std::isfinite(b.y)) continue;
        const double from = static_cast<double>(a.x - x) * ratio,
                     to = static_cast<double>(b.x - x) * ratio;
        put(std::floor(from), a.y);
        put(std::floor(to), b.y);
        // Where the line goes from one column to the next, it belongs to both.
        for (double edge = std::floor(from) + 1; edge <= std::floor(to); ++edge) {
            const float y = a.y + (b.y - a.y) * static_cast<float>((edge - from) / (to - from));
            put(edge - 1, y);
            put(edge, y);
        }
    }
}

// A column of device pixels from range.low down to range.high, px, as thick as a line; where it
// covers a pixel in part, that is paler.
void draw_column(ImDrawList* draw, float x, std::size_t column, Range range, double ratio,
                 ImU32 colour) {
    if (!std::isfinite(range.low)) return;
    const auto scale = static_cast<float>(ratio);
    const float top = (range.low - line_width / 2) * scale,
                bottom = (range.high + line_width / 2) * scale;
    const float left = x + static_cast<float>(column) / scale, right = left + 1 / scale;
    const float whole_top = std::ceil(top), whole_bottom = std::floor(bottom);
    const auto fill = [&](float from, float to, float share) {
        if (to > from && share > 0.02F)
            draw->AddRectFilled({left, from / scale}, {right, to / scale},
                                share < 1 ? with_alpha(colour, share) : colour);
    };
    fill(whole_top, whole_bottom, 1);
    fill(whole_top - 1, whole_top, whole_top - top);
    fill(whole_bottom, whole_bottom + 1, bottom - whole_bottom);
}

// A lead as a line through its samples, or as the band between their extremes where there are
// many samples in a pixel.
void draw_lead(App& app, ImDrawList* draw, std::size_t lead, Rect row) {
    const Viewport& v = app.view.viewport;
    Session& session = app.session;
    const ImU32 colour = app.theme().trace;
    const double first = std::max(0.0, std::floor(v.first) - 1);
    const double last = std::min(v.length, std::ceil(v.last()) + 2);
    if (last <= first) return;
    const float centre = session.signals.centre(lead);
    const auto y_of = [&](float mv) { return trace_y(row, mv, centre, v); };
    const auto ask = [&](std::size_t l, std::int64_t from, std::int64_t count) {
        app.send(messages::NeedSamples{
            .lead = l, .first = static_cast<double>(from), .count = static_cast<double>(count)});
    };

    static std::vector<float> samples;
    static std::vector<Range> columns;
    const bool have_samples =
        v.samples_per_px() <= most_raw_samples_per_px &&
        session.signals.samples(lead, static_cast<std::int64_t>(first),
                                static_cast<std::int64_t>(last), samples, ask);
    const double ratio = ImGui::GetIO().DisplayFramebufferScale.x;
    const auto point = [&](std::size_t i) {
        return ImVec2(static_cast<float>(row.x + v.x_of(first + static_cast<double>(i))),
                      y_of(samples[i]));
    };
    if (have_samples && v.samples_per_px() <= most_line_samples_per_px * ratio) {
        // Single segments: a polyline's mitred joins would draw spikes where the signal is noisy.
        for (std::size_t i = 1; i < samples.size(); ++i)
            if (std::isfinite(samples[i - 1]) && std::isfinite(samples[i]))
                draw->AddLine(point(i - 1), point(i), colour, line_width);
        return;
    }
    // One column a device pixel. Lines that are shorter than a pixel would leave gaps between them.
    const double samples_per_column = v.samples_per_px() / ratio;
    const auto count = static_cast<std::size_t>(
        std::ceil(std::min<double>(row.width * ratio, (last - v.first) / samples_per_column)));
    if (have_samples) {
        trace_columns(samples.size(), point, row.x, ratio, count, columns);
        for (std::size_t c = 0; c < columns.size(); ++c)
            draw_column(draw, row.x, c, columns[c], ratio, colour);
        return;
    }
    if (!session.signals.columns(lead, v.first,
                                 v.first + static_cast<double>(count) * samples_per_column, count,
                                 columns))
        return;
    // Neighbouring columns touch, as the line that they stand for would.
    Range before = {NAN, NAN};
    for (std::size_t c = 0; c < columns.size(); ++c) {
        Range range = columns[c];
        if (std::isfinite(range.low) && std::isfinite(before.low)) {
            range.low = std::min(range.low, before.high);
            range.high = std::max(range.high, before.low);
        }
        before = columns[c];
        if (std::isfinite(range.low))
            draw_column(draw, row.x, c, {y_of(range.high), y_of(range.low)}, ratio, colour);
    }
}

// 1 mV and 0.2 s, as recorders draw it at the start of a strip.
void draw_calibration(App& app, ImDrawList* draw, Rect row) {
    const Viewport& v = app.view.viewport;
    const auto width = static_cast<float>(0.2 * v.px_per_s()),
               height = static_cast<float>(v.px_per_mv());
    if (width < 8 || height > row.height * 0.5F) return;
    // In the row's lower corner, clear of the trace.
    const float x = row.x + 12, y = row.y + row.height - 12;
    const ImVec2 points[] = {{x, y},
                             {x + width * 0.2F, y},
                             {x + width * 0.2F, y - height},
                             {x + width * 0.8F, y - height},
                             {x + width * 0.8F, y},
                             {x + width, y}};
    draw->AddPolyline(points, 6, app.theme().soft, 0, 1.5F);
}

void draw_label(App& app, ImDrawList* draw, ImVec2 at, std::string_view text) {
    const float width = text_width(app.fonts.letter, 13, text);
    draw->AddRectFilled({at.x - 5, at.y - 2}, {at.x + width + 5, at.y + 17},
                        with_alpha(app.theme().paper, 0.85F), 5);
    draw->AddText(app.fonts.letter, 13, at, app.theme().text, text.data(),
                  text.data() + text.size());
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
    const bool measuring = measure_by_pointer(app, lead_at(app, l, io.MouseClickedPos[0].y), area);
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
    if (clicked) {
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
    draw_grid(app, draw, l.leads);
    draw_stretches(app, draw, l.leads);
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
        draw_lead(app, draw, lead, row);
        draw_calibration(app, draw, row);
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
