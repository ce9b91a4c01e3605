#include "formats/inflate.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

namespace telltale::formats {
namespace {

constexpr int max_bits = 15;

// Bits, the lowest of each byte first.
class Bits {
public:
    explicit Bits(std::span<const std::byte> bytes) : bytes_(bytes) {}

    /// The next bits without taking them; zeros behind the end.
    std::uint32_t peek(int count) {
        while (have_ < count) {
            const std::uint64_t byte =
                at_ < bytes_.size() ? std::to_integer<std::uint64_t>(bytes_[at_]) : 0;
            buffer_ |= byte << have_;
            have_ += 8;
            ++at_;
        }
        return static_cast<std::uint32_t>(buffer_ & ((std::uint64_t{1} << count) - 1));
    }
    void drop(int count) {
        buffer_ >>= count;
        have_ -= count;
    }
    std::uint32_t take(int count) {
        const std::uint32_t value = peek(count);
        drop(count);
        return value;
    }
    /// Bytes taken so far, the last one perhaps in part.
    [[nodiscard]] std::size_t used() const { return at_ - static_cast<std::size_t>(have_ / 8); }
    [[nodiscard]] bool beyond_end() const { return used() > bytes_.size(); }
    void to_byte() { drop(have_ % 8); }

private:
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    std::uint64_t buffer_ = 0;
    int have_ = 0;
};

// A canonical Huffman code as a table of all bit patterns: symbol * 16 + length.
class Huffman {
public:
    bool build(std::span<const std::uint8_t> lengths) {
        table_.fill(0);
        std::array<int, max_bits + 1> count{};
        for (const std::uint8_t length : lengths) ++count[length];
        count[0] = 0;
        std::array<std::uint32_t, max_bits + 2> next{};
        std::uint32_t code = 0;
        for (int bits = 1; bits <= max_bits; ++bits) {
            code = (code + static_cast<std::uint32_t>(count[bits - 1])) << 1;
            next[bits] = code;
            if (code + static_cast<std::uint32_t>(count[bits]) > (1u << bits)) return false;
        }
        for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
            const int length = lengths[symbol];
            if (length == 0) continue;
            std::uint32_t reversed = 0;
            const std::uint32_t own = next[length]++;
            for (int i = 0; i < length; ++i) reversed |= (own >> i & 1) << (length - 1 - i);
            for (std::uint32_t i = reversed; i < table_.size(); i += 1u << length)
                table_[i] = static_cast<std::uint16_t>(symbol << 4 | length);
        }
        return true;
    }
    /// The next symbol; -1 if the bits are none.
    int take(Bits& bits) const {
        const std::uint16_t entry = table_[bits.peek(max_bits)];
        if (entry == 0) return -1;
        bits.drop(entry & 15);
        return entry >> 4;
    }

private:
    std::array<std::uint16_t, 1 << max_bits> table_{};
};

class Inflater {
public:
    Inflater(std::span<const std::byte> input, std::size_t most)
        : input_(input), bits_(input), most_(most) {}

    std::optional<Inflated> run() {
        bool last = false;
        while (!last) {
            last = bits_.take(1) != 0;
            const std::uint32_t kind = bits_.take(2);
            bool good = false;
            if (kind == 0) good = stored();
            if (kind == 1) good = fixed_codes() && coded();
            if (kind == 2) good = own_codes() && coded();
            if (!good || bits_.beyond_end()) return std::nullopt;
        }
        return Inflated{std::move(out_), bits_.used()};
    }

private:
    bool stored() {
        bits_.to_byte();
        const std::uint32_t length = bits_.take(16), check = bits_.take(16);
        if (length != (~check & 0xFFFF) || bits_.beyond_end()) return false;
        const std::size_t at = bits_.used();
        if (length > input_.size() - at || length > most_ - out_.size()) return false;
        for (std::uint32_t i = 0; i < length; ++i)
            out_.push_back(static_cast<std::byte>(bits_.take(8)));
        return true;
    }

    bool fixed_codes() {
        std::array<std::uint8_t, 288> lengths;
        for (std::size_t i = 0; i < lengths.size(); ++i)
            lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        std::array<std::uint8_t, 30> distances;
        distances.fill(5);
        return symbols_.build(lengths) && distances_.build(distances);
    }

    bool own_codes() {
        static constexpr std::uint8_t order[] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                 11, 4,  12, 3, 13, 2, 14, 1, 15};
        const std::uint32_t symbols = bits_.take(5) + 257, distances = bits_.take(5) + 1;
        const std::uint32_t codes = bits_.take(4) + 4;
        if (symbols > 286 || distances > 30) return false;
        std::array<std::uint8_t, 19> code_lengths{};
        for (std::uint32_t i = 0; i < codes; ++i)
            code_lengths[order[i]] = static_cast<std::uint8_t>(bits_.take(3));
        if (!symbols_.build(code_lengths)) return false;
        std::vector<std::uint8_t> lengths;
        while (lengths.size() < symbols + distances) {
            const int symbol = symbols_.take(bits_);
            if (symbol < 0 || bits_.beyond_end()) return false;
            if (symbol < 16) {
                lengths.push_back(static_cast<std::uint8_t>(symbol));
                continue;
            }
            std::uint8_t value = 0;
            std::uint32_t times = 0;
            if (symbol == 16) {
                if (lengths.empty()) return false;
                value = lengths.back();
                times = 3 + bits_.take(2);
            } else {
                times = symbol == 17 ? 3 + bits_.take(3) : 11 + bits_.take(7);
            }
            lengths.insert(lengths.end(), times, value);
        }
        if (lengths.size() != symbols + distances) return false;
        const std::span all(lengths);
        return symbols_.build(all.first(symbols)) && distances_.build(all.subspan(symbols));
    }

    bool coded() {
        static constexpr std::uint16_t bases[] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                                  15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                                  67, 83, 99, 115, 131, 163, 195, 227, 258};
        static constexpr std::uint8_t extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
        while (true) {
            const int symbol = symbols_.take(bits_);
            if (symbol < 0 || bits_.beyond_end()) return false;
            if (symbol == 256) return true;
            if (symbol < 256) {
                if (out_.size() >= most_) return false;
                out_.push_back(static_cast<std::byte>(symbol));
                continue;
            }
            const std::size_t index = static_cast<std::size_t>(symbol - 257);
            if (index >= std::size(bases)) return false;
            const std::size_t length = bases[index] + bits_.take(extra[index]);
            const int code = distances_.take(bits_);
            if (code < 0 || code >= 30) return false;
            const int more = code < 2 ? 0 : code / 2 - 1;
            const std::size_t base = code < 4 ? static_cast<std::size_t>(code)
                                              : (2u + static_cast<unsigned>(code & 1)) << more;
            const std::size_t distance = base + bits_.take(more) + 1;
            if (distance > out_.size() || length > most_ - out_.size()) return false;
            // The copy may reach into what it writes.
            const std::size_t from = out_.size() - distance;
            for (std::size_t i = 0; i < length; ++i) out_.push_back(out_[from + i]);
        }
    }

    std::span<const std::byte> input_;
    Bits bits_;
    std::size_t most_;
    std::vector<std::byte> out_;
    Huffman symbols_, distances_;
};

}  // namespace

std::optional<Inflated> inflate(std::span<const std::byte> input, std::size_t most) {
    // Its tables take 128 KiB: too much for the small stack of the page.
    const auto inflater = std::make_unique<Inflater>(input, most);
    return inflater->run();
}

}  // namespace telltale::formats
