// BIOPAC AcqKnowledge recordings (`.acq`).
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

/// A graph header of a known revision (30 on: AcqKnowledge 2 to 5), in either byte order.
[[nodiscard]] bool looks_like_biopac(const NamedBytes& file);

/// Channels as 16-bit integers (with their scale and offset) or 64-bit floats, interleaved by their
/// rate dividers, or compressed with zlib. The leads come at the rate of the fastest ECG channel,
/// or of the fastest channel where none is named as ECG; faster channels are left out. Markers and
/// the journal are not read. Layout: BIOPAC Application Note 156, and what is publicly known of
/// later revisions.
[[nodiscard]] Result<Recording> read_biopac(const NamedBytes& file);

}  // namespace telltale::formats
