// A record with its reference annotations, for the commands that measure against them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "recording/annotation.hpp"
#include "recording/recording.hpp"

namespace telltale::cli {

/// A record with the annotations of that annotator ("atr" is the usual one). An error where it has
/// none.
[[nodiscard]] Result<Recording> read_record(const std::filesystem::path& header,
                                            const std::string& annotator);

/// Its reference beats inside the recording, in time order.
[[nodiscard]] std::vector<Annotation> reference_beats(const Recording& recording);

}  // namespace telltale::cli
