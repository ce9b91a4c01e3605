// HL7 FHIR Observations whose values are sampled data (SampledData), in JSON.
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

[[nodiscard]] bool looks_like_fhir(const NamedBytes& file);

/// Every Observation of the file, alone or in a Bundle: its own value and its components, each a
/// lead (or several, by `dimensions`). Those of one time and period make one recording.
/// A sample is origin + datum * factor; "E" is a missing one, "U" and "L" are the limits where they
/// are told, else missing. FHIR R4 and R5, datatypes.html#SampledData.
[[nodiscard]] std::vector<Result<Recording>> read_fhir(const NamedBytes& file);

}  // namespace telltale::formats
