#include "train/data/beat_cache.hpp"
#include "train/data/data_report.hpp"
#include "train/data/split.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>
#include <filesystem>
#include <format>
#include <fstream>
#include <iterator>
#include <set>

#include "rows.hpp"
#include "support/data.hpp"
#include "train/data/write_data_set.hpp"

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

// A folder that is gone after the test.
struct Folder {
    explicit Folder(const char* name) : path(std::filesystem::temp_directory_path() / name) {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    void write(const char* name, const std::string& text) const {
        std::ofstream(path / name) << text;
    }
    std::filesystem::path path;
};

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
    const auto set = load_data_set({.set = "heartbeats"}, "/nowhere");
    REQUIRE(!set);
    CHECK_THAT(set.error().to_string(), ContainsSubstring("heartbeat"));
    const auto missing = load_data_set({.set = "heartbeat"}, "/nowhere");
    REQUIRE(!missing);
    CHECK_THAT(missing.error().to_string(), ContainsSubstring("/nowhere"));
}

TEST_CASE("the heartbeat data set has its published counts") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const auto set = load_data_set({.set = "heartbeat"}, mitdb);
    REQUIRE(set);
    const auto parts = split(*set, {.validation = 0.1, .seed = 1});
    REQUIRE(parts);
    CHECK(class_counts(*set, parts->test) == std::vector<std::size_t>{18118, 556, 1448, 162, 1608});
    CHECK(parts->train.size() + parts->validation.size() == 87554);
}

TEST_CASE("ECG5000 has its published counts") {
    TELLTALE_REAL_DATA(folder, "ecg5000");
    const auto set = load_data_set({.set = "ecg5000"}, folder);
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

TEST_CASE("damaged ECG5000 files are told of") {
    const Folder folder("telltale-test-ecg5000");
    std::string row = "1";
    for (int i = 0; i < 140; ++i) row += " 0.5";
    std::string rows;
    for (int i = 0; i < 30; ++i) rows += row + "\n";
    const auto error_of = [&](const std::string& text) {
        folder.write("ECG5000_TRAIN.txt", text);
        const auto set = load_data_set({.set = "ecg5000"}, folder.path);
        REQUIRE(!set);
        return set.error().to_string();
    };
    CHECK_THAT(error_of(rows + "1 2 3\n"), ContainsSubstring("line 31"));
    CHECK_THAT(error_of(row + " 7\n"), ContainsSubstring("expected 140"));
    CHECK_THAT(error_of("6" + row.substr(1) + "\n"), ContainsSubstring("a class is 6"));
    CHECK_THAT(error_of(rows + "1 2 x\n"), ContainsSubstring("line 31"));
    CHECK_THAT(error_of("1 nan" + row.substr(5) + "\n"), ContainsSubstring("beat 1"));
    CHECK_THAT(error_of(rows), ContainsSubstring("ECG5000_TEST.txt"));
}

namespace {

// Rows of 187 values as the files in circulation write them.
std::string heartbeat_csv(const std::vector<int>& labels) {
    std::string text;
    for (const int label : labels) {
        for (int i = 0; i < 187; ++i)
            text += std::format("{:.18e},", static_cast<double>(static_cast<float>(i) / 187.0F));
        text += std::format("{:.18e}\n", static_cast<double>(label));
    }
    return text;
}

}  // namespace

TEST_CASE("heartbeat is read from the files in circulation where they are") {
    const Folder folder("telltale-test-heartbeat");
    folder.write("mitbih_train.csv", heartbeat_csv({0, 0, 1, 2, 4, 3}));
    folder.write("mitbih_test.csv", heartbeat_csv({0, 4}));
    const auto set = load_data_set({.set = "heartbeat"}, folder.path);
    REQUIRE(set);
    CHECK(set->labels == std::vector<std::uint8_t>{0, 0, 1, 2, 4, 3, 0, 4});
    CHECK(set->test == std::vector<bool>{false, false, false, false, false, false, true, true});
    CHECK(set->row(3)[100] == 100.0F / 187.0F);
    // Whose beats they are is not known, so they cannot be divided by patient.
    CHECK(!split(*set, {.kind = SplitKind::ds1_ds2}));

    folder.write("mitbih_test.csv", heartbeat_csv({0, 5}));
    const auto bad = load_data_set({.set = "heartbeat"}, folder.path);
    REQUIRE(!bad);
    CHECK_THAT(bad.error().to_string(), ContainsSubstring("mitbih_test.csv"));
    CHECK_THAT(bad.error().to_string(), ContainsSubstring("expected 0 to 4"));
}

TEST_CASE("heartbeat-ptb is read, and asked for where it is not") {
    const Folder folder("telltale-test-ptb");
    const auto none = load_data_set({.set = "heartbeat-ptb"}, folder.path);
    REQUIRE(!none);
    CHECK_THAT(none.error().to_string(), ContainsSubstring("ptbdb_normal.csv"));
    folder.write("ptbdb_normal.csv", heartbeat_csv({0, 0, 0}));
    folder.write("ptbdb_abnormal.csv", heartbeat_csv({1, 1}));
    const auto set = load_data_set({.set = "heartbeat-ptb"}, folder.path);
    REQUIRE(set);
    CHECK(set->classes == std::vector<std::string>{"normal", "abnormal"});
    CHECK(set->labels == std::vector<std::uint8_t>{0, 0, 0, 1, 1});
}

TEST_CASE("mitbih is cut as asked, and says what it cannot do") {
    const auto outline = data_set_outline({.set = "mitbih",
                                           .classes = {"N", "A", "V"},
                                           .sampling_rate = 180,
                                           .before = 0.25,
                                           .after = 0.5,
                                           .denoise = classify::Denoise::db4,
                                           .scaling = classify::Scaling::z_score});
    REQUIRE(outline);
    CHECK(outline->shape.length == 135);
    CHECK(outline->classes == std::vector<std::string>{"N", "A", "V"});
    CHECK(outline->input.denoise == classify::Denoise::db4);
    // What a model of it would carry in its card must be a card.
    classify::Card card{.name = "m", .classes = outline->classes, .input = outline->input};
    card.output.name = "logits";
    CHECK(classify::parse_card(classify::card_json(card), "m.onnx"));

    const auto error_of = [](const DataOptions& options) {
        const auto set = data_set_outline(options);
        REQUIRE(!set);
        return set.error().to_string();
    };
    CHECK_THAT(error_of({.set = "mitbih", .classes = {"N", "+"}}), ContainsSubstring("'+'"));
    CHECK_THAT(error_of({.set = "mitbih", .classes = {"N", "N"}}), ContainsSubstring("each once"));
    CHECK_THAT(error_of({.set = "mitbih", .classes = {"N"}}), ContainsSubstring("2 to"));
    CHECK_THAT(error_of({.set = "mitbih", .before = 9, .after = 9}), ContainsSubstring("18 s"));
}

TEST_CASE("mitbih holds the database's beats, and the cache gives the same rows again") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const DataOptions options{.set = "mitbih",
                              .classes = {"N", "A", "V", "L", "R"},
                              .sampling_rate = 90,
                              .before = 0.2,
                              .after = 0.2};
    const Folder cache("telltale-test-cache");
    std::string said;
    const auto log = [&](std::string_view line) { said += std::string(line) + "\n"; };
    const auto first = load_data_set(options, mitdb, log, cache.path);
    REQUIRE(first);
    std::vector<std::size_t> all(first->rows());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    // The counts of the database's own directory.
    CHECK(class_counts(*first, all) == std::vector<std::size_t>{75052, 2546, 7130, 8075, 7259});
    CHECK(first->group_names.size() == 48);
    CHECK_THAT(said, !ContainsSubstring(".beats"));

    const auto again = load_data_set(options, mitdb, log, cache.path);
    REQUIRE(again);
    CHECK_THAT(said, ContainsSubstring(".beats"));
    CHECK(again->values == first->values);
    CHECK(again->labels == first->labels);
    CHECK(again->groups == first->groups);
    CHECK(again->group_names == first->group_names);
    CHECK(again->test == first->test);
    CHECK(again->places == first->places);
    CHECK(again->record_rate == 360);
    // The first beat of record 100 that its annotations tell of.
    CHECK(place_of(*again, 0) == "record 100, sample 77 (0:00.21)");

    // A cache that is not whole, or of other files, is as good as none.
    const auto outline = data_set_outline(options);
    const auto files = std::vector{mitdb / "100.hea"};
    const std::string key = cache_key(*outline, files);
    const auto file = cache.path / cache_file_name(*outline);
    DataSet rows = *outline;
    CHECK(!read_cached(rows, file, key));
    REQUIRE(write_cached(*first, file, key));
    CHECK(read_cached(rows, file, key));
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 4);
    rows = *outline;
    CHECK(!read_cached(rows, file, key));
    CHECK(rows.rows() == 0);
}

TEST_CASE("a split by beats takes a share of each class, and one by patients takes them whole") {
    const DataSet set = bumps({200, 40, 25}, 24, 10);
    const auto beats =
        split(set, {.kind = SplitKind::beats, .test = 0.2, .validation = 0.25, .seed = 3});
    REQUIRE(beats);
    CHECK(class_counts(set, beats->test) == std::vector<std::size_t>{40, 8, 5});
    CHECK(class_counts(set, beats->validation) == std::vector<std::size_t>{40, 8, 5});
    CHECK(disjoint(beats->train, beats->test));
    CHECK(disjoint(beats->train, beats->validation));
    CHECK(disjoint(beats->validation, beats->test));
    CHECK(beats->train.size() + beats->validation.size() + beats->test.size() == set.rows());

    const auto patients =
        split(set, {.kind = SplitKind::patients, .test = 0.3, .validation = 0.3, .seed = 3});
    REQUIRE(patients);
    const auto records = [&](const std::vector<std::size_t>& rows) {
        std::set<std::size_t> groups;
        for (const std::size_t row : rows) groups.insert(set.groups[row]);
        return groups;
    };
    CHECK(records(patients->test).size() == 3);
    CHECK(records(patients->validation).size() == 2);
    CHECK(records(patients->train).size() == 5);
    std::set<std::size_t> together = records(patients->test);
    together.merge(records(patients->validation));
    together.merge(records(patients->train));
    CHECK(together.size() == 10);
}

TEST_CASE("a set that was written as CSV is read again, value for value") {
    DataSet set = bumps({20, 6, 5, 4, 7}, 187);
    set.name = "heartbeat";
    set.group_names = {"unknown"};
    for (auto& group : set.groups) group = 0;
    const Folder folder("telltale-test-written");
    const auto parts = official_parts(set);
    REQUIRE(parts.size() == 2);
    const auto files = write_data_set(set, "heartbeat", parts, DataFormat::csv, folder.path);
    REQUIRE(files);
    CHECK(files->size() == 4);
    const auto again = load_data_set({.set = "heartbeat"}, folder.path);
    REQUIRE(again);
    REQUIRE(again->rows() == set.rows());
    std::size_t row = 0;
    for (const NamedPart& part : parts) {
        for (const std::size_t from : part.rows) {
            REQUIRE(std::ranges::equal(again->row(row), set.row(from)));
            REQUIRE(again->labels[row] == set.labels[from]);
            REQUIRE(again->test[row] == set.test[from]);
            ++row;
        }
    }
}

TEST_CASE("NumPy files have the head that NumPy expects, and all values") {
    const DataSet set = bumps({3, 2}, 5);
    const Folder folder("telltale-test-npy");
    const std::vector<NamedPart> parts = {{"part", {4, 0}}};
    const auto files = write_data_set(set, "bumps", parts, DataFormat::npy, folder.path);
    REQUIRE(files);
    REQUIRE(files->size() == 5);
    const auto read = [](const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    // Row 4 is the only one of its class here, as is row 0.
    const std::string page = read(folder.path / "bumps.html");
    CHECK_THAT(page, ContainsSubstring("<td>1 (50.00 %)</td><td>1 (50.00 %)</td>"));
    CHECK_THAT(page, ContainsSubstring("<polyline") && ContainsSubstring("</html>"));
    const std::string beats = read(folder.path / "part_beats.npy");
    REQUIRE(beats.size() == 128 + 2 * 5 * sizeof(float));
    CHECK(beats.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
    CHECK(static_cast<unsigned char>(beats[8]) == 118);
    CHECK_THAT(beats,
               ContainsSubstring("'descr': '<f4', 'fortran_order': False, 'shape': (2, 5), }"));
    CHECK(beats[127] == '\n');
    CHECK(std::memcmp(beats.data() + 128, set.row(4).data(), 5 * sizeof(float)) == 0);
    const std::string labels = read(folder.path / "part_labels.npy");
    CHECK_THAT(labels,
               ContainsSubstring("'descr': '|u1', 'fortran_order': False, 'shape': (2,), }"));
    CHECK(labels.substr(labels.size() - 2) == std::string("\x01\x00", 2));
}
