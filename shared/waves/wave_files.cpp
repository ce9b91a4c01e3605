#include "waves/wave_files.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <optional>

#include "waves/intervals.hpp"

namespace telltale::waves {
namespace {

constexpr Code code_of(WaveKind kind) {
    return kind == WaveKind::p ? Code::p_wave : kind == WaveKind::t ? Code::t_wave : Code::normal;
}

std::string seconds(const std::optional<double>& value) {
    return value ? std::format("{:.4f}", *value) : std::string();
}
std::string in_ms(const std::optional<double>& value) {
    return value ? std::format("{:.1f}", 1000 * *value) : std::string();
}

}  // namespace

std::vector<Annotation> annotations(const WaveMarks& joined, double rate) {
    std::vector<Annotation> list;
    const auto add = [&](double at_s, Code code, std::int8_t number) {
        Annotation a;
        a.sample = static_cast<std::int64_t>(std::floor(at_s * rate + 0.5));
        a.code = code;
        a.number = number;
        list.push_back(std::move(a));
    };
    const auto wave = [&](WaveKind kind, const Wave& w) {
        const auto number = static_cast<std::int8_t>(kind);
        add(w.onset.at_s, Code::waveform_on, number);
        add(w.peak_s, code_of(kind), 0);
        add(w.end.at_s, Code::waveform_off, number);
    };
    for (const BeatWaves& beat : joined.beats)
        for (const WaveKind kind : all_waves)
            if (const auto& w = beat.wave(kind)) wave(kind, *w);
    for (const Wave& w : joined.lone_p) wave(WaveKind::p, w);
    std::ranges::stable_sort(list, {}, &Annotation::sample);
    return list;
}

std::string waves_csv(const WaveMarks& joined, std::span<const std::int64_t> r_peaks, double rate) {
    std::string text =
        "r_s,p_onset_s,p_peak_s,p_end_s,qrs_onset_s,qrs_end_s,t_onset_s,t_peak_s,t_end_s,pr_ms,"
        "qrs_ms,qt_ms\n";
    const auto intervals = beat_intervals(joined, r_peaks, rate);
    for (std::size_t i = 0; i < joined.beats.size(); ++i) {
        const BeatWaves& beat = joined.beats[i];
        text += std::format("{:.4f}", static_cast<double>(r_peaks[beat.beat]) / rate);
        for (const WaveKind kind : all_waves) {
            const auto& w = beat.wave(kind);
            const auto point = [&](double at) { return w ? std::optional(at) : std::nullopt; };
            text += ',' + seconds(point(w ? w->onset.at_s : 0));
            if (kind != WaveKind::qrs) text += ',' + seconds(point(w ? w->peak_s : 0));
            text += ',' + seconds(point(w ? w->end.at_s : 0));
        }
        for (const auto& value : {intervals[i].pr_s, intervals[i].qrs_s, intervals[i].qt_s})
            text += ',' + in_ms(value);
        text += '\n';
    }
    return text;
}

}  // namespace telltale::waves
