// The recording in another format, as the page saves it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "recording/recording.hpp"

namespace telltale::workspace {

/// "wfdb": header, signals (format 16) and annotations in a zip archive; "edf": EDF+ with the
/// annotations; "signals": the samples as CSV. Comments, which may name the patient, stay out. An
/// error where a sample does not fit the format, or for other kinds.
[[nodiscard]] Result<std::vector<std::byte>> converted(const Recording& recording,
                                                       std::string_view kind);

/// How the file of an export or a conversion ends: ".csv", "-with-beats.edf". "." and the kind
/// where it has no ending of its own.
[[nodiscard]] std::string ending(std::string_view kind);
/// Whether it is a kind for converted().
[[nodiscard]] bool is_conversion(std::string_view kind);

}  // namespace telltale::workspace
