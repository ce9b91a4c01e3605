#include "evaluate/event_list.hpp"

#include <algorithm>
#include <limits>

namespace telltale::evaluate {

namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max() / 4;

bool is_shutdown(const Annotation& a) {
    return a.code == Code::signal_quality && (a.subtype & 0x30) == 0x30;
}

}  // namespace

std::optional<Label> label_of(Code code, ClassMap map) {
    if (map == ClassMap::bxb && (code == Code::atrial_escape || code == Code::nodal_escape ||
                                 code == Code::supraventricular_escape))
        return Label::S;
    const auto c = aami_class(code);
    if (!c) return std::nullopt;
    return static_cast<Label>(*c);
}

std::int64_t samples_of(double seconds, double sampling_rate) {
    const double samples = seconds * sampling_rate + 0.5;
    if (!(samples > 0)) return 0;
    return samples < 1e15 ? static_cast<std::int64_t>(samples) : never;
}

std::vector<Annotation> in_time_order(std::span<const Annotation> list) {
    std::vector<Annotation> sorted(list.begin(), list.end());
    std::ranges::stable_sort(sorted, {}, &Annotation::sample);
    return sorted;
}

bool EventList::is_shut_down(std::int64_t sample) const {
    const auto after = std::ranges::upper_bound(shutdowns, sample, {}, &Stretch::begin);
    return after != shutdowns.begin() && sample <= std::prev(after)->end;
}

EventList event_list(std::span<const Annotation> list, ClassMap map, std::int64_t margin) {
    EventList result;
    std::optional<std::int64_t> previous;  // last beat, as long as intervals can be told from it
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Annotation& a = list[i];
        if (a.code == Code::fibrillation_on) {
            previous.reset();
            while (i + 1 < list.size() && list[i].code != Code::fibrillation_off) ++i;
            continue;
        }
        if (is_shutdown(a)) {
            previous.reset();
            // Either a later quality annotation ends the shutdown, or this one stands alone in the
            // middle of it (the convention of the AHA database).
            Stretch stretch{a.sample, never};
            if (i + 1 < list.size() && list[i + 1].code == Code::signal_quality) {
                stretch.end = list[i + 1].sample;
            } else if (i + 1 < list.size()) {
                stretch.begin = i > 0 ? std::min(a.sample, list[i - 1].sample + margin) : 0;
                stretch.end = std::max(a.sample, list[i + 1].sample - margin);
            }
            if (!result.shutdowns.empty() && stretch.begin <= result.shutdowns.back().end)
                result.shutdowns.back().end = std::max(result.shutdowns.back().end, stretch.end);
            else
                result.shutdowns.push_back(stretch);
            continue;
        }
        if (const auto label = label_of(a.code, map)) {
            ListedBeat beat{.sample = a.sample, .label = *label, .rr = std::nullopt};
            if (previous) beat.rr = a.sample - *previous;
            previous = a.sample;
            result.beats.push_back(beat);
        }
    }
    return result;
}

}  // namespace telltale::evaluate
