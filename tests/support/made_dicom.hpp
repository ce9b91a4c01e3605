// A small DICOM file made from the specification (PS3.5), for unit tests and fuzz seeds.
#pragma once

#include <cstddef>
#include <vector>

namespace telltale::tests {

enum class DicomForm { explicit_lengths, open_sequences, implicit };

/// Leads I (2 uV a step) and V1 (0.5 uV a step, 3 uV above 0), 250 Hz, 2020-03-04 05:06:07, three
/// samples each: I 100, -200, 300; V1 1000, 2000, -32768. A second, shorter waveform follows.
[[nodiscard]] std::vector<std::byte> dicom_file(DicomForm form);

}  // namespace telltale::tests
