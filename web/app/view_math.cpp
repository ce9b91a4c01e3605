#include "view_math.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>

#include "recording/clock.hpp"

namespace telltale::window {
namespace {

constexpr double fastest_speed = 200;   // mm/s
constexpr double least_line_gap = 3.2;  // px between minor lines
constexpr double least_major_gap = 9;   // px between major lines

}  // namespace

double Viewport::lowest_speed() const {
    const double seconds = std::max(length / sampling_rate, 1e-3);
    return std::min(25.0, width / seconds / px_per_mm);
}

void Viewport::keep_inside() {
    first = std::clamp(first, 0.0, std::max(0.0, length - visible()));
}

void Viewport::pan(double seconds) {
    first += seconds * sampling_rate;
    keep_inside();
}

void Viewport::zoom(double factor, double x) {
    set_speed(mm_per_s * factor, x);
}

void Viewport::set_speed(double speed, double x) {
    const double anchor = sample_at(x);
    mm_per_s = std::clamp(speed, lowest_speed(), fastest_speed);
    first = anchor - x * samples_per_px();
    keep_inside();
}

void Viewport::reveal(double sample) {
    const double margin = 0.12 * visible();
    if (sample < first + margin || sample > last() - margin) first = sample - visible() / 2;
    keep_inside();
}

Grid time_grid(double px_per_s) {
    constexpr std::array<Grid, 7> choices = {
        {{0.04, 0.2}, {0.2, 1}, {1, 5}, {5, 30}, {60, 300}, {600, 3600}, {3600, 21600}}};
    for (const Grid& grid : choices) {
        if (grid.minor * px_per_s >= least_line_gap) return grid;
        if (grid.major * px_per_s >= least_major_gap) return {0, grid.major};
    }
    return {0, choices.back().major};
}

Grid amplitude_grid(double px_per_mv) {
    constexpr std::array<Grid, 4> choices = {{{0.1, 0.5}, {0.5, 2.5}, {5, 25}, {50, 250}}};
    for (const Grid& grid : choices) {
        if (grid.minor * px_per_mv >= least_line_gap) return grid;
        if (grid.major * px_per_mv >= least_major_gap) return {0, grid.major};
    }
    return {0, choices.back().major};
}

double label_step(double px_per_s, double px) {
    constexpr std::array<double, 15> steps = {0.2, 0.5, 1,   2,   5,    10,   15,   30,
                                              60,  120, 300, 600, 1800, 3600, 14400};
    for (const double step : steps)
        if (step * px_per_s >= px) return step;
    return 43200;
}

std::optional<std::size_t> nearest(std::span<const double> ascending, double x, double reach) {
    const auto after = std::ranges::lower_bound(ascending, x);
    std::optional<std::size_t> best;
    double distance = reach;
    const auto consider = [&](auto it) {
        if (std::abs(*it - x) <= distance) {
            distance = std::abs(*it - x);
            best = static_cast<std::size_t>(it - ascending.begin());
        }
    };
    if (after != ascending.begin()) consider(after - 1);
    if (after != ascending.end()) consider(after);
    return best;
}

std::string clock_time(double seconds, bool tenths) {
    return elapsed(seconds, tenths ? 1 : 0);
}

std::string short_number(double value) {
    // Two digits that say something: 0.0031, not 0.
    int digits = value >= 9.95 ? 1 : 2;
    for (double v = std::abs(value); v > 0 && v < 0.1 && digits < 8; v *= 10) ++digits;
    std::string text = std::format("{:.{}f}", value, digits);
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string grouped(std::size_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ' ');
    return digits;
}

}  // namespace telltale::window
