// What a training ran with, for its report.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace telltale::train {

/// Telltale's version and commit: "1.0.0 (a826e42)".
[[nodiscard]] std::string built_version();

/// The name of the first GPU that the system tells of; empty if there is none.
[[nodiscard]] std::string gpu_name();

/// One sentence for people of what run.json says: machine, device, threads, seed, versions.
[[nodiscard]] std::string environment_line(const nlohmann::ordered_json& run);

}  // namespace telltale::train
