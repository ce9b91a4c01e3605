// WFDB annotation files (MIT and AHA format), as annot(5) of the WFDB Applications Guide defines
// them.
#pragma once

#include <optional>
#include <vector>

#include "formats/formats.hpp"

namespace telltale::formats::wfdb {

/// True if the bytes read as an annotation file with at least one annotation, in time order.
[[nodiscard]] bool looks_like_annotations(const NamedBytes& file);

/// The rate that a file's note "## time resolution: 360" gives, in Hz.
[[nodiscard]] std::optional<double> time_resolution(std::span<const Annotation> annotations);

/// Scales samples by `factor`, and drops the notes that only describe the file ("## ...").
void rescale(std::vector<Annotation>& annotations, double factor);

}  // namespace telltale::formats::wfdb
