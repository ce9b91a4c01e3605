#include "evaluate/runs.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "evaluate/event_list.hpp"

namespace telltale::evaluate {
namespace {

constexpr int longest_told = 6;  // runs are not told apart beyond this

// What runs are made of.
enum class Mark : std::uint8_t { ectopic, other, episode_begins, episode_ends };

struct Event {
    std::int64_t sample;
    Mark mark;
    bool in_episode;  // before this event
};

struct Run {
    std::int64_t begin, end;  // first and last beat
    int length;
};

std::vector<Event> events(std::span<const Annotation> list, RunKind kind, ClassMap map) {
    std::vector<Event> result;
    bool episode = false;
    const auto add = [&](std::int64_t sample, Mark mark) {
        result.push_back({sample, mark, episode});
        if (mark == Mark::episode_begins) episode = true;
        if (mark == Mark::episode_ends) episode = false;
    };
    for (const Annotation& a : list) {
        if (kind == RunKind::ventricular) {
            if (a.code == Code::fibrillation_on) add(a.sample, Mark::episode_begins);
            if (a.code == Code::fibrillation_off) add(a.sample, Mark::episode_ends);
        } else if (a.code == Code::rhythm) {
            const bool atrial = std::string_view(a.aux).starts_with("(AF");
            if (atrial && !episode) add(a.sample, Mark::episode_begins);
            if (!atrial && episode) add(a.sample, Mark::episode_ends);
        }
        const auto label = label_of(a.code, map);
        if (!label) continue;
        const bool ectopic = kind == RunKind::ventricular
                                 ? *label == Label::V || *label == Label::F
                                 : *label == Label::S || (episode && *label == Label::N);
        add(a.sample, ectopic ? Mark::ectopic : Mark::other);
    }
    return result;
}

std::vector<Run> runs(std::span<const Event> list, RunKind kind, std::int64_t start,
                      std::int64_t end) {
    std::vector<Run> result;
    Run run{0, 0, 0};
    const auto close = [&] {
        if (run.length > 0) result.push_back(run);
        run.length = 0;
    };
    bool first = true;
    for (const Event& e : list) {
        if (e.sample < start || e.sample >= end) continue;
        // An episode that the comparison starts in, or that begins here, is a long run at once.
        if ((first && e.in_episode) || e.mark == Mark::episode_begins) {
            close();
            run = {e.sample, e.sample, longest_told};
        }
        first = false;
        if (e.mark == Mark::episode_begins) continue;
        if (e.mark == Mark::episode_ends) {
            run.end = e.sample;
            close();
        } else if (e.in_episode && kind == RunKind::ventricular) {
            run.end = e.sample;
        } else if (e.mark == Mark::ectopic) {
            if (run.length == 0) run.begin = e.sample;
            run.end = e.sample;
            ++run.length;
        } else {
            close();
        }
    }
    close();
    return result;
}

// The longest run within [from, to].
int longest_run(std::span<const Event> list, std::int64_t from, std::int64_t to) {
    if (from < 0) return longest_told;
    int longest = 0, length = 0;
    auto it = std::ranges::lower_bound(list, from, {}, &Event::sample);
    for (; it != list.end() && it->sample <= to; ++it) {
        if (it->in_episode || it->mark == Mark::episode_begins) return longest_told;
        length = it->mark == Mark::ectopic ? length + 1 : 0;
        longest = std::max(longest, length);
        if (longest >= longest_told) return longest_told;
    }
    // Nothing in the window: an episode may still span it.
    const bool within =
        it != list.end()
            ? it->in_episode
            : !list.empty() && (list.back().mark == Mark::episode_begins ||
                                (list.back().in_episode && list.back().mark != Mark::episode_ends));
    return within ? longest_told : longest;
}

template <class Count>
void count(RunComparison& result, std::span<const Run> list, std::span<const Event> other,
           std::int64_t window, Count tally) {
    for (const Run& run : list) {
        if (run.length < 2) continue;
        const int least = run.length == 2 ? 2 : run.length < longest_told ? 3 : longest_told;
        RunCount& of_length = run.length == 2             ? result.couplets
                              : run.length < longest_told ? result.short_runs
                                                          : result.long_runs;
        tally(of_length, longest_run(other, run.begin - window, run.end + window) >= least);
    }
}

}  // namespace

RunComparison compare_runs(std::span<const Annotation> reference_list,
                           std::span<const Annotation> test_list, RunKind kind,
                           double sampling_rate, std::int64_t length,
                           const ComparisonOptions& options) {
    const auto sorted_reference = in_time_order(reference_list);
    const auto sorted_test = in_time_order(test_list);
    const std::int64_t window = samples_of(options.match_window_s, sampling_rate);
    const std::int64_t start = samples_of(options.start_s, sampling_rate);
    std::int64_t end = length;
    if (end <= 0) end = sorted_reference.empty() ? 0 : sorted_reference.back().sample + 1;

    const auto reference = events(sorted_reference, kind, options.class_map);
    const auto test = events(sorted_test, kind, options.class_map);
    RunComparison result;
    count(result, runs(reference, kind, start, end), test, window,
          [](RunCount& c, bool found) { ++(found ? c.found : c.missed); });
    count(result, runs(test, kind, start, end), reference, window,
          [](RunCount& c, bool found) { ++(found ? c.true_runs : c.false_runs); });
    return result;
}

RunComparison sum(std::span<const RunComparison> records) {
    RunComparison total;
    const auto add = [](RunCount& a, const RunCount& b) {
        a.found += b.found;
        a.missed += b.missed;
        a.true_runs += b.true_runs;
        a.false_runs += b.false_runs;
    };
    for (const RunComparison& record : records) {
        add(total.couplets, record.couplets);
        add(total.short_runs, record.short_runs);
        add(total.long_runs, record.long_runs);
    }
    return total;
}

}  // namespace telltale::evaluate
