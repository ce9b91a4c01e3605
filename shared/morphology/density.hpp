// All members of a cluster drawn over each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "morphology/clusters.hpp"

namespace telltale::morphology {

/// How many of a cluster's members pass through each cell of a picture.
struct ClusterDensity {
    std::size_t columns = 0, rows = 0;  ///< Rows from the top.
    float low = 0, high = 0;            ///< mV around each member's median, bottom and top.
    double first_s = 0, last_s = 0;     ///< Left and right edge, seconds from the mark.
    std::vector<float> counts;          ///< [rows, columns]
};

/// The members of clusters.clusters[cluster] on one lead. `marks` are the samples of all beats, as
/// cluster_beats() got them; `rate` in Hz. Empty where there is no such cluster, or no shape.
[[nodiscard]] ClusterDensity cluster_density(const Clusters& clusters, std::size_t cluster,
                                             std::size_t lead, std::span<const float> samples,
                                             double rate, std::span<const std::int64_t> marks);

}  // namespace telltale::morphology
