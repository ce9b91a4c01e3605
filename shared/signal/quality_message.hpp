// Signal quality as it is told: to the page, and by the program's --json.
#pragma once

#include "messages/findings.hpp"
#include "recording/recording.hpp"
#include "signal/quality.hpp"

namespace telltale::signal {

/// `quality` is what assess(recording) gave.
[[nodiscard]] messages::QualityInfo message_of(const RecordingQuality& quality,
                                               const Recording& recording);

}  // namespace telltale::signal
