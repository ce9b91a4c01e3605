#include "app.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <utility>

#include "messages/window_state.hpp"
#include "palette.hpp"
#include "review_queue.hpp"
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

void App::start_review() {
    const ReviewQueue queue = review_queue(session);
    StepList list{.title = std::string(review_title), .targets = {}, .at = {}};
    list.targets.reserve(queue.order.size());
    // Dangerous rhythms come before any single beat.
    if (session.findings.rhythm)
        for (const EpisodeInfo& episode : session.findings.rhythm->episodes)
            if (episode.grave)
                list.targets.push_back({episode.first, episode.last, {}, episode.words});
    for (const std::size_t beat : queue.order)
        list.targets.push_back({session.beats.sample[beat], session.beats.sample[beat], beat});
    step_through(std::move(list), false);
    next_unreviewed();
    if (view.narrow) use_tab(Tab::beat);  // no keys there: that tab has the answers
}

void App::next_unreviewed() {
    StepList& steps = view.steps;
    for (std::size_t i = steps.at ? *steps.at + 1 : 0; i < steps.targets.size(); ++i) {
        const auto beat = steps.targets[i].beat;
        if (beat && session.beats.by_person(*beat)) continue;
        steps.at = i;
        go_to_current_step();
        return;
    }
    say("Every beat of the queue has been looked at.");
}

void App::confirm() {
    // An episode has no class to confirm: it was looked at.
    if (reviewing() && view.steps.at && !view.steps.targets[*view.steps.at].beat)
        return next_unreviewed();
    if (!view.selected || *view.selected >= session.beats.size()) return;
    const std::string& name = session.class_name(*view.selected);
    if (!name.empty()) call(name);
}

void App::call(std::string_view class_name) {
    if (!view.selected || *view.selected >= session.beats.size()) return;
    const std::size_t beat = *view.selected;
    relabel(std::span(&beat, 1), class_name);
    // In a review one key is enough for a beat.
    if (reviewing() && view.steps.at && view.steps.targets[*view.steps.at].beat == beat)
        next_unreviewed();
}

bool App::needs_selection() {
    if (view.selected && *view.selected < session.beats.size()) return false;
    say("No beat is selected. Click one, or press an arrow.");
    return true;
}

void App::write_note(bool on_beat) {
    if (on_beat && needs_selection()) return;
    send(messages::WriteNote{
        .beat = on_beat ? static_cast<double>(*view.selected) : -1.0, .first = {}, .last = {}});
}

void App::explain() {
    if (!needs_selection() && session.model) send(messages::Explain{.beat = *view.selected});
}

bool App::has_strip(double sample) const {
    return std::ranges::find(view.strips, sample) != view.strips.end();
}

void App::toggle_strip(double sample) {
    if (std::erase(view.strips, sample) > 0) return;
    view.strips.insert(std::ranges::lower_bound(view.strips, sample), sample);
}

void App::step_extremes() {
    if (!session.findings.rhythm) return;
    StepList list{.title = "extremes", .targets = {}, .at = {}};
    for (const EventInfo& extreme : session.findings.rhythm->extremes)
        list.targets.push_back({extreme.first, extreme.last, {}, extreme.text});
    if (!list.targets.empty()) step_through(std::move(list));
}

void App::extremes_into_report() {
    if (!session.findings.rhythm) return;
    std::size_t added = 0;
    for (const EventInfo& extreme : session.findings.rhythm->extremes)
        if (!has_strip(extreme.first)) {
            toggle_strip(extreme.first);
            ++added;
        }
    say(std::format("{} strips more in the report, {} in all.", added, view.strips.size()));
}

void App::export_report() const {
    messages::Export asked{.kind = "html", .strips = {}};
    for (const double sample : view.strips)
        asked.strips.push_back(std::floor(std::max(0.0, sample)));
    send(asked);
}

void App::undo() {
    edit(messages::Undo{});
}

void App::redo() {
    edit(messages::Redo{});
}

// Ctrl+Z and Ctrl+Y; a class's letter, A, Delete, and Alt with the arrows for the selected beat.
void App::review_keys() {
    const ImGuiIO& io = ImGui::GetIO();
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key, true); };
    if (!session.recording || !session.model) return;
    if (io.KeyCtrl || io.KeySuper) {
        if (pressed(ImGuiKey_Z)) io.KeyShift ? redo() : undo();
        if (pressed(ImGuiKey_Y)) redo();
        return;
    }
    if (pressed(ImGuiKey_A)) {
        // At the pointer where it is over the strip, else in the middle.
        const double x = io.MousePos.x - strip_left_;
        const bool over = x >= 0 && x < view.viewport.width && !view.touch;
        add_beat(view.viewport.sample_at(over ? x : view.viewport.width / 2));
    }
    const auto called = std::ranges::find_if(session.model->labels, [&](const std::string& name) {
        return name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z' &&
               pressed(static_cast<ImGuiKey>(ImGuiKey_A + (name[0] - 'A')));
    });
    const bool asked =
        called != session.model->labels.end() ||
        std::ranges::any_of(std::array{ImGuiKey_Enter, ImGuiKey_KeypadEnter, ImGuiKey_W, ImGuiKey_R,
                                       ImGuiKey_X, ImGuiKey_Delete, ImGuiKey_Backspace},
                            pressed);
    if (!view.selected || *view.selected >= session.beats.size()) {
        if (asked && session.beats.size() > 0) (void)needs_selection();
        return;
    }
    const std::size_t beat = *view.selected;
    if (called != session.model->labels.end())
        asked_beat() == beat ? answer(*called) : call(*called);
    if (pressed(ImGuiKey_Enter) || pressed(ImGuiKey_KeypadEnter)) confirm();
    if (pressed(ImGuiKey_W)) write_note(true);
    if (pressed(ImGuiKey_R)) toggle_strip(session.beats.sample[beat]);
    if (pressed(ImGuiKey_X)) explain();
    if (pressed(ImGuiKey_Delete) || pressed(ImGuiKey_Backspace)) remove_beats(std::span(&beat, 1));
    const double step = small_step();
    if (io.KeyAlt && pressed(ImGuiKey_RightArrow)) move_beat(beat, step);
    if (io.KeyAlt && pressed(ImGuiKey_LeftArrow)) move_beat(beat, -step);
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

// Signs, wherever the person's keyboard has them.
void App::typed(unsigned sign) {
    if (sign == '?') view.show_help = !view.show_help;
    if (!session.recording) return;
    Viewport& v = view.viewport;
    // Of a stretch in hand the ends move by a tenth of a second, of the calipers by a sample.
    const auto nudge = [&](MeasureView::Grip leg, double direction) {
        if (view.mark.on)
            move_end(leg == MeasureView::Grip::from, direction * 0.1);
        else
            nudge_leg(leg, direction);
    };
    switch (sign) {
        case '+':
        case '=': v.zoom(1.25, v.width / 2); break;
        case '-': v.zoom(1 / 1.25, v.width / 2); break;
        case '[': louder(-1); break;
        case ']': louder(1); break;
        case ',': nudge(MeasureView::Grip::to, -1); break;
        case '.': nudge(MeasureView::Grip::to, 1); break;
        case '<':
        case ';': nudge(MeasureView::Grip::from, -1); break;
        case '>':
        case ':': nudge(MeasureView::Grip::from, 1); break;
        default: break;
    }
}

bool App::close_menus() {
    if (!ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup)) return false;
    ImGui::ClosePopupToLevel(0, true);
    view.open_menu.clear();
    return true;
}

void App::keys() {
    ImGuiIO& io = ImGui::GetIO();
    if (io.WantTextInput) return;
    for (const ImWchar c : io.InputQueueCharacters) typed(c);
    const bool marking = mark_keys();
    if (!marking || io.KeyCtrl || io.KeySuper) review_keys();
    measure_keys();
    if (io.KeyCtrl || io.KeySuper || io.KeyAlt) return;
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(key, true); };
    if (pressed(ImGuiKey_Escape)) {
        if (close_menus())
            return;
        else if (view.show_help)
            view.show_help = false;
        else if (!session.error.empty())
            session.error.clear();
        else if (!session.progress.stage.empty())
            send(messages::Cancel{});
        else if (view.mark.on)
            mark_on_off();
        else if (view.disclosure)
            view.disclosure = false;
        else if (view.measure.on)
            measure_on_off();
        else if (view.asking)
            ask_on_off();
        else if (!view.steps.empty())
            stop_stepping();
        else
            view.selected.reset();
    }
    if (pressed(ImGuiKey_O)) send(messages::ChooseFiles{});
    if (pressed(ImGuiKey_T)) {
        use_theme(theme_name_ == ThemeName::light  ? ThemeName::dark
                  : theme_name_ == ThemeName::dark ? ThemeName::contrast
                                                   : ThemeName::light);
    }
    if (!session.recording) return;

    Viewport& v = view.viewport;
    const double page = 0.9 * v.visible() / v.sampling_rate;
    const double middle = v.width / 2;
    if (pressed(ImGuiKey_J)) view.steps.empty() ? select_next(1, true) : step(1);
    if (pressed(ImGuiKey_K)) view.steps.empty() ? select_next(-1, true) : step(-1);
    if (pressed(ImGuiKey_G) && session.model) start_review();
    if (pressed(ImGuiKey_Y)) step_extremes();
    if (pressed(ImGuiKey_I) && session.model) ask_on_off();
    if (pressed(ImGuiKey_Space) && asked_beat()) pass_question();
    if (ImGui::IsKeyPressed(ImGuiKey_L, false)) mark_on_off();
    if (pressed(ImGuiKey_D)) view.disclosure = !view.disclosure;
    if (pressed(ImGuiKey_H) && has_sheet(session.recording->leads))
        show_sheet(view.sheet ? std::nullopt : std::optional(SheetLayout::three_by_four));
    if (pressed(ImGuiKey_P) && !session.findings.waves.empty()) view.waves = !view.waves;
    for (std::size_t tab = 0; !marking && tab < tab_count; ++tab)
        if (pressed(static_cast<ImGuiKey>(ImGuiKey_1 + static_cast<int>(tab))) &&
            tab_offered(static_cast<Tab>(tab)))
            use_tab(static_cast<Tab>(tab));
    if (pressed(ImGuiKey_RightArrow)) io.KeyShift ? v.pan(page / 9) : select_next(1, false);
    if (pressed(ImGuiKey_LeftArrow)) io.KeyShift ? v.pan(-page / 9) : select_next(-1, false);
    if (pressed(ImGuiKey_PageDown)) v.pan(page);
    if (pressed(ImGuiKey_PageUp)) v.pan(-page);
    if (pressed(ImGuiKey_Home)) v.first = 0;
    if (pressed(ImGuiKey_End)) v.first = v.length;
    if ((pressed(ImGuiKey_0) && !marking) || pressed(ImGuiKey_Keypad0)) {
        v.set_speed(25, middle);
        v.mm_per_mv = 10;
    }
    if (pressed(ImGuiKey_E) && session.beats.size() > 0)
        send(messages::Export{.kind = "csv", .strips = {}});
    v.keep_inside();
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
