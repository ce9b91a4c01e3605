// The ECG that Apple's Health app exports as CSV: lines of "name,value", then one voltage a line.
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

/// Names are in the device's language, numbers may have its decimal comma; the file is told by
/// its values: a rate in Hz, a unit of voltage, then single numbers.
[[nodiscard]] bool looks_like_apple_csv(const NamedBytes& file);

/// One lead. Name, date of birth and the app's classification are not read.
[[nodiscard]] Result<Recording> read_apple_csv(const NamedBytes& file);

}  // namespace telltale::formats
