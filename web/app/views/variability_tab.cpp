// Heart rate variability: its figures, and the intervals as tachogram, histogram and Poincaré
// plot. A click selects the nearest beat; a loop drawn in the Poincaré plot picks out its beats.
#include <algorithm>
#include <cmath>
#include <format>

#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr double longest_shown_s = 3;
constexpr double bin_s = 0.025;

// RR intervals in s, at the beat that ends them; 0 where there is none.
std::vector<float> intervals_of(const Session& s) {
    std::vector<float> rr(s.beats.size(), 0);
    for (std::size_t i = 1; i < rr.size(); ++i)
        rr[i] = static_cast<float>((s.beats.sample[i] - s.beats.sample[i - 1]) /
                                   s.recording->sampling_rate);
    return rr;
}

// The range that all but the rarest intervals lie in, on whole tenths.
Range shown_range(const std::vector<float>& rr) {
    std::vector<float> sorted;
    std::ranges::copy_if(rr, std::back_inserter(sorted),
                         [](float v) { return v > 0 && v < longest_shown_s; });
    if (sorted.size() < 3) return {0.4F, 1.2F};
    std::ranges::sort(sorted);
    const float low = sorted[sorted.size() / 200],
                high = sorted[sorted.size() - 1 - sorted.size() / 200];
    const float margin = std::max(0.05F, (high - low) * 0.08F);
    return {std::max(0.0F, std::floor((low - margin) * 10) / 10),
            std::ceil((high + margin) * 10) / 10};
}

// A frame with a scale of seconds along the left, and the plot's own area.
Rect frame(App& app, const char* title, float height, float left) {
    heading(app, title);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const Rect inner = {at.x + left, at.y + 2, width - left, height - 20};
    draw->AddRectFilled(inner.min(), inner.max(), app.theme().paper, 4);
    draw->AddRect(inner.min(), inner.max(), app.theme().line, 4);
    return inner;
}

void scale_seconds(App& app, const Rect& plot, Range range, bool vertical) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const Theme& t = app.theme();
    const float span = range.high - range.low, extent = vertical ? plot.height : plot.width;
    const float step = span / extent * (vertical ? 26.0F : 38.0F) > 0.2F   ? 0.5F
                       : span / extent * (vertical ? 26.0F : 38.0F) > 0.1F ? 0.2F
                                                                           : 0.1F;
    for (float v = std::ceil(range.low / step - 1e-3F) * step; v <= range.high + 1e-3F; v += step) {
        const std::string text = std::format("{:.1f}", v);
        if (vertical) {
            const float y = plot.y + plot.height * (1 - (v - range.low) / span);
            draw->AddLine({plot.x, y}, {plot.x + plot.width, y}, with_alpha(t.line, 0.55F));
            text_right(draw, app.fonts.small, 12, plot.x - 6,
                       std::clamp(y - 8, plot.y - 4, plot.y + plot.height - 11), t.soft, text);
        } else {
            const float x = plot.x + plot.width * (v - range.low) / span;
            draw->AddLine({x, plot.y}, {x, plot.y + plot.height}, with_alpha(t.line, 0.55F));
            text_centred(draw, app.fonts.small, 12,
                         std::clamp(x, plot.x + 8, plot.x + plot.width - 10),
                         plot.y + plot.height + 3, t.soft, text);
        }
    }
}

// Points on a grid of pixels, so that a day's beats cost no more than the picture has room for.
class Points {
public:
    Points(const Rect& plot, ImDrawList* draw)
        : plot_(plot),
          draw_(draw),
          columns_(static_cast<std::size_t>(plot.width) + 1),
          taken_(columns_ * (static_cast<std::size_t>(plot.height) + 1), 0) {}
    void add(float x, float y, ImU32 colour, float radius) {
        if (!(x >= 0 && y >= 0 && x < plot_.width && y < plot_.height)) return;
        auto& cell = taken_[static_cast<std::size_t>(y) * columns_ + static_cast<std::size_t>(x)];
        if (cell) return;
        cell = 1;
        draw_->AddRectFilled({plot_.x + x - radius, plot_.y + y - radius},
                             {plot_.x + x + radius, plot_.y + y + radius}, colour);
    }

private:
    Rect plot_;
    ImDrawList* draw_;
    std::size_t columns_;
    std::vector<unsigned char> taken_;
};

bool inside(const std::vector<ImVec2>& loop, float x, float y) {
    bool in = false;
    for (std::size_t i = 0, j = loop.size() - 1; i < loop.size(); j = i++)
        if ((loop[i].y > y) != (loop[j].y > y) &&
            x < (loop[j].x - loop[i].x) * (y - loop[i].y) / (loop[j].y - loop[i].y) + loop[i].x)
            in = !in;
    return in;
}

void tachogram(App& app, const std::vector<float>& rr, Range range) {
    const Session& s = app.session;
    const Theme& t = app.theme();
    const Rect plot = frame(app, "RR intervals over time, s", 150, 30);
    scale_seconds(app, plot, range, true);
    ImGui::SetCursorScreenPos(plot.min());
    const bool pressed = press_area(app, "tachogram", {plot.width, plot.height});
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->PushClipRect(plot.min(), plot.max(), true);
    Points points(plot, draw);
    const auto x_of = [&](std::size_t i) {
        return static_cast<float>(s.beats.sample[i] / s.recording->length) * plot.width;
    };
    const auto y_of = [&](float v) {
        return plot.height * (1 - (v - range.low) / (range.high - range.low));
    };
    for (const bool notable : {true, false})
        for (std::size_t i = 1; i < rr.size(); ++i)
            if (s.is_notable(i) == notable)
                points.add(x_of(i), y_of(rr[i]),
                           notable ? t.class_colour(s.class_name(i)) : with_alpha(t.trace, 0.75F),
                           notable ? 1.6F : 1.0F);
    if (app.view.selected && *app.view.selected > 0 && *app.view.selected < rr.size()) {
        const float x = plot.x + x_of(*app.view.selected);
        draw->AddLine({x, plot.y}, {x, plot.y + plot.height}, t.accent, 1);
        draw->AddCircle({x, plot.y + y_of(rr[*app.view.selected])}, 5, t.accent, 0, 2);
    }
    draw->PopClipRect();
    if (pressed && s.beats.size() > 1) {
        // The nearest point among those close to the pointer in time.
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const double sample = (mouse.x - plot.x) / plot.width * s.recording->length;
        const double reach = 8 / plot.width * s.recording->length;
        auto it = std::ranges::lower_bound(s.beats.sample, sample - reach);
        std::optional<std::size_t> best = nearest(s.beats.sample, sample, s.recording->length);
        float distance = 1e9F;
        for (; it != s.beats.sample.end() && *it <= sample + reach; ++it) {
            const auto i = static_cast<std::size_t>(it - s.beats.sample.begin());
            const float d =
                std::hypot(x_of(i) - (mouse.x - plot.x), y_of(rr[i]) - (mouse.y - plot.y));
            if (d < distance) {
                distance = d;
                best = i;
            }
        }
        app.select(best, true);
    }
    const double seconds = s.recording->length / s.recording->sampling_rate;
    const double step = label_step(plot.width / seconds, 70);
    for (double time = 0; time <= seconds; time += step) {
        const float x = plot.x + static_cast<float>(time / seconds) * plot.width;
        const std::string text = clock_time(time);
        if (x + text_width(app.fonts.small, 12, text) > plot.x + plot.width) break;
        draw->AddText(app.fonts.small, 12, {x, plot.y + plot.height + 3}, t.soft, text.c_str());
    }
    ImGui::SetCursorScreenPos({plot.x - 30, plot.y + plot.height + 20});
    ImGui::Dummy({0, 0});
}

void histogram(App& app, const std::vector<float>& rr, Range range) {
    const Session& s = app.session;
    const Theme& t = app.theme();
    const Rect plot = frame(app, "RR histogram, s", 130, 30);
    scale_seconds(app, plot, range, false);
    const auto bins =
        static_cast<std::size_t>(std::ceil(static_cast<double>(range.high - range.low) / bin_s));
    const std::size_t classes = s.model ? s.model->labels.size() : 0;
    std::vector<std::size_t> counts(bins, 0), by_class(bins * classes, 0);
    const auto bin_of = [&](float v) -> std::optional<std::size_t> {
        const double bin = (static_cast<double>(v) - static_cast<double>(range.low)) / bin_s;
        if (v <= 0 || bin < 0 || bin >= static_cast<double>(bins)) return std::nullopt;
        return static_cast<std::size_t>(bin);
    };
    for (std::size_t i = 1; i < rr.size(); ++i)
        if (const auto bin = bin_of(rr[i])) {
            ++counts[*bin];
            if (s.is_notable(i)) ++by_class[*bin * classes + s.beats.label[i]];
        }
    const std::size_t most = std::max<std::size_t>(1, std::ranges::max(counts));
    ImGui::SetCursorScreenPos(plot.min());
    const bool pressed = press_area(app, "histogram", {plot.width, plot.height});
    const float mouse_x = ImGui::GetIO().MousePos.x - plot.x;
    const auto under = static_cast<std::size_t>(std::clamp(mouse_x / plot.width, 0.0F, 0.9999F) *
                                                static_cast<float>(bins));
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float w = plot.width / static_cast<float>(bins);
    for (std::size_t b = 0; b < bins; ++b) {
        const float x = plot.x + static_cast<float>(b) * w, bottom = plot.y + plot.height;
        const auto height = [&](std::size_t n) {
            return (plot.height - 8) * static_cast<float>(n) / static_cast<float>(most);
        };
        const bool hovered = ImGui::IsItemHovered() && b == under;
        if (counts[b] == 0) continue;
        draw->AddRectFilled({x, bottom - std::max(1.0F, height(counts[b]))},
                            {x + std::max(1.0F, w - 1), bottom},
                            hovered ? t.accent : with_alpha(t.accent, 0.55F));
        float y = bottom;
        for (std::size_t c = 0; c < classes; ++c) {
            const std::size_t n = by_class[b * classes + c];
            if (n == 0) continue;
            draw->AddRectFilled({x, y - height(n)}, {x + std::max(1.0F, w - 1), y},
                                t.class_colour(s.model->labels[c]));
            y -= height(n);
        }
    }
    text_right(draw, app.fonts.small, 12, plot.x - 6, plot.y - 2, t.soft, grouped(most));
    text_right(draw, app.fonts.small, 12, plot.x - 6, plot.y + plot.height - 13, t.soft, "0");
    if (pressed && counts[under] > 0) {
        const double from = static_cast<double>(range.low) + static_cast<double>(under) * bin_s;
        StepList list{
            .title = std::format("RR {:.0f} to {:.0f} ms", from * 1000, (from + bin_s) * 1000),
            .targets = {},
            .at = {}};
        for (std::size_t i = 1; i < rr.size(); ++i)
            if (bin_of(rr[i]) == under)
                list.targets.push_back({s.beats.sample[i], s.beats.sample[i], i});
        app.step_through(std::move(list));
    }
    ImGui::SetCursorScreenPos({plot.x - 30, plot.y + plot.height + 20});
    ImGui::Dummy({0, 0});
}

void poincare(App& app, const std::vector<float>& rr, Range range) {
    const Session& s = app.session;
    const Theme& t = app.theme();
    const float available = ImGui::GetContentRegionAvail().x;
    const float side = std::min(available - 30, 380.0F);
    Rect plot = frame(app, "Poincaré plot: each RR against the one before, s", side + 20, 30);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    scale_seconds(app, plot, range, true);
    scale_seconds(app, plot, range, false);
    ImGui::SetCursorScreenPos(plot.min());
    press_area(app, "poincare", {plot.width, plot.height});
    const auto x_of = [&](float v) {
        return plot.width * (v - range.low) / (range.high - range.low);
    };
    const auto y_of = [&](float v) {
        return plot.height * (1 - (v - range.low) / (range.high - range.low));
    };
    draw->PushClipRect(plot.min(), plot.max(), true);
    draw->AddLine({plot.x, plot.y + plot.height}, {plot.x + plot.width, plot.y}, t.line, 1.2F);
    Points points(plot, draw);
    for (const bool notable : {true, false})
        for (std::size_t i = 2; i < rr.size(); ++i)
            if (s.is_notable(i) == notable)
                points.add(x_of(rr[i - 1]), y_of(rr[i]),
                           notable ? t.class_colour(s.class_name(i)) : with_alpha(t.trace, 0.6F),
                           notable ? 1.6F : 1.1F);
    if (app.view.selected && *app.view.selected > 1 && *app.view.selected < rr.size())
        draw->AddCircle(
            {plot.x + x_of(rr[*app.view.selected - 1]), plot.y + y_of(rr[*app.view.selected])}, 6,
            t.accent, 0, 2);

    // A click takes the nearest beat, a drag draws a loop around beats.
    std::vector<ImVec2>& lasso = app.view.lasso;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (ImGui::IsItemActivated()) lasso.clear();
    if (ImGui::IsItemActive()) {
        const ImVec2 point = {mouse.x - plot.x, mouse.y - plot.y};
        if (lasso.empty() || std::hypot(point.x - lasso.back().x, point.y - lasso.back().y) > 3)
            lasso.push_back(point);
        if (lasso.size() > 2) {
            std::vector<ImVec2> shown;
            for (const ImVec2& p : lasso) shown.push_back({p.x + plot.x, p.y + plot.y});
            draw->AddPolyline(shown.data(), static_cast<int>(shown.size()), t.accent,
                              ImDrawFlags_Closed, 1.5F);
        }
    }
    draw->PopClipRect();
    if (ImGui::IsItemDeactivated()) {
        if (lasso.size() > 4) {
            StepList list{.title = "Poincaré selection", .targets = {}, .at = {}};
            for (std::size_t i = 2; i < rr.size(); ++i)
                if (inside(lasso, x_of(rr[i - 1]), y_of(rr[i])))
                    list.targets.push_back({s.beats.sample[i], s.beats.sample[i], i});
            if (!list.empty()) app.step_through(std::move(list));
        } else {
            std::optional<std::size_t> best;
            float distance = 14;
            for (std::size_t i = 2; i < rr.size(); ++i) {
                const float d = std::hypot(x_of(rr[i - 1]) - (mouse.x - plot.x),
                                           y_of(rr[i]) - (mouse.y - plot.y));
                if (d < distance) {
                    distance = d;
                    best = i;
                }
            }
            if (best) app.select(best, true);
        }
        lasso.clear();
    }
    ImGui::SetCursorScreenPos({plot.x - 30, plot.y + plot.height + 20});
    ImGui::Dummy({0, 0});
    note(app, app.view.touch ? "Tap a point to see its beat, or draw a loop around several."
                             : "Click a point to see its beat, or draw a loop around several and "
                               "step through them.");
}

}  // namespace

void draw_variability_tab(App& app) {
    const Session& s = app.session;
    if (s.beats.size() < 3) {
        note(app, "Three beats are needed at least.");
        return;
    }
    const std::vector<float> rr = intervals_of(s);
    const Range range = shown_range(rr);
    tachogram(app, rr, range);
    histogram(app, rr, range);
    poincare(app, rr, range);
    if (!s.findings.rhythm) {
        note(app, "The figures follow when every beat is named.");
        return;
    }
    if (const std::string& why = s.findings.rhythm->variability_untold; !why.empty())
        note(app, why);
    for (const FigureGroup& group : s.findings.rhythm->variability) figure_group(app, group);
}

}  // namespace telltale::window
