// Clusters as they are told: to the page, and by the program's --json.
#pragma once

#include "messages/findings.hpp"
#include "morphology/clusters.hpp"

namespace telltale::morphology {

/// Beats are indices from 0; a shape's value is null where no member has samples.
[[nodiscard]] messages::ClustersInfo message_of(const Clusters& clusters);

}  // namespace telltale::morphology
