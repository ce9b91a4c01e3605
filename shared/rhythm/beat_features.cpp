#include "rhythm/beat_features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "beats/log2.hpp"

namespace telltale::rhythm {
namespace {

constexpr double near_s = 5.5, wide_s = 15.5;
constexpr std::size_t most_intervals = 64;  // of a window, those nearest to its middle
constexpr float alike = 0.06F;

/// The run of beats within `reach` of a middle that moves on.
struct Within {
    double reach = 0;
    std::size_t first = 0, last = 0;  // [first, last)

    void move_to(double middle, std::span<const double> places) {
        while (last < places.size() && places[last] <= middle + reach) ++last;
        while (first < last && places[first] < middle - reach) ++first;
    }
};

std::vector<double> places_of(std::span<const beats::Beat> beats, double rate) {
    std::vector<double> places;
    places.reserve(beats.size());
    for (const beats::Beat& beat : beats) places.push_back(static_cast<double>(beat.sample) / rate);
    return places;
}

/// For each beat whether the interval that ends at it is known: no missing stretch lies in it.
std::vector<bool> known_intervals(std::span<const beats::Beat> beats,
                                  std::span<const Interval> missing) {
    std::vector<bool> known(beats.size(), true);
    std::size_t next = 0;  // the first stretch that ends behind the beat before
    for (std::size_t i = 1; i < beats.size(); ++i) {
        while (next < missing.size() && missing[next].last <= beats[i - 1].sample) ++next;
        known[i] = next == missing.size() || missing[next].first >= beats[i].sample;
    }
    return known;
}

/// The figures of some intervals in s; the median, 0 without intervals.
float describe(std::span<const float> rr, double window_s, float* out) {
    constexpr std::size_t count = 19;
    std::fill_n(out, count, 0.0F);
    const std::size_t n = rr.size();
    out[0] = static_cast<float>(static_cast<double>(n) / window_s);
    if (n == 0) return 0;
    std::array<float, most_intervals> sorted{};
    std::ranges::copy(rr, sorted.begin());
    std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(n));
    const float median = std::max(sorted[n / 2], 0.02F);
    const auto share = [](std::size_t part, std::size_t whole) {
        return whole == 0 ? 0.0F : static_cast<float>(part) / static_cast<float>(whole);
    };
    float sum = 0, squares = 0, differences = 0, difference_squares = 0;
    float two_apart = 0, three_apart = 0, lagged = 0;
    std::size_t above_tenth = 0, above_fifth = 0, below = 0, above = 0, turns = 0;
    for (std::size_t i = 0; i < n; ++i) sum += rr[i] / median;
    const float mean = sum / static_cast<float>(n);
    for (std::size_t i = 0; i < n; ++i) {
        const float x = rr[i] / median;
        squares += (x - mean) * (x - mean);
        if (x < 0.88F) ++below;
        if (x > 1.15F) ++above;
        if (i + 1 < n) {
            const float d = rr[i + 1] / median - x;
            differences += std::fabs(d);
            difference_squares += d * d;
            lagged += (x - mean) * (rr[i + 1] / median - mean);
            if (std::fabs(d) > 0.1F) ++above_tenth;
            if (std::fabs(d) > 0.2F) ++above_fifth;
            if (i > 0 && (rr[i] - rr[i - 1]) * (rr[i + 1] - rr[i]) < 0) ++turns;
        }
        if (i + 2 < n) two_apart += std::fabs(rr[i + 2] - rr[i]) / median;
        if (i + 3 < n) three_apart += std::fabs(rr[i + 3] - rr[i]) / median;
    }
    std::size_t pairs = 0, matches = 0, next_pairs = 0, next_matches = 0;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = i + 1; k < n; ++k) {
            const bool here = std::fabs(rr[i] - rr[k]) < alike * median;
            ++pairs;
            matches += here ? 1U : 0U;
            if (k + 1 == n) continue;
            ++next_pairs;
            next_matches += here && std::fabs(rr[i + 1] - rr[k + 1]) < alike * median ? 1U : 0U;
        }
    const auto per = [](float total, std::size_t of) {
        return of == 0 ? 0.0F : std::min(total / static_cast<float>(of), 4.0F);
    };
    out[1] = beats::log2_of(median);
    out[2] = std::sqrt(per(squares, n));
    out[3] = std::sqrt(per(difference_squares, n - 1));
    out[4] = per(differences, n - 1);
    out[5] = share(above_tenth, n - 1);
    out[6] = share(above_fifth, n - 1);
    out[7] = sorted[0] / median;
    out[8] = std::min(sorted[n - 1] / median, 4.0F);
    out[9] = share(below, n);
    out[10] = share(above, n);
    out[11] = n < 3 ? 0.0F : share(turns, n - 2);
    out[12] = n < 3 ? 0.0F : per(two_apart, n - 2);
    out[13] = n < 4 ? 0.0F : per(three_apart, n - 3);
    out[14] = lagged / (squares + 1e-3F);
    out[15] = share(matches, pairs);
    out[16] = share(next_matches, next_pairs);
    out[17] = out[15] > 0 ? out[16] / out[15] : 0.0F;
    out[18] = std::min((sorted[(3 * n) / 4] - sorted[n / 4]) / median, 4.0F);
    return median;
}

// The beat's shape: values of 20 ms from 17 of them before the beat on.
constexpr std::size_t shape_points = 40, points_before = 17;
constexpr std::size_t p_first = 4, p_last = 13, qrs_last = 22, t_first = 23;
using Shape = std::array<float, shape_points>;

float power(const Shape& shape, std::size_t from, std::size_t to) {
    float sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += shape[i] * shape[i];
    return sum;
}

float correlation(const Shape& a, const Shape& b, std::size_t from, std::size_t to) {
    float sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += a[i] * b[i];
    const float norm = power(a, from, to) * power(b, from, to);
    return norm > 1e-12F ? sum / std::sqrt(norm) : 0.0F;
}

/// What share of the power of some beats' parts is their mean's, less what chance gives it.
float repeated(std::span<const Shape> shapes, std::size_t from, std::size_t to) {
    if (shapes.size() < 2) return 0;
    Shape sum{};
    float each = 0;
    for (const Shape& shape : shapes) {
        for (std::size_t i = from; i < to; ++i) sum[i] += shape[i];
        each += power(shape, from, to);
    }
    const auto n = static_cast<float>(shapes.size());
    const float together = power(sum, from, to) / n;
    return each > 1e-9F ? std::clamp((together - each / n) / (each * (n - 1) / n), -1.0F, 1.0F)
                        : 0.0F;
}

void describe_shapes(std::span<const Shape> shapes, float* out) {
    Shape mean{};
    for (const Shape& shape : shapes)
        for (std::size_t i = 0; i < shape_points; ++i) mean[i] += shape[i];
    float largest = 0;
    for (float& value : mean) {
        value /= static_cast<float>(shapes.size());
        largest = std::max(largest, std::fabs(value));
    }
    for (std::size_t i = 0; i < shape_points; i += 2)
        *out++ = largest > 1e-4F ? 0.5F * (mean[i] + mean[i + 1]) / largest : 0.0F;
    *out++ = repeated(shapes, p_first, p_last);
    *out++ = repeated(shapes, p_last, qrs_last);
    *out++ = repeated(shapes, t_first, shape_points);
    ++out;  // P over the wide window
    const float qrs = power(mean, p_last, qrs_last) + 1e-6F;
    *out++ = std::min(std::sqrt(power(mean, p_first, p_last) / qrs), 4.0F);
    *out++ = std::min(std::sqrt(power(mean, t_first, shape_points) / qrs), 4.0F);
    float height_sum = 0, height_squares = 0;
    std::array<float, 6> alike_to_mean = {1, 0, 0, 1, 0, 0};  // least, mean, share, twice
    for (const Shape& shape : shapes) {
        for (std::size_t part = 0; part < 2; ++part) {
            const float r = correlation(shape, mean, p_last, part == 0 ? qrs_last : 35);
            alike_to_mean[part * 3] = std::min(alike_to_mean[part * 3], r);
            alike_to_mean[part * 3 + 1] += r / static_cast<float>(shapes.size());
            if (r < 0.7F) alike_to_mean[part * 3 + 2] += 1 / static_cast<float>(shapes.size());
        }
        const auto [low, high] =
            std::minmax_element(shape.begin() + p_last, shape.begin() + qrs_last);
        height_sum += *high - *low;
        height_squares += (*high - *low) * (*high - *low);
    }
    for (const float value : alike_to_mean) *out++ = value;
    const auto n = static_cast<float>(shapes.size());
    const float height = height_sum / n;
    const float variance = std::max(height_squares / n - height * height, 0.0F);
    *out++ = height > 1e-4F ? std::min(std::sqrt(variance) / height, 4.0F) : 0.0F;
}

}  // namespace

void interval_features(std::span<const beats::Beat> beats, double rate,
                       std::span<const Interval> missing, std::size_t seconds, std::size_t stride,
                       std::span<float> out) {
    const std::vector<double> places = places_of(beats, rate);
    const std::vector<bool> known = known_intervals(beats, missing);
    std::array<Within, 3> windows = {Within{near_s}, Within{wide_s}, Within{1.5}};
    std::array<float, most_intervals> rr{};
    std::size_t next = 0;  // the first beat after the middle
    for (std::size_t s = 0; s < seconds; ++s) {
        const double middle = static_cast<double>(s) + 0.5;
        float* row = out.data() + s * stride;
        while (next < places.size() && places[next] <= middle) ++next;
        for (Within& window : windows) window.move_to(middle, places);
        float median = 0;
        for (std::size_t w = 0; w < 2; ++w) {
            std::size_t first = windows[w].first, last = windows[w].last;
            if (last - first > most_intervals + 1) {
                // As many on either side as there are.
                first = std::max(first, next > most_intervals / 2 ? next - most_intervals / 2 : 0);
                last = std::min(last, first + most_intervals + 1);
            }
            std::size_t n = 0;
            for (std::size_t i = first; i + 1 < last; ++i)
                if (known[i + 1]) rr[n++] = static_cast<float>(places[i + 1] - places[i]);
            median = describe(std::span(rr).first(n), 2 * windows[w].reach, row);
            row += 19;
        }
        const auto interval = [&](std::size_t ends_at) {  // against the median of 31 s
            if (median <= 0 || ends_at == 0 || ends_at >= places.size() || !known[ends_at])
                return 0.0F;
            return std::min(static_cast<float>(places[ends_at] - places[ends_at - 1]) / median,
                            4.0F);
        };
        *row++ = interval(next);
        *row++ = next > 0 ? interval(next - 1) : 0.0F;
        *row++ = interval(next + 1);
        *row++ = next > 0 ? static_cast<float>(std::min(middle - places[next - 1], 5.0)) : 5.0F;
        *row++ =
            next < places.size() ? static_cast<float>(std::min(places[next] - middle, 5.0)) : 5.0F;
        float confidence = 0;
        for (std::size_t i = windows[0].first; i < windows[0].last; ++i)
            confidence += beats[i].confidence;
        const std::size_t near = windows[0].last - windows[0].first;
        *row++ = near > 0 ? confidence / static_cast<float>(near) : 0.0F;
        *row++ = static_cast<float>(windows[2].last - windows[2].first) / 3;
    }
}

void shape_features(std::span<const beats::Beat> beats, double rate, const NetworkLead& lead,
                    std::size_t stride, std::span<float> out) {
    const std::vector<double> places = places_of(beats, rate);
    std::vector<Shape> shapes(places.size());
    const auto count = static_cast<std::int64_t>(lead.x.size());
    for (std::size_t b = 0; b < places.size(); ++b) {
        const auto begin =
            static_cast<std::int64_t>(places[b] * static_cast<double>(network_rate)) -
            2 * static_cast<std::int64_t>(points_before);
        for (std::size_t i = 0; i < shape_points; ++i) {
            const auto at = begin + 2 * static_cast<std::int64_t>(i);
            if (at >= 0 && at + 1 < count)
                shapes[b][i] = 0.5F * (lead.x[static_cast<std::size_t>(at)] +
                                       lead.x[static_cast<std::size_t>(at + 1)]);
        }
    }
    Within near{near_s}, wide{wide_s};
    for (std::size_t s = 0; s < lead.seconds(); ++s) {
        const double middle = static_cast<double>(s) + 0.5;
        near.move_to(middle, places);
        wide.move_to(middle, places);
        float* row = out.data() + s * stride;
        std::fill_n(row, shape_feature_count, 0.0F);
        if (near.last == near.first) continue;
        describe_shapes(std::span(shapes).subspan(near.first, near.last - near.first), row);
        row[23] = repeated(std::span(shapes).subspan(wide.first, wide.last - wide.first), p_first,
                           p_last);
    }
}

}  // namespace telltale::rhythm
