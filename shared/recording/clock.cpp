#include "recording/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <format>

namespace telltale {
namespace {

constexpr double seconds_a_day = 86400;

// Cut, not rounded: 59.97 s is still 0:59. A trifle more, so that 0.3 is not 0.2.
std::int64_t steps(double seconds, int decimals) {
    const double scale = std::pow(10.0, decimals);
    return static_cast<std::int64_t>(std::floor(std::max(0.0, seconds) * scale + 1e-6));
}

std::string fraction(std::int64_t part, int decimals) {
    return decimals > 0 ? std::format(".{:0{}}", part, decimals) : std::string();
}

std::int64_t power(int decimals) {
    std::int64_t scale = 1;
    for (int i = 0; i < decimals; ++i) scale *= 10;
    return scale;
}

int number(std::string_view text, std::size_t at, std::size_t digits) {
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
        value = 10 * value + (text[i] - '0');
    }
    return value;
}

}  // namespace

std::string elapsed(double seconds, int decimals) {
    if (!std::isfinite(seconds) || seconds > 1e12) return "–";
    const std::int64_t all = steps(seconds, decimals), scale = power(decimals);
    const std::int64_t whole = all / scale;
    return std::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60) +
           fraction(all % scale, decimals);
}

StartTime later(const StartTime& start, double seconds) {
    using namespace std::chrono;
    StartTime time = start;
    const double all = 3600.0 * start.hour + 60.0 * start.minute + start.second + seconds;
    const double days_on = std::floor(all / seconds_a_day);
    double rest = all - days_on * seconds_a_day;
    time.hour = static_cast<int>(rest / 3600);
    rest -= 3600.0 * time.hour;
    time.minute = static_cast<int>(rest / 60);
    time.second = rest - 60.0 * time.minute;
    const year_month_day day{year(start.year), month(static_cast<unsigned>(start.month)),
                             std::chrono::day(static_cast<unsigned>(start.day))};
    if (start.year <= 0 || !day.ok() || std::abs(days_on) > 1e6) return time;
    const year_month_day then{sys_days(day) + days(static_cast<int>(days_on))};
    time.year = static_cast<int>(then.year());
    time.month = static_cast<int>(static_cast<unsigned>(then.month()));
    time.day = static_cast<int>(static_cast<unsigned>(then.day()));
    return time;
}

std::string time_of_day(const StartTime& time, int decimals) {
    const std::int64_t all = steps(time.second, decimals), scale = power(decimals);
    return std::format("{:02}:{:02}:{:02}", time.hour, time.minute, all / scale) +
           fraction(all % scale, decimals);
}

std::string date(const StartTime& time) {
    if (time.year <= 0) return {};
    return std::format("{:04}-{:02}-{:02}", time.year, time.month, time.day);
}

std::string date_and_time(const StartTime& time, int decimals, char between) {
    const std::string day = date(time);
    return day.empty() ? time_of_day(time, decimals) : day + between + time_of_day(time, decimals);
}

std::optional<StartTime> read_date_and_time(std::string_view text) {
    StartTime time;
    if (text.size() > 10 && text[4] == '-') {
        time.year = number(text, 0, 4);
        time.month = number(text, 5, 2);
        time.day = number(text, 8, 2);
        if (time.year < 0 || time.month < 0 || time.day < 0) return std::nullopt;
        text.remove_prefix(11);
    }
    if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
    time.hour = number(text, 0, 2);
    time.minute = number(text, 3, 2);
    time.second = number(text, 6, 2);
    double digit = 0.1;
    if (text.size() > 8 && text[8] == '.')
        for (std::size_t i = 9; i < text.size(); ++i, digit /= 10) {
            const int value = number(text, i, 1);
            if (value < 0) return std::nullopt;
            time.second += digit * value;
        }
    if (time.hour < 0 || time.minute < 0 || time.second < 0) return std::nullopt;
    return time;
}

std::string place(const std::optional<StartTime>& start, double seconds, int decimals) {
    std::string text = elapsed(seconds, decimals);
    if (start) text += std::format(" ({})", time_of_day(later(*start, seconds), decimals));
    return text;
}

}  // namespace telltale
