// A record with its reference annotations, for the commands that measure against them.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "classify/analysis.hpp"
#include "recording/annotation.hpp"
#include "recording/recording.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {

/// A record with the annotations of that annotator ("atr" is the usual one). An error where it has
/// none.
[[nodiscard]] Result<Recording> read_record(const std::filesystem::path& header,
                                            const std::string& annotator);

/// Its reference beats inside the recording, in time order.
[[nodiscard]] std::vector<Annotation> reference_beats(const Recording& recording);

/// A model's word on a record: on the given beats, or on those that the detector finds.
[[nodiscard]] Result<classify::Analysis> name_beats(
    const Recording& recording, const classify::Card& card, runtime::Session& session,
    std::optional<std::span<const Annotation>> given);

}  // namespace telltale::cli
