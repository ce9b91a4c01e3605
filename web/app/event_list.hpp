// The list of things to look at: the rhythm's events and the beats that the model is unsure of,
// filtered and sorted as the reader asked.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session.hpp"

namespace telltale::window {

enum class EventGroup {
    grave,  ///< Rhythms that end a life if nobody sees them.
    ventricular,
    supraventricular,
    pause,
    rate,
    af,
    doubtful,
    noted,
    marked,  ///< Stretches that a person called something.
    unreadable
};
inline constexpr std::size_t event_groups = 10;
inline constexpr std::array<std::string_view, event_groups> event_group_names = {
    "VT, VF, asystole", "Ventricular", "Supraventricular", "Pauses",    "Slow, fast", "AF, flutter",
    "Doubtful",         "Noted",       "Marked by you",    "Unreadable"};

enum class EventOrder { time, importance };

struct ListedEvent {
    EventGroup group = EventGroup::pause;
    std::string title, detail;
    double first = 0, last = 0;       ///< samples
    std::optional<std::size_t> beat;  ///< of doubtful beats and of those with a note
    double importance = 0;            ///< the greater, the sooner to look at
};

/// Everything there is, in time order.
[[nodiscard]] std::vector<ListedEvent> all_events(const Session& session);
/// How many of each group.
[[nodiscard]] std::array<std::size_t, event_groups> count_events(
    const std::vector<ListedEvent>& all);
/// Indices into `all`: those of the groups wanted, in that order.
[[nodiscard]] std::vector<std::size_t> pick_events(const std::vector<ListedEvent>& all,
                                                   const std::array<bool, event_groups>& wanted,
                                                   EventOrder order);

}  // namespace telltale::window
