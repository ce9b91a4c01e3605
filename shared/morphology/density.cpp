#include "morphology/density.hpp"

#include <algorithm>
#include <cmath>

namespace telltale::morphology {
namespace {

// The picture's size.
constexpr std::size_t most_columns = 128, density_rows = 72;

}  // namespace

ClusterDensity cluster_density(const Clusters& clusters, std::size_t index, std::size_t lead,
                               std::span<const float> samples, double rate,
                               std::span<const std::int64_t> marks) {
    ClusterDensity density;
    if (index >= clusters.clusters.size()) return density;
    const Cluster& cluster = clusters.clusters[index];
    if (lead >= cluster.shape.size() || cluster.shape[lead].size() < 2) return density;
    const std::vector<float>& shape = cluster.shape[lead];

    // The mean shape with room for its members' spread.
    float low = 0, high = 0;
    for (const float value : shape)
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    const float margin = std::max(0.25F * (high - low), 0.05F);
    density.low = low - margin;
    density.high = high + margin;
    density.columns = std::min(most_columns, shape.size());
    density.rows = density_rows;
    density.first_s = -static_cast<double>(clusters.shape_mark) / rate;
    density.last_s = density.first_s + static_cast<double>(shape.size() - 1) / rate;
    density.counts.assign(density.columns * density.rows, 0);

    // Each member marks the cells between its least and greatest value in a column: the first and
    // the one after the last are noted here, and summed up at the end.
    const float rows_a_mv = static_cast<float>(density_rows) / (density.high - density.low);
    std::vector<float> some;
    std::vector<int> row(shape.size());
    std::vector<float> steps((density_rows + 1) * density.columns, 0);
    for (const std::uint32_t member : cluster.members) {
        if (member >= marks.size()) continue;
        const std::int64_t first = marks[member] - static_cast<std::int64_t>(clusters.shape_mark);
        if (first < 0 || first + static_cast<std::int64_t>(shape.size()) >
                             static_cast<std::int64_t>(samples.size()))
            continue;
        const auto window = samples.subspan(static_cast<std::size_t>(first), shape.size());
        // The middle of every third sample is that of all, near enough for a picture.
        some.clear();
        for (std::size_t i = 0; i < window.size(); i += 3)
            if (std::isfinite(window[i])) some.push_back(window[i]);
        if (some.empty()) continue;
        const auto middle = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 2);
        std::ranges::nth_element(some, middle);
        const float top_mv = density.high + *middle;
        for (std::size_t i = 0; i < window.size(); ++i)
            row[i] = std::isfinite(window[i])
                         ? std::clamp(static_cast<int>((top_mv - window[i]) * rows_a_mv), 0,
                                      static_cast<int>(density_rows) - 1)
                         : -1;
        for (std::size_t column = 0; column < density.columns; ++column) {
            const std::size_t from = column * (shape.size() - 1) / density.columns;
            const std::size_t to = (column + 1) * (shape.size() - 1) / density.columns;
            int top = static_cast<int>(density_rows), bottom = -1;
            for (std::size_t i = from; i <= to; ++i) {
                if (row[i] < 0) continue;
                top = std::min(top, row[i]);
                bottom = std::max(bottom, row[i]);
            }
            if (bottom < 0) continue;
            steps[static_cast<std::size_t>(top) * density.columns + column] += 1;
            steps[static_cast<std::size_t>(bottom + 1) * density.columns + column] -= 1;
        }
    }
    for (std::size_t column = 0; column < density.columns; ++column) {
        float inside = 0;
        for (std::size_t r = 0; r < density_rows; ++r) {
            inside += steps[r * density.columns + column];
            density.counts[r * density.columns + column] = inside;
        }
    }
    return density;
}

}  // namespace telltale::morphology
