#include "formats/beat_set.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <format>

#include "support/data.hpp"

using namespace telltale;

namespace {

Result<formats::BeatSet> read(const std::string& text) {
    const auto file = tests::text_file("set", text);
    return formats::read_beat_set(file.named());
}

std::string row(std::size_t values, const char* separator, int seed) {
    std::string text;
    for (std::size_t i = 0; i < values; ++i)
        text +=
            std::format("{}{}", i ? separator : "", 0.5 + 0.001 * static_cast<double>(i) * seed);
    return text;
}

}  // namespace

TEST_CASE("beat sets: the label first or last", "[formats][beat_set]") {
    const std::string heartbeat =
        row(187, ",", 1) + ",0.000000000000000000e+00\n" + row(187, ",", 2) + ",4.0\n";
    const auto file = tests::text_file("mitbih_test.csv", heartbeat);
    CHECK(formats::looks_like_beat_set(file.named()));
    const auto last = formats::read_beat_set(file.named());
    REQUIRE(last);
    CHECK(last->width == 187);
    CHECK(last->label_names == std::vector<std::string>{"0", "4"});
    CHECK(last->beat(1)[1] == 0.502f);

    for (const char* separator : {"\t", "  ", ","}) {
        const auto first = read(std::format("1{0}{1}\n-1{0}{2}\n1.0{0}{2}\n", separator,
                                            row(96, separator, 1), row(96, separator, 3)));
        REQUIRE(first);
        CHECK(first->width == 96);
        CHECK(first->labels == std::vector<int>{0, 1, 0});
        CHECK(first->label_names == std::vector<std::string>{"1", "-1"});
        CHECK(first->beat(2)[2] == 0.506f);
    }
}

TEST_CASE("beat sets: .ts and .arff", "[formats][beat_set]") {
    const auto ts = read(
        "# words\n@problemName X\n@timeStamps false\n@univariate true\n@classLabel true N V\n"
        "@data\n1,2.5,?:N\n4,5,6:V\n");
    REQUIRE(ts);
    CHECK(ts->width == 3);
    CHECK(ts->label_names == std::vector<std::string>{"N", "V"});
    CHECK(ts->beat(0)[1] == 2.5f);
    CHECK(std::isnan(ts->beat(0)[2]));
    CHECK(ts->warnings.size() == 1);

    const auto arff = read(
        "% words\n@relation X\n@attribute a numeric\n@attribute b numeric\n"
        "@attribute target {1,2}\n@data\n0.5,-1,2\n1,2,1\n");
    REQUIRE(arff);
    CHECK(arff->width == 2);
    CHECK(arff->label_names == std::vector<std::string>{"2", "1"});
    CHECK(arff->beat(0)[1] == -1.0f);
}

TEST_CASE("beat sets: what is refused", "[formats][beat_set]") {
    for (const std::string& text :
         {std::string(), std::string("1 2 3\n4 5 6\n"), std::string("@relation x\n"),
          std::string("@problemName x\n@timeStamps true\n@data\n1:2\n"),
          std::string("@problemName x\n@univariate false\n@data\n1:2:3\n"),
          std::string("@relation x\n@data\n1,2,1\n1,2,3,1\n"),
          std::string("@relation x\n@data\n1,x,1\n"), std::string("@relation x\n@data\n7\n"),
          "0 " + row(96, " ", 1) + "\n0 " + row(95, " ", 1) + "\n"})
        CHECK_FALSE(read(text));
    const auto ragged = read("@relation x\n@data\n1,2,1\n1,2,3,1\n");
    REQUIRE_FALSE(ragged);
    CHECK(ragged.error().place == "line 4");
}

TEST_CASE("beat sets: ECG5000 in the UCR text form", "[formats][beat_set][real]") {
    TELLTALE_REAL_DATA(path, "ecg5000/ECG5000_TEST.txt");
    const auto file = tests::read_file(path);
    CHECK(formats::looks_like_beat_set(file.named()));
    const auto set = formats::read_beat_set(file.named());
    REQUIRE(set);
    CHECK(set->size() == 4500);
    CHECK(set->width == 140);
    CHECK(set->label_names.size() == 5);
    CHECK(set->label_names[0] == "1");
    CHECK(set->beat(0)[0] == 3.6908442f);
    // Counted in the file by itself: awk '{n[int($1)]++}'.
    const int expected[] = {2627, 1590, 86, 175, 22};
    for (std::size_t l = 0; l < 5; ++l)
        CHECK(std::ranges::count(set->labels, static_cast<int>(l)) ==
              expected[std::stoul(set->label_names[l]) - 1]);
}
