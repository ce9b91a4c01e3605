// The Huffman codes of SCP-ECG: its default table, and tables that a file brings along.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace telltale::formats::scp {

/// One code: its first bits tell it, the rest of its bits (if any) are the value.
struct Code {
    int prefix_bits = 0;
    int bits = 0;          ///< Of the whole code.
    bool is_value = true;  ///< Else it switches to table `base`, counted from 1.
    std::int32_t base = 0;
    std::uint32_t prefix = 0;  ///< The first bit sent is the lowest.
};
using Table = std::vector<Code>;

[[nodiscard]] Table default_table();

/// The tables of section 2; the default one if the section says so. Nothing if it is damaged.
[[nodiscard]] std::optional<std::vector<Table>> tables_of(std::span<const std::byte> section);

/// At most `most` values; fewer if the bits end or make no code.
[[nodiscard]] std::vector<std::int32_t> decode(std::span<const std::byte> bytes,
                                               std::span<const Table> tables, std::size_t most);

}  // namespace telltale::formats::scp
