#include "train/data/balance.hpp"

#include <algorithm>
#include <numeric>

#include "train/data/neighbours.hpp"
#include "train/loop/random.hpp"

namespace telltale::train {

namespace {

/// Appends `wanted` rows of a class: all of it, some of it, or some of it again and again.
void draw(std::vector<std::size_t> of_class, std::size_t wanted, bool shuffled, Random random,
          std::vector<Row>& out) {
    if (shuffled) random.shuffle(std::span(of_class));
    for (std::size_t i = 0; i < wanted; ++i) {
        const auto row = static_cast<std::uint32_t>(of_class[i % of_class.size()]);
        out.push_back({.a = row, .b = row, .t = 0, .copy = i >= of_class.size()});
    }
}

/// Appends a class's rows and points between them, `wanted` in all.
void lift(const DataSet& data, std::span<const std::size_t> of_class, std::size_t wanted,
          std::size_t neighbours, Random random, int threads, std::vector<Row>& out) {
    const std::size_t k = std::min(neighbours, of_class.size() - 1);
    const std::vector<std::uint32_t> near = nearest_neighbours(data, of_class, k, threads);
    for (const std::size_t row : of_class) {
        const auto a = static_cast<std::uint32_t>(row);
        out.push_back({.a = a, .b = a});
    }
    for (std::size_t i = of_class.size(); i < wanted; ++i) {
        const std::size_t place = random.below(of_class.size());
        const auto a = static_cast<std::uint32_t>(of_class[place]);
        std::uint32_t b = a;
        float t = 0;
        if (k > 0) {
            b = static_cast<std::uint32_t>(of_class[near[place * k + random.below(k)]]);
            t = static_cast<float>(random.uniform());
        }
        out.push_back({.a = a, .b = b, .t = t, .copy = true});
    }
}

}  // namespace

std::vector<Row> balance(const DataSet& data, std::span<const std::size_t> rows,
                         const BalanceOptions& options, std::uint64_t seed, int threads) {
    const auto classes = by_class(data, rows);
    std::size_t largest = 0, smallest = rows.size();
    for (const auto& c : classes) {
        largest = std::max(largest, c.size());
        if (!c.empty()) smallest = std::min(smallest, c.size());
    }
    std::vector<Row> result;
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const auto& of_class = classes[c];
        if (of_class.empty()) continue;
        const Random random(seed, c);
        switch (options.method) {
            case Balancing::none: draw(of_class, of_class.size(), false, random, result); break;
            case Balancing::over: draw(of_class, largest, true, random, result); break;
            case Balancing::under: draw(of_class, smallest, true, random, result); break;
            case Balancing::hybrid: draw(of_class, options.per_class, true, random, result); break;
            case Balancing::smote: {
                const std::size_t wanted = options.per_class > 0 ? options.per_class : largest;
                if (of_class.size() < wanted) {
                    lift(data, of_class, wanted, options.neighbours, random, threads, result);
                } else {
                    const std::size_t kept = options.largest > 0
                                                 ? std::min(options.largest, of_class.size())
                                                 : of_class.size();
                    draw(of_class, kept, true, random, result);
                }
                break;
            }
        }
    }
    return result;
}

void write_row(const DataSet& data, const Row& row, std::span<float> out) {
    const auto a = data.row(row.a);
    std::ranges::copy(a, out.begin());
    if (row.b == row.a) return;
    const auto b = data.row(row.b);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += row.t * (b[i] - a[i]);
}

DataSet balanced_data_set(const DataSet& data, const BalanceOptions& options, std::uint64_t seed,
                          int threads) {
    std::vector<std::size_t> open;  // Not in an official test part.
    std::vector<Row> official;
    for (std::uint32_t row = 0; row < data.rows(); ++row) {
        if (data.test[row])
            official.push_back({.a = row, .b = row});
        else
            open.push_back(row);
    }
    std::vector<Row> rows = balance(data, open, options, seed, threads);
    const std::size_t balanced = rows.size();
    rows.insert(rows.end(), official.begin(), official.end());
    DataSet set;
    set.name = data.name;
    set.source = data.source;
    set.classes = data.classes;
    set.shape = data.shape;
    set.input = data.input;
    set.group_names = data.group_names;
    set.record_rate = data.record_rate;
    set.values.resize(rows.size() * data.width());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        write_row(data, rows[i], std::span(set.values).subspan(i * data.width(), data.width()));
        set.labels.push_back(data.labels[rows[i].a]);
        set.groups.push_back(data.groups[rows[i].a]);
        if (data.places.empty()) continue;
        set.places.push_back(rows[i].b == rows[i].a ? data.places[rows[i].a] : DataSet::mixture);
    }
    set.test.assign(rows.size(), true);
    std::fill_n(set.test.begin(), balanced, false);
    return set;
}

std::vector<float> class_weights(const DataSet& data, std::span<const std::size_t> rows) {
    const std::vector<std::size_t> counts = class_counts(data, rows);
    const auto present =
        static_cast<double>(std::ranges::count_if(counts, [](std::size_t n) { return n > 0; }));
    std::vector<float> weights;
    weights.reserve(counts.size());
    for (const std::size_t n : counts) {
        weights.push_back(n == 0 ? 0.0F
                                 : static_cast<float>(static_cast<double>(rows.size()) /
                                                      (present * static_cast<double>(n))));
    }
    return weights;
}

}  // namespace telltale::train
