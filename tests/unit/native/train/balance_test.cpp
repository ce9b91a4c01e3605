#include "train/data/balance.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <map>
#include <numeric>

#include "rows.hpp"
#include "train/data/augment.hpp"
#include "train/data/neighbours.hpp"
#include "train/data/split.hpp"

using namespace telltale::train;
using telltale::train::tests::bumps;

namespace {

std::vector<std::size_t> all_rows(const DataSet& set) {
    std::vector<std::size_t> rows(set.rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return rows;
}

std::map<int, std::size_t> counts(const DataSet& set, const std::vector<Row>& rows) {
    std::map<int, std::size_t> result;
    for (const Row& r : rows) ++result[set.labels[r.a]];
    return result;
}

}  // namespace

TEST_CASE("hybrid resampling gives every class the number asked for") {
    const DataSet set = bumps({500, 37, 90});
    const auto rows = all_rows(set);
    const auto balanced = balance(set, rows, {.method = Balancing::hybrid, .per_class = 100}, 1);
    CHECK(counts(set, balanced) == std::map<int, std::size_t>{{0, 100}, {1, 100}, {2, 100}});
    std::map<std::uint32_t, int> seen;
    std::size_t copies = 0;
    for (const Row& r : balanced) {
        ++seen[r.a];
        copies += r.copy ? 1 : 0;
    }
    CHECK(copies == 63 + 10);
    for (const auto& [row, times] : seen) {
        // The large class is drawn without repetition; of the small ones each row comes as often
        // as any other, or once more.
        const int label = set.labels[row];
        CHECK(times <= (label == 0 ? 1 : label == 1 ? 3 : 2));
        if (label == 1) CHECK(times >= 2);
    }
    CHECK(seen.size() == 100 + 37 + 90);
}

TEST_CASE("random over-sampling lifts every class to the largest and loses nothing") {
    const DataSet set = bumps({50, 7, 20});
    const auto balanced = balance(set, all_rows(set), {.method = Balancing::over}, 1);
    CHECK(counts(set, balanced) == std::map<int, std::size_t>{{0, 50}, {1, 50}, {2, 50}});
    std::map<std::uint32_t, int> seen;
    for (const Row& r : balanced) ++seen[r.a];
    CHECK(seen.size() == set.rows());
}

TEST_CASE("balancing takes only the rows that it was given") {
    const DataSet set = bumps({60, 20});
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < set.rows(); i += 2) rows.push_back(i);
    for (const auto method : {Balancing::none, Balancing::over, Balancing::hybrid}) {
        for (const Row& r : balance(set, rows, {.method = method, .per_class = 40}, 3)) {
            CHECK(r.a % 2 == 0);
        }
    }
}

TEST_CASE("balancing follows its seed") {
    const DataSet set = bumps({60, 20});
    const auto rows = all_rows(set);
    const auto drawn = [&](std::uint64_t seed) {
        std::vector<std::uint32_t> a;
        for (const Row& r :
             balance(set, rows, {.method = Balancing::hybrid, .per_class = 30}, seed))
            a.push_back(r.a);
        return a;
    };
    CHECK(drawn(1) == drawn(1));
    CHECK(drawn(1) != drawn(2));
}

TEST_CASE("augmentation keeps padding, and does nothing where nothing is asked") {
    std::vector<float> row(40, 0.0F);
    for (std::size_t i = 0; i < 25; ++i) row[i] = 0.1F + static_cast<float>(i % 5);
    const auto before = row;
    Random random(1);
    augment(row, {}, random);
    CHECK(row == before);
    augment(row, {.noise = 0.1, .amplitude = 0.1, .wander = 0.2}, random);
    CHECK(row != before);
    for (std::size_t i = 25; i < row.size(); ++i) CHECK(row[i] == 0.0F);

    // A ramp stretched in time is a ramp of another slope, cut or padded.
    std::vector<float> ramp(40, 0.0F);
    for (std::size_t i = 0; i < 20; ++i) ramp[i] = 1.0F + static_cast<float>(i);
    augment(ramp, {.stretch = 0.2}, random);
    const float slope = ramp[1] - ramp[0];
    CHECK(slope > 1.0F / 1.2F - 1e-4F);
    CHECK(slope < 1.0F / 0.8F + 1e-4F);
    CHECK(std::abs(ramp[10] - (1.0F + 10.0F * slope)) < 1e-4F);
}

namespace {

float distance(const DataSet& set, std::size_t a, std::size_t b) {
    float sum = 0;
    for (std::size_t k = 0; k < set.width(); ++k) {
        const float d = set.row(a)[k] - set.row(b)[k];
        sum += d * d;
    }
    return sum;
}

}  // namespace

TEST_CASE("nearest neighbours are those that comparing one by one finds") {
    const DataSet set = bumps({90, 37}, 21);
    for (const std::size_t k : {std::size_t{1}, std::size_t{5}}) {
        for (const auto& rows : by_class(set, all_rows(set))) {
            const auto near = nearest_neighbours(set, rows, k, 2);
            REQUIRE(near.size() == rows.size() * k);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                std::vector<std::pair<float, std::uint32_t>> all;
                for (std::uint32_t j = 0; j < rows.size(); ++j) {
                    if (j != i) all.emplace_back(distance(set, rows[i], rows[j]), j);
                }
                std::ranges::sort(all);
                for (std::size_t j = 0; j < k; ++j) REQUIRE(near[i * k + j] == all[j].second);
            }
        }
    }
}

TEST_CASE("equal rows are each other's neighbours, but none is its own") {
    DataSet set = bumps({20}, 8);
    for (float& value : set.values) value = 1;
    const auto near = nearest_neighbours(set, all_rows(set), 3, 1);
    for (std::uint32_t i = 0; i < 20; ++i) {
        for (std::size_t j = 0; j < 3; ++j) CHECK(near[i * 3 + j] != i);
    }
    CHECK(near[0] == 1);
    CHECK(near[19 * 3] == 0);
}

TEST_CASE("SMOTE lifts classes by points between near rows of the same class") {
    const DataSet set = bumps({300, 40, 12});
    const BalanceOptions options{.method = Balancing::smote, .neighbours = 4};
    const auto balanced = balance(set, all_rows(set), options, 3, 2);
    CHECK(counts(set, balanced) == std::map<int, std::size_t>{{0, 300}, {1, 300}, {2, 300}});
    const auto classes = by_class(set, all_rows(set));
    std::map<std::uint32_t, int> kept;
    for (const Row& r : balanced) {
        if (!r.copy) ++kept[r.a];
        REQUIRE(set.labels[r.a] == set.labels[r.b]);
        REQUIRE(r.t >= 0);
        REQUIRE(r.t < 1);
        if (!r.copy) continue;
        // b is one of the four nearest of a.
        const auto& of_class = classes[set.labels[r.a]];
        const float d = distance(set, r.a, r.b);
        const auto nearer = std::ranges::count_if(
            of_class, [&](std::size_t row) { return row != r.a && distance(set, r.a, row) < d; });
        REQUIRE(nearer < 4);
    }
    // Every row itself once, and all different points otherwise.
    CHECK(kept.size() == set.rows());
    // Threads do not change the result.
    const auto alone = balance(set, all_rows(set), options, 3, 1);
    CHECK(std::ranges::equal(alone, balanced, [](const Row& a, const Row& b) {
        return a.a == b.a && a.b == b.b && a.t == b.t;
    }));
    std::vector<float> values(set.width());
    const Row middle{.a = 0, .b = 1, .t = 0.25F};
    write_row(set, middle, values);
    for (std::size_t k = 0; k < values.size(); ++k) {
        CHECK(std::abs(values[k] - (0.75F * set.row(0)[k] + 0.25F * set.row(1)[k])) < 1e-6F);
    }
}

TEST_CASE("SMOTE cuts what needs no lifting, and repeats a class of one") {
    const DataSet set = bumps({300, 40, 1, 2});
    const auto balanced =
        balance(set, all_rows(set),
                {.method = Balancing::smote, .per_class = 100, .neighbours = 5, .largest = 60}, 3);
    CHECK(counts(set, balanced) ==
          std::map<int, std::size_t>{{0, 60}, {1, 100}, {2, 100}, {3, 100}});
}

TEST_CASE("under-sampling brings every class to the smallest, without repetition") {
    const DataSet set = bumps({50, 7, 20});
    const auto balanced = balance(set, all_rows(set), {.method = Balancing::under}, 1);
    CHECK(counts(set, balanced) == std::map<int, std::size_t>{{0, 7}, {1, 7}, {2, 7}});
    for (const Row& r : balanced) CHECK(!r.copy);
}

TEST_CASE("a set that is balanced before the split keeps classes, records and width") {
    DataSet set = bumps({60, 10});
    set.test.assign(set.rows(), false);
    const DataSet balanced = balanced_data_set(set, {.method = Balancing::smote}, 1, 1);
    CHECK(class_counts(balanced, all_rows(balanced)) == std::vector<std::size_t>{60, 60});
    CHECK(balanced.values.size() == 120 * set.width());
    CHECK(balanced.classes == set.classes);
    CHECK(balanced.group_names == set.group_names);
    CHECK(std::ranges::none_of(balanced.test, [](bool t) { return t; }));
}

TEST_CASE("an official test part stays as it is when the rest is balanced before the split") {
    const DataSet set = bumps({60, 10});
    const DataSet balanced = balanced_data_set(set, {.method = Balancing::over}, 1, 1);
    const auto parts = split(balanced, {.kind = SplitKind::official, .validation = 0.25});
    REQUIRE(parts);
    CHECK(class_counts(balanced, parts->train) == std::vector<std::size_t>{36, 36});
    CHECK(class_counts(balanced, parts->validation) == std::vector<std::size_t>{12, 12});
    const auto values = [](const DataSet& of, std::size_t row) {
        return std::span(of.values).subspan(row * of.width(), of.width());
    };
    const auto official = split(set, {.kind = SplitKind::official, .validation = 0.25})->test;
    REQUIRE(parts->test.size() == official.size());
    for (std::size_t i = 0; i < official.size(); ++i) {
        CHECK(balanced.labels[parts->test[i]] == set.labels[official[i]]);
        CHECK(std::ranges::equal(values(balanced, parts->test[i]), values(set, official[i])));
        for (const std::size_t row : parts->train) {
            CHECK(!std::ranges::equal(values(balanced, row), values(set, official[i])));
        }
    }
}

TEST_CASE("balancing inside the training part mixes no row of another part into it") {
    const DataSet set = bumps({200, 30, 12}, 24, 6);
    const auto parts = split(set, {.kind = SplitKind::patients, .test = 0.3, .validation = 0.3});
    REQUIRE(parts);
    std::vector<bool> learnt(set.group_names.size());
    for (const std::size_t row : parts->train) learnt[set.groups[row]] = true;
    for (const auto method : {Balancing::smote, Balancing::over, Balancing::under}) {
        for (const Row& r : balance(set, parts->train, {.method = method}, 5)) {
            REQUIRE(learnt[set.groups[r.a]]);
            REQUIRE(learnt[set.groups[r.b]]);
        }
    }
}

TEST_CASE("class weights make every class count alike") {
    const DataSet set = bumps({80, 15, 5});
    const auto weights = class_weights(set, all_rows(set));
    REQUIRE(weights.size() == 3);
    CHECK(std::abs(weights[0] - 100.0 / (3 * 80)) < 1e-6);
    CHECK(std::abs(weights[1] - 100.0 / (3 * 15)) < 1e-6);
    CHECK(std::abs(weights[2] - 100.0 / (3 * 5)) < 1e-6);
    // A class that is absent weighs nothing and does not count.
    const auto rows = by_class(set, all_rows(set));
    std::vector<std::size_t> two = rows[0];
    two.insert(two.end(), rows[1].begin(), rows[1].end());
    const auto fewer = class_weights(set, two);
    CHECK(fewer[2] == 0);
    CHECK(std::abs(fewer[0] - 95.0 / (2 * 80)) < 1e-6);
}
