#include "formats/utf16_text.hpp"

#include <algorithm>

#include "formats/encoding.hpp"
#include "formats/text.hpp"

namespace telltale::formats {
namespace {

// Of the first letters nearly all are ASCII, so every other byte is zero.
bool has_zeros_at(std::span<const std::byte> bytes, std::size_t odd) {
    const std::size_t size = std::min<std::size_t>(bytes.size() & ~std::size_t{1}, 512);
    if (size < 16) return false;
    std::size_t plain = 0;
    for (std::size_t i = 0; i < size; i += 2) {
        const auto letter = std::to_integer<unsigned>(bytes[i + 1 - odd]);
        const bool zero = bytes[i + odd] == std::byte{0};
        if (zero && letter == 0) return false;
        plain += zero && (letter >= 32 || is_blank(static_cast<char>(letter))) ? 1 : 0;
    }
    return 10 * plain >= 9 * (size / 2);
}

}  // namespace

std::optional<std::string> from_utf16_text(const NamedBytes& file) {
    const auto start = file.bytes.first(std::min<std::size_t>(file.bytes.size(), 512));
    std::optional<std::string> text = from_utf16(start);
    const bool marked = text.has_value();
    if (!marked && has_zeros_at(start, 1))
        text = from_utf16(start, Utf16::little);
    else if (!marked && has_zeros_at(start, 0))
        text = from_utf16(start, Utf16::big);
    // Samples of other formats may begin with what would be a mark, or be as small as letters: text
    // has lines, and is mostly digits and signs.
    if (!text || lower(extension_of(file.name)) == "dat" || !looks_like_text(*text) ||
        trimmed(*text).starts_with('<') || text->find_first_of("\r\n") == std::string::npos)
        return std::nullopt;
    const auto ascii = std::ranges::count_if(*text, [](char c) { return (c & 0x80) == 0; });
    if (2 * static_cast<std::size_t>(ascii) < text->size()) return std::nullopt;
    if (marked) return from_utf16(file.bytes);
    return from_utf16(file.bytes, has_zeros_at(start, 1) ? Utf16::little : Utf16::big);
}

}  // namespace telltale::formats
