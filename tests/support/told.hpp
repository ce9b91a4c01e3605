// Messages as text, for tests that look at what is written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "messages/json.hpp"
#include "messages/review.hpp"
#include "workspace/workspace.hpp"

namespace telltale::tests {

/// Empty where there is nothing to tell.
template <class T>
[[nodiscard]] std::string told(const std::optional<T>& message) {
    return message ? messages::text(*message) : std::string();
}
template <messages::Message T>
[[nodiscard]] std::string told(const T& message) {
    return messages::text(message);
}

/// A change that is written as JSON, as the window sends it.
[[nodiscard]] inline Result<void> edit(workspace::Workspace& workspace, std::string_view json) {
    const auto change = messages::read<messages::Edit>(json, "edit");
    if (!change) return std::unexpected(change.error());
    return workspace.edit(*change);
}

}  // namespace telltale::tests
