// Models that run beside the one that names beats: that of the rhythm, that of the waves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/model_files.hpp"
#include "recording/error.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {

/// One that is open.
struct SideModel {
    Model model;
    runtime::Session session;
};

/// By name or path; an empty name takes the one whose card says that it is the default for `what`
/// ("rhythm", "waves"), and nothing where there is none; "none" takes nothing. An error where its
/// card is of another kind.
[[nodiscard]] Result<std::optional<SideModel>> open_side_model(const std::string& name,
                                                               std::string_view what,
                                                               classify::InputKind kind,
                                                               int threads);

}  // namespace telltale::cli
