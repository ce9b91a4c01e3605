// ECG waveforms in DICOM files (DICOM PS3.3 C.10.9 "Waveform module", PS3.5 "Data structures"),
// little-endian with explicit or implicit value representations.
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

[[nodiscard]] bool looks_like_dicom(const NamedBytes& file);

/// The multiplex groups of the longest duration as one recording; other groups, such as median
/// beats, are left out with a warning. Fields of the patient are not read.
[[nodiscard]] Result<Recording> read_dicom(const NamedBytes& file);

}  // namespace telltale::formats
