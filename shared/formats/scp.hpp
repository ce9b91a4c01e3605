// SCP-ECG (EN 1064, ISO 11073-91064).
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

[[nodiscard]] bool looks_like_scp(const NamedBytes& file);

/// The rhythm data (section 6): plain or Huffman-coded, first or second differences, reference
/// beats added back. Bimodal compression is not read. Patient data is not read.
[[nodiscard]] Result<Recording> read_scp(const NamedBytes& file);

}  // namespace telltale::formats
