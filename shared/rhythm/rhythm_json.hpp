// A summary as JSON, for the program's --json and for the page. Keys are the fields' names with
// their units; what is absent in the summary has no key. Times are samples ("first", "last") and
// seconds from the start of the recording ("start_s").
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "rhythm/rhythm.hpp"

namespace telltale::rhythm {

/// All of the summary but the single patterns, of which "events" lists those of several beats.
[[nodiscard]] nlohmann::ordered_json to_json(const Summary& summary);

}  // namespace telltale::rhythm
