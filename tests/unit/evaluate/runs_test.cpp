#include "evaluate/runs.hpp"

#include <catch2/catch_test_macros.hpp>
#include <sstream>

#include "support/data.hpp"

using namespace telltale;
using namespace telltale::evaluate;

namespace {

// Beats one second apart at 100 Hz; '(' is the onset of atrial fibrillation, ')' its end.
std::vector<Annotation> rhythm(std::string_view text) {
    std::vector<Annotation> list;
    std::int64_t at = 0;
    for (const char m : text) {
        at += 100;
        if (m == '(' || m == ')')
            list.push_back({.sample = at, .code = Code::rhythm, .aux = m == '(' ? "(AFIB" : "(N"});
        else
            list.push_back({.sample = at, .code = *code_of_mnemonic(std::string_view(&m, 1))});
    }
    return list;
}

RunComparison of(std::string_view reference, std::string_view test, RunKind kind) {
    return compare_runs(rhythm(reference), rhythm(test), kind, 100, 100000);
}

std::vector<std::int64_t> row(const RunComparison& c) {
    std::vector<std::int64_t> result;
    for (const RunCount& n : {c.couplets, c.short_runs, c.long_runs})
        result.insert(result.end(), {n.found, n.missed, n.true_runs, n.false_runs});
    return result;
}

}  // namespace

TEST_CASE("runs are told apart by length and found by runs at least as long in kind") {
    using enum RunKind;
    CHECK(row(of("NNVVNN", "NNVVNN", ventricular)) ==
          std::vector<std::int64_t>{1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    // A triplet found as a couplet: missed as a short run, while the couplet itself is true.
    CHECK(row(of("NNVVVNN", "NNVVNNN", ventricular)) ==
          std::vector<std::int64_t>{0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    CHECK(row(of("NNVVVVVVVNN", "NNVVVVVVNNN", ventricular)) ==
          std::vector<std::int64_t>{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0});
    // Fusion beats belong to ventricular runs; single beats are no runs.
    CHECK(row(of("NNVFNVNN", "NNNNNNNN", ventricular)) ==
          std::vector<std::int64_t>{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    CHECK(row(of("NNSSNN", "NNSNNN", supraventricular)) ==
          std::vector<std::int64_t>{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("episodes of fibrillation are long runs") {
    CHECK(row(of("NN[!!!]NN", "NNNNNNNN", RunKind::ventricular)) ==
          std::vector<std::int64_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0});
    CHECK(row(of("NN(NN)NN", "NN(NN)NN", RunKind::supraventricular)) ==
          std::vector<std::int64_t>{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0});
    // In atrial fibrillation a ventricular beat cuts the run in two.
    CHECK(row(of("NN(NNVNN)NN", "NNNNNNNNNNN", RunKind::supraventricular)) ==
          std::vector<std::int64_t>{0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0});
}

TEST_CASE("every pair that rxr compared is counted as rxr counted it") {
    TELLTALE_REAL_DATA(folder, "bxb");
    const auto annotations = [](const std::filesystem::path& path) {
        auto result = formats::read_wfdb_annotations(tests::read_file(path).named());
        REQUIRE(result);
        return *result;
    };
    int tables = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();  // 100.gqrs.f0.vruns
        if (!name.ends_with("runs")) continue;
        INFO(name);
        const auto dot = name.find('.'), second = name.find('.', dot + 1);
        const std::string record = name.substr(0, dot);
        const std::string start = name.substr(second + 2, name.find('.', second + 1) - second - 2);
        const tests::File file = tests::read_file(entry.path());
        std::istringstream lines(
            std::string(reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()));
        std::vector<std::int64_t> expected;
        for (std::string line, word; std::getline(lines, line);) {
            std::istringstream words(line);
            words >> word;
            if (word != record) continue;
            std::int64_t n = 0;
            for (int i = 0; i < 12 && words >> n; ++i) expected.push_back(n);
        }
        if (expected.empty()) continue;
        const auto kind =
            name.ends_with(".vruns") ? RunKind::ventricular : RunKind::supraventricular;
        const auto c = compare_runs(annotations(folder / (record + ".atr")),
                                    annotations(folder / name.substr(0, second)), kind, 360, 650000,
                                    {.start_s = std::stod(start), .class_map = ClassMap::bxb});
        CHECK(row(c) == expected);
        ++tables;
    }
    CHECK(tables == 60);
}
