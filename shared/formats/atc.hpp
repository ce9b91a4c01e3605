// AliveCor (Kardia) .atc files: the Alive File Format, version 1.6 and 1.7.
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

[[nodiscard]] bool looks_like_atc(const NamedBytes& file);

/// One to six leads at 300 Hz. A checksum that does not hold is a warning. The device's own beat
/// marks are not read.
[[nodiscard]] Result<Recording> read_atc(const NamedBytes& file);

}  // namespace telltale::formats
