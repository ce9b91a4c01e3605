// A summary as it is told: to the page, and by the program's --json.
#pragma once

#include "messages/findings.hpp"
#include "rhythm/rhythm.hpp"

namespace telltale::rhythm {

/// All of the summary but the single patterns, of which `events` lists those of several beats.
[[nodiscard]] messages::RhythmInfo message_of(const Summary& summary);

}  // namespace telltale::rhythm
