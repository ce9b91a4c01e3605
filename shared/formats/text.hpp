// Small, locale-free tools for reading text that may be wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::formats {

/// The bytes as text, without copying.
[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}
[[nodiscard]] constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Without blanks at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// ASCII letters in lower case.
[[nodiscard]] std::string lower(std::string_view text);

/// Digits of other scripts (Arabic, Persian, Devanagari, full width) as 0 to 9, their decimal sign
/// as a point, the minus sign as '-', blanks that do not break as ' '; marks of direction are left
/// out. Other characters stay.
[[nodiscard]] std::string with_plain_digits(std::string_view text);

/// The next line of `rest` without its end ("\n", "\r\n" or "\r"), taken off its front.
[[nodiscard]] std::string_view next_line(std::string_view& rest);

/// The next word (up to a blank) of `rest`, taken off its front; empty at the end.
[[nodiscard]] std::string_view next_word(std::string_view& rest);

/// Takes a decimal number ("-12.5e3") off the front of `text`; nothing, and nothing taken, where
/// there is none. "nan" and "inf" are not numbers here. Correctly rounded up to 15 digits with a
/// power of ten within 22, else within one unit in the last place; the same on every machine.
[[nodiscard]] std::optional<double> take_number(std::string_view& text, char decimal_point = '.');

/// The whole text as a number, blanks at its ends allowed.
[[nodiscard]] std::optional<double> number(std::string_view text, char decimal_point = '.');

/// Takes a whole number off the front of `text`; nothing if there is none or it overflows.
[[nodiscard]] std::optional<std::int64_t> take_integer(std::string_view& text);

/// The whole text as a whole number, blanks at its ends allowed.
[[nodiscard]] std::optional<std::int64_t> integer(std::string_view text);

/// True if the first few thousand bytes hold no control characters but line ends and tabs.
[[nodiscard]] bool looks_like_text(std::string_view text);

/// Text that came from outside, fit to be quoted in a message: short, on one line, printable.
[[nodiscard]] std::string quoted(std::string_view text);

/// "a/b/100.hea" -> "a/b/" and "100.hea".
[[nodiscard]] std::string_view folder_of(std::string_view path);
[[nodiscard]] std::string_view file_of(std::string_view path);
/// "a/b/100.hea" -> "100" and "hea" (lower case is not applied).
[[nodiscard]] std::string_view stem_of(std::string_view path);
[[nodiscard]] std::string_view extension_of(std::string_view path);

}  // namespace telltale::formats
