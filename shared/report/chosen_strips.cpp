#include "report/chosen_strips.hpp"

#include <algorithm>
#include <format>
#include <utility>

#include "rhythm/extremes.hpp"

namespace telltale::report {
namespace {

constexpr std::size_t most_of_a_kind = 4;  // events

/// What is at a place that a person chose.
std::string named(const Input& input, const rhythm::Summary& rhythm, std::int64_t sample) {
    for (const rhythm::Extreme& extreme : rhythm.extremes)
        if (extreme.first == sample) return extreme.text;
    for (const rhythm::Event& event : rhythm.events)
        if (event.first == sample) return rhythm::describe(event);
    for (const Beat& beat : input.beats)
        if (beat.sample == sample && !class_name(input, beat).empty())
            return std::format("beat {}", class_name(input, beat));
    return "chosen";
}

/// A few of each kind, the gravest kinds first (EventKind is in that order), then those with most
/// beats or longest.
std::vector<ChosenStrip> gravest(std::vector<rhythm::Event> events, std::size_t most) {
    std::vector<ChosenStrip> chosen;
    std::ranges::stable_sort(events, [](const rhythm::Event& a, const rhythm::Event& b) {
        if (a.kind != b.kind) return a.kind < b.kind;
        if (a.beats != b.beats) return a.beats > b.beats;
        return a.last - a.first > b.last - b.first;
    });
    std::size_t of_kind = 0;
    for (std::size_t i = 0; i < events.size() && chosen.size() < most; ++i) {
        of_kind = i > 0 && events[i].kind == events[i - 1].kind ? of_kind + 1 : 0;
        if (of_kind >= most_of_a_kind || events[i].kind == rhythm::EventKind::unreadable) continue;
        chosen.push_back({events[i].first, rhythm::describe(events[i])});
    }
    return chosen;
}

}  // namespace

std::vector<ChosenStrip> chosen_strips(const Input& input, const rhythm::Summary& rhythm,
                                       std::span<const std::int64_t> by_person, std::size_t most) {
    std::vector<ChosenStrip> chosen;
    for (const std::int64_t sample : by_person)
        chosen.push_back({sample, named(input, rhythm, sample)});
    if (!chosen.empty()) return chosen;

    chosen = gravest(rhythm.events, most);
    for (const rhythm::Extreme& extreme : rhythm.extremes)
        chosen.push_back({extreme.first, extreme.text});
    std::ranges::stable_sort(chosen, {}, &ChosenStrip::sample);
    std::vector<ChosenStrip> apart;
    const double reach = rhythm::strip_s / 2 * rhythm.sampling_rate;
    for (ChosenStrip& strip : chosen) {
        if (apart.empty() || static_cast<double>(strip.sample - apart.back().sample) >= reach) {
            apart.push_back(std::move(strip));
            continue;
        }
        // A run is an event, and may be the longest and the fastest too.
        std::string& told = apart.back().what;
        if (told.find(strip.what) == std::string::npos) told += "; " + strip.what;
    }
    return apart;
}

}  // namespace telltale::report
