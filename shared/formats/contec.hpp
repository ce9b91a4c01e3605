// Contec ECG90A recordings (.ECG).
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

/// By the date and time at byte 10 and the size: there is no mark.
[[nodiscard]] bool looks_like_contec(const NamedBytes& file);

/// Twelve leads at 800 Hz; I, aVR, aVL and aVF are computed from II and III. Chest leads that were
/// not connected are left out. Name and other fields of the patient are not taken.
[[nodiscard]] Result<Recording> read_contec(const NamedBytes& file);

}  // namespace telltale::formats
