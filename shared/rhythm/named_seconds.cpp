#include "rhythm/named_seconds.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <span>
#include <utility>

namespace telltale::rhythm {
namespace {

/// Mean of a signal over a window centred on each value, which ends with the signal.
std::vector<double> smoothed(const std::vector<double>& x, double window) {
    const auto reach = static_cast<std::int64_t>(window / 2);
    const auto n = static_cast<std::int64_t>(x.size());
    std::vector<double> sums(x.size() + 1), result(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) sums[i + 1] = sums[i] + x[i];
    for (std::int64_t i = 0; i < n; ++i) {
        const auto from = static_cast<std::size_t>(std::max<std::int64_t>(i - reach, 0));
        const auto to = static_cast<std::size_t>(std::min(i + reach + 1, n));
        result[static_cast<std::size_t>(i)] =
            (sums[to] - sums[from]) / static_cast<double>(to - from);
    }
    return result;
}

/// Stretches of seconds [first, last) by a rule.
std::vector<std::pair<std::size_t, std::size_t>> stretches(const std::vector<double>& x,
                                                           const EpisodeRule& rule) {
    const std::vector<double> mean = smoothed(x, rule.mean_s);
    const double shortest = std::min(rule.shortest_s, static_cast<double>(x.size()) / 1.5);
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (std::size_t i = 0; i < mean.size();) {
        if (mean[i] < rule.close) {
            ++i;
            continue;
        }
        std::size_t end = i;
        bool opened = false;
        for (; end < mean.size() && mean[end] >= rule.close; ++end)
            opened = opened || mean[end] >= rule.open;
        if (opened && static_cast<double>(end - i) >= shortest) found.emplace_back(i, end);
        i = end;
    }
    return found;
}

std::optional<std::size_t> column_of(const RhythmAnswers& answers, Rhythm rhythm) {
    const auto found = std::ranges::find(answers.rhythms, name(rhythm));
    if (found == answers.rhythms.end()) return std::nullopt;
    return static_cast<std::size_t>(found - answers.rhythms.begin());
}

/// The rhythms' probabilities of all seconds together; zeros where the model knows none of them.
std::vector<double> sum_of(const RhythmAnswers& answers, std::initializer_list<Rhythm> rhythms) {
    std::vector<double> x(answers.length());
    for (const Rhythm rhythm : rhythms)
        if (const auto column = column_of(answers, rhythm))
            for (std::size_t s = 0; s < x.size(); ++s)
                x[s] += static_cast<double>(answers.seconds[s * answers.rhythms.size() + *column]);
    return x;
}

/// Names every second: what is graver is named last and stays.
std::vector<Rhythm> by_rules(const RhythmAnswers& answers, const EpisodeRules& rules) {
    using enum Rhythm;
    std::vector<Rhythm> labels(answers.length(), other);
    const auto mark = [&](const std::vector<double>& x, const EpisodeRule& rule,
                          const auto& rhythm_of) {
        for (const auto& [first, last] : stretches(x, rule))
            for (std::size_t s = first; s < last; ++s) labels[s] = rhythm_of(s);
    };
    const auto one = [&](Rhythm rhythm, const EpisodeRule& rule) {
        mark(sum_of(answers, {rhythm}), rule, [rhythm](std::size_t) { return rhythm; });
    };
    // Two rhythms that are found together: the second where it is the likelier one around.
    const auto either = [&](Rhythm first, Rhythm second, const EpisodeRule& rule, double apart_s) {
        const auto first_mean = smoothed(sum_of(answers, {first}), apart_s);
        const auto second_mean = smoothed(sum_of(answers, {second}), apart_s);
        mark(sum_of(answers, {first, second}), rule,
             [&](std::size_t s) { return second_mean[s] > first_mean[s] ? second : first; });
    };
    one(sinus, rules.sinus);
    one(paced, rules.paced);
    one(supraventricular_tachycardia, rules.supraventricular);
    either(atrial_fibrillation, atrial_flutter, rules.fibrillation, 31);
    one(noise, rules.noise);
    one(asystole, rules.asystole);
    either(ventricular_tachycardia, ventricular_fibrillation, rules.ventricular, rules.apart_s);
    return labels;
}

}  // namespace

std::int64_t sample_of_second(const RhythmAnswers& answers, std::size_t second, double rate,
                              std::int64_t length) {
    if (second >= answers.length()) return length;
    return std::min(length,
                    static_cast<std::int64_t>(std::llround(static_cast<double>(second) * rate)));
}

std::vector<Rhythm> name_seconds(const RhythmAnswers& answers, double rate, std::int64_t length,
                                 const EpisodeRules& rules) {
    std::vector<Rhythm> labels = by_rules(answers, rules);
    // A few seconds between two episodes that no rule has given to either, as where a long mean
    // ends, go to the one whose rhythm is the more probable there.
    constexpr std::size_t longest = 5;
    for (std::size_t s = 0; s < labels.size();) {
        std::size_t end = s;
        while (end < labels.size() && labels[end] == labels[s]) ++end;
        if (labels[s] == Rhythm::other && end - s <= longest && s > 0 && end < labels.size()) {
            const Rhythm before = labels[s - 1], after = labels[end];
            const std::int64_t first = sample_of_second(answers, s, rate, length);
            const std::int64_t last = sample_of_second(answers, end, rate, length);
            const bool to_before = mean_probability(answers, before, rate, first, last) >=
                                   mean_probability(answers, after, rate, first, last);
            std::fill(labels.begin() + static_cast<std::ptrdiff_t>(s),
                      labels.begin() + static_cast<std::ptrdiff_t>(end),
                      to_before ? before : after);
        }
        s = end;
    }
    return labels;
}

double mean_probability(const RhythmAnswers& answers, Rhythm rhythm, double rate,
                        std::int64_t first, std::int64_t last) {
    using enum Rhythm;
    const std::size_t seconds = answers.length(), count = answers.rhythms.size();
    if (seconds == 0) return 0;
    const auto begin =
        std::min(seconds - 1, static_cast<std::size_t>(static_cast<double>(first) / rate));
    const auto end = std::clamp(
        static_cast<std::size_t>(std::ceil(static_cast<double>(last) / rate)), begin + 1, seconds);
    const auto row = [&](std::size_t s) {
        return std::span(answers.seconds).subspan(s * count, count);
    };
    double total = 0;
    if (rhythm == other) {
        for (std::size_t s = begin; s < end; ++s) total += 1 - std::ranges::max(row(s));
    } else {
        const bool ventricular =
            rhythm == ventricular_tachycardia || rhythm == ventricular_fibrillation;
        const bool atrial = rhythm == atrial_fibrillation || rhythm == atrial_flutter;
        const auto a = column_of(answers, ventricular ? ventricular_tachycardia
                                          : atrial    ? atrial_fibrillation
                                                      : rhythm);
        const auto b = ventricular ? column_of(answers, ventricular_fibrillation)
                       : atrial    ? column_of(answers, atrial_flutter)
                                   : std::nullopt;
        for (std::size_t s = begin; s < end; ++s)
            total += (a ? static_cast<double>(row(s)[*a]) : 0.0) +
                     (b ? static_cast<double>(row(s)[*b]) : 0.0);
    }
    return total / static_cast<double>(end - begin);
}

}  // namespace telltale::rhythm
