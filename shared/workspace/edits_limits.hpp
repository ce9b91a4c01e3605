// How long a person's words may be, in bytes.
#pragma once

#include <cstddef>
#include <string>

namespace telltale::workspace::limits {

inline constexpr std::size_t label = 16;
inline constexpr std::size_t notes = 100'000;
inline constexpr std::size_t beat_note = 2'000;
inline constexpr std::size_t step_text = 200;

/// Cut to so many bytes, between characters.
inline void cut(std::string& text, std::size_t most) {
    if (text.size() <= most) return;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    text.resize(most);
}

}  // namespace telltale::workspace::limits
