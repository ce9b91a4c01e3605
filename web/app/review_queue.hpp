// All beats in the order in which a person should look at them: the doubtful ones first, and among
// beats of equal doubt those where a mistake would matter most.
#pragma once

#include <cstddef>
#include <vector>

#include "session.hpp"

namespace telltale::window {

struct ReviewQueue {
    std::vector<std::size_t> order;  ///< beats, the one to look at first in front
    std::size_t doubtful = 0;  ///< that the model's card calls so, and no person has looked at
};

/// How much a beat wants a look: what the model lacks to be sure of its class, and half of what it
/// holds the beat for besides, weighted by how much that class matters (V 1, F 0.8, S 0.7, others
/// 0.4, N 0.2); one more where the card calls it doubtful. 0 without probabilities. The weights are
/// ours.
[[nodiscard]] double need_of_review(const Session& session, std::size_t beat);

/// Classified beats by their need; equals in time order.
[[nodiscard]] ReviewQueue review_queue(const Session& session);

/// Beats that a person has spoken on.
[[nodiscard]] std::size_t reviewed(const Session& session);

}  // namespace telltale::window
