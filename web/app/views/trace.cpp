#include "views/trace.hpp"

#include <algorithm>
#include <cmath>

#include "views/measure.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr float line_width = 1.4F;  // px
constexpr double most_line_samples_per_px =
    1;  // a device pixel: drawn as lines from one to another
constexpr double most_raw_samples_per_px = 16;  // drawn from samples, not from levels of detail

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

}  // namespace

void draw_grid(App& app, ImDrawList* draw, Rect area, const Viewport& v) {
    const Theme& t = app.theme();
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

void draw_lead(App& app, ImDrawList* draw, std::size_t lead, Rect row, const Viewport& v,
               bool inverted) {
    Session& session = app.session;
    const ImU32 colour = app.theme().trace;
    const double first = std::max(0.0, std::floor(v.first) - 1);
    const double last = std::min(v.length, std::ceil(v.last()) + 2);
    if (last <= first) return;
    const float centre = session.signals.centre(lead);
    const auto y_of = [&](float mv) {
        return trace_y(row, inverted ? 2 * centre - mv : mv, centre, v);
    };
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
            draw_column(draw, row.x, c,
                        inverted ? Range{y_of(range.low), y_of(range.high)}
                                 : Range{y_of(range.high), y_of(range.low)},
                        ratio, colour);
    }
}

void draw_calibration(App& app, ImDrawList* draw, Rect row, const Viewport& v) {
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

}  // namespace telltale::window
