#include "rhythm/extremes.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <string>
#include <utility>

namespace telltale::rhythm {
namespace {

class Finder {
public:
    explicit Finder(const Summary& summary) : summary_(summary) {}

    void add(std::int64_t first, std::int64_t last, std::string text) {
        found_.push_back(messages::at_place(first, last, summary_.sampling_rate,
                                            Extreme{.text = std::move(text)}));
    }

    void rates() {
        if (const auto& rate = summary_.heart_rate) {
            add(rate->minimum.first, rate->minimum.last,
                std::format("slowest rate, {:.0f} bpm", rate->minimum.bpm));
            add(rate->maximum.first, rate->maximum.last,
                std::format("fastest rate, {:.0f} bpm", rate->maximum.bpm));
        }
        if (const auto& rr = summary_.longest_rr)
            add(rr->first, rr->last, std::format("longest RR interval, {:.2f} s", rr->seconds));
    }

    void runs(const std::optional<Ectopy>& ectopy, const char* what) {
        if (!ectopy) return;
        if (const auto& run = ectopy->longest_run)
            add(run->first, run->last, std::format("longest {} run, {} beats", what, run->beats));
        if (const auto& run = ectopy->fastest_run; run && run->rate_bpm)
            add(run->first, run->last,
                std::format("fastest {} run, {:.0f} bpm", what, *run->rate_bpm));
    }

    void rhythms() {
        if (!summary_.course) return;
        for (const Rhythm rhythm : all_rhythms) {
            if (!is_grave(rhythm)) continue;
            const RhythmEpisode *first = nullptr, *longest = nullptr;
            for (const RhythmEpisode& e : summary_.course->episodes) {
                if (e.rhythm != rhythm) continue;
                if (first == nullptr) first = &e;
                if (longest == nullptr || e.last - e.first > longest->last - longest->first)
                    longest = &e;
            }
            if (first == nullptr) continue;
            const auto told = [&](const RhythmEpisode& e, std::string_view which) {
                add(e.first, e.last,
                    std::format("{}{}, {:.1f} s", which, words(rhythm),
                                static_cast<double>(e.last - e.first) / summary_.sampling_rate));
            };
            if (first == longest) {
                told(*first, "");
            } else {
                told(*first, "first ");
                told(*longest, "longest ");
            }
        }
    }

    std::vector<Extreme> in_order() {
        std::ranges::stable_sort(found_, {}, &Extreme::first);
        const double reach = strip_s / 2 * summary_.sampling_rate;
        std::vector<Extreme> apart;
        for (Extreme& one : found_) {
            if (!apart.empty() && static_cast<double>(one.first - apart.back().first) < reach) {
                apart.back().last = std::max(apart.back().last, one.last);
                apart.back().text += "; " + one.text;
            } else {
                apart.push_back(std::move(one));
            }
        }
        return apart;
    }

private:
    const Summary& summary_;
    std::vector<Extreme> found_;
};

}  // namespace

std::vector<Extreme> extremes_of(const Summary& summary) {
    Finder finder(summary);
    finder.rates();
    finder.runs(summary.ventricular, "ventricular");
    finder.runs(summary.supraventricular, "supraventricular");
    finder.rhythms();
    return finder.in_order();
}

std::vector<Extreme> baselines_of(const Summary& summary, const Series& series) {
    std::vector<Extreme> found;
    if (summary.hours.size() < 2) return found;
    const auto strip = static_cast<std::int64_t>(std::llround(strip_s * series.rate));
    std::size_t hour = 0, start = 0;  // the first beat of the normal ones up to here
    for (std::size_t i = 1; i < series.beats.size() && hour < summary.hours.size(); ++i) {
        const bool usual = series.joined[i - 1] && series.type(i) == AamiClass::N &&
                           series.type(i - 1) == AamiClass::N && !series.beats[i].paced;
        if (!usual || series.beats[start].sample < summary.hours[hour].first) start = i;
        while (hour < summary.hours.size() && series.beats[i].sample >= summary.hours[hour].last)
            ++hour;
        if (hour == summary.hours.size() ||
            series.beats[start].sample < summary.hours[hour].first ||
            series.beats[i].sample - series.beats[start].sample < strip)
            continue;
        const std::int64_t first = series.beats[start].sample, last = first + strip;
        const bool elsewhere = std::ranges::any_of(series.not_sinus, [&](const Interval& other) {
            return other.first < last && first < other.last;
        });
        if (elsewhere) {
            start = i;
            continue;
        }
        found.push_back(messages::at_place(first, last, series.rate,
                                           Extreme{.text = std::format("hour {}", hour + 1)}));
        ++hour;
        start = i;
    }
    return found;
}

}  // namespace telltale::rhythm
