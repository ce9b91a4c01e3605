// Text exports of Prucka CardioLab: NAME.txt, a row of numbers a sample, and NAME.inf, which says
// what they are.
#pragma once

#include "formats/file_set.hpp"

namespace telltale::formats {

/// True for the .inf file.
[[nodiscard]] bool looks_like_prucka(const NamedBytes& file);

/// The recording that the .inf file `index` describes. Marks the file of samples as used.
[[nodiscard]] Result<Recording> read_prucka(FileSet& files, int index);

}  // namespace telltale::formats
