#include "evaluate/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "evaluate/event_list.hpp"

namespace telltale::evaluate {

namespace {

// Beyond every beat, and far enough from overflow that differences can be taken.
constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max() / 4;

// One list as the pairing walks along it.
class Walk {
public:
    Walk(std::span<const Annotation> list, ClassMap map, std::int64_t margin, std::int64_t start)
        : events_(event_list(list, map, margin)) {
        while (time() < start) ++next_;
    }
    [[nodiscard]] std::int64_t time(std::size_t ahead = 0) const {
        const std::size_t i = next_ + ahead;
        return i < events_.beats.size() ? std::clamp(events_.beats[i].sample, -far, far) : far;
    }
    [[nodiscard]] const ListedBeat* beat() const {
        return next_ < events_.beats.size() ? &events_.beats[next_] : nullptr;
    }
    void advance() { ++next_; }
    /// What stands in this list opposite a beat of the other that has no partner.
    [[nodiscard]] Label absent(std::int64_t sample) const {
        return events_.is_shut_down(sample) ? Label::X : Label::O;
    }

private:
    EventList events_;
    std::size_t next_ = 0;
};

// Whether the earlier of two beats, `early` of one list, is the partner of `late`, the next beat
// of the other: near enough, and either nearer than the one after it in its own list
// (`early_next`), or that one has a better partner of its own (`late_next`).
bool partners(std::int64_t early, std::int64_t early_next, std::int64_t late,
              std::int64_t late_next, std::int64_t window) {
    if (late - early > window) return false;
    const std::int64_t rival = std::abs(late - early_next);
    return late - early < rival || std::abs(late_next - early_next) < rival;
}

void add_mean(std::optional<double>& mean, std::span<const Comparison> records, auto measure) {
    double total = 0;
    int count = 0;
    for (const Comparison& record : records) {
        const std::optional<double> value = measure(figures(record));
        if (!value) continue;
        total += *value;
        ++count;
    }
    if (count > 0) mean = total / count;
}

}  // namespace

std::int64_t Comparison::true_positives() const {
    std::int64_t count = 0;
    for (std::size_t r = 0; r < 5; ++r)
        for (std::size_t t = 0; t < 5; ++t) count += matrix[r][t];
    return count;
}

std::int64_t Comparison::false_negatives() const {
    std::int64_t count = 0;
    for (std::size_t r = 0; r < 5; ++r) count += matrix[r][5] + matrix[r][6];
    return count;
}

std::int64_t Comparison::false_positives() const {
    std::int64_t count = 0;
    for (std::size_t t = 0; t < 5; ++t) count += matrix[5][t] + matrix[6][t];
    return count;
}

Comparison compare(std::span<const Annotation> reference_list,
                   std::span<const Annotation> test_list, double sampling_rate, std::int64_t length,
                   const ComparisonOptions& options) {
    Comparison result;
    const auto sorted_reference = in_time_order(reference_list);
    const auto sorted_test = in_time_order(test_list);
    const std::int64_t window = samples_of(options.match_window_s, sampling_rate);
    const std::int64_t start = samples_of(options.start_s, sampling_rate);
    std::int64_t end = length;
    if (end <= 0) end = sorted_reference.empty() ? 0 : sorted_reference.back().sample + 1;

    const double rate = sampling_rate > 0 ? sampling_rate : 1;
    Walk reference(sorted_reference, options.class_map, window, start);
    Walk test(sorted_test, options.class_map, window, start);

    const auto count = [&](Label r, Label t, std::int64_t sample) {
        ++result.matrix[static_cast<std::size_t>(r)][static_cast<std::size_t>(t)];
        if (r != t) result.mismatches.push_back({.sample = sample, .reference = r, .test = t});
        // The interval error counts at every step, also where a beat has no partner.
        if (reference.beat() && test.beat() && reference.beat()->rr && test.beat()->rr) {
            const double error =
                static_cast<double>(*reference.beat()->rr - *test.beat()->rr) / rate;
            result.rr_squared_error_s2 += error * error;
            ++result.rr_intervals;
        }
    };

    while (reference.time() < end || test.time() < end) {
        const std::int64_t r = reference.time(), r_next = reference.time(1);
        const std::int64_t t = test.time(), t_next = test.time(1);
        const bool test_first = t < r;
        const bool pair = test_first ? partners(t, t_next, r, r_next, window)
                                     : partners(r, r_next, t, t_next, window);
        if (pair) {
            count(reference.beat()->label, test.beat()->label, r);
            reference.advance();
            test.advance();
        } else if (test_first) {
            count(reference.absent(t), test.beat()->label, t);
            test.advance();
        } else {
            count(reference.beat()->label, test.absent(r), r);
            reference.advance();
        }
    }
    return result;
}

Figures figures(const Comparison& c) {
    using enum Label;
    Figures f;
    const std::int64_t tp = c.true_positives();
    f.qrs_sensitivity = {tp, tp + c.false_negatives()};
    f.qrs_predictivity = {tp, tp + c.false_positives()};

    const auto row = [&](Label r) {
        std::int64_t total = 0;
        for (const Label t : {N, S, V, F, Q, O, X}) total += c.at(r, t);
        return total;
    };
    // True negatives: pairs, and extra beats, in which neither list says `l`.
    const auto negatives = [&](Label l) {
        std::int64_t total = 0;
        for (const Label r : {N, S, V, F, Q, O, X})
            for (const Label t : {N, S, V, F, Q})
                if (r != l && t != l) total += c.at(r, t);
        return total;
    };
    const std::int64_t v_false = c.at(N, V) + c.at(S, V) + c.at(O, V) + c.at(X, V);
    f.v_sensitivity = {c.at(V, V), row(V)};
    f.v_predictivity = {c.at(V, V), c.at(V, V) + v_false};
    f.v_false_positive_rate = {v_false, v_false + negatives(V)};

    const std::int64_t s_false = c.at(N, S) + c.at(V, S) + c.at(F, S) + c.at(O, S) + c.at(X, S);
    f.s_sensitivity = {c.at(S, S), row(S)};
    f.s_predictivity = {c.at(S, S), c.at(S, S) + s_false};
    f.s_false_positive_rate = {s_false, s_false + negatives(S)};

    if (c.rr_intervals > 0)
        f.rr_rms_error_s = std::sqrt(c.rr_squared_error_s2 / static_cast<double>(c.rr_intervals));
    return f;
}

Comparison sum(std::span<const Comparison> records) {
    Comparison total;
    for (const Comparison& record : records) {
        for (std::size_t r = 0; r < label_count; ++r)
            for (std::size_t t = 0; t < label_count; ++t) total.matrix[r][t] += record.matrix[r][t];
        total.rr_squared_error_s2 += record.rr_squared_error_s2;
        total.rr_intervals += record.rr_intervals;
    }
    return total;
}

Average average(std::span<const Comparison> records) {
    Average a;
    add_mean(a.qrs_sensitivity, records,
             [](const Figures& f) { return f.qrs_sensitivity.value(); });
    add_mean(a.qrs_predictivity, records,
             [](const Figures& f) { return f.qrs_predictivity.value(); });
    add_mean(a.v_sensitivity, records, [](const Figures& f) { return f.v_sensitivity.value(); });
    add_mean(a.v_predictivity, records, [](const Figures& f) { return f.v_predictivity.value(); });
    add_mean(a.v_false_positive_rate, records,
             [](const Figures& f) { return f.v_false_positive_rate.value(); });
    add_mean(a.s_sensitivity, records, [](const Figures& f) { return f.s_sensitivity.value(); });
    add_mean(a.s_predictivity, records, [](const Figures& f) { return f.s_predictivity.value(); });
    add_mean(a.s_false_positive_rate, records,
             [](const Figures& f) { return f.s_false_positive_rate.value(); });
    add_mean(a.rr_rms_error_s, records, [](const Figures& f) { return f.rr_rms_error_s; });
    return a;
}

}  // namespace telltale::evaluate
