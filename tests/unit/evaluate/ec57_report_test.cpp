// The report of a comparison: the same figures in text, JSON and HTML, and every error once.
#include "evaluate/ec57_report.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "formats/xml.hpp"

using namespace telltale;
using namespace telltale::evaluate;

namespace {

std::vector<Annotation> beats(std::string_view codes) {
    std::vector<Annotation> list;
    std::int64_t at = 0;
    for (const char c : codes) {
        at += 100;
        if (c != ' ')
            list.push_back({.sample = at, .code = *code_of_mnemonic(std::string_view(&c, 1))});
    }
    return list;
}

// Two records at 100 Hz. In "one" a V is missed at 5 s, one is called N at 7 s, and a beat is found
// at 8 s where there is none; in "two" all is well.
Ec57Report example(bool classes) {
    Ec57Report report{.title = "a <b> & \"c\" \xff", .classes = classes, .records = {}};
    report.records.push_back(
        compare_record("one", beats("NNVVVNV NN"), beats("NNVV NNVNN"), 100, 1100));
    report.records.push_back(compare_record("two", beats("NNSSNN"), beats("NNSSNN"), 100, 1100));
    return report;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
}

}  // namespace

TEST_CASE("a report in JSON holds records, gross figures, averages and every error") {
    const auto json = to_json(example(true));
    REQUIRE(json["records"].size() == 2);
    const auto& one = json["records"][0];
    CHECK(one["qrs"]["tp"] == 8);
    CHECK(one["qrs"]["fn"] == 1);
    CHECK(one["qrs"]["fp"] == 1);
    REQUIRE(one["errors"].size() == 3);
    CHECK(one["errors"][0]["time"] == "0:00:05.000");
    CHECK(one["errors"][0]["reference"] == "V");
    CHECK(one["errors"][0]["test"] == "O");
    CHECK(one["errors"][1]["sample"] == 700);
    CHECK(one["errors"][2]["time_s"] == 8.0);
    CHECK(one["errors"][2]["reference"] == "O");
    CHECK(json["records"][1]["errors"].empty());
    CHECK(one["v"]["se"] == 0.5);
    CHECK(json["records"][1]["v"]["se"].is_null());
    CHECK(json["gross"]["qrs"]["fn"] == 1);
    CHECK(json["gross"]["beats"] == 15);
    // Averages are over the records that have the figure.
    CHECK(json["average"]["v"]["se"] == 0.5);
    CHECK(json["average"]["qrs"]["se"] == (8.0 / 9 + 1) / 2);
    // The run of three was found as a couplet, which is true but no short run.
    CHECK(one["runs"]["ventricular"]["short_runs"]["missed"] == 1);
    CHECK(one["runs"]["ventricular"]["couplets"]["true"] == 1);
    CHECK(json["gross"]["runs"]["supraventricular"]["couplets"]["found"] == 1);
    CHECK(json["average"]["runs"]["supraventricular"]["couplets"]["se"] == 1.0);
    CHECK(json["rules"]["class_map"] == "literature");
    CHECK(json["rules"]["match_window_ms"] == 150.0);
    CHECK_FALSE(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).empty());
}

TEST_CASE("without classes only missed and false beats are errors") {
    const Ec57Report report = example(false);
    const auto json = to_json(report);
    CHECK(json["records"][0]["errors"].size() == 2);
    CHECK_FALSE(json["gross"].contains("v"));
    CHECK_FALSE(json["gross"].contains("runs"));
    CHECK_FALSE(contains(to_text(report, true), "found as"));
    CHECK_FALSE(contains(to_html(report), "V Se"));
}

TEST_CASE("text and HTML tell the same, and the HTML is well-formed") {
    const Ec57Report report = example(true);
    const std::string text = to_text(report, true), html = to_html(report);
    for (const char* part : {"0:00:05.000", "0:00:07.000", "0:00:08.000", "V missed",
                             "V found as N", "V found where there is no beat", "literature map",
                             "gross", "average", "93.333", "ventricular runs of 3 to 5"}) {
        INFO(part);
        CHECK(contains(text, part));
        CHECK(count(html, part) >= 1);
    }
    CHECK_FALSE(contains(to_text(report), "V missed"));
    const auto body = html.substr(html.find("<html"));
    CHECK(formats::Xml::parse({"report.html", std::as_bytes(std::span(body))}));
    CHECK(contains(html, "a &lt;b&gt; &amp; &quot;c&quot; \xEF\xBF\xBD"));
}

TEST_CASE("a report of nothing has no figures and no zeroes") {
    const auto json = to_json({.title = "none", .records = {}});
    CHECK(json["records"].empty());
    CHECK(json["gross"]["qrs"]["se"].is_null());
    CHECK(json["average"]["qrs"]["se"].is_null());
    CHECK(contains(to_text({.title = "none", .records = {}}), "gross"));
}
