#include "evaluate/comparison.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <string_view>

using namespace telltale;
using namespace telltale::evaluate;

namespace {

std::vector<Annotation> beats(std::initializer_list<std::pair<std::int64_t, char>> list) {
    std::vector<Annotation> result;
    for (const auto& [sample, m] : list)
        result.push_back({.sample = sample, .code = *code_of_mnemonic(std::string_view(&m, 1))});
    return result;
}

Annotation quality(std::int64_t sample, std::int8_t subtype) {
    return {.sample = sample, .code = Code::signal_quality, .subtype = subtype};
}

}  // namespace

TEST_CASE("beats pair within the window, its edge included") {
    const auto reference = beats({{1000, 'N'}, {2000, 'V'}, {3000, 'A'}});
    // 150 ms at 1000 Hz are 150 samples.
    const auto test = beats({{1150, 'N'}, {1849, 'V'}, {3000, 'N'}});
    const auto c = compare(reference, test, 1000, 10000);
    CHECK(c.at(Label::N, Label::N) == 1);
    CHECK(c.at(Label::O, Label::V) == 1);
    CHECK(c.at(Label::V, Label::O) == 1);
    CHECK(c.at(Label::S, Label::N) == 1);
    CHECK(c.true_positives() == 2);
    CHECK(c.false_negatives() == 1);
    CHECK(c.false_positives() == 1);
    CHECK(c.mismatches == std::vector<Mismatch>{{1849, Label::O, Label::V},
                                                {2000, Label::V, Label::O},
                                                {3000, Label::S, Label::N}});
}

TEST_CASE("the nearer of two beats is taken, unless that one has a better partner") {
    SECTION("the second is nearer") {
        const auto c = compare(beats({{1000, 'N'}}), beats({{900, 'N'}, {1010, 'V'}}), 1000, 5000);
        CHECK(c.at(Label::O, Label::N) == 1);
        CHECK(c.at(Label::N, Label::V) == 1);
    }
    SECTION("the second is nearer, and whose partner it is decides") {
        const auto c = compare(beats({{1000, 'N'}, {1100, 'V'}}), beats({{940, 'N'}, {1040, 'V'}}),
                               1000, 5000);
        CHECK(c.at(Label::N, Label::V) == 1);
        const auto better = compare(beats({{1000, 'N'}, {1060, 'V'}}),
                                    beats({{930, 'N'}, {1055, 'V'}}), 1000, 5000);
        CHECK(better.at(Label::N, Label::N) == 1);
        CHECK(better.at(Label::V, Label::V) == 1);
    }
}

TEST_CASE("the comparison starts and ends where it is told to") {
    const auto list = beats({{100, 'N'}, {1000, 'N'}, {2000, 'N'}, {9000, 'N'}});
    const auto c = compare(list, list, 1000, 5000, {.start_s = 0.5});
    CHECK(c.true_positives() == 2);
    CHECK(c.rr_intervals == 2);
    CHECK(compare(list, {}, 1000, 0).false_negatives() == 4);
    CHECK(compare({}, list, 1000, 5000).false_positives() == 3);
    CHECK(compare({}, {}, 1000, 5000).mismatches.empty());
}

TEST_CASE("beats in fibrillation count in neither list, opposite them stands O") {
    auto reference = beats({{1000, 'N'}, {1500, '['}, {2000, 'V'}, {3000, ']'}, {4000, 'N'}});
    const auto test = beats({{1000, 'N'}, {2000, 'N'}, {4000, 'N'}});
    const auto c = compare(reference, test, 1000, 5000);
    CHECK(c.true_positives() == 2);
    CHECK(c.at(Label::O, Label::N) == 1);
    CHECK(c.false_negatives() == 0);
}

TEST_CASE("beats opposite a shutdown stand against X") {
    auto test = beats({{1000, 'N'}, {4000, 'N'}});
    test.push_back(quality(1500, -1));
    test.push_back(quality(2500, 0));
    const auto reference = beats({{1000, 'N'}, {2000, 'V'}, {3000, 'N'}, {4000, 'N'}});
    const auto c = compare(reference, test, 1000, 5000);
    CHECK(c.at(Label::V, Label::X) == 1);
    CHECK(c.at(Label::N, Label::O) == 1);
    CHECK(c.false_negatives() == 2);
    // One annotation alone shuts down from 150 ms after the beat before to 150 ms before the next.
    auto alone = beats({{1000, 'N'}, {4000, 'N'}});
    alone.push_back(quality(1500, 0x30));
    CHECK(compare(reference, alone, 1000, 5000).at(Label::N, Label::X) == 1);
    CHECK(compare(reference, alone, 1000, 5000).at(Label::V, Label::X) == 1);
}

TEST_CASE("figures follow EC57: what counts as false, and what does not exist") {
    Comparison c;
    c.matrix = {{{{100, 1, 2, 3, 4, 5, 0}},  // N
                 {{1, 10, 2, 0, 0, 1, 0}},   // S
                 {{2, 3, 50, 1, 1, 2, 1}},   // V
                 {{0, 1, 4, 5, 0, 0, 0}},    // F
                 {{0, 2, 3, 0, 6, 0, 0}},    // Q
                 {{7, 1, 1, 0, 0, 0, 0}},    // O
                 {{1, 0, 1, 0, 0, 0, 0}}}};  // X
    const Figures f = figures(c);
    CHECK(f.qrs_sensitivity == Ratio{201, 210});
    CHECK(f.qrs_predictivity == Ratio{201, 212});
    CHECK(f.v_sensitivity == Ratio{50, 60});
    CHECK(f.v_predictivity == Ratio{50, 56});  // false: 2 of N, 2 of S, 1 of O, 1 of X
    CHECK(f.s_sensitivity == Ratio{10, 14});
    CHECK(f.s_predictivity == Ratio{10, 16});  // false: 1 of N, 3 of V, 1 of F, 1 of O
    CHECK_FALSE(f.rr_rms_error_s);
    CHECK_FALSE(figures(Comparison{}).qrs_sensitivity.value());
}

TEST_CASE("RR error is the root mean square of interval differences") {
    const auto c = compare(beats({{1000, 'N'}, {2000, 'N'}, {3000, 'N'}}),
                           beats({{1000, 'N'}, {2003, 'N'}, {3000, 'N'}}), 1000, 5000);
    CHECK(c.rr_intervals == 2);
    CHECK(*figures(c).rr_rms_error_s == Catch::Approx(0.003));
}

TEST_CASE("gross adds counts, average means figures over records that have them") {
    const auto list = beats({{1000, 'N'}, {2000, 'V'}});
    const std::vector<Comparison> records = {
        compare(list, list, 1000, 5000), compare(list, beats({{1000, 'N'}}), 1000, 5000),
        compare(beats({{1000, 'N'}}), beats({{1000, 'N'}}), 1000, 5000)};
    CHECK(figures(sum(records)).qrs_sensitivity == Ratio{4, 5});
    CHECK(*average(records).qrs_sensitivity == Catch::Approx((1 + 0.5 + 1) / 3));
    CHECK(*average(records).v_sensitivity == Catch::Approx(0.5));
    CHECK_FALSE(average(records).s_sensitivity);
}

TEST_CASE("the two class maps differ in escape beats") {
    const auto list = beats({{1000, 'e'}, {2000, 'j'}, {3000, 'n'}});
    CHECK(compare(list, list, 1000, 5000).at(Label::N, Label::N) == 3);
    CHECK(compare(list, list, 1000, 5000, {.class_map = ClassMap::bxb}).at(Label::S, Label::S) ==
          3);
}
