// Clusters as JSON, for the program's --json and for the page.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "morphology/clusters.hpp"

namespace telltale::morphology {

/// {"shape_mark", "clusters": [{"beats", "outliers": [beat, ...], "typical", "mean_correlation",
///  "shape": [[value, ...] a lead]}], "cluster_of": [number or null, one a beat]}. Beats are
/// indices from 0; a shape's value is null where no member has samples.
[[nodiscard]] nlohmann::ordered_json to_json(const Clusters& clusters);

}  // namespace telltale::morphology
