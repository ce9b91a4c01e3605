// EDF, EDF+ and BDF, BDF+ (Kemp et al. 1992, Kemp and Olivan 2003; BioSemi's 24-bit variant).
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

[[nodiscard]] bool looks_like_edf(const NamedBytes& file);

/// The file's signals at the rate of its ECG leads (of its fastest signal where none is named as
/// one), its annotations, and gaps between the records of EDF+D as NaN.
[[nodiscard]] Result<Recording> read_edf(const NamedBytes& file);

}  // namespace telltale::formats
