#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "train/data/data_report.hpp"
#include "train/loop/environment.hpp"
#include "train/report/html_parts.hpp"
#include "train/sequence/report.hpp"

using namespace telltale::train;

namespace {

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

}  // namespace

TEST_CASE("text in a page cannot become markup") {
    CHECK(escaped("a<b>&c") == "a&lt;b&gt;&amp;c");
    CHECK(page_start("<i>").contains("<h1>&lt;i&gt;</h1>"));
    CHECK(plot("<p>", {{"<q>", {{0, 0}, {1, 1}}, 0}}, 0, 1).contains("&lt;q&gt;"));
}

TEST_CASE("a curve goes through its points, larger values higher up") {
    const std::string svg = plot("t", {{"c", {{0, 0}, {1, 0.5}, {2, 1}}, 0}}, 0, 1);
    CHECK(svg.contains("points='0.0,220.0 190.0,110.0 380.0,0.0 '"));
}

TEST_CASE("a beat's picture spans its samples and marks the beat") {
    const std::vector<float> samples{0, 0, 2, 0};
    const std::string svg = beat_picture(samples, "V", 2);
    CHECK(svg.contains("points='0.0,60.0 33.0,60.0 66.0,0.0 99.0,60.0 '"));
    CHECK(svg.contains("x1='66.0'"));
    CHECK(beat_picture({}, "nothing").empty());
    CHECK(!beat_picture(std::vector<float>(5, 1.0F), "flat").contains("nan"));
}

TEST_CASE("a beat is told by where a person finds it") {
    DataSet set;
    set.labels = {0, 0, 0};
    set.test = {false, true, false};
    CHECK(place_of(set, 0) == "record ");
    set.group_names = {"100", "208"};
    set.groups = {1, 1, 0};
    CHECK(place_of(set, 0) == "record 208");  // of a set that does not say
    set.places = {12, 74986, DataSet::mixture};
    CHECK(place_of(set, 1) == "row 74986 of the test file");
    CHECK(place_of(set, 0) == "row 12 of the training file");
    set.record_rate = 360;
    CHECK(place_of(set, 1) == "record 208, sample 74986 (3:28.29)");
    CHECK(place_of(set, 2) == "a mixture, of record 100 and others");
    set.record_rate = 0;
    set.test.assign(3, false);
    CHECK(place_of(set, 1) == "row 74986 of its file");
}

TEST_CASE("the confusion table shows beats, and shares of the truth") {
    Confusion c({"N", "V"});
    for (int i = 0; i < 3; ++i) c.add(0, 0);
    c.add(0, 1);
    const std::string counts = confusion_table(c, false);
    CHECK(counts.contains(">3</td>"));
    const std::string shares = confusion_table(c, true);
    CHECK(shares.contains(">0.750</td>"));
    CHECK(shares.contains(">0.250</td>"));
    CHECK(count(shares, ">0.000</td>") == 2);  // no V at all: no division by nothing
}

TEST_CASE("the report of a sequence run tells the patients held out") {
    SequenceRecipe recipe;
    recipe.name = "two-folds";
    recipe.title = "A <title>";
    recipe.text = "seed = 1";
    recipe.folds = {{"101"}, {"106"}};
    HeldOut held;
    held.by_record.try_emplace("101", sequence_class_names());
    held.by_record.try_emplace("106", sequence_class_names());
    // Three N called N, S, N with these probabilities of S; two S called S and N.
    const struct {
        const char* record;
        std::uint8_t label, given;
        float s;
    } beats[] = {{"101", 0, 0, 0.1F},
                 {"101", 0, 1, 0.6F},
                 {"106", 0, 0, 0.2F},
                 {"106", 1, 1, 0.9F},
                 {"106", 1, 0, 0.4F}};
    for (std::size_t i = 0; i < std::size(beats); ++i) {
        const auto& b = beats[i];
        held.real.add(b.label, b.given);
        held.by_record.at(b.record).add(b.label, b.given);
        held.beats.push_back({b.record, i, b.label, b.given, b.given == 1 ? b.s : 1 - b.s});
        for (const float p : {1 - b.s, b.s, 1e-9F, 1e-9F}) {
            held.log_probabilities.push_back(std::log(p));
        }
    }
    // Pairs (S, N): 0.9 beats all three; 0.4 beats 0.1 and 0.2 but not 0.6: 5 of 6.
    const auto areas = held_out_areas(held);
    CHECK(std::abs(areas.value("S", 0.0) - 5.0 / 6) < 1e-9);
    CHECK(!areas.contains("V"));                         // no such beat
    const double product = 0.9 * 0.4 * 0.8 * 0.9 * 0.4;  // probabilities of the right classes
    CHECK(std::abs(held_out_loss(held) + std::log(product) / 5) < 1e-6);

    const nlohmann::ordered_json summary{{"training_seconds", 12}, {"device", "cpu"}, {"seed", 1}};
    const std::string page = html({.recipe = recipe,
                                   .summary = summary,
                                   .lines = "{\"stage\": \"fold 1\", \"step\": 50, \"loss\": 1}\n"
                                            "nonsense\n{\"stage\": 3}\n"
                                            "{\"stage\": \"fold 2\", \"step\": 50, \"loss\": 2}\n",
                                   .held_out = held,
                                   .data = {}});
    CHECK(page.contains("A &lt;title&gt;"));
    CHECK(page.contains("60.00 %</b> of 5 beats"));
    CHECK(page.contains("2 of 5 beats"));
    CHECK(page.contains("fold 1</span>"));
    CHECK(page.contains("fold 2</span>"));
    CHECK(page.contains("0.8333"));
    CHECK(page.ends_with("</html>\n"));
    CHECK(!page.contains("http"));
    CHECK(count(page, "<table>") == count(page, "</table>"));
}

TEST_CASE("the environment is told as far as it is known") {
    CHECK(environment_line({{"device", "cpu"}, {"threads", 2}}) == "computed on cpu; threads 2.");
    CHECK(!built_version().empty());
}
