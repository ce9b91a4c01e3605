// A person at work on beats one after the other, and on what goes into the report.
#include <algorithm>
#include <cmath>
#include <format>
#include <utility>

#include "app.hpp"
#include "review_queue.hpp"

namespace telltale::window {

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

}  // namespace telltale::window
