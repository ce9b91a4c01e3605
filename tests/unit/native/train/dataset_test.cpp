#include "dataset.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "rows.hpp"
#include "support/data.hpp"

using namespace telltale;
using namespace telltale::train;
using Catch::Matchers::ContainsSubstring;
using telltale::train::tests::bumps;

namespace {

std::set<std::size_t> as_set(const std::vector<std::size_t>& rows) {
    return {rows.begin(), rows.end()};
}

bool disjoint(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
    const auto s = as_set(a);
    return std::ranges::none_of(b, [&](std::size_t row) { return s.contains(row); });
}

}  // namespace

TEST_CASE("no row is on two sides of the official split, and none is lost") {
    const DataSet set = bumps({200, 40, 25});
    const auto parts = split(set, {.validation = 0.1, .seed = 3});
    REQUIRE(parts);
    CHECK(disjoint(parts->train, parts->validation));
    CHECK(disjoint(parts->train, parts->test));
    CHECK(disjoint(parts->validation, parts->test));
    CHECK(parts->train.size() + parts->validation.size() + parts->test.size() == set.rows());
    for (const std::size_t row : parts->test) CHECK(set.test[row]);
    for (const std::size_t row : parts->validation) CHECK(!set.test[row]);
    // A tenth of each class of the training part: 160, 32 and 20 rows.
    CHECK(class_counts(set, parts->validation) == std::vector<std::size_t>{16, 3, 2});

    const auto other = split(set, {.validation = 0.1, .seed = 4});
    CHECK(other->test == parts->test);
    CHECK(other->validation != parts->validation);
}

TEST_CASE("the inter-patient split keeps patients apart") {
    DataSet set = bumps({300, 60}, 24, 6);
    set.group_names = {"101", "106", "108", "100", "103", "102"};  // DS1, DS1, DS1, DS2, DS2, paced
    const auto parts =
        split(set, {.kind = SplitKind::ds1_ds2, .validation_groups = {"108"}, .seed = 1});
    REQUIRE(parts);
    const auto records = [&](const std::vector<std::size_t>& rows) {
        std::set<std::string> names;
        for (const std::size_t row : rows) names.insert(set.group_names[set.groups[row]]);
        return names;
    };
    CHECK(records(parts->train) == std::set<std::string>{"101", "106"});
    CHECK(records(parts->validation) == std::set<std::string>{"108"});
    CHECK(records(parts->test) == std::set<std::string>{"100", "103"});

    for (const char* wrong : {"100", "102", "999"}) {
        const auto bad = split(set, {.kind = SplitKind::ds1_ds2, .validation_groups = {wrong}});
        REQUIRE(!bad);
        CHECK_THAT(bad.error().to_string(), ContainsSubstring(wrong));
    }
}

TEST_CASE("a limited part keeps the shares of its classes") {
    const DataSet set = bumps({800, 150, 50});
    std::vector<std::size_t> rows(set.rows());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
    const auto few = limited(set, rows, 100, 1);
    CHECK(class_counts(set, few) == std::vector<std::size_t>{80, 15, 5});
    CHECK(as_set(few).size() == few.size());
    CHECK(limited(set, rows, 5000, 1) == rows);
}

TEST_CASE("an unknown data set is an error that lists the known ones") {
    const auto set = load_data_set("heartbeats", "/nowhere");
    REQUIRE(!set);
    CHECK_THAT(set.error().to_string(), ContainsSubstring("heartbeat"));
    const auto missing = load_data_set("heartbeat", "/nowhere");
    REQUIRE(!missing);
    CHECK_THAT(missing.error().to_string(), ContainsSubstring("/nowhere"));
}

TEST_CASE("the heartbeat data set has its published counts") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const auto set = load_data_set("heartbeat", mitdb);
    REQUIRE(set);
    const auto parts = split(*set, {.validation = 0.1, .seed = 1});
    REQUIRE(parts);
    CHECK(class_counts(*set, parts->test) == std::vector<std::size_t>{18118, 556, 1448, 162, 1608});
    CHECK(parts->train.size() + parts->validation.size() == 87554);
}

TEST_CASE("ECG5000 has its published counts") {
    TELLTALE_REAL_DATA(folder, "ecg5000");
    const auto set = load_data_set("ecg5000", folder);
    REQUIRE(set);
    CHECK(set->rows() == 5000);
    std::vector<std::size_t> all(set->rows());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    CHECK(class_counts(*set, all) == std::vector<std::size_t>{2919, 1767, 96, 194, 24});
    CHECK(std::ranges::count(set->test, true) == 4500);
    // Rows are z-normalised.
    double sum = 0, squares = 0;
    for (const float v : set->row(17)) {
        sum += v;
        squares += static_cast<double>(v) * v;
    }
    CHECK(std::abs(sum / 140) < 1e-4);
    CHECK(std::abs(squares / 139 - 1) < 0.02);
}

TEST_CASE("damaged ECG5000 files are told of by line") {
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / "telltale-test-ecg5000";
    fs::create_directories(folder);
    std::string row = "1";
    for (int i = 0; i < 140; ++i) row += " 0.5";
    const auto error_of = [&](const std::string& text) {
        std::ofstream(folder / "ECG5000_TRAIN.txt") << text;
        const auto set = load_data_set("ecg5000", folder);
        REQUIRE(!set);
        return set.error().to_string();
    };
    CHECK_THAT(error_of(row + "\n1 2 3\n"), ContainsSubstring("line 2"));
    CHECK_THAT(error_of(row + " 7\n"), ContainsSubstring("142 numbers"));
    CHECK_THAT(error_of("6" + row.substr(1) + "\n"), ContainsSubstring("class is 6"));
    CHECK_THAT(error_of(row + "\n1 2 x\n"), ContainsSubstring("expected a number"));
    CHECK_THAT(error_of(row + "\n1 2"), ContainsSubstring("line 2"));
    CHECK_THAT(error_of(row + "\n"), ContainsSubstring("ECG5000_TEST.txt"));
    fs::remove_all(folder);
}
