#include "png.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace telltale::desktop {
namespace {

void put32(std::string& out, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(value >> shift & 255);
}

std::uint32_t crc(std::string_view bytes) {
    std::uint32_t c = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        c ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xEDB88320U ^ c >> 1 : c >> 1;
    }
    return c ^ 0xFFFFFFFFU;
}

void chunk(std::string& out, std::string_view type, std::string_view data) {
    put32(out, static_cast<std::uint32_t>(data.size()));
    const std::string body = std::string(type) + std::string(data);
    out += body;
    put32(out, crc(body));
}

}  // namespace

std::string png(std::span<const unsigned char> rgb, std::size_t width, std::size_t height) {
    std::string header;
    put32(header, static_cast<std::uint32_t>(width));
    put32(header, static_cast<std::uint32_t>(height));
    header += std::string_view("\x08\x02\x00\x00\x00", 5);  // 8 bits, RGB

    std::string raw;
    raw.reserve(height * (3 * width + 1));
    for (std::size_t y = 0; y < height; ++y) {
        raw += '\0';  // no filter
        for (const unsigned char byte : rgb.subspan(y * 3 * width, 3 * width))
            raw += static_cast<char>(byte);
    }
    std::string zlib("\x78\x01", 2);
    std::uint32_t a = 1, b = 0;
    for (const char byte : raw) {
        a = (a + static_cast<unsigned char>(byte)) % 65521;
        b = (b + a) % 65521;
    }
    for (std::size_t at = 0; at < raw.size(); at += 65535) {
        const std::size_t size = std::min<std::size_t>(65535, raw.size() - at);
        zlib += at + size == raw.size() ? '\1' : '\0';
        for (const std::size_t v : {size, ~size})
            for (const int shift : {0, 8}) zlib += static_cast<char>(v >> shift & 255);
        zlib.append(raw, at, size);
    }
    put32(zlib, b << 16 | a);

    std::string out("\x89PNG\r\n\x1a\n", 8);
    chunk(out, "IHDR", header);
    chunk(out, "IDAT", zlib);
    chunk(out, "IEND", "");
    return out;
}

}  // namespace telltale::desktop
