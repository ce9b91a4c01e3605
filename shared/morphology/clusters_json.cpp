#include "morphology/clusters_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace telltale::morphology {

nlohmann::ordered_json to_json(const Clusters& clusters) {
    using Json = nlohmann::ordered_json;
    Json list = Json::array(), cluster_of = Json::array();
    for (const Cluster& cluster : clusters.clusters) {
        Json shape = Json::array();
        for (const std::vector<float>& row : cluster.shape) {
            Json values = Json::array();
            for (const float value : row)
                values.push_back(std::isfinite(value) ? Json(value) : Json(nullptr));
            shape.push_back(std::move(values));
        }
        list.push_back({{"beats", cluster.members.size()},
                        {"outliers", cluster.outliers},
                        {"typical", cluster.typical},
                        {"mean_correlation", cluster.mean_correlation},
                        {"shape", std::move(shape)}});
    }
    for (const std::int32_t number : clusters.cluster_of)
        cluster_of.push_back(number < 0 ? Json(nullptr) : Json(number));
    return {{"shape_mark", clusters.shape_mark},
            {"clusters", std::move(list)},
            {"cluster_of", std::move(cluster_of)}};
}

}  // namespace telltale::morphology
