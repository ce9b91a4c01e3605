// The rhythm of a recording, by the network that tells it.
#pragma once

#include <optional>
#include <string>

#include "cli/model_files.hpp"
#include "recording/error.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {

/// A rhythm model that is open.
struct RhythmModel {
    Model model;
    runtime::Session session;
};

/// By name or path; an empty name takes the one whose card says that it is the default for rhythms,
/// and nothing where there is none; "none" takes nothing.
[[nodiscard]] Result<std::optional<RhythmModel>> open_rhythm_model(const std::string& name,
                                                                   int threads);

}  // namespace telltale::cli
