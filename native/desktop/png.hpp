// Pictures of the window as PNG (W3C PNG, third edition): 8-bit RGB in stored, uncompressed blocks.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace telltale::desktop {

/// `rgb` row by row from the top, 3 bytes a pixel.
[[nodiscard]] std::string png(std::span<const unsigned char> rgb, std::size_t width,
                              std::size_t height);

}  // namespace telltale::desktop
