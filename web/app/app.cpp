#include "app.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <utility>

#include "messages/window_state.hpp"
#include "palette.hpp"
#include "views/views.hpp"

static_assert(sizeof(ImDrawIdx) == 4, "a wide ECG on its paper has more than 65 536 vertices");

namespace telltale::window {
namespace {

constexpr float narrow_below = 900;
constexpr float bar_height = 60, overview_height = 92, narrow_overview_height = 68;
constexpr float splitter = 6;
constexpr double notice_s = 5;

}  // namespace

App::App(Send send) : send_(std::move(send)) {}

void App::say(std::string_view text) {
    session.notice = text;
    show_notice();
}

void App::show_notice() {
    view.select_at.reset();  // what was asked for may have been refused
    view.notice_until = ImGui::GetTime() + notice_s;
}

bool App::opens_on_sheet() const {
    return window::opens_on_sheet(session.recording->leads,
                                  session.recording->length / session.recording->sampling_rate);
}

void App::show_sheet(std::optional<SheetLayout> layout) {
    view.disclosure = false;
    view.sheet = layout;
    if (opens_on_sheet() && !view.narrow) view.first_sheet = layout;
}

void App::message(std::string_view json) {
    const MessageEffect effect = receive(session, json);
    if (effect.new_recording && session.recording) {
        view.viewport = Viewport{.sampling_rate = session.recording->sampling_rate,
                                 .length = session.recording->length,
                                 .width = view.viewport.width};
        view.selected.reset();
        view.fit_pending = true;
        view.lead_scroll = 0;
        view.steps = {};
        view.strips.clear();
        view.measure.calipers.reset();
        view.mark = {};
        view.highlight.reset();
        view.cluster.reset();
        view.events.wanted.fill(true);  // what was filtered was of another recording
        view.events.revision.reset();
        view.review.revision.reset();
        view.asking = false;
        view.disclosure_scroll = 0;
        view.disclosure_row_s.reset();
        view.shown_leads.assign(session.recording->leads.size(), true);
        // A small screen shows a sheet too small to read.
        view.sheet = opens_on_sheet() && !view.narrow ? view.first_sheet : std::nullopt;
        if (!tab_offered(view.tab)) view.tab = Tab::summary;
    }
    if (effect.new_notice) show_notice();
    if (!effect.theme.empty()) {
        theme_name_ = theme_named(effect.theme, theme_name_);
        apply(theme(), view.narrow);
    }
    if (!effect.run.empty()) run_command(*this, effect.run);
    if (effect.new_question) show_question();
    if (effect.go_to && session.recording) go_to(effect.go_to->first, effect.go_to->last);
    if (effect.select_beat >= 0 && effect.select_beat < static_cast<double>(session.beats.size())) {
        view.selected = static_cast<std::size_t>(effect.select_beat);
        view.viewport.reveal(session.beats.sample[*view.selected]);
    }
}

void App::level(std::size_t lead, std::int64_t samples_per_bin, std::span<const float> min_max) {
    session.signals.set_level(lead, samples_per_bin, min_max);
}

void App::samples(std::size_t lead, std::int64_t first, std::span<const float> mv) {
    session.signals.set_samples(lead, first, mv);
}

void App::beats(Beats beats) {
    // Beats come and go with a person's changes: what was picked is found again by its place.
    const auto place = [&](std::size_t beat) { return session.beats.sample[beat]; };
    std::optional<double> selected;
    if (view.selected && *view.selected < session.beats.size()) selected = place(*view.selected);
    session.set_beats(std::move(beats));
    const double reach = session.recording ? 0.06 * session.recording->sampling_rate : 0;
    // An added beat lies up to `reach` from where the person pointed, its mark on a whole sample.
    if (const auto wanted = std::exchange(view.select_at, std::nullopt))
        select(nearest(session.beats.sample, *wanted, reach + 1), true);
    else
        view.selected = selected ? nearest(session.beats.sample, *selected, reach) : std::nullopt;
    for (StepTarget& target : view.steps.targets)
        if (target.beat) target.beat = nearest(session.beats.sample, target.first, reach);
}

void App::edit(messages::Edit edit) const {
    send(messages::EditBeats{.edit = std::move(edit)});
}

void App::relabel(std::span<const std::size_t> beats, std::string_view class_name) {
    edit(messages::RelabelBeats{.beats = {beats.begin(), beats.end()},
                                .class_ = std::string(class_name)});
}

void App::relabel_cluster(std::size_t cluster, std::string_view class_name) {
    edit(messages::RelabelCluster{.cluster = cluster, .class_ = std::string(class_name)});
}

void App::remove_beats(std::span<const std::size_t> beats) {
    if (beats.empty()) return;
    const auto gone = [&](std::size_t i) { return std::ranges::find(beats, i) != beats.end(); };
    std::size_t next = std::ranges::max(beats);
    while (next < session.beats.size() && gone(next)) ++next;
    if (next >= session.beats.size()) {
        next = std::ranges::min(beats);
        while (next > 0 && gone(next)) --next;
    }
    view.select_at.reset();
    if (!gone(next)) view.select_at = session.beats.sample[next];
    edit(messages::RemoveBeats{.beats = {beats.begin(), beats.end()}});
}

void App::add_beat(double sample) {
    if (!session.model || session.model->labels.empty()) return;
    view.select_at = std::max(0.0, sample);
    edit(messages::AddBeat{.sample = std::round(std::max(0.0, sample)),
                           .class_ = session.model->labels.front(),
                           .snap = true});
}

void App::move_beat(std::size_t beat, double by_samples) {
    edit(messages::MoveBeat{.beat = beat,
                            .sample = std::max(0.0, session.beats.sample[beat] + by_samples)});
}

double App::small_step() const {
    if (!session.recording) return 1;
    return std::max(1.0, std::round(0.004 * session.recording->sampling_rate));
}

void App::louder(int direction) {
    const double factor = direction > 0 ? std::sqrt(2.0) : 1 / std::sqrt(2.0);
    view.viewport.mm_per_mv = std::clamp(view.viewport.mm_per_mv * factor, 1.0, 80.0);
}

void App::reference(Reference reference) {
    session.set_reference(std::move(reference));
}

void App::pinch(double x, double y, double scale, double dx) {
    (void)y;
    if (!session.recording || !(scale > 0)) return;
    view.viewport.zoom(scale, x - strip_left_);
    view.viewport.pan(-dx / view.viewport.px_per_s());
}

void App::set_pixel_ratio(float ratio) {
    fonts = load_fonts(ratio);
    apply(theme(), view.narrow);
}

bool App::animating() const {
    return !session.notice.empty() && ImGui::GetTime() < view.notice_until;
}

double App::seconds(double sample) const {
    return session.recording ? sample / session.recording->sampling_rate : 0;
}

void App::select(std::optional<std::size_t> beat, bool bring_into_view) {
    if (beat && *beat >= session.beats.size()) beat.reset();
    view.selected = beat;
    if (!beat) return;
    if (bring_into_view) view.viewport.reveal(session.beats.sample[*beat]);
    send(messages::BeatSelected{.beat = *beat});
}

// From the selected beat, or from the middle of the view if none is.
void App::select_next(int direction, bool notable_only) {
    const auto count = static_cast<std::ptrdiff_t>(session.beats.size());
    if (count == 0) return;
    std::ptrdiff_t at;
    if (view.selected) {
        at = static_cast<std::ptrdiff_t>(*view.selected) + direction;
    } else {
        const auto first = std::ranges::lower_bound(session.beats.sample, view.viewport.first);
        at = first - session.beats.sample.begin() - (direction < 0 ? 1 : 0);
    }
    for (; at >= 0 && at < count; at += direction)
        if (!notable_only || session.is_notable(static_cast<std::size_t>(at))) {
            select(static_cast<std::size_t>(at), true);
            return;
        }
    if (notable_only && session.model)
        say(direction > 0 ? "No further beat that is not normal."
                          : "No earlier beat that is not normal.");
}

void App::step_through(StepList list, bool go_to_first) {
    view.steps = std::move(list);
    if (go_to_first) step(1);
}

void App::step(int direction) {
    if (view.steps.step(direction))
        go_to_current_step();
    else if (!view.steps.empty())
        say(direction > 0 ? "That was the last one." : "That was the first one.");
}

void App::go_to_current_step() {
    const StepTarget target = view.steps.targets[*view.steps.at];
    view.events.scroll_to_current = true;
    if (target.beat) {
        view.highlight.reset();
        view.disclosure = false;
        select(target.beat, true);
        return;
    }
    go_to(target.first, target.last);
    // The beat that it begins with, where there is one; in a review a letter would name it.
    view.selected = reviewing() ? std::nullopt
                                : nearest(session.beats.sample, target.first,
                                          0.1 * session.recording->sampling_rate);
    if (view.selected) send(messages::BeatSelected{.beat = *view.selected});
    send(messages::Announce{
        .text = std::format("{}{} {} of {}, at {}", target.text.empty() ? "" : target.text + ", ",
                            view.steps.title, *view.steps.at + 1, view.steps.targets.size(),
                            session.place_of(target.first, true))});
}

void App::stop_stepping() {
    view.steps = {};
    view.highlight.reset();
    view.cluster.reset();
    view.compare_cell = {comparison_labels, comparison_labels};
}

void App::go_to(double first, double last) {
    view.disclosure = false;
    if (last > first)
        view.highlight = Stretch{first, last};
    else
        view.highlight.reset();
    // Long ones from their beginning, short ones in the middle.
    Viewport& v = view.viewport;
    const double length = last - first;
    v.first =
        length < 0.8 * v.visible() ? (first + last - v.visible()) / 2 : first - 0.1 * v.visible();
    v.keep_inside();
}

void App::use_tab(Tab tab) {
    view.tab = tab;
}

bool App::tab_offered(Tab tab) const {
    return tab != Tab::compare || (session.recording && (session.recording->has_reference ||
                                                         session.model_names.size() > 1));
}

void App::target(std::string name) {
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    if (!ImGui::IsItemVisible()) return;
    target(std::move(name), low.x, low.y, high.x - low.x, high.y - low.y);
}

void App::target(std::string name, float x, float y, float width, float height) {
    view.targets.push_back({std::move(name), x, y, width, height});
}

std::string App::state_json() const {
    messages::WindowState told{
        .first = view.viewport.first,
        .last = view.viewport.last(),
        .mm_per_s = view.viewport.mm_per_s,
        .mm_per_mv = view.viewport.mm_per_mv,
        .px_per_s = view.viewport.px_per_s(),
        .px_per_mv = view.viewport.px_per_mv(),
        .sheet = view.sheet ? std::string(name(*view.sheet)) : std::string(),
        .disclosure = view.disclosure,
        .disclosure_first = view.disclosure_first,
        .menu = view.open_menu,
        .notice = session.notice,
        .selected = {},
        .leads = view.shown_leads,
        .events = view.events.picked.size(),
        .events_hidden = view.events.all.size() - view.events.picked.size(),
        .frames = view.frames,
        .strips = view.strips,
        .explained = {},
        .steps = {.title = view.steps.title, .count = view.steps.targets.size(), .at = {}},
        .asking = view.asking,
        .asked = asked_beat(),
        .measure = {.on = view.measure.on,
                    .snap = view.measure.snap,
                    .march = view.measure.march,
                    .first = {},
                    .last = {},
                    .lines = measured()},
        .mark = {.on = view.mark.on, .first = {}, .last = {}},
        .commands = {},
        .targets = {}};
    told.tab = told.tab.words[static_cast<std::size_t>(view.tab)];
    if (view.selected) told.selected = *view.selected;
    if (session.explanation) told.explained = static_cast<double>(session.explanation->sample);
    if (view.steps.at) told.steps.at = *view.steps.at;
    if (view.measure.calipers) {
        told.measure.first = view.measure.calipers->first();
        told.measure.last = view.measure.calipers->last();
    }
    if (const auto& hand = view.mark.stretch) {
        told.mark.first = hand->first;
        told.mark.last = hand->last;
    }
    for (const NamedCommand& c : named_commands(*this))
        told.commands.push_back({c.name, c.title, c.keys, c.enabled});
    for (const Target& t : view.targets) {
        const auto px = [](float value) { return static_cast<double>(value); };
        told.targets.push_back({t.name, px(t.x), px(t.y), px(t.width), px(t.height)});
    }
    return messages::text(told);
}

void App::use_theme(ThemeName name) {
    theme_name_ = name;
    apply(theme(), view.narrow);
    send(messages::RememberTheme{.name = std::string_view(name_of(name))});
}

void App::frame() {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    view.narrow = size.x < narrow_below;
    if (view.narrow != style_touch_) {
        style_touch_ = view.narrow;
        apply(theme(), view.narrow);
    }
    ImGui::PushFont(fonts.body);
    view.targets.clear();
    ++view.frames;
    // A press beside an open menu closes it, and does what it would do without the menu.
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
        view.pressed_away.clear();
        const ImGuiWindow* under = ImGui::GetCurrentContext()->HoveredWindow;
        if (under == nullptr || (under->RootWindow->Flags & ImGuiWindowFlags_Popup) == 0) {
            const std::string menu = view.open_menu;
            if (close_menus()) view.pressed_away = menu;
        }
    }
    keys();
    layout();
    ImGui::PopFont();
}

void App::layout() {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const Rect all = {0, 0, size.x, size.y};
    draw_top_bar(*this, {0, 0, size.x, bar_height});
    if (!session.recording) {
        draw_empty(*this, {0, bar_height, size.x, size.y - bar_height});
        draw_overlays(*this, all);
        return;
    }
    const float overview = view.narrow ? narrow_overview_height : overview_height;
    draw_overview(*this, {0, bar_height, size.x, overview});
    const float top = bar_height + overview;
    const float below = std::max(1.0F, size.y - top);
    strip_left_ = 0;

    // The edge between strip and panel can be dragged.
    ImGuiIO& io = ImGui::GetIO();
    if (view.narrow) {
        if (view.panel_height == 0)
            view.panel_height = std::round(std::clamp(below * 0.44F, 200.0F, 420.0F));
        view.panel_height = std::clamp(view.panel_height, 120.0F, std::max(120.0F, below - 180));
        const float strip = below - view.panel_height;
        draw_main(*this, {0, top, size.x, strip});
        draw_side_panel(*this, {0, top + strip, size.x, view.panel_height});
    } else {
        if (view.panel_width == 0) view.panel_width = std::clamp(size.x * 0.28F, 340.0F, 460.0F);
        // On whole pixels, or the panel's edge shows what is behind it.
        view.panel_width =
            std::round(std::clamp(view.panel_width, 300.0F, std::max(300.0F, size.x * 0.5F)));
        const float strip = size.x - view.panel_width;
        draw_main(*this, {0, top, strip, below});
        draw_side_panel(*this, {strip, top, view.panel_width, below});
    }
    const Rect edge = view.narrow
                          ? Rect{0, size.y - view.panel_height - splitter * 2, size.x, splitter * 4}
                          : Rect{size.x - view.panel_width - splitter, top, 2 * splitter, below};
    ImGui::SetNextWindowPos(edge.min());
    ImGui::SetNextWindowSize({edge.width, edge.height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::Begin("edge", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground |
                     ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoNav);
    ImGui::InvisibleButton("drag", {edge.width, edge.height});
    ImDrawList* draw = ImGui::GetWindowDrawList();
    if (view.narrow) {
        const float y = size.y - view.panel_height;
        draw->AddLine({0, y}, {size.x, y}, theme().line);
        draw->AddRectFilled({size.x / 2 - 22, y - 3}, {size.x / 2 + 22, y + 2}, theme().soft, 3);
    } else {
        const float x = size.x - view.panel_width;
        draw->AddLine({x, top}, {x, size.y},
                      ImGui::IsItemHovered() ? theme().accent : theme().line);
    }
    if (ImGui::IsItemHovered() || ImGui::IsItemActive())
        ImGui::SetMouseCursor(view.narrow ? ImGuiMouseCursor_ResizeNS : ImGuiMouseCursor_ResizeEW);
    if (ImGui::IsItemActive()) {
        view.panel_width -= view.narrow ? 0 : io.MouseDelta.x;
        view.panel_height -= view.narrow ? io.MouseDelta.y : 0;
    }
    ImGui::End();
    ImGui::PopStyleVar();
    draw_overlays(*this, all);
}

}  // namespace telltale::window
