// What machine a figure was measured on.
#pragma once

#include <nlohmann/json.hpp>

namespace telltale::train {

/// {"cpu": name, "cores": number, "gpu": name}: what the system tells; the rest is left out.
[[nodiscard]] nlohmann::ordered_json machine_facts();

}  // namespace telltale::train
