#include "formats/scp_huffman.hpp"

#include <algorithm>

#include "formats/encoding.hpp"

namespace telltale::formats::scp {
namespace {

constexpr std::uint32_t default_tables = 19999;
constexpr std::size_t code_size = 9;  // bytes in a file

// Bits, the highest of each byte first.
class Bits {
public:
    explicit Bits(std::span<const std::byte> bytes) : bytes_(bytes) {}
    [[nodiscard]] std::size_t left() const { return bytes_.size() * 8 - at_; }
    std::uint32_t next() {
        const auto byte = std::to_integer<std::uint32_t>(bytes_[at_ / 8]);
        const std::uint32_t bit = byte >> (7 - at_ % 8) & 1;
        ++at_;
        return bit;
    }

private:
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
};

}  // namespace

Table default_table() {
    // 0 for 0; k ones, a zero and the sign for +-k up to 8; then values of 8 and of 16 bits.
    Table table = {{1, 1, true, 0, 0}};
    for (int k = 1; k <= 8; ++k) {
        const std::uint32_t ones = (1u << k) - 1;
        table.push_back({k + 2, k + 2, true, k, ones});
        table.push_back({k + 2, k + 2, true, -k, ones | 1u << (k + 1)});
    }
    table.push_back({10, 18, true, 0, 0x1FF});
    table.push_back({10, 26, true, 0, 0x3FF});
    return table;
}

std::optional<std::vector<Table>> tables_of(std::span<const std::byte> section) {
    if (section.size() < 2) return std::nullopt;
    const std::uint32_t count = le16(section.data());
    if (count == default_tables) return std::vector<Table>{default_table()};
    std::vector<Table> tables;
    std::size_t at = 2;
    for (std::uint32_t t = 0; t < count; ++t) {
        if (at + 2 > section.size()) return std::nullopt;
        const std::uint32_t codes = le16(section.data() + at);
        at += 2;
        if (codes * code_size > section.size() - at) return std::nullopt;
        Table table;
        for (std::uint32_t c = 0; c < codes; ++c, at += code_size) {
            const std::byte* p = section.data() + at;
            const Code code{.prefix_bits = std::to_integer<int>(p[0]),
                            .bits = std::to_integer<int>(p[1]),
                            .is_value = p[2] != std::byte{0},
                            .base = signed16(le16(p + 3)),
                            .prefix = le32(p + 5)};
            if (code.prefix_bits < 1 || code.prefix_bits > 31 || code.bits < code.prefix_bits ||
                code.bits - code.prefix_bits > 24)
                return std::nullopt;
            table.push_back(code);
        }
        tables.push_back(std::move(table));
    }
    if (tables.empty()) return std::nullopt;
    return tables;
}

std::vector<std::int32_t> decode(std::span<const std::byte> bytes, std::span<const Table> tables,
                                 std::size_t most) {
    std::vector<std::int32_t> values;
    Bits bits(bytes);
    const Table* table = &tables[0];
    while (values.size() < most) {
        std::uint32_t prefix = 0;
        const Code* found = nullptr;
        for (int length = 1; length <= 31 && bits.left() > 0 && !found; ++length) {
            prefix |= bits.next() << (length - 1);
            for (const Code& code : *table)
                if (code.prefix_bits == length && code.prefix == prefix) {
                    found = &code;
                    break;
                }
        }
        if (!found) break;
        const int extra = found->bits - found->prefix_bits;
        if (bits.left() < static_cast<std::size_t>(extra)) break;
        std::uint32_t value = 0;
        for (int i = 0; i < extra; ++i) value = value << 1 | bits.next();
        if (!found->is_value) {
            if (found->base < 1 || static_cast<std::size_t>(found->base) > tables.size()) break;
            table = &tables[static_cast<std::size_t>(found->base - 1)];
        } else if (extra > 0) {
            // Two's complement.
            const int shift = 32 - extra;
            values.push_back(static_cast<std::int32_t>(value << shift) >> shift);
        } else {
            values.push_back(found->base);
        }
    }
    return values;
}

}  // namespace telltale::formats::scp
