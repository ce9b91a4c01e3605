// ISHNE Holter files (.ecg) and their annotation files (.ann): Badilini 1998, and the annotation
// format of the THEW.
#pragma once

#include "formats/file_set.hpp"
#include "formats/formats.hpp"

namespace telltale::formats {

[[nodiscard]] bool looks_like_ishne(const NamedBytes& file);

/// True for an annotation file.
[[nodiscard]] bool looks_like_ishne_annotations(const NamedBytes& file);

/// The recording in file `index`, with the annotations of the file of the same name beside it,
/// which it marks as used. Names and dates of birth are not read.
[[nodiscard]] Result<Recording> read_ishne(FileSet& files, int index);

}  // namespace telltale::formats
