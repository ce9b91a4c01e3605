// FLAC streams (RFC 9639), as the signal formats 508, 516 and 524 of WFDB hold their samples.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "recording/error.hpp"

namespace telltale::formats {

/// Whether a frame whose checksums do not hold is damaged.
enum class FlacChecksums { verify, ignore };

/// Decodes a stream block by block, front to back. Samples of up to 24 bits, one to eight channels.
class FlacStream {
public:
    /// Reads the stream's description. The bytes must outlive the stream.
    [[nodiscard]] static Result<FlacStream> open(const std::string& name,
                                                 std::span<const std::byte> bytes,
                                                 FlacChecksums checksums = FlacChecksums::verify);

    [[nodiscard]] int channels() const { return channels_; }
    [[nodiscard]] int bits() const { return bits_; }
    /// Samples a channel that the stream's description announces; 0 if it does not tell.
    [[nodiscard]] std::int64_t announced() const { return announced_; }

    /// Decodes the next block; false at the end of the stream and at a frame that is damaged.
    [[nodiscard]] bool next();
    /// True if next() met bytes that are no whole, valid frame.
    [[nodiscard]] bool damaged() const { return damaged_; }
    /// The block's samples of a channel.
    [[nodiscard]] std::span<const std::int32_t> channel(int c) const {
        return samples_[static_cast<std::size_t>(c)];
    }

private:
    FlacStream() = default;

    std::span<const std::byte> bytes_;
    FlacChecksums checksums_ = FlacChecksums::verify;
    std::size_t at_ = 0;
    int channels_ = 0, bits_ = 0;
    std::int64_t announced_ = 0;
    bool damaged_ = false;
    std::array<std::vector<std::int32_t>, 8> samples_;
};

/// Samples a channel that the stream holds up to its end or to the first damaged frame, found by
/// decoding it once. No more than `most`: what is compressed beyond it is not counted.
struct FlacLength {
    std::int64_t samples = 0;
    bool damaged = false;
};
[[nodiscard]] FlacLength flac_length(FlacStream stream, std::int64_t most);

}  // namespace telltale::formats
