#include "formats/encoding.hpp"

#include <array>

#include "formats/text.hpp"

namespace telltale::formats {

std::optional<std::vector<std::byte>> from_base64(std::string_view text) {
    static constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static constexpr auto values = [] {
        std::array<std::int8_t, 256> table{};
        table.fill(-1);
        for (std::size_t i = 0; i < letters.size(); ++i)
            table[static_cast<unsigned char>(letters[i])] = static_cast<std::int8_t>(i);
        return table;
    }();
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (is_blank(c)) continue;
        if (c == '=') break;
        const std::int8_t value = values[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<std::byte>(bits >> count & 0xFF));
    }
    return bytes;
}

std::uint32_t crc32(std::span<const std::byte> bytes) {
    static constexpr auto table = [] {
        std::array<std::uint32_t, 256> t{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t value = i;
            for (int k = 0; k < 8; ++k)
                value = (value & 1) ? 0xEDB88320u ^ (value >> 1) : value >> 1;
            t[i] = value;
        }
        return t;
    }();
    std::uint32_t crc = 0xFFFFFFFFu;
    for (const std::byte b : bytes)
        crc = table[(crc ^ std::to_integer<std::uint32_t>(b)) & 0xFF] ^ (crc >> 8);
    return crc ^ 0xFFFFFFFFu;
}

std::uint32_t crc16(std::span<const std::byte> bytes) {
    std::uint32_t crc = 0xFFFF;
    for (const std::byte b : bytes) {
        crc ^= std::to_integer<std::uint32_t>(b) << 8;
        for (int i = 0; i < 8; ++i) crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xFFFF;
    }
    return crc;
}

std::optional<std::string> from_utf16(std::span<const std::byte> bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const bool little = bytes[0] == std::byte{0xFF} && bytes[1] == std::byte{0xFE};
    const bool big = bytes[0] == std::byte{0xFE} && bytes[1] == std::byte{0xFF};
    if (!little && !big) return std::nullopt;
    return from_utf16(bytes.subspan(2), little ? Utf16::little : Utf16::big);
}

std::string from_utf16(std::span<const std::byte> bytes, Utf16 order) {
    std::string text;
    text.reserve(bytes.size() / 2);
    const auto unit = [&](std::size_t i) {
        const std::uint32_t word = le16(bytes.data() + i);
        return order == Utf16::little ? word : (word >> 8 | (word & 0xFF) << 8);
    };
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        std::uint32_t code = unit(i);
        if (code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size()) {
            const std::uint32_t low = unit(i + 2);
            if (low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        append_utf8(text, code);
    }
    return text;
}

}  // namespace telltale::formats
