// What a recording's file says, as it is told: to the page, and by `telltale info --json`.
#pragma once

#include "messages/recording.hpp"
#include "recording/recording.hpp"

namespace telltale::formats {

/// Null for what is not known. Comments may name the patient.
[[nodiscard]] messages::RecordingFacts facts_of(const Recording& recording);

}  // namespace telltale::formats
