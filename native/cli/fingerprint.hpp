// Whether anything has changed since: 64 bits that tell contents apart. They keep no secrets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/inputs.hpp"
#include "recording/error.hpp"

namespace telltale::cli {

/// Of whatever is taken in, in that order. Each piece counts with its length.
class Fingerprint {
public:
    void take(std::span<const std::byte> bytes);
    void take(std::string_view text) { take(std::as_bytes(std::span(text))); }
    void take(double value);
    [[nodiscard]] std::uint64_t value() const { return state_; }
    /// 16 hexadecimal digits.
    [[nodiscard]] std::string text() const;

private:
    void word(std::uint64_t bits);
    std::uint64_t state_ = 0;
};

/// Of the files' names, without their folders, and contents; large ones are read in pieces. The
/// error names a file that can no longer be read.
[[nodiscard]] Result<void> take_files(Fingerprint& fingerprint,
                                      const std::vector<LoadedFile>& files);

}  // namespace telltale::cli
