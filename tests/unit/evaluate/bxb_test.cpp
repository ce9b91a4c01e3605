// Our comparison against what WFDB's own bxb printed of the same annotation files.
#include <catch2/catch_test_macros.hpp>
#include <format>
#include <set>
#include <sstream>

#include "evaluate/comparison.hpp"
#include "support/data.hpp"

using namespace telltale;
using namespace telltale::evaluate;

namespace {

std::string text_of(const std::filesystem::path& path) {
    const tests::File file = tests::read_file(path);
    return {reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()};
}

std::vector<Annotation> annotations_of(const std::filesystem::path& path) {
    const tests::File file = tests::read_file(path);
    auto result = formats::read_wfdb_annotations(file.named());
    REQUIRE(result);
    return *result;
}

// The matrix of bxb's standard report: seven letters, a bar, counts.
std::array<std::array<std::int64_t, label_count>, label_count> matrix_of(const std::string& text) {
    std::array<std::array<std::int64_t, label_count>, label_count> matrix{};
    int rows = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto bar = line.find(" |");
        if (bar != 2) continue;
        const auto row = std::string_view("NSVFQOX").find(line[1]);
        REQUIRE(row < label_count);
        std::istringstream cells(line.substr(bar + 2));
        for (std::int64_t& cell : matrix[row]) cells >> cell;
        ++rows;
    }
    REQUIRE(rows == 7);
    return matrix;
}

std::string percent(const Ratio& r) {
    const std::string share = r.whole > 0
                                  ? std::format("{:.2f}%", 100.0 * static_cast<double>(r.part) /
                                                               static_cast<double>(r.whole))
                                  : "-";
    return std::format("{} ({}/{})", share, r.part, r.whole);
}

// What the report says after a colon, with single spaces.
std::string field(const std::string& text, const std::string& label) {
    const auto at = text.find(label + ":");
    REQUIRE(at != std::string::npos);
    std::istringstream words(
        text.substr(at + label.size() + 1, text.find('\n', at) - at - label.size() - 1));
    std::string result;
    for (std::string word; words >> word;) result += (result.empty() ? "" : " ") + word;
    return result;
}

}  // namespace

TEST_CASE("every pair that bxb compared is counted as bxb counted it") {
    TELLTALE_REAL_DATA(folder, "bxb");
    int pairs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();  // 100.gqrs.f0.std
        if (!name.ends_with(".std") || entry.file_size() == 0) continue;
        INFO(name);
        const auto dot = name.find('.'), second = name.find('.', dot + 1);
        const std::string record = name.substr(0, dot);
        const std::string start = name.substr(second + 2, name.find('.', second + 1) - second - 2);
        const auto c = compare(annotations_of(folder / (record + ".atr")),
                               annotations_of(folder / name.substr(0, second)), 360, 650000,
                               {.start_s = std::stod(start), .class_map = ClassMap::bxb});
        const std::string report = text_of(entry.path());
        CHECK(c.matrix == matrix_of(report));
        const Figures f = figures(c);
        CHECK(percent(f.qrs_sensitivity) == field(report, "QRS sensitivity"));
        CHECK(percent(f.qrs_predictivity) == field(report, "QRS positive predictivity"));
        CHECK(percent(f.v_sensitivity) == field(report, " VEB sensitivity"));
        CHECK(percent(f.v_predictivity) == field(report, " VEB positive predictivity"));
        CHECK(percent(f.s_sensitivity) == field(report, "SVEB sensitivity"));
        CHECK(percent(f.s_predictivity) == field(report, "SVEB positive predictivity"));
        REQUIRE(f.rr_rms_error_s);
        CHECK(std::format("{:.2f} ms", 1000 * *f.rr_rms_error_s) ==
              field(report, "RMS RR interval error"));
        ++pairs;
    }
    CHECK(pairs == 30);
}
