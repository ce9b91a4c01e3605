#include "morphology/clusters_message.hpp"

#include <cmath>

namespace telltale::morphology {

messages::ClustersInfo message_of(const Clusters& clusters) {
    messages::ClustersInfo told;
    told.shape_mark = static_cast<std::int64_t>(clusters.shape_mark);
    for (const Cluster& cluster : clusters.clusters) {
        messages::ClusterInfo one{.beats = cluster.members.size(),
                                  .outliers = {cluster.outliers.begin(), cluster.outliers.end()},
                                  .typical = cluster.typical,
                                  .mean_correlation = cluster.mean_correlation,
                                  .shape = {}};
        for (const std::vector<float>& row : cluster.shape) {
            auto& values = one.shape.emplace_back();
            values.resize(row.size());
            for (std::size_t i = 0; i < row.size(); ++i)
                if (std::isfinite(row[i])) values[i] = row[i];
        }
        told.clusters.push_back(std::move(one));
    }
    told.cluster_of.resize(clusters.cluster_of.size());
    for (std::size_t i = 0; i < clusters.cluster_of.size(); ++i)
        if (clusters.cluster_of[i] >= 0) told.cluster_of[i] = clusters.cluster_of[i];
    return told;
}

}  // namespace telltale::morphology
