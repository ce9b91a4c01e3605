#include "formats/flac.hpp"

#include <algorithm>
#include <bit>
#include <format>
#include <optional>

#include "formats/text.hpp"

namespace telltale::formats {
namespace {

constexpr int most_bits = 24;
constexpr int most_order = 32;

// Bits, the highest of a byte first. Past the end it gives zeros and `over()` becomes true.
class Bits {
public:
    explicit Bits(std::span<const std::byte> bytes) : bytes_(bytes) {}

    /// The next n bits, 0 to 32.
    std::uint32_t take(int n) {
        if (n == 0) return 0;
        if (held_ < n) fill();
        const auto value = static_cast<std::uint32_t>(buffer_ >> (64 - n));
        drop(n);
        return value;
    }
    /// The same as a two's complement number.
    std::int32_t take_signed(int n) {
        if (n == 0) return 0;
        return static_cast<std::int32_t>(take(n) << (32 - n)) >> (32 - n);
    }
    /// Zeros up to the next one, which is taken too.
    std::uint32_t take_unary() {
        std::uint32_t zeros = 0;
        for (;;) {
            if (held_ < 32) fill();
            const int run = std::countl_zero(buffer_);
            if (run < held_) {
                drop(run + 1);
                return zeros + static_cast<std::uint32_t>(run);
            }
            zeros += static_cast<std::uint32_t>(held_);
            drop(held_);
            if (at_ >= bytes_.size()) {
                over_ = true;
                return zeros;
            }
        }
    }
    void align() { drop(held_ % 8); }
    /// Bytes taken, whole ones.
    [[nodiscard]] std::size_t position() const { return at_ - static_cast<std::size_t>(held_ / 8); }
    [[nodiscard]] bool over() const { return over_; }

private:
    void fill() {
        while (held_ <= 56 && at_ < bytes_.size()) {
            buffer_ |= std::to_integer<std::uint64_t>(bytes_[at_++]) << (56 - held_);
            held_ += 8;
        }
    }
    void drop(int n) {
        if (n > held_) {
            over_ = true;
            n = held_;
        }
        buffer_ = n < 64 ? buffer_ << n : 0;
        held_ -= n;
    }

    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    std::uint64_t buffer_ = 0;  // the next bits, from the highest on; zeros behind them
    int held_ = 0;
    bool over_ = false;
};

// Remainders of the frame header's and the frame's checksum (RFC 9639, 9.1.8 and 9.3), bytewise.
template <class Word, Word polynomial>
constexpr std::array<Word, 256> crc_table() {
    constexpr int width = 8 * sizeof(Word);
    std::array<Word, 256> table{};
    for (unsigned i = 0; i < 256; ++i) {
        unsigned rest = i << (width - 8);
        for (int bit = 0; bit < 8; ++bit)
            rest = (rest >> (width - 1) & 1) != 0 ? rest << 1 ^ polynomial : rest << 1;
        table[i] = static_cast<Word>(rest);
    }
    return table;
}

std::uint8_t crc8(std::span<const std::byte> bytes) {
    static constexpr auto table = crc_table<std::uint8_t, 0x07>();
    std::uint8_t rest = 0;
    for (const std::byte b : bytes) rest = table[rest ^ std::to_integer<std::uint8_t>(b)];
    return rest;
}

std::uint16_t flac_crc16(std::span<const std::byte> bytes) {
    static constexpr auto table = crc_table<std::uint16_t, 0x8005>();
    std::uint16_t rest = 0;
    for (const std::byte b : bytes)
        rest =
            static_cast<std::uint16_t>(rest << 8 ^ table[rest >> 8 ^ std::to_integer<unsigned>(b)]);
    return rest;
}

struct Frame {
    int block = 0;   // samples a channel
    int layout = 0;  // the field for the channels
    int bits = 0;
};

int block_size(int code, Bits& bits) {
    if (code == 1) return 192;
    if (code >= 2 && code <= 5) return 144 << code;
    if (code == 6) return static_cast<int>(bits.take(8)) + 1;
    if (code == 7) return static_cast<int>(bits.take(16)) + 1;
    return 1 << code;
}

// RFC 9639, 9.1: up to and with the header's checksum.
std::optional<Frame> frame_header(std::span<const std::byte> bytes, Bits& bits, int stream_bits,
                                  bool verify) {
    if (bits.take(15) != 0x7FFC) return std::nullopt;
    bits.take(1);  // whether the coded number counts frames or samples
    const int size = static_cast<int>(bits.take(4)), rate = static_cast<int>(bits.take(4));
    Frame frame{.layout = static_cast<int>(bits.take(4))};
    const int depth = static_cast<int>(bits.take(3));
    if (bits.take(1) != 0 || size == 0 || rate == 15 || frame.layout > 10) return std::nullopt;
    // The frame's number, coded as UTF-8 codes characters but up to seven bytes long.
    const int ones = std::countl_one(static_cast<std::uint8_t>(bits.take(8)));
    if (ones == 1 || ones == 8) return std::nullopt;
    for (int i = 1; i < ones; ++i)
        if (bits.take(8) >> 6 != 2) return std::nullopt;
    frame.block = block_size(size, bits);
    if (rate >= 12) bits.take(rate == 12 ? 8 : 16);
    constexpr int depths[] = {0, 8, 12, -1, 16, 20, 24, 32};
    frame.bits = depth == 0 ? stream_bits : depths[depth];
    const std::size_t end = bits.position();
    const bool holds = bits.take(8) == crc8(bytes.first(end));
    if ((verify && !holds) || bits.over()) return std::nullopt;
    return frame;
}

// What the predictor leaves, in partitions of Rice codes (9.2.7), for all samples from `order` on.
bool residual(Bits& bits, std::span<std::int32_t> out, int order) {
    const std::uint32_t method = bits.take(2);
    if (method > 1) return false;
    const int parameter_bits = method == 0 ? 4 : 5;
    const int escape = (1 << parameter_bits) - 1;
    const int partition_order = static_cast<int>(bits.take(4));
    const std::size_t part = out.size() >> partition_order;
    if (part << partition_order != out.size() || part < static_cast<std::size_t>(order))
        return false;
    auto* to = out.data() + order;
    for (int p = 0; p < 1 << partition_order; ++p) {
        const auto* const end = out.data() + (static_cast<std::size_t>(p) + 1) * part;
        const int k = static_cast<int>(bits.take(parameter_bits));
        if (k == escape) {
            const int raw = static_cast<int>(bits.take(5));
            while (to < end) *to++ = bits.take_signed(raw);
        } else {
            while (to < end) {
                const std::uint64_t folded =
                    std::uint64_t{bits.take_unary()} << k | std::uint64_t{bits.take(k)};
                if (folded > 0xFFFFFFFF) return false;
                const auto word = static_cast<std::uint32_t>(folded);
                *to++ = static_cast<std::int32_t>(word >> 1 ^ (0u - (word & 1)));
                if (bits.over()) return false;
            }
        }
        if (bits.over()) return false;
    }
    return true;
}

// Adds the prediction from `order` samples before to each residual. False where a sample leaves
// the range of its bits, which no encoder's does: so nothing overflows on the way either.
bool predict(std::span<std::int32_t> x, std::span<const std::int32_t> coefficients, int shift,
             int bits) {
    const std::int64_t limit = std::int64_t{1} << (bits - 1);
    const std::size_t order = coefficients.size();
    for (std::size_t i = order; i < x.size(); ++i) {
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < order; ++k) sum += std::int64_t{coefficients[k]} * x[i - 1 - k];
        const std::int64_t value = (sum >> shift) + x[i];
        if (value < -limit || value >= limit) return false;
        x[i] = static_cast<std::int32_t>(value);
    }
    return true;
}

// RFC 9639, 9.2: one channel's samples of a frame.
bool subframe(Bits& bits, std::span<std::int32_t> out, int sample_bits) {
    if (bits.take(1) != 0) return false;
    const int kind = static_cast<int>(bits.take(6));
    int wasted = 0;
    if (bits.take(1) != 0) {
        const std::uint32_t more = bits.take_unary();
        if (more + 1 >= static_cast<std::uint32_t>(sample_bits)) return false;
        wasted = static_cast<int>(more) + 1;
    }
    const int width = sample_bits - wasted;

    if (kind == 0) {
        std::ranges::fill(out, bits.take_signed(width));
    } else if (kind == 1) {
        for (std::int32_t& x : out) {
            x = bits.take_signed(width);
            if (bits.over()) return false;
        }
    } else {
        const bool fixed = kind >= 8 && kind <= 12;
        if (!fixed && kind < 32) return false;
        const int order = fixed ? kind - 8 : kind - 31;
        if (static_cast<std::size_t>(order) > out.size()) return false;
        for (int i = 0; i < order; ++i) out[static_cast<std::size_t>(i)] = bits.take_signed(width);
        std::array<std::int32_t, most_order> coefficients{};
        int shift = 0;
        if (fixed) {
            constexpr std::int32_t polynomials[5][4] = {
                {}, {1}, {2, -1}, {3, -3, 1}, {4, -6, 4, -1}};
            std::copy_n(polynomials[order], order, coefficients.begin());
        } else {
            const int precision = static_cast<int>(bits.take(4)) + 1;
            shift = bits.take_signed(5);
            if (precision == 16 || shift < 0) return false;
            for (int i = 0; i < order; ++i)
                coefficients[static_cast<std::size_t>(i)] = bits.take_signed(precision);
        }
        if (!residual(bits, out, order)) return false;
        const auto used = std::span(coefficients).first(static_cast<std::size_t>(order));
        if (!predict(out, used, shift, width)) return false;
    }
    if (wasted > 0)
        for (std::int32_t& x : out)
            x = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << wasted);
    return !bits.over();
}

// Back from sum and difference to left and right (9.1.3). False where a sample leaves its range.
bool join_channels(int layout, int bits, std::span<std::int32_t> a, std::span<std::int32_t> b) {
    const std::int32_t limit = std::int32_t{1} << (bits - 1);
    bool inside = true;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (layout == 8) {  // left, side
            b[i] = a[i] - b[i];
        } else if (layout == 9) {  // side, right
            a[i] += b[i];
        } else {  // mid, side
            const std::int32_t side = b[i], twice = a[i] * 2 + (side & 1);
            a[i] = (twice + side) >> 1;
            b[i] = (twice - side) >> 1;
        }
        inside = inside && a[i] >= -limit && a[i] < limit && b[i] >= -limit && b[i] < limit;
    }
    return inside;
}

}  // namespace

Result<FlacStream> FlacStream::open(const std::string& name, std::span<const std::byte> bytes,
                                    FlacChecksums checksums) {
    if (!as_text(bytes).starts_with("fLaC"))
        return fail(name, "byte 0", "it is no FLAC stream, expected the mark 'fLaC'");
    FlacStream stream;
    stream.bytes_ = bytes;
    stream.checksums_ = checksums;
    std::size_t at = 4;
    for (bool last = false, first = true; !last; first = false) {
        if (at + 4 > bytes.size())
            return fail(name, std::format("byte {}", at),
                        "the FLAC stream ends inside its description");
        Bits head(bytes.subspan(at, 4));
        last = head.take(1) != 0;
        const std::uint32_t kind = head.take(7), size = head.take(24);
        at += 4;
        if (size > bytes.size() - at)
            return fail(name, std::format("byte {}", at),
                        "the FLAC stream ends inside its description");
        if (first) {
            if (kind != 0 || size != 34)
                return fail(name, std::format("byte {}", at - 4),
                            "the FLAC stream does not begin with its description (STREAMINFO)");
            Bits info(bytes.subspan(at, size));
            // Smallest and largest block and frame, sampling rate: every frame tells its own.
            for (const int n : {16, 16, 24, 24, 20}) info.take(n);
            stream.channels_ = static_cast<int>(info.take(3)) + 1;
            stream.bits_ = static_cast<int>(info.take(5)) + 1;
            const std::int64_t high = info.take(4);
            stream.announced_ = high << 32 | std::int64_t{info.take(32)};
        }
        at += size;
    }
    if (stream.bits_ > most_bits)
        return fail(
            name, "byte 20",
            std::format("its samples have {} bits, expected at most {}", stream.bits_, most_bits));
    stream.at_ = at;
    return stream;
}

bool FlacStream::next() {
    if (damaged_ || at_ >= bytes_.size()) return false;
    const auto bytes = bytes_.subspan(at_);
    Bits bits(bytes);
    const bool verify = checksums_ == FlacChecksums::verify;
    damaged_ = true;
    const auto frame = frame_header(bytes, bits, bits_, verify);
    const int channels = !frame ? 0 : frame->layout < 8 ? frame->layout + 1 : 2;
    if (!frame || channels != channels_ || frame->bits != bits_) return false;
    for (int c = 0; c < channels; ++c) {
        auto& samples = samples_[static_cast<std::size_t>(c)];
        samples.resize(static_cast<std::size_t>(frame->block));
        // The difference of two channels takes one bit more.
        const bool side = frame->layout == 9 ? c == 0 : frame->layout >= 8 && c == 1;
        if (!subframe(bits, samples, bits_ + (side ? 1 : 0))) return false;
    }
    bits.align();
    const std::size_t end = bits.position();
    const bool holds = bits.take(16) == flac_crc16(bytes.first(end));
    if ((verify && !holds) || bits.over()) return false;
    if (frame->layout >= 8 && !join_channels(frame->layout, bits_, samples_[0], samples_[1]))
        return false;
    at_ += end + 2;
    damaged_ = false;
    return true;
}

FlacLength flac_length(FlacStream stream, std::int64_t most) {
    FlacLength length;
    while (length.samples < most && stream.next())
        length.samples += static_cast<std::int64_t>(stream.channel(0).size());
    length.samples = std::min(length.samples, most);
    length.damaged = stream.damaged();
    return length;
}

}  // namespace telltale::formats
