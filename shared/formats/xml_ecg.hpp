// ECG carts' XML: HL7 annotated ECG (FDA), GE MUSE resting ECG, GE CardioSoft,
// Philips SierraECG.
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

/// HL7 aECG (root AnnotatedECG): the rhythm series with most samples; its leads must have one
/// increment. Derived series (median beats) and the cart's own measurements are not read.
[[nodiscard]] bool looks_like_aecg(const NamedBytes& file);
[[nodiscard]] Result<Recording> read_aecg(const NamedBytes& file);

/// GE MUSE (root RestingECG): the waveform of type Rhythm. III, aVR, aVL and aVF, which MUSE does
/// not store, are computed from I and II.
[[nodiscard]] bool looks_like_muse(const NamedBytes& file);
[[nodiscard]] Result<Recording> read_muse(const NamedBytes& file);

/// GE CardioSoft (root CardiologyXML): the full disclosure where there is one, else the strip; the
/// resolution in uV a step. Median beats and measurements are not read.
[[nodiscard]] bool looks_like_cardiosoft(const NamedBytes& file);
[[nodiscard]] Result<Recording> read_cardiosoft(const NamedBytes& file);

/// Philips SierraECG 1.03 and 1.04 (root restingecgdata), plain or XLI-compressed.
[[nodiscard]] bool looks_like_sierra(const NamedBytes& file);
[[nodiscard]] Result<Recording> read_sierra(const NamedBytes& file);

}  // namespace telltale::formats
