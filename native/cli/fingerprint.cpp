#include "cli/fingerprint.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <format>

#include "numbers/mixing.hpp"

namespace telltale::cli {

// Every step is one-to-one in what it takes, so that one changed word always shows.
void Fingerprint::word(std::uint64_t bits) {
    state_ = numbers::mixed(state_ ^ bits);
}

void Fingerprint::take(std::span<const std::byte> bytes) {
    word(bytes.size());
    while (!bytes.empty()) {
        const std::size_t part = std::min(bytes.size(), sizeof(std::uint64_t));
        std::uint64_t bits = 0;
        std::memcpy(&bits, bytes.data(), part);
        word(bits);
        bytes = bytes.subspan(part);
    }
}

void Fingerprint::take(double value) {
    word(std::bit_cast<std::uint64_t>(value));
}

std::string Fingerprint::text() const {
    return std::format("{:016x}", state_);
}

Result<void> take_files(Fingerprint& fingerprint, const std::vector<LoadedFile>& files) {
    for (const LoadedFile& file : files) {
        fingerprint.take(std::filesystem::path(file.name).filename().string());
        if (!file.source) {
            fingerprint.take(file.bytes);
            continue;
        }
        std::vector<std::byte> piece(1 << 20);
        const std::uint64_t size = file.source->size();
        for (std::uint64_t at = 0; at < size; at += piece.size()) {
            const std::span part(piece.data(), static_cast<std::size_t>(std::min<std::uint64_t>(
                                                   piece.size(), size - at)));
            if (!file.source->read(at, part))
                return fail(file.name, std::format("byte {}", at), "cannot be read any more");
            fingerprint.take(part);
        }
    }
    return {};
}

}  // namespace telltale::cli
