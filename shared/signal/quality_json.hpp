// Signal quality as JSON, for the program's --json and for the page.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recording/recording.hpp"
#include "signal/quality.hpp"

namespace telltale::signal {

/// {"leads": [{"name", "poor": [{"first", "last", "start_s", "defect", "score", "unreadable"}]}],
///  "unreadable": [{"first", "last", "start_s"}]}; first and last in samples, [first, last).
/// `quality` is what assess(recording) gave.
[[nodiscard]] nlohmann::ordered_json to_json(const RecordingQuality& quality,
                                             const Recording& recording);

}  // namespace telltale::signal
