#include "formats/wfdb_header.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>
#include <utility>

#include "formats/text.hpp"

namespace telltale::formats::wfdb {
namespace {

constexpr std::int64_t max_signals = 65536;
constexpr std::int64_t max_samples_per_frame = 65536;
constexpr std::int64_t max_length = std::int64_t{1} << 48;
constexpr double max_rate = 1e7;

constexpr int known_formats[] = {0, 8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516, 524};

bool fits_int32(double value) {
    return value >= std::numeric_limits<std::int32_t>::min() &&
           value <= std::numeric_limits<std::int32_t>::max();
}

// Splits the lines that count (no comments, not blank) from the comments.
struct Lines {
    struct Line {
        int number;
        std::string_view text;
    };
    std::vector<Line> lines;
    std::vector<std::string> comments;
};

Lines split(std::string_view text) {
    Lines result;
    for (int number = 1; !text.empty(); ++number) {
        std::string_view line = trimmed(next_line(text));
        if (line.empty()) continue;
        if (line.front() == '#')
            result.comments.emplace_back(trimmed(line.substr(1)));
        else
            result.lines.push_back({number, line});
    }
    return result;
}

std::optional<int> month_of(std::string_view name) {
    constexpr std::string_view months = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (name.size() != 3) return std::nullopt;
    const std::size_t at = months.find(lower(name));
    if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
    return static_cast<int>(at / 3) + 1;
}

// "15:08:24.5", "08:24" (minutes and seconds) or "24".
bool take_time(std::string_view text, StartTime& start) {
    double parts[3];
    int count = 0;
    while (count < 3) {
        const auto value = take_number(text);
        if (!value || *value < 0) return false;
        parts[count++] = *value;
        if (text.empty()) break;
        if (text.front() != ':') return false;
        text.remove_prefix(1);
    }
    if (!text.empty()) return false;
    const double hour = count == 3 ? parts[0] : 0, minute = count >= 2 ? parts[count - 2] : 0;
    if (hour > 24 || minute > 60 || parts[count - 1] > 61) return false;
    start.hour = static_cast<int>(hour);
    start.minute = static_cast<int>(minute);
    start.second = parts[count - 1];
    return true;
}

// "31/12/1999", "31-Dec-1999", or with the year in front: "1999-12-31", "1999/12/31".
bool take_date(std::string_view text, StartTime& start) {
    const std::size_t first = text.find_first_of("/-");
    if (first == std::string_view::npos) return false;
    const std::size_t second = text.find_first_of("/-", first + 1);
    if (second == std::string_view::npos) return false;
    std::string_view front = text.substr(0, first), back = text.substr(second + 1);
    // No day has four digits.
    if (front.size() == 4) std::swap(front, back);
    const auto day = integer(front);
    const std::string_view middle = text.substr(first + 1, second - first - 1);
    std::optional<std::int64_t> month = integer(middle);
    if (!month) month = month_of(middle);
    const auto year = integer(back);
    if (!day || !month || !year || *day < 1 || *day > 31 || *month < 1 || *month > 12 ||
        *year < 0 || *year > 9999)
        return false;
    start.day = static_cast<int>(*day);
    start.month = static_cast<int>(*month);
    start.year = static_cast<int>(*year);
    return true;
}

// "1999-12-31T15:08:24.5", and with it whatever says the zone: a start is the recorder's clock.
bool take_date_and_time(std::string_view text, StartTime& start) {
    constexpr std::size_t date = 10;
    if (text.size() <= date || (text[date] != 'T' && text[date] != 't')) return false;
    std::string_view clock = text.substr(date + 1);
    clock = clock.substr(0, clock.find_first_of("zZ+-"));
    StartTime both;
    if (!take_date(text.substr(0, date), both) || !take_time(clock, both)) return false;
    start = both;
    return true;
}

class Parser {
public:
    explicit Parser(const NamedBytes& file) { header_.file = file.name; }

    Result<Header> parse(std::string_view text) {
        Lines all = split(text);
        header_.comments = std::move(all.comments);
        if (all.lines.empty())
            return fail(header_.file, "",
                        "it holds no record line, expected 'NAME SIGNALS RATE SAMPLES'");
        if (auto done = record_line(all.lines[0]); !done) return std::unexpected(done.error());
        const auto rest = std::span(all.lines).subspan(1);
        if (static_cast<std::int64_t>(rest.size()) < expected_lines_)
            return fail(header_.file, std::format("line {}", all.lines[0].number),
                        std::format("it announces {} {} but {} lines follow", expected_lines_,
                                    multi_segment_ ? "segments" : "signals", rest.size()));
        for (const auto& line : rest.first(static_cast<std::size_t>(expected_lines_))) {
            auto done = multi_segment_ ? segment_line(line) : signal_line(line);
            if (!done) return std::unexpected(done.error());
        }
        return std::move(header_);
    }

private:
    std::unexpected<Error> wrong(const Lines::Line& line, std::string_view what,
                                 std::string_view found, std::string_view expected) const {
        return fail(header_.file, std::format("line {}", line.number),
                    std::format("the {} is {}, expected {}", what, quoted(found), expected));
    }

    Result<void> record_line(const Lines::Line& line) {
        std::string_view rest = line.text;
        std::string_view name = next_word(rest);
        // "NAME/SEGMENTS"; but a name may hold a folder too: "median_beats/00001_medians".
        if (const std::size_t slash = name.find_last_of('/'); slash != std::string_view::npos) {
            const std::string_view tail = name.substr(slash + 1);
            const bool digits = !tail.empty() && std::ranges::all_of(tail, is_digit);
            const auto count = integer(tail);
            const bool padded = tail.size() > 1 && tail.front() == '0';
            if (count && !padded && (!digits || *count < 1 || *count > (1 << 20)))
                return wrong(line, "number of segments", tail, "a number above 0");
            if (digits && !padded) {
                if (!count) return wrong(line, "number of segments", tail, "a number above 0");
                multi_segment_ = true;
                expected_lines_ = *count;
                name = name.substr(0, slash);
            }
        }
        header_.name = file_of(name);

        const std::string_view signals = next_word(rest);
        const auto count = integer(signals);
        if (!count || *count < 0 || *count > max_signals)
            return wrong(line, "number of signals", signals,
                         std::format("a number from 0 to {}", max_signals));
        if (!multi_segment_) expected_lines_ = *count;

        if (std::string_view rate = next_word(rest); !rate.empty()) {
            const std::string_view whole = rate;
            const auto value = take_number(rate);
            // What follows ("/360(0)") gives a counter; it does not change the samples.
            if (!value || !(*value > 0) || !(*value <= max_rate) ||
                (!rate.empty() && rate.front() != '/' && rate.front() != '('))
                return wrong(line, "sampling frequency", whole, "a number of Hz above 0");
            header_.frame_rate = *value;
            header_.frame_rate_given = true;
        }
        if (std::string_view length = next_word(rest); !length.empty()) {
            const auto value = integer(length);
            if (!value || *value < 0 || *value > max_length)
                return wrong(line, "number of samples", length,
                             "a whole number of samples per signal, not negative");
            if (*value > 0) header_.length = *value;
        }
        start_time(rest);
        return {};
    }

    // Base time and date; some writers put the date first.
    void start_time(std::string_view rest) {
        StartTime start;
        bool any = false;
        for (int i = 0; i < 2; ++i) {
            const std::string_view word = next_word(rest);
            if (word.empty()) break;
            if (take_date_and_time(word, start) || take_time(word, start) || take_date(word, start))
                any = true;
            else
                header_.warnings.push_back(
                    std::format("The start time {} was not understood.", quoted(word)));
        }
        if (any) header_.start = start;
    }

    Result<void> segment_line(const Lines::Line& line) {
        std::string_view rest = line.text;
        Segment segment;
        segment.name = next_word(rest);
        const std::string_view length = next_word(rest);
        const auto value = integer(length);
        if (!value || *value < 0 || *value > max_length)
            return wrong(line, "length of the segment", length, "a whole number, not negative");
        segment.length = *value;
        header_.segments.push_back(std::move(segment));
        return {};
    }

    // "212", "16x4:3+24"
    Result<void> signal_format(const Lines::Line& line, std::string_view text, Signal& signal) {
        constexpr std::string_view expected = "a WFDB signal format such as 16, 212 or 16x4:2+24";
        std::string_view rest = text;
        const auto format = take_integer(rest);
        if (!format || std::ranges::find(known_formats, *format) == std::end(known_formats))
            return wrong(line, "signal format", text, expected);
        signal.format = static_cast<int>(*format);
        while (!rest.empty()) {
            const char kind = rest.front();
            rest.remove_prefix(1);
            if (rest.empty() || !is_digit(rest.front()))
                return wrong(line, "signal format", text, expected);
            const auto value = take_integer(rest);
            if (!value || *value > max_length) return wrong(line, "signal format", text, expected);
            if (kind == 'x' && *value >= 1 && *value <= max_samples_per_frame)
                signal.samples_per_frame = static_cast<int>(*value);
            else if (kind == ':')
                signal.skew = *value;
            else if (kind == '+')
                signal.offset = *value;
            else
                return wrong(line, "signal format", text, expected);
        }
        return {};
    }

    // "200", "200(1024)/mV"
    Result<void> signal_gain(const Lines::Line& line, std::string_view text, Signal& signal) {
        constexpr std::string_view expected = "a gain such as 200, 200/mV or 200(1024)/mV";
        std::string_view rest = text;
        const auto gain = take_number(rest);
        if (!gain || !std::isfinite(*gain)) return wrong(line, "gain", text, expected);
        signal.gain = *gain;
        if (!rest.empty() && rest.front() == '(') {
            rest.remove_prefix(1);
            const auto baseline = take_number(rest);
            if (!baseline || !fits_int32(*baseline) || rest.empty() || rest.front() != ')')
                return wrong(line, "gain", text, expected);
            signal.baseline = static_cast<std::int32_t>(std::lround(*baseline));
            rest.remove_prefix(1);
        }
        if (!rest.empty() && rest.front() == '/') {
            if (rest.size() > 1) signal.unit = rest.substr(1);
        } else if (!rest.empty()) {
            return wrong(line, "gain", text, expected);
        }
        return {};
    }

    Result<void> signal_line(const Lines::Line& line) {
        Signal signal;
        std::string_view rest = line.text;
        signal.file = next_word(rest);
        if (auto done = signal_format(line, next_word(rest), signal); !done) return done;

        // Each of the rest is optional, and with one missing so are those that follow.
        if (const auto gain = next_word(rest); !gain.empty())
            if (auto done = signal_gain(line, gain, signal); !done) return done;
        std::optional<double> numbers[5];  // resolution, zero, initial value, checksum, block size
        constexpr std::string_view names[5] = {"ADC resolution", "ADC zero", "initial value",
                                               "checksum", "block size"};
        for (int i = 0; i < 5; ++i) {
            const std::string_view word = next_word(rest);
            if (word.empty()) break;
            numbers[i] = number(word);
            if (!numbers[i] || !fits_int32(*numbers[i]))
                return wrong(line, names[i], word, "a whole number");
        }
        const auto whole = [](double v) { return static_cast<std::int32_t>(std::lround(v)); };
        if (numbers[1]) signal.adc_zero = whole(*numbers[1]);
        if (numbers[2]) signal.initial = whole(*numbers[2]);
        if (numbers[3]) signal.checksum = whole(*numbers[3]);
        signal.description = trimmed(rest);
        header_.signals.push_back(std::move(signal));
        return {};
    }

    Header header_;
    bool multi_segment_ = false;
    std::int64_t expected_lines_ = 0;
};

}  // namespace

bool looks_like_header(const NamedBytes& file) {
    const std::string_view text = as_text(file.bytes);
    if (text.size() > (1 << 22) || !looks_like_text(text)) return false;
    if (lower(extension_of(file.name)) == "atr") return false;  // a reader takes it as annotations
    const auto header = parse_header(file);
    return header && header->frame_rate_given &&
           (!header->signals.empty() || !header->segments.empty());
}

bool is_header(const NamedBytes& file) {
    return lower(extension_of(file.name)) == "hea" || looks_like_header(file);
}

Result<Header> parse_header(const NamedBytes& file) {
    if (!looks_like_text(as_text(file.bytes)))
        return fail(file.name, "", "it is not text, expected a WFDB header");
    return Parser(file).parse(as_text(file.bytes));
}

}  // namespace telltale::formats::wfdb
