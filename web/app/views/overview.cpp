// The whole recording at a glance: signal, heart rate, where the notable beats are, and the part
// that the strip shows.
#include <algorithm>
#include <cmath>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

void draw_signal(App& app, ImDrawList* draw, Rect area) {
    static std::vector<Range> columns;
    const Session& s = app.session;
    const std::size_t lead = s.model && s.model->lead < s.signals.leads() ? s.model->lead : 0;
    const auto count = static_cast<std::size_t>(std::max(1.0F, area.width));
    if (!s.signals.columns(lead, 0, s.recording->length, count, columns)) return;
    // The scale that nearly all columns fit into; single spikes are cut.
    std::vector<float> heights;
    const float centre = s.signals.centre(lead);
    for (const Range& c : columns)
        if (std::isfinite(c.low)) heights.push_back(std::max(c.high - centre, centre - c.low));
    if (heights.empty()) return;
    const auto most = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() * 98 / 100);
    std::ranges::nth_element(heights, most);
    const float scale = area.height / 2 / std::max(*most, 0.05F);
    const float middle = area.y + area.height / 2;
    const ImU32 colour = with_alpha(app.theme().trace, 0.32F);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!std::isfinite(columns[i].low)) continue;
        const float x = area.x + static_cast<float>(i);
        const float top = std::max(area.y, middle - (columns[i].high - centre) * scale);
        const float bottom = std::min(area.y + area.height, middle - (columns[i].low - centre) * scale);
        draw->AddRectFilled({x, top}, {x + 1, std::max(bottom, top + 1)}, colour);
    }
}

void draw_heart_rate(App& app, ImDrawList* draw, Rect area) {
    const std::vector<float>& rate = app.session.heart_rate;
    float low = 1e9F, high = 0;
    for (const float r : rate)
        if (std::isfinite(r)) {
            low = std::min(low, r);
            high = std::max(high, r);
        }
    if (high <= 0) return;
    low = std::max(0.0F, std::min(low - 5, 50.0F));
    high = std::max(high + 5, 110.0F);
    static std::vector<ImVec2> points;
    points.clear();
    const auto flush = [&] {
        if (points.size() > 1)
            draw->AddPolyline(points.data(), static_cast<int>(points.size()), app.theme().accent, 0, 1.6F);
        points.clear();
    };
    for (std::size_t i = 0; i < rate.size(); ++i) {
        if (!std::isfinite(rate[i])) {
            flush();
            continue;
        }
        points.push_back({area.x + (static_cast<float>(i) + 0.5F) / static_cast<float>(rate.size()) * area.width,
                          area.y + area.height * (1 - (rate[i] - low) / (high - low))});
    }
    flush();
}

// One tick a pixel and class at most, so that a day's recording draws as fast as a minute's.
void draw_ticks(App& app, ImDrawList* draw, Rect area) {
    const Session& s = app.session;
    if (!s.model) return;
    const std::size_t classes = s.model->classes.size();
    std::vector<float> last(classes, -10);
    for (std::size_t i = 0; i < s.beats.size(); ++i) {
        if (!s.is_notable(i)) continue;
        const std::size_t label = s.beats.label[i];
        const float x = std::floor(area.x + static_cast<float>(s.beats.sample[i] / s.recording->length) * area.width);
        if (x - last[label] < 1) continue;
        last[label] = x;
        // Each class on a level of its own: told apart without colour, too.
        const float step = area.height / static_cast<float>(std::max<std::size_t>(1, classes - 1));
        const float y = area.y + static_cast<float>(label - 1) * step;
        draw->AddRectFilled({x, y}, {x + 1.6F, y + step - 1}, app.theme().class_colour(s.class_name(i)));
    }
}

}  // namespace

void draw_overview(App& app, Rect area) {
    begin_panel("overview", area, app.theme().panel, {0, 0});
    ImGui::SetCursorScreenPos(area.min());
    ImGui::InvisibleButton("whole", {area.width, area.height});
    Viewport& v = app.view.viewport;
    const Rect inner = {area.x + 12, area.y + 6, area.width - 24, area.height - 24};
    if (ImGui::IsItemActive() && v.length > 0) {
        const double share = (ImGui::GetIO().MousePos.x - inner.x) / inner.width;
        v.first = share * v.length - v.visible() / 2;
        v.keep_inside();
    }
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const Theme& t = app.theme();
    const float ticks = 16;
    draw_signal(app, draw, {inner.x, inner.y + ticks + 2, inner.width, inner.height - ticks - 2});
    draw_heart_rate(app, draw, {inner.x, inner.y + ticks + 2, inner.width, inner.height - ticks - 2});
    draw_ticks(app, draw, {inner.x, inner.y, inner.width, ticks});

    const auto at = [&](double sample) {
        return inner.x + static_cast<float>(sample / v.length) * inner.width;
    };
    const float left = at(v.first), right = std::max(at(std::min(v.last(), v.length)), left + 3);
    draw->AddRectFilled({left, inner.y - 2}, {right, inner.y + inner.height + 2}, with_alpha(t.accent, 0.14F), 3);
    draw->AddRect({left, inner.y - 2}, {right, inner.y + inner.height + 2}, t.accent, 3, 0, 1.5F);

    const double seconds = v.length / v.sampling_rate;
    const double step = label_step(inner.width / seconds, 110);
    for (double time = 0; time <= seconds; time += step) {
        const float x = at(time * v.sampling_rate);
        const std::string text = clock_time(time, step < 1);
        if (x + text_width(app.fonts.small, 12, text) > area.x + area.width) break;
        draw->AddText(app.fonts.small, 12, {x, area.y + area.height - 16}, t.soft, text.c_str());
    }
    draw->AddLine({area.x, area.y + area.height - 0.5F}, {area.x + area.width, area.y + area.height - 0.5F}, t.line);
    ImGui::End();
}

}  // namespace telltale::window
