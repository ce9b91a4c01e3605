// Encodings that several formats use: base64, CRC-32, UTF-16.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recording/clean_text.hpp"

namespace telltale::formats {

/// The bytes that base64 text stands for, blanks ignored; nothing if it holds other characters.
[[nodiscard]] std::optional<std::vector<std::byte>> from_base64(std::string_view text);

/// CRC-32 as zip, gzip and PNG use it (ISO 3309).
[[nodiscard]] std::uint32_t crc32(std::span<const std::byte> bytes);

/// CRC-16 CCITT from 0xFFFF, as ISHNE and SCP-ECG use it.
[[nodiscard]] std::uint32_t crc16(std::span<const std::byte> bytes);

enum class Utf16 { little, big };

/// UTF-16 with a byte order mark as UTF-8; nothing if there is no such mark.
[[nodiscard]] std::optional<std::string> from_utf16(std::span<const std::byte> bytes);

/// UTF-16 of a known order of bytes as UTF-8.
[[nodiscard]] std::string from_utf16(std::span<const std::byte> bytes, Utf16 order);

/// Little-endian numbers at p.
[[nodiscard]] inline std::uint32_t le16(const std::byte* p) {
    return std::to_integer<std::uint32_t>(p[0]) | std::to_integer<std::uint32_t>(p[1]) << 8;
}
[[nodiscard]] inline std::uint32_t le32(const std::byte* p) {
    return le16(p) | le16(p + 2) << 16;
}
[[nodiscard]] inline std::int32_t signed16(std::uint32_t word) {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(word));
}

}  // namespace telltale::formats
