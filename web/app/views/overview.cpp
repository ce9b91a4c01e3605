// The whole recording at a glance: signal, heart rate, where the notable beats are, and the part
// that the strip shows.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <format>

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
        const float bottom =
            std::min(area.y + area.height, middle - (columns[i].low - centre) * scale);
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
    // Its scale at the left: the two round rates that frame what there is.
    for (const float mark : {std::ceil(low / 10) * 10, std::floor(high / 10) * 10}) {
        const float y = area.y + area.height * (1 - (mark - low) / (high - low));
        const std::string text = std::format("{:.0f}", mark);
        draw->AddText(app.fonts.small, 11,
                      {area.x - 24 + (24 - text_width(app.fonts.small, 11, text)) / 2 - 2,
                       std::clamp(y - 7, area.y - 4, area.y + area.height - 10)},
                      app.theme().accent, text.c_str());
    }
    static std::vector<ImVec2> points;
    points.clear();
    const auto flush = [&] {
        if (points.size() > 1)
            draw->AddPolyline(points.data(), static_cast<int>(points.size()), app.theme().accent, 0,
                              1.6F);
        points.clear();
    };
    for (std::size_t i = 0; i < rate.size(); ++i) {
        if (!std::isfinite(rate[i])) {
            flush();
            continue;
        }
        points.push_back(
            {area.x + (static_cast<float>(i) + 0.5F) / static_cast<float>(rate.size()) * area.width,
             area.y + area.height * (1 - (rate[i] - low) / (high - low))});
    }
    flush();
}

// How dense the beats of each class are: one level a class, told apart without colour too; the more
// beats in a pixel's time, the stronger.
void draw_density(App& app, ImDrawList* draw, Rect area) {
    const Session& s = app.session;
    if (!s.model || s.model->labels.size() < 2) return;
    static std::vector<std::uint16_t> counts;
    static std::size_t revision = 0;
    static float width = 0;
    const std::size_t classes = s.model->labels.size();
    const auto columns = static_cast<std::size_t>(std::max(1.0F, area.width));
    if (revision != s.revision || width != area.width || counts.size() != classes * columns) {
        revision = s.revision;
        width = area.width;
        counts.assign(classes * columns, 0);
        for (std::size_t i = 0; i < s.beats.size(); ++i) {
            if (!s.is_notable(i)) continue;
            const auto column = std::min(
                columns - 1, static_cast<std::size_t>(s.beats.sample[i] / s.recording->length *
                                                      static_cast<double>(columns)));
            ++counts[s.beats.label[i] * columns + column];
        }
    }
    const float step = area.height / static_cast<float>(classes - 1);
    for (std::size_t label = 0, level = 0; label < classes; ++label) {
        if (s.model->labels[label] == "N") continue;
        const float y = area.y + static_cast<float>(std::min(level++, classes - 2)) * step;
        const ImU32 colour = app.theme().class_colour(s.model->labels[label]);
        for (std::size_t column = 0; column < columns; ++column) {
            const auto count = static_cast<float>(counts[label * columns + column]);
            if (count == 0) continue;
            const float x = area.x + static_cast<float>(column);
            draw->AddRectFilled({x, y}, {x + 1.6F, y + step - 1},
                                with_alpha(colour, std::min(1.0F, 0.45F + 0.18F * count)));
        }
    }
}

// Which rhythm holds when, but for sinus rhythm: a bar in its colour with its letters. The gravest
// are drawn last, and have their letters first.
void draw_rhythms(App& app, ImDrawList* draw, Rect area) {
    const auto& found = app.session.findings.rhythm;
    if (!found) return;
    const Theme& t = app.theme();
    struct Bar {
        float left, right;
    };
    const auto place = [&](const EpisodeInfo& episode) {
        const double length = app.session.recording->length;
        const float left = area.x + static_cast<float>(episode.first / length) * area.width;
        const float right = area.x + static_cast<float>(episode.last / length) * area.width;
        return Bar{left, std::max(right, left + 3)};
    };
    for (auto it = found->episodes.rbegin(); it != found->episodes.rend(); ++it) {
        if (it->code().empty()) continue;
        const Bar bar = place(*it);
        const ImU32 colour = t.rhythm_colour(it->rhythm);
        draw->AddRectFilled({bar.left, area.y}, {bar.right, area.y + area.height},
                            with_alpha(colour, it->grave ? 0.3F : 0.16F));
        draw->AddRectFilled({bar.left, area.y + area.height - 3}, {bar.right, area.y + area.height},
                            colour);
    }
    static std::vector<Bar> lettered;
    lettered.clear();
    for (const EpisodeInfo& episode : found->episodes) {
        const std::string_view code = episode.code();
        if (code.empty()) continue;
        const Bar bar = place(episode);
        const float width = text_width(app.fonts.letter, 11, code);
        const float left =
            std::clamp((bar.left + bar.right - width) / 2, area.x, area.x + area.width - width);
        const Bar letters = {left - 2, left + width + 2};
        // Where many stand close together the letters of one are enough to read it by.
        if (std::ranges::any_of(lettered, [&](const Bar& other) {
                return letters.left < other.right && other.left < letters.right;
            }))
            continue;
        lettered.push_back(letters);
        draw->AddText(app.fonts.letter, 11, {left, area.y - 1}, t.text, code.data(),
                      code.data() + code.size());
    }
}

}  // namespace

void draw_overview(App& app, Rect area) {
    begin_panel("overview", area, app.theme().panel, {0, 0});
    ImGui::SetCursorScreenPos(area.min());
    ImGui::InvisibleButton("whole", {area.width, area.height});
    app.target("overview", area.x, area.y, area.width, area.height);
    Viewport& v = app.view.viewport;
    const Rect inner = {area.x + 28, area.y + 6, area.width - 42, area.height - 24};
    if (ImGui::IsItemActive() && v.length > 0) {
        const double share = (ImGui::GetIO().MousePos.x - inner.x) / inner.width;
        v.first = share * v.length - v.visible() / 2;
        v.keep_inside();
    }
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const Theme& t = app.theme();
    const float ticks = 16;
    if (app.session.findings.quality)
        for (const Stretch& bad : app.session.findings.quality->unreadable) {
            const float left = inner.x + static_cast<float>(bad.first / v.length) * inner.width;
            const float right = inner.x + static_cast<float>(bad.last / v.length) * inner.width;
            draw->AddRectFilled({left, inner.y},
                                {std::max(right, left + 1.5F), inner.y + inner.height},
                                with_alpha(t.soft, 0.28F));
        }
    draw_signal(app, draw, {inner.x, inner.y + ticks + 2, inner.width, inner.height - ticks - 2});
    draw_heart_rate(app, draw,
                    {inner.x, inner.y + ticks + 2, inner.width, inner.height - ticks - 2});
    draw_density(app, draw, {inner.x, inner.y, inner.width, ticks});
    const float band = 16;
    draw_rhythms(app, draw, {inner.x, inner.y + inner.height - band, inner.width, band});

    const auto at = [&](double sample) {
        return inner.x + static_cast<float>(sample / v.length) * inner.width;
    };
    const float left = at(v.first), right = std::max(at(std::min(v.last(), v.length)), left + 3);
    draw->AddRectFilled({left, inner.y - 2}, {right, inner.y + inner.height + 2},
                        with_alpha(t.accent, 0.14F), 3);
    draw->AddRect({left, inner.y - 2}, {right, inner.y + inner.height + 2}, t.accent, 3, 0, 1.5F);

    const double seconds = v.length / v.sampling_rate;
    const bool clock = app.session.recording->start.has_value();
    const double step = label_step(inner.width / seconds, clock ? 160 : 110);
    for (double time = 0; time <= seconds; time += step) {
        const float x = at(time * v.sampling_rate);
        std::string text = clock_time(time, step < 1);
        if (clock) text += "   " + app.session.clock_at(time * v.sampling_rate, step < 1);
        if (x + text_width(app.fonts.small, 12, text) > area.x + area.width) break;
        draw->AddText(app.fonts.small, 12, {x, area.y + area.height - 16}, t.soft, text.c_str());
    }
    draw->AddLine({area.x, area.y + area.height - 0.5F},
                  {area.x + area.width, area.y + area.height - 0.5F}, t.line);
    ImGui::End();
}

}  // namespace telltale::window
