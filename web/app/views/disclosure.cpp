// Full disclosure: the whole record as stacked strips. A click goes there.
#include <algorithm>
#include <cmath>
#include <format>

#include "views/mark.hpp"
#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

constexpr float row_height = 64, letters = 15, left = 64, right = 14, top = 10;

constexpr double most_raw_samples =
    16;  // in a column, drawn from samples, not from levels of detail

// The extremes of each of `count` equal stretches. Where they are short the levels of detail would
// be coarser than they are: then from the samples, once these are here.
bool read_columns(App& app, std::size_t lead, double first, double last, std::size_t count,
                  std::vector<Range>& columns) {
    SignalStore& signals = app.session.signals;
    const double each = (last - first) / static_cast<double>(count);
    const auto ask = [&](std::size_t l, std::int64_t from, std::int64_t samples) {
        app.send(messages::NeedSamples{
            .lead = l, .first = static_cast<double>(from), .count = static_cast<double>(samples)});
    };
    static std::vector<float> samples;
    if (each > most_raw_samples || !signals.samples(lead, static_cast<std::int64_t>(first),
                                                    static_cast<std::int64_t>(last), samples, ask))
        return signals.columns(lead, first, last, count, columns);
    columns.assign(count, {NAN, NAN});
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto c = std::min(count - 1, static_cast<std::size_t>(static_cast<double>(i) / each));
        if (!std::isfinite(samples[i])) continue;
        Range& column = columns[c];
        column.low = std::isfinite(column.low) ? std::min(column.low, samples[i]) : samples[i];
        column.high = std::isfinite(column.high) ? std::max(column.high, samples[i]) : samples[i];
    }
    return true;
}

// What of a lead the rows show, in mV: the same in all of them, and printed. It holds nearly all of
// the recording, tall ectopic beats too, but no artefact many times as tall.
Range shown_range(SignalStore& signals, std::size_t lead, const RecordingInfo& recording) {
    // Each long enough for a beat or two.
    const auto count = static_cast<std::size_t>(
        std::clamp(recording.length / recording.sampling_rate / 2, 4.0, 400.0));
    static std::vector<Range> stretches;
    std::vector<float> lows, highs;
    if (signals.columns(lead, 0, recording.length, count, stretches))
        for (const Range& r : stretches)
            if (std::isfinite(r.low)) {
                lows.push_back(r.low);
                highs.push_back(r.high);
            }
    if (lows.empty()) return {-0.25F, 0.25F};
    std::ranges::sort(lows);
    std::ranges::sort(highs);
    const float low = lows[lows.size() / 2], high = highs[highs.size() / 2];
    const float usual = std::max(high - low, 0.05F), least = 0.02F;
    return {std::max(lows[lows.size() / 50], low - usual) - least * usual,
            std::min(highs[highs.size() - 1 - highs.size() / 50], high + usual) + least * usual};
}

// One strip of the classified lead (or of the first one shown).
void draw_row(App& app, ImDrawList* draw, std::size_t lead, double first, double samples, Rect row,
              Range shown, float scale) {
    static std::vector<Range> columns;
    const Session& s = app.session;
    const Theme& t = app.theme();
    const double last = std::min(first + samples, s.recording->length);
    const auto width = static_cast<float>((last - first) / samples) * row.width;
    const auto x_of = [&](double sample) {
        return row.x + static_cast<float>((sample - first) / samples) * row.width;
    };
    const float highest = row.y + letters, lowest = row.y + row.height - 2;

    if (s.findings.quality)
        for (const Stretch& bad : s.findings.quality->unreadable)
            if (bad.last > first && bad.first < last)
                draw->AddRectFilled({x_of(std::max(bad.first, first)), row.y},
                                    {x_of(std::min(bad.last, last)), row.y + row.height},
                                    with_alpha(t.soft, 0.16F));
    draw_marks(app, draw, {row.x, row.y, width, row.height}, x_of, first, last);
    const Viewport& v = app.view.viewport;
    if (v.last() > first && v.first < last)
        draw->AddRectFilled({x_of(std::max(v.first, first)), row.y},
                            {x_of(std::min(v.last(), last)), row.y + row.height},
                            with_alpha(t.accent, 0.13F), 3);

    const float ratio = ImGui::GetIO().DisplayFramebufferScale.x;
    // One column a device pixel, but none without a sample.
    const auto count = static_cast<std::size_t>(
        std::max(1.0, std::min(static_cast<double>(width * ratio), last - first)));
    const float step = width / static_cast<float>(count);
    if (read_columns(app, lead, first, last, count, columns)) {
        // What is not normal has its class's colour, from a little before its mark to after it.
        const double around = 0.12 * s.recording->sampling_rate,
                     per_column = (last - first) / static_cast<double>(count);
        auto beat = std::ranges::lower_bound(s.beats.sample, first - around);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const double sample = first + (static_cast<double>(c) + 0.5) * per_column;
            while (beat != s.beats.sample.end() && *beat + around < sample) ++beat;
            const auto i = static_cast<std::size_t>(beat - s.beats.sample.begin());
            const bool coloured =
                i < s.beats.size() && std::abs(*beat - sample) <= around && s.is_notable(i);
            float low = columns[c].low, high = columns[c].high;
            if (!std::isfinite(low)) continue;
            if (c > 0 && std::isfinite(columns[c - 1].low)) {
                low = std::min(low, columns[c - 1].high);
                high = std::max(high, columns[c - 1].low);
            }
            const float x = row.x + static_cast<float>(c) * step;
            const float y1 = highest + (shown.high - high) * scale,
                        y2 = highest + (shown.high - low) * scale;
            draw->AddRectFilled({x, std::clamp(y1, highest, lowest) - 0.4F},
                                {x + step, std::clamp(y2, highest, lowest) + 0.4F},
                                coloured ? t.class_colour(s.class_name(i)) : t.trace);
            // Where the trace goes on beyond its row, a bar says so.
            if (y1 < highest - 1)
                draw->AddRectFilled({x, highest - 2.5F}, {x + step, highest - 0.5F}, t.accent);
            if (y2 > lowest + 1)
                draw->AddRectFilled({x, lowest + 0.5F}, {x + step, lowest + 2}, t.accent);
        }
    }
    // Letters of beats that are not normal, where they have room.
    auto it = std::ranges::lower_bound(s.beats.sample, first);
    float taken = -1e9F;
    for (; it != s.beats.sample.end() && *it < last; ++it) {
        const auto i = static_cast<std::size_t>(it - s.beats.sample.begin());
        const bool selected = app.view.selected == i;
        if (!s.is_notable(i) && !selected) continue;
        const float x = x_of(*it);
        if (selected)
            draw->AddRectFilled({x - 8, row.y + 1}, {x + 8, row.y + letters + 1},
                                with_alpha(t.accent, 0.3F), 4);
        if (x - taken < 11) continue;
        taken = x;
        text_centred(draw, app.fonts.letter, 12, x, row.y + 1, t.text, s.class_name(i));
    }
}

}  // namespace

double disclosure_row_s(const App& app, Rect area) {
    if (app.view.disclosure_row_s) return *app.view.disclosure_row_s;
    constexpr double readable = 10;  // px a second
    const double length = app.session.recording->length / app.session.recording->sampling_rate;
    for (const double seconds : {60.0, 30.0})
        if (seconds * readable <= static_cast<double>(area.width - left - right) &&
            2 * length / seconds >= static_cast<double>(area.height / row_height))
            return seconds;
    return 10;
}

void disclosure_reveal(App& app, Rect area, double row_s) {
    const Viewport& v = app.view.viewport;
    const double row = std::floor(v.first / v.sampling_rate / row_s);
    // draw_disclosure() keeps it inside.
    app.view.disclosure_scroll = static_cast<float>(row) * row_height - area.height / 3;
}

void draw_disclosure(App& app, Rect area, double row_s) {
    begin_panel("disclosure", area, app.theme().paper, {0, 0});
    const Session& s = app.session;
    const Theme& t = app.theme();
    Viewport& v = app.view.viewport;
    v.width = area.width;  // the strip's, when it comes back
    const std::size_t lead = s.model && s.model->lead < s.signals.leads() ? s.model->lead : 0;
    const float gutter = app.view.narrow ? 50 : left;
    const float width = area.width - gutter - right;
    const double samples = row_s * s.recording->sampling_rate;
    const double rows = std::ceil(s.recording->length / samples);
    const auto content = static_cast<float>(rows) * row_height + 2 * top;

    ImGui::SetCursorScreenPos(area.min());
    ImGui::InvisibleButton("stack", {area.width, area.height});
    app.target("disclosure", area.x, area.y, area.width, area.height);
    ImGuiIO& io = ImGui::GetIO();
    float& scroll = app.view.disclosure_scroll;
    if (ImGui::IsItemHovered() && io.MouseWheel != 0) scroll -= io.MouseWheel * row_height;
    const auto sample_at = [&](ImVec2 at) {
        const double row =
            std::clamp(std::floor(static_cast<double>(at.y - area.y - top + scroll) / row_height),
                       0.0, std::max(0.0, rows - 1));
        const auto share =
            static_cast<double>(std::clamp((at.x - area.x - gutter) / width, 0.0F, 1.0F));
        return std::min((row + share) * samples, s.recording->length);
    };
    const bool marking = mark_by_pointer(app, sample_at);
    if (!marking && ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 4))
        scroll -= io.MouseDelta.y;
    scroll = std::clamp(scroll, 0.0F, std::max(0.0F, content - area.height));
    if (!app.view.mark.on && ImGui::IsItemDeactivated() &&
        io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] < 16) {
        const double row = std::floor((io.MousePos.y - area.y - top + scroll) / row_height);
        const double sample =
            (row + std::clamp((io.MousePos.x - area.x - gutter) / width, 0.0F, 1.0F)) * samples;
        if (row >= 0 && sample < s.recording->length) {
            app.go_to(sample, sample);
            // On a beat's mark, that beat is meant.
            app.select(nearest(s.beats.sample, sample, 8 * samples / static_cast<double>(width)),
                       false);
        }
    }

    const Range shown = shown_range(app.session.signals, lead, *s.recording);
    const float scale = (row_height - letters - 2) / (shown.high - shown.low);

    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->PushClipRect(area.min(), area.max(), true);
    const auto first_row = static_cast<std::size_t>(std::max(0.0F, (scroll - top) / row_height));
    app.view.disclosure_first = static_cast<double>(first_row) * samples;
    for (std::size_t row = first_row; row < static_cast<std::size_t>(rows); ++row) {
        const float y = area.y + top + static_cast<float>(row) * row_height - scroll;
        if (y > area.y + area.height) break;
        const double first = static_cast<double>(row) * samples;
        text_right(draw, app.fonts.small, 13, area.x + gutter - 10, y + row_height * 0.6F - 8,
                   t.soft, clock_time(first / s.recording->sampling_rate));
        if (const std::string clock = s.clock_at(first); !clock.empty())
            text_right(draw, app.fonts.small, 11, area.x + gutter - 10, y + row_height * 0.6F + 7,
                       t.soft, clock);
        draw->AddLine({area.x + gutter, y + row_height - 1},
                      {area.x + gutter + width, y + row_height - 1},
                      with_alpha(t.grid_major, 0.6F));
        draw_row(app, draw, lead, first, samples, {area.x + gutter, y, width, row_height}, shown,
                 scale);
    }
    // Where the record is, along the right edge.
    if (content > area.height) {
        const float share = area.height / content, length = std::max(24.0F, area.height * share);
        const float y = area.y + (area.height - length) * (scroll / (content - area.height));
        draw->AddRectFilled({area.x + area.width - 9, y}, {area.x + area.width - 4, y + length},
                            with_alpha(t.soft, 0.45F), 3);
    }
    const double mm_per_s = static_cast<double>(width) / row_s / px_per_mm;
    const std::string text =
        std::format("{}   {} mm/s   {} mm/mV", s.recording->leads[lead].name,
                    short_number(mm_per_s), short_number(static_cast<double>(scale) / px_per_mm));
    const float w = text_width(app.fonts.letter, 13, text);
    const ImVec2 at = {area.x + area.width - w - 24, area.y + area.height - 26};
    draw->AddRectFilled({at.x - 6, at.y - 3}, {at.x + w + 6, at.y + 18}, with_alpha(t.paper, 0.9F),
                        5);
    draw->AddText(app.fonts.letter, 13, at, t.text, text.c_str());
    draw->PopClipRect();
    ImGui::End();
}

}  // namespace telltale::window
