#include "support/made_flac.hpp"

namespace telltale::tests {
namespace {

class BitWriter {
public:
    void put(std::int64_t value, int bits) {
        for (int i = bits - 1; i >= 0; --i) put_bit((value >> i & 1) != 0);
    }
    void put_unary(std::int64_t zeros) {
        for (; zeros > 0; --zeros) put_bit(false);
        put_bit(true);
    }
    void align() {
        while (used_ != 0) put_bit(false);
    }
    std::vector<std::byte> bytes;

private:
    void put_bit(bool bit) {
        if (used_ == 0) bytes.push_back(std::byte{0});
        if (bit) bytes.back() |= std::byte{0x80} >> used_;
        used_ = (used_ + 1) % 8;
    }
    int used_ = 0;
};

// Bit by bit, unlike the reader's table.
std::uint32_t remainder_of(const std::vector<std::byte>& bytes, std::size_t from, int width,
                           std::uint32_t polynomial) {
    std::uint32_t rest = 0;
    for (std::size_t i = from; i < bytes.size(); ++i)
        for (int bit = 7; bit >= 0; --bit) {
            const std::uint32_t in = std::to_integer<std::uint32_t>(bytes[i]) >> bit & 1;
            const std::uint32_t out = rest >> (width - 1) & 1;
            rest = (rest << 1 & ((1u << width) - 1)) ^ ((in ^ out) != 0 ? polynomial : 0u);
        }
    return rest;
}

void put_residuals(BitWriter& out, const std::vector<std::int32_t>& residuals, bool escape) {
    out.put(0, 2);  // Rice parameters of four bits
    out.put(0, 4);  // one partition
    if (escape) {
        out.put(15, 4);
        out.put(28, 5);
        for (const std::int32_t r : residuals) out.put(r, 28);
        return;
    }
    constexpr int k = 6;
    out.put(k, 4);
    for (const std::int32_t r : residuals) {
        const std::int64_t folded = r >= 0 ? 2 * std::int64_t{r} : -2 * std::int64_t{r} - 1;
        out.put_unary(folded >> k);
        out.put(folded, k);
    }
}

void put_channel(BitWriter& out, std::vector<std::int32_t> x, int bits, FlacCoding coding) {
    out.put(0, 1);
    const int wasted = coding == FlacCoding::wasted ? 2 : 0;
    const auto kind = [&](int value) {
        out.put(value, 6);
        out.put(wasted > 0, 1);
        if (wasted > 0) out.put_unary(wasted - 1);
    };
    if (wasted > 0) {
        for (std::int32_t& v : x) v >>= wasted;  // the caller's samples end in so many zeros
        bits -= wasted;
    }
    if (coding == FlacCoding::constant) {
        kind(0);
        out.put(x[0], bits);
        return;
    }
    if (coding == FlacCoding::verbatim || coding == FlacCoding::wasted) {
        kind(1);
        for (const std::int32_t v : x) out.put(v, bits);
        return;
    }
    const std::size_t order = 2;
    kind(coding == FlacCoding::lpc ? 32 + 1 : 8 + 2);
    for (std::size_t i = 0; i < order; ++i) out.put(x[i], bits);
    // 2 x[-1] - x[-2], as coefficients of 8 bits shifted by 5: 64 and -32.
    if (coding == FlacCoding::lpc) {
        out.put(7, 4);
        out.put(5, 5);
        out.put(64, 8);
        out.put(-32, 8);
    }
    std::vector<std::int32_t> residuals;
    for (std::size_t i = order; i < x.size(); ++i)
        residuals.push_back(x[i] - 2 * x[i - 1] + x[i - 2]);
    put_residuals(out, residuals, coding == FlacCoding::escape);
}

}  // namespace

std::vector<std::byte> flac_stream(int bits, const std::vector<FlacBlock>& blocks,
                                   std::int64_t announced) {
    BitWriter out;
    const std::size_t channels = blocks.empty() ? 1 : blocks[0].channels.size();
    for (const char c : {'f', 'L', 'a', 'C'}) out.put(c, 8);
    out.put(1, 1);
    out.put(0, 7);
    out.put(34, 24);
    for (const int n : {16, 16, 24, 24}) out.put(0, n);
    out.put(96000, 20);
    out.put(static_cast<std::int64_t>(channels) - 1, 3);
    out.put(bits - 1, 5);
    out.put(announced, 36);
    for (int i = 0; i < 16; ++i) out.put(0, 8);

    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const FlacBlock& block = blocks[b];
        const std::size_t start = out.bytes.size();
        out.put(0x7FFC, 15);
        out.put(0, 1);
        out.put(7, 4);  // size in 16 bits
        out.put(0, 4);
        out.put(block.layout == FlacLayout::independent ? static_cast<std::int64_t>(channels) - 1
                                                        : 7 + static_cast<int>(block.layout),
                4);
        out.put(0, 3);
        out.put(0, 1);
        out.put(static_cast<std::int64_t>(b & 0x7F), 8);
        out.put(static_cast<std::int64_t>(block.channels[0].size()) - 1, 16);
        out.put(remainder_of(out.bytes, start, 8, 0x07), 8);

        auto coded = block.channels;
        for (std::size_t i = 0; block.layout != FlacLayout::independent && i < coded[0].size();
             ++i) {
            const std::int32_t left = coded[0][i], right = coded[1][i];
            if (block.layout == FlacLayout::left_side) coded[1][i] = left - right;
            if (block.layout == FlacLayout::side_right) coded[0][i] = left - right;
            if (block.layout == FlacLayout::mid_side) {
                coded[0][i] = (left + right) >> 1;
                coded[1][i] = left - right;
            }
        }
        for (std::size_t c = 0; c < coded.size(); ++c) {
            const bool side = block.layout == FlacLayout::side_right
                                  ? c == 0
                                  : block.layout != FlacLayout::independent && c == 1;
            put_channel(out, coded[c], bits + (side ? 1 : 0), block.coding);
        }
        out.align();
        out.put(remainder_of(out.bytes, start, 16, 0x8005), 16);
    }
    return std::move(out.bytes);
}

}  // namespace telltale::tests
