// Byte sources for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include "formats/large.hpp"

namespace telltale::tests {

/// Bytes in memory, handed out on demand; from `fail_from` on they cannot be read.
class MemorySource : public formats::ByteSource {
public:
    explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}
    std::uint64_t fail_from = std::numeric_limits<std::uint64_t>::max();

    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] bool read(std::uint64_t offset, std::span<std::byte> out) override {
        if (offset > bytes_.size() || out.size() > bytes_.size() - offset) return false;
        if (offset + out.size() > fail_from) return false;
        std::ranges::copy(bytes_.subspan(offset, out.size()), out.begin());
        return true;
    }

private:
    std::span<const std::byte> bytes_;
};

}  // namespace telltale::tests
