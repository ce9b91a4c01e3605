#include "formats/csv_rate.hpp"

#include <algorithm>

#include "formats/lead_names.hpp"
#include "formats/text.hpp"

namespace telltale::formats::csv {
namespace {

std::optional<double> credible(std::optional<double> rate) {
    return rate && *rate > 0 && *rate <= 1e6 ? rate : std::nullopt;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

// The number at the start of the text in Hz: "360", "1 khz", "0.5khz".
std::optional<double> rate_at(std::string_view text) {
    // "512,5 Hz": a comma between digits at the only place is a decimal one.
    auto value = take_number(text, text.find(',') < text.find('.') ? ',' : '.');
    if (!value) return std::nullopt;
    if (trimmed(text).starts_with("khz")) *value *= 1000;
    return credible(value);
}

// A number that no letter stands before, at most 24 characters on: not the 1 of "ECG1".
std::optional<double> number_after(std::string_view text) {
    for (std::size_t i = 0; i < text.size() && i < 24; ++i) {
        if (!is_digit(text[i])) continue;
        if (i > 0 && (is_letter(text[i - 1]) || text[i - 1] == '-')) {
            while (i < text.size() && is_digit(text[i])) ++i;
            continue;
        }
        return rate_at(text.substr(i));
    }
    return std::nullopt;
}

// What names the rate of sampling, in several languages; a whole word at its beginning and end.
constexpr std::string_view keys[] = {"sampling_rate",
                                     "sampling rate",
                                     "samplingrate",
                                     "sample_rate",
                                     "sample rate",
                                     "samplerate",
                                     "sampling frequency",
                                     "sampling_frequency",
                                     "samplingfrequency",
                                     "sample frequency",
                                     "sfreq",
                                     "srate",
                                     "fs",
                                     "sr",
                                     "samples per second",
                                     "samples/s",
                                     "abtastrate",
                                     "abtastfrequenz",
                                     "messrate",
                                     "frequence d'echantillonnage",
                                     "frecuencia de muestreo",
                                     "frequenza di campionamento",
                                     "taxa de amostragem",
                                     "\u91C7\u6837\u7387",
                                     "\u91C7\u6837\u9891\u7387",
                                     "\u0447\u0430\u0441\u0442\u043E\u0442\u0430 "
                                     "\u0434\u0438\u0441\u043A\u0440\u0435\u0442\u0438\u0437"
                                     "\u0430\u0446\u0438\u0438"};

// The number before "hz" that ends at `at`, in Hz.
std::optional<double> rate_before(std::string_view text, std::size_t at) {
    std::size_t end = at;
    double scale = 1;
    if (end > 0 && text[end - 1] == 'k') {
        scale = 1000;
        --end;
    }
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '_')) --end;
    std::size_t first = end;
    while (first > 0 && (is_digit(text[first - 1]) || text[first - 1] == '.')) --first;
    if (first == end) return std::nullopt;
    const auto value = number(text.substr(first, end - first));
    return credible(value ? std::optional(*value * scale) : value);
}

bool names_a_filter(std::string_view text) {
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"filt", "pass", "notch", "mains", "band", "cutoff",
                                                "cut-off", "line freq", "netz", "hum"},
        [&](std::string_view word) { return text.contains(word); });
}

// A filter, or a band: "0.5-40 Hz".
bool speaks_of_filter(std::string_view text) {
    return names_a_filter(text) || text.contains('-') || text.contains(" to ");
}

// Where a word of sampling stands; npos where none does.
std::size_t word_of_sampling(std::string_view text) {
    for (const std::string_view word :
         {"sampl", "abtast", "echantillon", "muestreo", "campion", "amostra", "\u91C7\u6837"})
        if (const std::size_t at = text.find(word); at != std::string_view::npos) return at;
    return std::string_view::npos;
}

// "4 msec/sample", "0.5 msec/sample", "Interval= 0.004 s", "sampling interval: 4 ms"
std::optional<double> rate_of_interval(std::string_view text) {
    std::string_view rest;
    if (const std::size_t per = text.find("/sample"); per != std::string_view::npos) {
        rest = text.substr(0, per);
    } else {
        const std::size_t at = text.find("interval");
        const bool sampling =
            text.starts_with("interval") || word_of_sampling(text) != std::string_view::npos;
        if (at == std::string_view::npos || !sampling) return std::nullopt;
        rest = text.substr(at + 8);
    }
    const std::size_t digit = rest.find_first_of("0123456789.");
    if (digit == std::string_view::npos || digit > 20) return std::nullopt;
    rest.remove_prefix(digit);
    const auto value = take_number(rest);
    if (!value || !(*value > 0)) return std::nullopt;
    rest = trimmed(rest);
    const double unit = seconds_per(rest.substr(0, rest.find_first_of(" \t,;)]")));
    return unit > 0 ? credible(1 / (*value * unit)) : std::nullopt;
}

}  // namespace

double seconds_per(std::string_view unit) {
    std::string u = folded(trimmed(unit));
    while (!u.empty() && (u.back() == '.' || u.back() == ')' || u.back() == ']')) u.pop_back();
    const auto is = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::find(names, u) != names.end();
    };
    if (is({"s", "sec", "secs", "second", "seconds", "sekunden"})) return 1;
    if (is({"ms", "msec", "millisecond", "milliseconds", "millis"})) return 1e-3;
    if (is({"us", "usec", "\u00B5s", "\u03BCs", "\u00B5sec", "microsecond", "microseconds",
            "micros"}))
        return 1e-6;
    if (is({"ns", "nsec", "nanosecond", "nanoseconds", "nanos"})) return 1e-9;
    if (is({"min", "mins", "minute", "minutes"})) return 60;
    if (is({"h", "hr", "hrs", "hour", "hours"})) return 3600;
    return 0;
}

std::optional<double> sampling_rate_in(std::string_view line) {
    const std::string text = folded(line);
    for (const std::string_view key : keys) {
        const std::size_t at = text.find(key);
        if (at == std::string::npos) continue;
        if (at > 0 && is_letter(text[at - 1]) && key[0] > 0) continue;
        const std::string_view rest = std::string_view(text).substr(at + key.size());
        if (!rest.empty() && rest[0] >= 'a' && rest[0] <= 'z') continue;
        if (const auto rate = number_after(rest)) return rate;
    }
    if (const auto rate = rate_of_interval(text)) return rate;
    // "360 Hz" alone, or beside a word of sampling: of several the nearest to it.
    std::string_view whole = trimmed(text);
    const bool alone = take_number(whole) && (trimmed(whole) == "hz" || trimmed(whole) == "khz");
    const std::size_t word = alone ? 0 : word_of_sampling(text);
    std::optional<double> nearest;
    std::size_t least = std::string::npos;
    for (std::size_t at = text.find("hz"); word != std::string::npos && at != std::string::npos;
         at = text.find("hz", at + 1)) {
        const auto rate = rate_before(text, at);
        const std::size_t from = std::min(at, word), to = std::max(at, word);
        if (!rate || to - from >= least || names_a_filter(text.substr(from, to - from))) continue;
        least = to - from;
        nearest = rate;
    }
    if (nearest) return nearest;
    // "250 samples/sec", "250 samples per second", "977 points/second"
    for (const std::string_view unit :
         {"samples/s", "samples per s", "points/s", "samples/channel/s"})
        if (const std::size_t at = text.find(unit); at != std::string::npos)
            if (const auto rate = rate_before(text, at)) return rate;
    return std::nullopt;
}

std::optional<double> any_rate_in(std::string_view line) {
    const std::string text = folded(line);
    if (const std::size_t at = text.find("hz"); at != std::string::npos)
        return rate_before(text, at);
    return std::nullopt;
}

void find_rates(const std::vector<std::string_view>& lines, Layout& layout) {
    bool unclear = false;
    for (const std::string_view line : lines) {
        if (!layout.rate) layout.rate = sampling_rate_in(line);
        if (speaks_of_filter(folded(line))) continue;
        const auto any = any_rate_in(line);
        if (!any || *any < 50) continue;
        unclear = unclear || (layout.weak_rate && *layout.weak_rate != *any);
        layout.weak_rate = any;
    }
    if (unclear) layout.weak_rate.reset();
}

}  // namespace telltale::formats::csv
