// What a figure was measured with, and on which machine.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace telltale::train {

/// {"cpu": name, "cores": number, "gpu": name}: what the system tells; the rest is left out.
[[nodiscard]] nlohmann::ordered_json machine_facts();

/// Telltale's version and commit: "1.0.0 (a826e42)".
[[nodiscard]] std::string built_version();

/// One sentence for people of a run's JSON: machine, device, threads, seed, versions.
[[nodiscard]] std::string environment_line(const nlohmann::ordered_json& run);

}  // namespace telltale::train
