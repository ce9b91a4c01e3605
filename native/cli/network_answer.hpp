// What a native host answers when a workflow asks for a network.
#pragma once

#include "runtime/session.hpp"
#include "workspace/steps.hpp"

namespace telltale::cli {

/// Runs the batch and gives the outputs that are asked for: the card's output, then its embedding.
[[nodiscard]] Result<workspace::Answer> run_network(runtime::Session& session,
                                                    const workspace::RunNetwork& asked);

}  // namespace telltale::cli
