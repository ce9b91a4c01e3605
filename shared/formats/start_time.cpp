#include "formats/start_time.hpp"

#include <algorithm>

#include "formats/text.hpp"

namespace telltale::formats {

int digits_at(std::string_view text, std::size_t at, std::size_t width) {
    if (at + width > text.size()) return -1;
    int value = 0;
    for (const char c : text.substr(at, width)) {
        if (!is_digit(c)) return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

double seconds_at(std::string_view text, std::size_t at) {
    text.remove_prefix(std::min(at, text.size()));
    if (text.empty() || !is_digit(text.front())) return 0;
    return std::clamp(take_number(text).value_or(0), 0.0, 60.0);
}

namespace {

/// Year to seconds with `gap` characters between any two of them.
std::optional<StartTime> time_with_gaps(std::string_view text, std::size_t gap) {
    return checked({.year = digits_at(text, 0, 4),
                    .month = digits_at(text, 4 + gap, 2),
                    .day = digits_at(text, 6 + 2 * gap, 2),
                    .hour = digits_at(text, 8 + 3 * gap, 2),
                    .minute = digits_at(text, 10 + 4 * gap, 2),
                    .second = seconds_at(text, 12 + 5 * gap)});
}

}  // namespace

std::optional<StartTime> compact_time(std::string_view text) {
    return time_with_gaps(text, 0);
}

std::optional<StartTime> iso_time(std::string_view text) {
    return time_with_gaps(text, 1);
}

std::optional<StartTime> checked(const StartTime& t) {
    const bool possible = t.year >= 0 && t.month >= 1 && t.month <= 12 && t.day >= 1 &&
                          t.day <= 31 && t.hour >= 0 && t.hour <= 23 && t.minute >= 0 &&
                          t.minute <= 59;
    return possible ? std::optional(t) : std::nullopt;
}

}  // namespace telltale::formats
