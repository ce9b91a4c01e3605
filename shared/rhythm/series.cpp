#include "rhythm/series.hpp"

#include <algorithm>

namespace telltale::rhythm {

std::vector<Interval> normalised(std::span<const Interval> intervals, std::int64_t length) {
    std::vector<Interval> sorted;
    for (Interval interval : intervals) {
        interval.first = std::max<std::int64_t>(interval.first, 0);
        interval.last = std::min(interval.last, length);
        if (interval.first < interval.last) sorted.push_back(interval);
    }
    std::ranges::sort(sorted, {}, &Interval::first);
    std::vector<Interval> merged;
    for (const Interval& interval : sorted) {
        if (!merged.empty() && interval.first <= merged.back().last)
            merged.back().last = std::max(merged.back().last, interval.last);
        else
            merged.push_back(interval);
    }
    return merged;
}

std::vector<Interval> stretches_of(const RhythmCourse* course,
                                   std::initializer_list<Rhythm> rhythms) {
    std::vector<Interval> found;
    if (course == nullptr) return found;
    for (const RhythmEpisode& e : course->episodes)
        if (std::ranges::contains(rhythms, e.rhythm)) found.push_back({e.first, e.last});
    return found;
}

Interval between_beats(const beats::Silence& silence, double rate) {
    // A beat's own complex lies within a tenth of a second of its mark.
    const auto edge =
        std::min(static_cast<std::int64_t>(rate / 10), (silence.last - silence.first) / 4);
    // An open silence has no beat at the recording's end, and none at its beginning.
    const bool from_start = silence.open && silence.first == 0;
    const bool to_end = silence.open && !from_start;
    return {silence.first + (from_start ? 0 : edge), silence.last - (to_end ? 0 : edge)};
}

std::vector<Interval> unreadable_of(const Input& input) {
    std::vector<Interval> all(input.unreadable.begin(), input.unreadable.end());
    for (const beats::Silence& silence : input.silences)
        if (silence.kind == beats::SilenceKind::unreadable)
            all.push_back(between_beats(silence, input.sampling_rate));
    all = normalised(all, input.length);
    std::vector<Interval> left;
    std::size_t next = 0;  // the first silence that ends behind what is in hand
    for (Interval interval : all) {
        while (next < input.silences.size() && input.silences[next].last <= interval.first) ++next;
        for (std::size_t i = next;
             i < input.silences.size() && input.silences[i].first < interval.last; ++i) {
            const beats::Silence& quiet = input.silences[i];
            if (quiet.kind != beats::SilenceKind::quiet) continue;
            if (interval.first < quiet.first) left.push_back({interval.first, quiet.first});
            interval.first = std::max(interval.first, quiet.last);
        }
        if (interval.first < interval.last) left.push_back(interval);
    }
    return left;
}

Series make_series(const Input& input, std::span<const Interval> unreadable) {
    Series series{.rate = input.sampling_rate, .length = input.length};
    series.beats.reserve(input.beats.size());
    std::size_t next = 0;  // the first unreadable stretch that ends after the beat before
    bool broken = false;   // something was set aside since the last usable beat
    for (const Beat& beat : input.beats) {
        while (next < unreadable.size() && unreadable[next].last <= beat.sample) {
            ++next;
            broken = true;
        }
        const bool inside = next < unreadable.size() && unreadable[next].first <= beat.sample;
        if (beat.unusable)
            ++series.unusable;
        else if (inside)
            ++series.in_unreadable;
        if (beat.unusable || inside) {
            broken = true;
            continue;
        }
        if (!series.beats.empty()) series.joined.push_back(broken ? 0 : 1);
        series.beats.push_back(beat);
        if (!input.classified) series.beats.back().type = AamiClass::N;
        broken = false;
    }
    return series;
}

}  // namespace telltale::rhythm
