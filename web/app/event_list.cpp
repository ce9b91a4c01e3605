#include "event_list.hpp"

#include <algorithm>
#include <format>

#include "view_math.hpp"

namespace telltale::window {
namespace {

// Importance by kind: what may be dangerous first. Ours; within a kind the longer and faster first.
struct Kind {
    std::string_view name;
    EventGroup group;
    double importance;
};
constexpr std::array<Kind, 22> kinds = {{
    {"ventricular_fibrillation", EventGroup::grave, 150},
    {"asystole", EventGroup::grave, 140},
    {"ventricular_tachycardia", EventGroup::grave, 130},
    {"supraventricular_tachycardia", EventGroup::supraventricular, 86},
    {"atrial_fibrillation", EventGroup::af, 82},
    {"atrial_flutter", EventGroup::af, 81},
    {"ventricular_run", EventGroup::ventricular, 100},
    {"pause", EventGroup::pause, 90},
    {"af_candidate", EventGroup::af, 80},
    {"r_on_t", EventGroup::ventricular, 70},
    {"supraventricular_run", EventGroup::supraventricular, 60},
    {"ventricular_couplet", EventGroup::ventricular, 55},
    {"tachycardia", EventGroup::rate, 50},
    {"bradycardia", EventGroup::rate, 48},
    {"ventricular_bigeminy", EventGroup::ventricular, 45},
    {"ventricular_trigeminy", EventGroup::ventricular, 40},
    {"supraventricular_couplet", EventGroup::supraventricular, 30},
    {"supraventricular_bigeminy", EventGroup::supraventricular, 25},
    {"supraventricular_trigeminy", EventGroup::supraventricular, 20},
    // What nobody can tell may be the worst: flutter and fibrillation have no beats to find.
    {"no_beats", EventGroup::pause, 95},
    {"flat_line", EventGroup::pause, 92},
    {"unreadable", EventGroup::unreadable, 5},
}};

}  // namespace

std::vector<ListedEvent> all_events(const Session& session) {
    std::vector<ListedEvent> all;
    if (!session.recording) return all;
    const double rate = session.recording->sampling_rate;
    if (session.findings.rhythm) {
        for (const EventInfo& event : session.findings.rhythm->events) {
            const auto kind = std::ranges::find(kinds, std::string_view(event.kind), &Kind::name);
            if (kind == kinds.end()) continue;
            ListedEvent listed{.group = kind->group,
                               .title = event_title(event.kind),
                               .detail = {},
                               .first = event.first,
                               .last = event.last,
                               .beat = {},
                               .importance = 0};
            // "ventricular run, 5 beats, 132 bpm": the title says the first part already.
            const auto comma = event.text.find(", ");
            if (comma != std::string::npos) listed.detail = event.text.substr(comma + 2);
            const double seconds = (event.last - event.first) / rate;
            listed.importance = kind->importance + std::min(4.0, seconds / 60) +
                                std::min(0.9, event.rate_bpm / 400);
            all.push_back(std::move(listed));
        }
    }
    for (std::size_t i = 0; i < session.beats.size(); ++i) {
        if (!session.is_doubtful(i)) continue;
        const auto choice = session.two_best(i);
        if (!choice) continue;
        all.push_back({.group = EventGroup::doubtful,
                       .title = std::format("{} or {}?", session.model->classes[choice->best],
                                            session.model->classes[choice->second]),
                       .detail = std::format("{:.0f} % against {:.0f} %", 100 * choice->best_share,
                                             100 * choice->second_share),
                       .first = session.beats.sample[i],
                       .last = session.beats.sample[i],
                       .beat = i,
                       .importance = 10 + (1 - (choice->best_share - choice->second_share))});
    }
    for (const messages::BeatNote& note : session.edits.beat_notes) {
        const auto noted = static_cast<double>(note.sample);
        const auto beat =
            nearest(session.beats.sample, noted, 0.05 * session.recording->sampling_rate);
        const double place = beat ? session.beats.sample[*beat] : noted;
        all.push_back({.group = EventGroup::noted,
                       .title = beat && !session.class_name(*beat).empty()
                                    ? std::format("Note on {}", session.class_name(*beat))
                                    : "Note",
                       .detail = note.text.substr(0, note.text.find('\n')),
                       .first = place,
                       .last = place,
                       .beat = beat,
                       .importance = 200});
    }
    for (const messages::CalledStretch& called : session.edits.stretches)
        all.push_back(
            {.group = EventGroup::marked,
             .title = event_title(called.words),
             .detail = called.text.empty()
                           ? std::format("{:.1f} s, by you",
                                         static_cast<double>(called.last - called.first) / rate)
                           : called.text.substr(0, called.text.find('\n')),
             .first = static_cast<double>(called.first),
             .last = static_cast<double>(called.last),
             .beat = {},
             .importance = 190});
    std::ranges::stable_sort(all, {}, &ListedEvent::first);
    return all;
}

std::array<std::size_t, event_groups> count_events(const std::vector<ListedEvent>& all) {
    std::array<std::size_t, event_groups> counts{};
    for (const ListedEvent& event : all) ++counts[static_cast<std::size_t>(event.group)];
    return counts;
}

std::vector<std::size_t> pick_events(const std::vector<ListedEvent>& all,
                                     const std::array<bool, event_groups>& wanted,
                                     EventOrder order) {
    std::vector<std::size_t> picked;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (wanted[static_cast<std::size_t>(all[i].group)]) picked.push_back(i);
    if (order == EventOrder::importance)
        std::ranges::stable_sort(picked, std::ranges::greater{},
                                 [&](std::size_t i) { return all[i].importance; });
    return picked;
}

}  // namespace telltale::window
