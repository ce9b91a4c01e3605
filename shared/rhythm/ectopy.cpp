#include "rhythm/ectopy.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rhythm/heart_rate.hpp"

namespace telltale::rhythm {
namespace {

/// Ectopic beats [first, last) in a row, with no unreadable interval inside.
struct Group {
    std::size_t first, last;
    PatternKind kind = PatternKind::isolated;
    bool taken = false;  ///< Part of a bigeminy or trigeminy.
    [[nodiscard]] std::size_t size() const { return last - first; }
};

std::vector<Group> groups_of(const Series& series, AamiClass type) {
    std::vector<Group> groups;
    for (std::size_t i = 0; i < series.beats.size(); ++i) {
        if (series.type(i) != type) continue;
        const bool joins = i > 0 && series.joined[i - 1] && series.type(i - 1) == type;
        if (joins)
            groups.back().last = i + 1;
        else
            groups.push_back({i, i + 1});
    }
    for (Group& group : groups)
        group.kind = group.size() >= 3   ? PatternKind::run
                     : group.size() == 2 ? PatternKind::couplet
                                         : PatternKind::isolated;
    return groups;
}

/// Readable normal beats in an unbroken row just before beat i, at most `most`.
std::size_t normals_before(const Series& series, std::size_t i, std::size_t most) {
    std::size_t count = 0;
    while (count < most && i > count && series.joined[i - count - 1] &&
           series.type(i - count - 1) == AamiClass::N)
        ++count;
    return count;
}

std::size_t normals_after(const Series& series, std::size_t i, std::size_t most) {
    std::size_t count = 0;
    while (count < most && i + count < series.intervals() && series.joined[i + count] &&
           series.type(i + count + 1) == AamiClass::N)
        ++count;
    return count;
}

/// Finds stretches in which single ectopic beats alternate with exactly `normals` normal ones
/// (1: bigeminy, 2: trigeminy): at least three ectopic ones, over at least six beats; the normal
/// beats at both ends count.
std::vector<Pattern> alternations(const Series& series, std::vector<Group>& groups,
                                  std::size_t normals, PatternKind kind) {
    constexpr std::size_t least_beats = 6, least_ectopic = 3;
    std::vector<Pattern> found;
    const auto single = [](const Group& group) { return group.size() == 1 && !group.taken; };
    const auto follows = [&](const Group& before, const Group& after) {
        return after.first - before.first == normals + 1 &&
               normals_after(series, before.first, normals) == normals &&
               series.joined[after.first - 1];
    };
    for (std::size_t g = 0; g < groups.size();) {
        if (!single(groups[g])) {
            ++g;
            continue;
        }
        std::size_t end = g + 1;
        while (end < groups.size() && single(groups[end]) && follows(groups[end - 1], groups[end]))
            ++end;
        const std::size_t first = groups[g].first, last = groups[end - 1].first;
        const std::size_t beats = last - first + 1 + normals_before(series, first, normals) +
                                  normals_after(series, last, normals);
        if (end - g >= least_ectopic && beats >= least_beats) {
            for (std::size_t k = g; k < end; ++k) groups[k].taken = true;
            found.push_back({kind, series.beats[first].sample, series.beats[last].sample, end - g});
        }
        g = end;
    }
    return found;
}

}  // namespace

Ectopy ectopy(const Series& series, AamiClass type) {
    Ectopy result;
    std::vector<Group> groups = groups_of(series, type);
    const auto bigeminy = alternations(series, groups, 1, PatternKind::bigeminy);
    const auto trigeminy = alternations(series, groups, 2, PatternKind::trigeminy);
    result.patterns.insert(result.patterns.end(), bigeminy.begin(), bigeminy.end());
    result.patterns.insert(result.patterns.end(), trigeminy.begin(), trigeminy.end());
    for (const Pattern& pattern : bigeminy) result.bigeminy_beats += pattern.beats;
    for (const Pattern& pattern : trigeminy) result.trigeminy_beats += pattern.beats;
    result.bigeminy = bigeminy.size();
    result.trigeminy = trigeminy.size();
    for (const Group& group : groups) {
        result.total += group.size();
        if (group.taken) continue;
        Pattern pattern{group.kind, series.beats[group.first].sample,
                        series.beats[group.last - 1].sample, group.size()};
        if (group.size() >= 2) pattern.rate_bpm = mean_rate(series, group.first, group.last - 1);
        switch (group.kind) {
            case PatternKind::run:
                ++result.runs;
                result.run_beats += group.size();
                if (!result.longest_run || pattern.beats > result.longest_run->beats)
                    result.longest_run = pattern;
                if (!result.fastest_run || *pattern.rate_bpm > *result.fastest_run->rate_bpm)
                    result.fastest_run = pattern;
                break;
            case PatternKind::couplet: ++result.couplets; break;
            default: ++result.isolated; break;
        }
        result.patterns.push_back(pattern);
    }
    std::ranges::sort(result.patterns, {}, &Pattern::first);
    result.burden_percent =
        100.0 * static_cast<double>(result.total) / static_cast<double>(series.beats.size());
    return result;
}

std::vector<std::int64_t> r_on_t(const Series& series, double qtc_s) {
    std::vector<std::int64_t> found;
    std::array<double, 5> recent{};  // the last normal-to-normal intervals, a ring
    std::size_t seen = 0;
    for (std::size_t i = 0; i < series.intervals(); ++i) {
        if (!series.joined[i]) continue;
        const AamiClass before = series.type(i), beat = series.type(i + 1);
        if (before == AamiClass::N && beat == AamiClass::N)
            recent[seen++ % recent.size()] = series.rr_s(i);
        if (beat != AamiClass::V || before == AamiClass::V || seen == 0) continue;
        std::vector<double> sorted(
            recent.begin(),
            recent.begin() + static_cast<std::ptrdiff_t>(std::min(seen, recent.size())));
        std::ranges::sort(sorted);
        if (series.rr_s(i) <= qtc_s * std::cbrt(quantile(sorted, 0.5)))
            found.push_back(series.beats[i + 1].sample);
    }
    return found;
}

}  // namespace telltale::rhythm
