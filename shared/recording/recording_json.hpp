// What a recording is, as JSON: for `telltale info --json` and for the page.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "recording/recording.hpp"

namespace telltale {

/// {"name","sampling_rate","samples","duration_s","start","leads":[{"name","original_name","unit",
/// "gain","baseline","gain_assumed"}],"annotations","beats":{code: count},"comments","warnings",
/// "damaged"}; null for what is not known. Comments may name the patient.
[[nodiscard]] nlohmann::ordered_json to_json(const Recording& recording);

/// "2020-01-02T03:04:05", or the time alone where there is no date.
[[nodiscard]] std::string to_text(const StartTime& start);

}  // namespace telltale
