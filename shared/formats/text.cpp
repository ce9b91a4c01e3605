#include "formats/text.hpp"

#include <algorithm>
#include <charconv>

#include "recording/clean_text.hpp"

namespace telltale::formats {
namespace {

// Powers of ten that a double holds exactly.
constexpr double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

double scaled(double value, int exponent) {
    if (value == 0) return value;
    exponent = std::clamp(exponent, -400, 400);
    for (; exponent > 22; exponent -= 22) value *= 1e22;
    for (; exponent < -22; exponent += 22) value /= 1e22;
    return exponent < 0 ? value / exact_powers[-exponent] : value * exact_powers[exponent];
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string with_plain_digits(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::uint32_t c = next_code_point(text);
        std::uint32_t plain = c;
        for (const std::uint32_t zero : {0x660u, 0x6F0u, 0x966u, 0xFF10u})
            if (c >= zero && c < zero + 10) plain = '0' + (c - zero);
        if (c == 0x66B) plain = '.';
        if (c == 0x2212) plain = '-';
        if (c == 0xA0 || c == 0x202F || c == 0x2009 || c == 0x2007) plain = ' ';
        if (c == 0x200E || c == 0x200F || c == 0x61C || c == 0xFEFF || c == 0x66C) continue;
        append_utf8(result, plain);
    }
    return result;
}

std::string_view next_line(std::string_view& rest) {
    const std::size_t end = rest.find_first_of("\r\n");
    const std::string_view line = rest.substr(0, end);
    if (end == std::string_view::npos) {
        rest = {};
    } else {
        const bool two = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
        rest.remove_prefix(end + (two ? 2 : 1));
    }
    return line;
}

std::string_view next_word(std::string_view& rest) {
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    std::size_t end = 0;
    while (end < rest.size() && !is_blank(rest[end])) ++end;
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
}

std::optional<double> take_number(std::string_view& text, char decimal_point) {
    const char* p = text.data();
    const char* const end = p + text.size();
    const bool negative = p != end && *p == '-';
    if (p != end && (*p == '-' || *p == '+')) ++p;

    std::uint64_t digits = 0;
    int exponent = 0;
    int kept = 0;  // significant digits held in `digits`; 19 fit
    bool any = false;
    const auto take_digit = [&](char c, int step_if_kept, int step_if_dropped) {
        any = true;
        if (kept < 19) {
            digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
            if (digits != 0) ++kept;
            exponent += step_if_kept;
        } else {
            exponent += step_if_dropped;
        }
        if (exponent > 100000) exponent = 100000;
        if (exponent < -100000) exponent = -100000;
    };
    for (; p != end && is_digit(*p); ++p) take_digit(*p, 0, 1);
    if (p != end && *p == decimal_point) {
        const char* const point = p++;
        const bool digits_follow = p != end && is_digit(*p);
        if (!any && !digits_follow) return std::nullopt;
        if (!digits_follow && decimal_point != '.') p = point;  // "12, " is 12 and a separator
        for (; p != end && is_digit(*p); ++p) take_digit(*p, -1, 0);
    }
    if (!any) return std::nullopt;
    if (p != end && (*p == 'e' || *p == 'E')) {
        const char* q = p + 1;
        const bool down = q != end && *q == '-';
        if (q != end && (*q == '-' || *q == '+')) ++q;
        if (q != end && is_digit(*q)) {
            int power = 0;
            for (; q != end && is_digit(*q); ++q)
                if (power < 100000) power = power * 10 + (*q - '0');
            exponent += down ? -power : power;
            p = q;
        }
    }
    text.remove_prefix(static_cast<std::size_t>(p - text.data()));
    const double value = scaled(static_cast<double>(digits), exponent);
    return negative ? -value : value;
}

std::optional<double> number(std::string_view text, char decimal_point) {
    text = trimmed(text);
    const auto value = take_number(text, decimal_point);
    return text.empty() ? value : std::nullopt;
}

std::optional<std::int64_t> take_integer(std::string_view& text) {
    std::int64_t value = 0;
    const char* first = text.data();
    const char* const last = first + text.size();
    if (first != last && *first == '+') ++first;
    const auto [end, error] = std::from_chars(first, last, value);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

std::optional<std::int64_t> integer(std::string_view text) {
    text = trimmed(text);
    const auto value = take_integer(text);
    return text.empty() ? value : std::nullopt;
}

bool looks_like_text(std::string_view text) {
    text = text.substr(0, 4096);
    return std::ranges::none_of(text, [](char c) {
        return (static_cast<unsigned char>(c) < 32 && !is_blank(c)) || c == 127;
    });
}

std::string quoted(std::string_view text) {
    constexpr std::size_t limit = 40;
    std::string result = "'" + clean_text(text.substr(0, limit));
    // A character may have been cut.
    if (text.size() > limit) {
        if (result.ends_with("\uFFFD")) result.resize(result.size() - 3);
        result += "...";
    }
    return result + "'";
}

std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash + 1);
}

std::string_view file_of(std::string_view path) {
    return path.substr(folder_of(path).size());
}

std::string_view stem_of(std::string_view path) {
    const std::string_view file = file_of(path);
    return file.substr(0, file.find_last_of('.'));
}

std::string_view extension_of(std::string_view path) {
    const std::string_view file = file_of(path);
    const std::size_t dot = file.find_last_of('.');
    return dot == std::string_view::npos ? std::string_view{} : file.substr(dot + 1);
}

}  // namespace telltale::formats
