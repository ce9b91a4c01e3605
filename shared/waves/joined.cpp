#include "waves/joined.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace telltale::waves {
namespace {

std::size_t outliers(std::size_t leads) {
    return leads / 6;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

/// The waves of one kind of one beat.
Wave joined(const std::vector<const Wave*>& waves) {
    std::vector<Edge> onsets, ends;
    std::vector<double> peaks;
    const Wave* highest = waves[0];
    float probability = 0;
    for (const Wave* wave : waves) {
        onsets.push_back(wave->onset);
        ends.push_back(wave->end);
        peaks.push_back(wave->peak_s);
        probability += wave->probability;
        if (std::abs(wave->height_mv) > std::abs(highest->height_mv)) highest = wave;
    }
    std::ranges::sort(onsets, {}, &Edge::at_s);
    std::ranges::sort(ends, {}, &Edge::at_s);
    const std::size_t out = outliers(waves.size());
    Wave result;
    result.onset = onsets[out];
    result.end = ends[ends.size() - 1 - out];
    result.peak_s = median(std::move(peaks));
    result.height_mv = highest->height_mv;
    result.probability = probability / static_cast<float>(waves.size());
    return result;
}

}  // namespace

WaveMarks join(std::span<const WaveMarks> leads) {
    if (leads.size() == 1) return leads[0];
    std::map<std::size_t, std::vector<const BeatWaves*>> beats;
    for (const WaveMarks& lead : leads)
        for (const BeatWaves& beat : lead.beats) beats[beat.beat].push_back(&beat);
    WaveMarks marks;
    for (const auto& [beat, seen] : beats) {
        BeatWaves waves{.beat = beat, .p = {}, .qrs = {}, .t = {}};
        const auto readable = static_cast<std::size_t>(
            std::ranges::count_if(seen, [](const BeatWaves* b) { return b->qrs.has_value(); }));
        for (const WaveKind kind : all_waves) {
            std::vector<const Wave*> found;
            for (const BeatWaves* b : seen)
                if (b->qrs && b->wave(kind)) found.push_back(&*b->wave(kind));
            const std::size_t least = readable < 3 ? 1 : std::max<std::size_t>(2, readable / 3);
            if (found.size() >= least) waves.wave(kind) = joined(found);
        }
        marks.beats.push_back(std::move(waves));
    }
    // P waves that stand alone: where several leads show one at the same time.
    struct Lone {
        const Wave* wave;
        std::size_t lead;
    };
    std::vector<Lone> lone;
    for (std::size_t lead = 0; lead < leads.size(); ++lead)
        for (const Wave& wave : leads[lead].lone_p) lone.push_back({&wave, lead});
    std::ranges::stable_sort(lone, {}, [](const Lone& l) { return l.wave->peak_s; });
    const std::size_t least = leads.size() < 3 ? 1 : std::max<std::size_t>(2, leads.size() / 3);
    for (std::size_t i = 0; i < lone.size();) {
        std::vector<const Wave*> together;
        const double end = lone[i].wave->end.at_s;
        for (; i < lone.size() && lone[i].wave->peak_s <= end; ++i)
            together.push_back(lone[i].wave);
        if (together.size() >= least) marks.lone_p.push_back(joined(together));
    }
    return marks;
}

}  // namespace telltale::waves
