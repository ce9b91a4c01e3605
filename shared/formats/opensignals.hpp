// Text files of OpenSignals (BITalino, biosignalsplux).
#pragma once

#include "formats/formats.hpp"

namespace telltale::formats {

[[nodiscard]] bool looks_like_opensignals(const NamedBytes& file);

/// "# OpenSignals Text File Format", a line of JSON that describes each device, "# EndOfHeader",
/// then one row a sample. Channels of an ECG sensor come in mV by the sensor's transfer function
/// (data sheets "ECG Sensor", PLUX): mV = (ADC / 2^bits - 1/2) * VCC / gain, with 3.3 V and 1100
/// for BITalino, 3.0 V and 1000 for biosignalsplux. Other channels keep the numbers of the file,
/// without a unit; sequence numbers and digital lines are not leads.
[[nodiscard]] Result<Recording> read_opensignals(const NamedBytes& file,
                                                 const ReadOptions& options);

}  // namespace telltale::formats
