// Decompression of DEFLATE (RFC 1951), as zip and gzip hold it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace telltale::formats {

struct Inflated {
    std::vector<std::byte> bytes;
    std::size_t used = 0;  ///< Bytes of the input that the compressed data took.
};

/// Nothing if the data is damaged or would grow beyond `most` bytes.
[[nodiscard]] std::optional<Inflated> inflate(std::span<const std::byte> input, std::size_t most);

}  // namespace telltale::formats
