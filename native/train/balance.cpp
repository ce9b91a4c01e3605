#include "balance.hpp"

#include <algorithm>

#include "random.hpp"

namespace telltale::train {

std::vector<Row> balance(const DataSet& data, std::span<const std::size_t> rows,
                         const BalanceOptions& options, std::uint64_t seed) {
    std::vector<std::vector<std::uint32_t>> classes(data.classes.size());
    for (const std::size_t row : rows) {
        classes[data.labels[row]].push_back(static_cast<std::uint32_t>(row));
    }
    std::size_t largest = 0;
    for (const auto& c : classes) largest = std::max(largest, c.size());

    std::vector<Row> result;
    for (std::size_t c = 0; c < classes.size(); ++c) {
        auto& of_class = classes[c];
        if (of_class.empty()) continue;
        std::size_t wanted = of_class.size();
        if (options.method == Balancing::over) wanted = largest;
        if (options.method == Balancing::hybrid) wanted = options.per_class;
        if (options.method != Balancing::none) {
            Random(seed, c).shuffle(std::span(of_class));
        }
        for (std::size_t i = 0; i < wanted; ++i) {
            const std::uint32_t row = of_class[i % of_class.size()];
            result.push_back({.a = row, .b = row, .t = 0, .copy = i >= of_class.size()});
        }
    }
    return result;
}

}  // namespace telltale::train
