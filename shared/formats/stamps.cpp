#include "formats/stamps.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "formats/start_time.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr double day_s = 86400;

// Days from 1970-01-01 of the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date
// algorithms").
std::int64_t days_of(int year, int month, int day) {
    const int y = month <= 2 ? year - 1 : year;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t of_era = y - era * 400;
    const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

// A whole number of at most `width` digits off the front; -1 if there is none.
int take_digits(std::string_view& text, std::size_t width) {
    std::size_t n = 0;
    int value = 0;
    while (n < text.size() && n < width && is_digit(text[n]))
        value = value * 10 + (text[n++] - '0');
    text.remove_prefix(n);
    return n == 0 ? -1 : value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

int take_month(std::string_view& text) {
    static constexpr std::string_view names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                                 "jul", "aug", "sep", "oct", "nov", "dec"};
    if (text.size() < 3) return -1;
    const std::string name = lower(text.substr(0, 3));
    const auto found = std::ranges::find(names, name);
    if (found == std::end(names)) return -1;
    while (!text.empty() && ((text.front() | 32) >= 'a' && (text.front() | 32) <= 'z'))
        text.remove_prefix(1);
    return static_cast<int>(found - names) + 1;
}

// Days of a date off the front of the text.
std::optional<std::int64_t> take_date(std::string_view& text) {
    std::string_view rest = text;
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const int first = take_digits(rest, 4);
    if (first < 0 || rest.empty()) return std::nullopt;
    const char sign = rest.front();
    if (!take(rest, "-/.")) return std::nullopt;
    int year, month, day;
    if (digits == 4) {
        year = first;
        month = take_digits(rest, 2);
        if (!take(rest, "-/.")) return std::nullopt;
        day = take_digits(rest, 2);
    } else {
        const bool named = !rest.empty() && !is_digit(rest.front());
        const int second = named ? take_month(rest) : take_digits(rest, 2);
        if (!take(rest, "-/.")) return std::nullopt;
        const std::size_t width = std::min(rest.find_first_not_of("0123456789"), rest.size());
        year = take_digits(rest, 4);
        if (width < 2) return std::nullopt;
        if (year >= 0 && year < 100) year += 2000;
        // With slashes the month usually stands first, unless it cannot.
        const bool month_first = !named && sign == '/' && first <= 12;
        month = month_first ? first : second;
        day = month_first ? second : first;
    }
    if (year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return std::nullopt;
    text = rest;
    return days_of(year, month, day);
}

// Seconds of a time of day off the front; a decimal point or comma, AM and PM.
std::optional<double> take_time(std::string_view& text, bool after_date) {
    const auto part = [&]() -> std::optional<double> {
        if (text.empty() || !is_digit(text.front())) return std::nullopt;
        return take_number(text, text.find(',') < text.find('.') ? ',' : '.');
    };
    double parts[4] = {};
    int count = 0;
    for (; count < 4; ++count) {
        if (count > 0 && !take(text, ":")) break;
        const auto value = part();
        if (!value) return std::nullopt;
        parts[count] = *value;
    }
    if (count < 2) return std::nullopt;
    text = trimmed(text);
    const std::string half = lower(text.substr(0, 2));
    const bool noon = half == "am" || half == "pm";
    if (noon) text.remove_prefix(2);
    // Two parts are minutes and seconds, beside a date or AM and PM hours and minutes.
    if (count == 2 && !after_date && !noon) return parts[0] * 60 + parts[1];
    if (noon) parts[0] = std::fmod(parts[0], 12) + (half == "pm" ? 12 : 0);
    if (count == 4) parts[2] += parts[3] / 1000;
    return parts[0] * 3600 + parts[1] * 60 + parts[2];
}

}  // namespace

std::optional<Stamp> stamp_of(std::string_view cell) {
    std::string_view text = trimmed(cell);
    if (text.size() < 4 || text.size() > 48) return std::nullopt;
    Stamp stamp;
    if (const auto days = take_date(text)) {
        stamp.has_date = true;
        stamp.seconds = static_cast<double>(*days) * day_s;
        text = trimmed(text);
        if (!text.empty() && (text.front() == 'T' || text.front() == ',')) text.remove_prefix(1);
        text = trimmed(text);
        if (text.empty()) return stamp;
    }
    const auto time = take_time(text, stamp.has_date);
    if (!time) return std::nullopt;
    // Digits without end are no hour.
    constexpr double most_s = 1e12;  // thirty thousand years
    if (!(std::abs(*time) < most_s)) return std::nullopt;
    stamp.has_time = true;
    stamp.seconds += *time;
    // What may follow is a zone: "Z", "+01:00", " -0700", " UTC".
    text = trimmed(text);
    const std::string zone = lower(text);
    if (!zone.empty() && zone != "z" && zone != "utc" && zone != "gmt" &&
        zone.find_first_not_of("+-0123456789:") != std::string::npos)
        return std::nullopt;
    return stamp;
}

std::optional<StartTime> start_of(const Stamp& stamp) {
    if (!stamp.has_date || !stamp.has_time) return std::nullopt;
    // The inverse of days_of().
    const auto days = static_cast<std::int64_t>(std::floor(stamp.seconds / day_s));
    const double rest = stamp.seconds - static_cast<double>(days) * day_s;
    const std::int64_t z = days + 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const std::int64_t of_era = z - era * 146097;
    const std::int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    const std::int64_t shifted = (5 * of_year + 2) / 153;
    StartTime start;
    start.day = static_cast<int>(of_year - (153 * shifted + 2) / 5 + 1);
    start.month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    start.year = static_cast<int>(years + era * 400 + (start.month <= 2 ? 1 : 0));
    start.hour = static_cast<int>(rest / 3600);
    start.minute = static_cast<int>(std::fmod(rest, 3600) / 60);
    start.second = std::fmod(rest, 60);
    return checked(start);
}

}  // namespace telltale::formats
