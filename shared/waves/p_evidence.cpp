#include "waves/p_evidence.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "waves/median.hpp"

namespace telltale::waves {
namespace {

constexpr std::size_t reach = 12;  ///< Beats on either side.
constexpr std::size_t fewest = 4;
constexpr double agreement_s = 0.06;
constexpr double early = 0.85;  ///< Of the usual RR interval.

}  // namespace

void drop_stray_p(WaveMarks& marks, std::span<const std::int64_t> r_peaks, double rate) {
    const std::size_t count = marks.beats.size();
    std::vector<std::optional<double>> rr(count), pr(count);
    for (std::size_t i = 0; i < count; ++i) {
        const BeatWaves& beat = marks.beats[i];
        if (beat.beat > 0)
            rr[i] = static_cast<double>(r_peaks[beat.beat] - r_peaks[beat.beat - 1]) / rate;
        if (beat.p && beat.qrs) pr[i] = beat.qrs->onset.at_s - beat.p->onset.at_s;
    }
    std::vector<bool> stays(count, true);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t first = i > reach ? i - reach : 0;
        const std::size_t last = std::min(count, i + reach + 1);
        std::vector<double> intervals, distances;
        for (std::size_t k = first; k < last; ++k)
            if (rr[k]) intervals.push_back(*rr[k]);
        const double usual_rr = intervals.empty() ? 0 : median(intervals);
        const auto on_time = [&](std::size_t k) { return !rr[k] || *rr[k] >= early * usual_rr; };
        std::size_t seen = 0;
        for (std::size_t k = first; k < last; ++k) {
            if (!marks.beats[k].qrs || !on_time(k)) continue;
            ++seen;
            if (pr[k]) distances.push_back(*pr[k]);
        }
        if (seen < fewest) continue;
        std::size_t agree = 0;
        if (!distances.empty()) {
            const double usual = median(distances);
            agree = static_cast<std::size_t>(std::ranges::count_if(
                distances, [&](double d) { return std::abs(d - usual) <= agreement_s; }));
        }
        stays[i] = 2 * agree >= seen;
    }
    for (std::size_t i = 0; i < count; ++i)
        if (!stays[i]) marks.beats[i].p.reset();
    std::erase_if(marks.lone_p, [&](const Wave& wave) {
        // As the beat after it.
        for (std::size_t i = 0; i < count; ++i)
            if (static_cast<double>(r_peaks[marks.beats[i].beat]) / rate > wave.peak_s)
                return !stays[i];
        return count > 0 && !stays.back();
    });
}

}  // namespace telltale::waves
