#include "balance.hpp"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <numeric>

#include "augment.hpp"
#include "rows.hpp"

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
