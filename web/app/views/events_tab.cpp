// The list of events and doubtful beats, filtered and sorted, to step through.
#include <algorithm>
#include <format>

#include "review_queue.hpp"
#include "views/views.hpp"
#include "views/widgets.hpp"

namespace telltale::window {
namespace {

ImU32 group_colour(const Theme& t, EventGroup group) {
    switch (group) {
        case EventGroup::grave: return t.warning;
        case EventGroup::ventricular: return t.class_v;
        case EventGroup::supraventricular: return t.class_s;
        case EventGroup::doubtful: return t.accent;
        case EventGroup::noted:
        case EventGroup::marked: return t.text;
        case EventGroup::unreadable: return t.soft;
        default: return t.class_other;
    }
}

void refresh(App& app) {
    EventView& view = app.view.events;
    if (view.revision == app.session.revision) return;
    view.all = all_events(app.session);
    view.picked = pick_events(view.all, view.wanted, view.order);
    view.revision = app.session.revision;
}

void step_from(App& app, std::size_t index) {
    const EventView& view = app.view.events;
    StepList list{.title = "events", .targets = {}, .at = {}};
    for (const std::size_t i : view.picked)
        list.targets.push_back({view.all[i].first, view.all[i].last, view.all[i].beat});
    if (index > 0) list.at = index - 1;
    app.step_through(std::move(list));
}

// Where a person is in looking at the beats, and the way there.
void review_card(App& app) {
    const Session& s = app.session;
    ReviewView& review = app.view.review;
    if (s.beats.size() == 0 || !s.model || s.counts.empty()) return;
    if (review.revision != s.revision) {
        review = {.revision = s.revision, .doubtful = 0, .reviewed = reviewed(s)};
        for (std::size_t i = 0; i < s.beats.size(); ++i)
            if (s.is_doubtful(i)) ++review.doubtful;
    }
    const Theme& t = app.theme();
    const bool on = app.reviewing();
    if (pill(app, "review", on ? "Reviewing" : review.reviewed > 0 ? "Review on" : "Review", on))
        on ? app.stop_stepping() : app.start_review();
    ImGui::SameLine(0, 12);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const std::string text = std::format("{} looked at, {} doubtful left", grouped(review.reviewed),
                                         grouped(review.doubtful));
    text_cut(draw, app.fonts.small, 13, {at.x, at.y + 2}, width, t.text, text);
    const float whole = static_cast<float>(review.reviewed + review.doubtful);
    const float share = whole > 0 ? static_cast<float>(review.reviewed) / whole : 1;
    draw->AddRectFilled({at.x, at.y + 21}, {at.x + width, at.y + 25}, track(t), 2);
    if (share > 0)
        draw->AddRectFilled({at.x, at.y + 21}, {at.x + std::max(3.0F, width * share), at.y + 25},
                            t.accent, 2);
    ImGui::Dummy({width, 28});
    if (on)
        note(app, app.view.touch
                      ? "The Beat tab has the answers: Right, or another class. Arrows go on."
                      : "Enter: it is right. A letter: call it so. J and K: go on, go back.");
    ImGui::Dummy({0, 2});
}

}  // namespace

void draw_events_tab(App& app) {
    draw_ask_card(app);
    review_card(app);
    refresh(app);
    EventView& view = app.view.events;
    const Theme& t = app.theme();
    const auto counts = count_events(view.all);
    bool changed = false;
    bool first = true;
    // The slowest, fastest and longest: to look at, and for the report.
    if (const auto& rhythm = app.session.findings.rhythm; rhythm && !rhythm->extremes.empty()) {
        const bool on = app.view.steps.title == "extremes";
        if (pill(app, "extremes", std::format("Extremes {}", rhythm->extremes.size()), on))
            on ? app.stop_stepping() : app.step_extremes();
        first = false;
        const std::string label = "All into the report";
        if (on) {
            flow(pill_width(app, label));
            if (pill(app, "extremes:report", label, false)) app.extremes_into_report();
        }
    }
    for (std::size_t g = 0; g < event_groups; ++g) {
        if (counts[g] == 0) continue;
        const std::string label = std::format("{} {}", event_group_names[g], grouped(counts[g]));
        if (!first) flow(pill_width(app, label));
        first = false;
        if (pill(app, std::format("filter:{}", event_group_names[g]), label, view.wanted[g])) {
            // From "all" to this one alone; then one more or less at a time; none means all again.
            if (std::ranges::all_of(view.wanted, [](bool on) { return on; })) {
                view.wanted.fill(false);
                view.wanted[g] = true;
            } else {
                view.wanted[g] = !view.wanted[g];
                bool any = false;
                for (std::size_t i = 0; i < event_groups; ++i)
                    any = any || (view.wanted[i] && counts[i] > 0);
                if (!any) view.wanted.fill(true);
            }
            changed = true;
        }
    }
    if (view.all.empty()) {
        note(app, app.session.progress.stage.empty()
                      ? "No runs, pauses, rate changes or doubtful beats were found."
                      : "The events follow when every beat is named.");
        return;
    }
    ImGui::Dummy({0, 2});
    const ImVec2 row = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const std::size_t hidden = view.all.size() - view.picked.size();
    std::string shown = std::format("{} shown", grouped(view.picked.size()));
    if (!app.view.strips.empty())
        shown += std::format(", {} in the report", app.view.strips.size());
    const std::string by_time = "By time", by_importance = "By importance";
    const float sorts = pill_width(app, by_time) + pill_width(app, by_importance) + 6;
    text_cut(draw, app.fonts.small, 13, {row.x, row.y + 6}, width - sorts - 8, t.soft, shown);
    ImGui::SetCursorScreenPos(
        {row.x + width - pill_width(app, by_time) - pill_width(app, by_importance) - 6, row.y});
    if (pill(app, "sort:time", by_time, view.order == EventOrder::time)) {
        view.order = EventOrder::time;
        changed = true;
    }
    ImGui::SameLine(0, 6);
    if (pill(app, "sort:importance", by_importance, view.order == EventOrder::importance)) {
        view.order = EventOrder::importance;
        changed = true;
    }
    if (hidden > 0) {
        // What a filter hides is said: it may be what matters most.
        const ImVec2 at = ImGui::GetCursorScreenPos();
        draw->AddText(app.fonts.small, 13, {at.x, at.y + 6}, t.warning,
                      std::format("{} hidden by the filter", grouped(hidden)).c_str());
        const std::string all = "Show all";
        ImGui::SetCursorScreenPos({at.x + width - pill_width(app, all), at.y});
        if (pill(app, "filter:all", all, false)) {
            view.wanted.fill(true);
            changed = true;
        }
    }
    if (changed) {
        view.picked = pick_events(view.all, view.wanted, view.order);
        if (app.view.steps.title == "events") app.stop_stepping();
    }

    constexpr float line = 42, strip_box = 30;
    ImGui::Dummy({0, 2});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {8, 0});
    const bool stepping = app.view.steps.title == "events";
    // Only the lines in sight are drawn: there may be thousands.
    const float top = ImGui::GetCursorPosY();
    if (stepping && view.scroll_to_current && app.view.steps.at) {
        const float y = top + static_cast<float>(*app.view.steps.at) * line;
        if (y < ImGui::GetScrollY() + line ||
            y > ImGui::GetScrollY() + ImGui::GetWindowHeight() - 2 * line)
            ImGui::SetScrollY(std::max(0.0F, y - ImGui::GetWindowHeight() / 2));
        view.scroll_to_current = false;
    }
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(view.picked.size()), line);
    std::optional<std::size_t> chosen;
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const ListedEvent& event = view.all[view.picked[static_cast<std::size_t>(i)]];
            const ImVec2 at = ImGui::GetCursorScreenPos();
            // Beside the box, not under it: overlapping items miss a finger's tap, which comes and
            // presses within one frame.
            if (press_area(app, std::format("event:{}", i), {width - strip_box, line}))
                chosen = static_cast<std::size_t>(i);
            const bool current = stepping && app.view.steps.at == static_cast<std::size_t>(i);
            if (current || ImGui::IsItemHovered())
                draw->AddRectFilled({at.x - 8, at.y}, {at.x + width + 8, at.y + line - 2},
                                    with_alpha(t.accent, current ? 0.16F : 0.08F), 6);
            const ImU32 colour = group_colour(t, event.group);
            draw->AddRectFilled({at.x, at.y + 6}, {at.x + 4, at.y + line - 8}, colour, 2);
            const std::string when = clock_time(app.seconds(event.first), true);
            const float when_width = text_width(app.fonts.small, 13, when);
            text_cut(draw, app.fonts.strong, 14, {at.x + 14, at.y + 3},
                     width - when_width - 26 - strip_box, t.text, event.title);
            text_right(draw, app.fonts.small, 13, at.x + width - strip_box, at.y + 4, t.soft, when);
            const std::string clock = app.session.clock_at(event.first, true);
            const float clock_width =
                clock.empty() ? 0 : text_width(app.fonts.small, 13, clock) + 12;
            if (!clock.empty())
                text_right(draw, app.fonts.small, 13, at.x + width - strip_box, at.y + 21, t.soft,
                           clock);
            text_cut(draw, app.fonts.small, 13, {at.x + 14, at.y + 21},
                     width - 14 - strip_box - clock_width, t.soft, event.detail);
            // A box to tick: its strip goes into the report.
            const ImVec2 after = ImGui::GetCursorScreenPos();
            ImGui::SetCursorScreenPos({at.x + width - strip_box, at.y});
            if (press_area(app, std::format("event-strip:{}", i), {strip_box, line}))
                app.toggle_strip(event.first);
            const bool over = ImGui::IsItemHovered();
            ImGui::SetCursorScreenPos(after);
            const ImVec2 box = {at.x + width - 16, at.y + 12};
            if (app.has_strip(event.first)) {
                draw->AddRectFilled(box, {box.x + 15, box.y + 15}, t.accent, 4);
                draw->AddLine({box.x + 3.5F, box.y + 7.5F}, {box.x + 6.5F, box.y + 10.5F},
                              t.on_accent, 2);
                draw->AddLine({box.x + 6.5F, box.y + 10.5F}, {box.x + 11.5F, box.y + 4.5F},
                              t.on_accent, 2);
            } else {
                draw->AddRect(box, {box.x + 15, box.y + 15}, over ? t.accent : t.soft, 4);
            }
        }
    }
    clipper.End();
    ImGui::PopStyleVar();
    if (chosen) step_from(app, *chosen);
}

}  // namespace telltale::window
