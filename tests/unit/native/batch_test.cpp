// Many recordings: shards, what is done once and for all, what is killed in the middle, the table.
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <format>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program_folder.hpp"

using namespace telltale;
using Catch::Matchers::ContainsSubstring;
using tests::Program;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

// Everything in a folder of results that has its final name and does not tell of the run itself.
std::map<std::string, std::string> results(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("manifest") || name.find(".part-") != std::string::npos) continue;
        files[name] = tests::text_of(entry.path().string());
    }
    return files;
}

// The lines of a manifest since its line `from`.
std::vector<Json> manifest(const std::string& path, std::size_t from = 0) {
    const std::string text = tests::text_of(path);
    std::vector<Json> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        REQUIRE(end != std::string::npos);
        lines.push_back(Json::parse(text.substr(at, end - at), nullptr, false));
        REQUIRE(lines.back().is_object());
        at = end + 1;
    }
    REQUIRE(lines.size() >= from);
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(from));
    return lines;
}

std::size_t skipped(const std::vector<Json>& lines) {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [](const Json& line) { return line["skipped"] == true; }));
}

// A program with records of ten seconds and a list of them.
struct Batch {
    explicit Batch(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            files.push_back(telltale.record(std::format("r{}", i), 10, i + 1) + ".hea");
        write_list();
    }
    void write_list() const {
        std::string text;
        for (const std::string& file : files) text += file + "\n";
        telltale.put("list.txt", std::string_view(text));
    }
    [[nodiscard]] std::vector<std::string> arguments(
        const std::string& out, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all = {"analyze",        "--model", "tiny",   "--list",
                                        path("list.txt"), "--out",   path(out)};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    [[nodiscard]] tests::Ran run(const std::string& out,
                                 const std::vector<std::string>& more = {}) const {
        return telltale(arguments(out, more));
    }
    [[nodiscard]] std::string path(const std::string& name) const { return telltale.path(name); }

    Program telltale;
    std::vector<std::string> files;
};

}  // namespace

TEST_CASE("a batch gives the same bytes however it is cut") {
    const Batch batch(7);
    const std::vector<std::string> formats = {"--format", "csv,json,atr,html"};
    CHECK(batch.run("whole", formats).exit == 0);
    const auto whole = results(batch.path("whole"));
    CHECK(whole.size() == 7 * 5);
    for (const std::string shard : {"3/3", "1/3", "2/3"}) {
        std::vector<std::string> more = formats;
        more.insert(more.end(), {"--shard", shard});
        CHECK(batch.run("cut", more).exit == 0);
    }
    CHECK(results(batch.path("cut")) == whole);
    CHECK(manifest(batch.path("cut/manifest-1of3.jsonl")).size() == 3);
    CHECK(manifest(batch.path("cut/manifest-3of3.jsonl")).size() == 2);
    // Two processes that do the same at once, the list from standard input.
    const tests::Ran twice = batch.telltale.in_shell(
        std::format("list={}; \"$@\" <$list & first=$!; \"$@\" <$list || exit 1; wait $first",
                    batch.path("list.txt")),
        {"analyze", "--model", "tiny", "--list", "-", "--out", batch.path("twice"), "--format",
         "html,csv,atr,json"});
    INFO(twice.err);
    CHECK(twice.exit == 0);
    CHECK(results(batch.path("twice")) == whole);
    CHECK(manifest(batch.path("twice/manifest.jsonl")).size() == 14);
}

TEST_CASE("of a batch only what has changed is done again") {
    const Batch batch(3);
    CHECK(batch.run("out").exit == 0);
    const auto first = results(batch.path("out"));
    const auto lines = [&](std::size_t from) {
        return manifest(batch.path("out/manifest.jsonl"), from);
    };
    for (const Json& line : lines(0)) {
        CHECK(line["ok"] == true);
        CHECK(line["skipped"] == false);
        CHECK(line["seconds"].get<double>() > 0);
        CHECK(first.contains(line["result"].get<std::string>()));
        CHECK_FALSE(line.contains("error"));
    }
    CHECK(batch.run("out").exit == 0);
    CHECK(skipped(lines(3)) == 3);
    // The signal file of one changes, not what the list names.
    (void)batch.telltale.record("r1", 10, 77);
    CHECK(batch.run("out").exit == 0);
    CHECK(skipped(lines(6)) == 2);
    CHECK(lines(6)[1]["skipped"] == false);
    const auto changed = results(batch.path("out"));
    CHECK(changed != first);
    // Another option, and another model.
    CHECK(batch.run("out", {"--pause", "1.5"}).exit == 0);
    CHECK(skipped(lines(9)) == 0);
    CHECK(batch.run("out", {"--pause", "1.5", "--format", "csv"}).exit == 0);
    CHECK(skipped(lines(12)) == 0);
    batch.telltale.put("models/tiny.onnx", tests::tiny_model("other"));
    CHECK(batch.run("out", {"--pause", "1.5", "--format", "csv"}).exit == 0);
    CHECK(skipped(lines(15)) == 0);
    // A report that somebody took away; a result that is no result.
    const std::string stem = fs::path(lines(15)[0]["result"].get<std::string>()).stem().string();
    fs::remove(batch.path("out/" + stem + ".beats.csv"));
    batch.telltale.put("out/" + lines(15)[2]["result"].get<std::string>(), std::string_view("{}"));
    CHECK(batch.run("out", {"--pause", "1.5", "--format", "csv"}).exit == 0);
    CHECK(skipped(lines(18)) == 1);
    CHECK(lines(18)[1]["skipped"] == true);
    CHECK(fs::exists(batch.path("out/" + stem + ".beats.csv")));
}

TEST_CASE("equal names in different folders do not meet in a batch") {
    Batch batch(0);
    for (const char* folder : {"a", "b", "a/c"})
        batch.files.push_back(
            batch.telltale.record(std::string(folder) + "/100", 10, batch.files.size() + 1));
    batch.files.push_back(batch.path("b/../a/100"));  // the first again
    batch.write_list();
    CHECK(batch.run("out").exit == 0);
    const auto found = results(batch.path("out"));
    CHECK(found.size() == 3);
    for (const auto& [name, text] : found) CHECK(name.starts_with("100-"));
}

TEST_CASE("one corrupt file among many gives all the others and one error") {
    Batch batch(12);
    batch.files.insert(batch.files.begin() + 5, batch.telltale.put("r.csv", std::string_view("")));
    batch.write_list();
    for (const bool again : {false, true}) {
        const tests::Ran ran = batch.run("out", {"--json"});
        CHECK(ran.exit == 1);
        const Json json = Json::parse(ran.out, nullptr, false);
        REQUIRE(json.is_object());
        CHECK(json["files"] == 13);
        CHECK(json["skipped"] == (again ? 13 : 0));
        REQUIRE(json["errors"].size() == 1);
        CHECK(json["errors"][0].get<std::string>().contains("r.csv"));
    }
    const auto lines = manifest(batch.path("out/manifest.jsonl"));
    CHECK(std::ranges::count_if(lines, [](const Json& l) { return l["ok"] == true; }) == 24);
    const Json made = batch.telltale.json({"collect", batch.path("out")});
    CHECK(made["inputs"] == 13);
    CHECK(made["rows"] == 13);
    CHECK(made["with_errors"] == 1);
}

TEST_CASE("what cannot be looked at is an error of its own in a batch") {
    Batch batch(2);
    const std::string closed = batch.path("closed/r");
    (void)batch.telltale.record("closed/r", 10);
    fs::permissions(batch.path("closed"), fs::perms::none);
    const bool enforced = ::access(closed.c_str(), F_OK) != 0 && errno == EACCES;
    batch.files.push_back(closed + ".hea");
    batch.files.push_back(batch.path("closed"));
    batch.files.push_back(batch.path(std::string(400, 'x')));
    batch.files.push_back(batch.path("absent"));
    batch.write_list();
    const tests::Ran ran = batch.run("out", {"--json"});
    fs::permissions(batch.path("closed"), fs::perms::all);
    INFO(ran.err);
    CHECK(ran.exit == 1);
    const Json json = Json::parse(ran.out, nullptr, false);
    REQUIRE(json.is_object());
    CHECK(json["errors"].size() == (enforced ? 4 : 2));
    CHECK_THAT(ran.err, ContainsSubstring("File name too long"));
    // Now they can be read, or still cannot be.
    CHECK(batch.run("out").exit == 1);
    const auto lines = manifest(batch.path("out/manifest.jsonl"), 6);
    CHECK(lines[0]["skipped"] == true);
    CHECK(lines[2]["ok"] == true);
    CHECK(lines[2]["skipped"] == !enforced);
    CHECK(lines[4]["ok"] == false);
    CHECK(lines[5]["skipped"] == false);
    // What was found when a file could be read stays while it cannot be.
    fs::remove(batch.path("r0.hea"));
    const auto before = results(batch.path("out"));
    CHECK(batch.run("out").exit == 1);
    CHECK(results(batch.path("out")) == before);

    CHECK(batch.telltale({"analyze", "--list", batch.path("no-list"), "--out", "x"}).exit == 1);
    CHECK(batch.telltale({"analyze", "--list", batch.path("list.txt")}).exit == 2);
    CHECK(batch.telltale({"analyze", "--shard", "1/2", batch.files[0]}).exit == 2);
    for (const char* shard : {"0/2", "3/2", "1", "1/", "a/b", "-1/2"})
        CHECK(batch.run("out", {"--shard", shard}).exit == 2);
}

TEST_CASE("a batch that is killed leaves only whole results, and goes on") {
    const Batch batch(40);
    const std::vector<std::string> formats = {"--format", "csv,html"};
    CHECK(batch.run("whole", formats).exit == 0);
    const auto whole = results(batch.path("whole"));
    // Killed when so many lines are in the manifest.
    for (const int lines : {1, 7, 19}) {
        const tests::Ran ran = batch.telltale.in_shell(
            std::format("\"$@\" & p=$!; while kill -0 $p && [ $(cat {0}/manifest.jsonl | wc -l) "
                        "-lt {1} ]; do :; done; kill -9 $p; wait $p; [ $? -eq 137 ]",
                        batch.path("out"), lines),
            batch.arguments("out", formats));
        CHECK(ran.exit == 0);
        const auto some = results(batch.path("out"));
        CHECK(some.size() < whole.size());
        for (const auto& [name, text] : some) CHECK(text == whole.at(name));
    }
    CHECK(batch.run("out", formats).exit == 0);
    CHECK(results(batch.path("out")) == whole);
}

TEST_CASE("a batch on a full disk says so once") {
    const Batch batch(6);
    // No file may grow beyond 4 blocks of 512 bytes, which a result does.
    const tests::Ran ran =
        batch.telltale.in_shell("trap '' XFSZ; ulimit -f 4; \"$@\"", batch.arguments("out"));
    CHECK(ran.exit == 1);
    CHECK(std::ranges::count(ran.err, '\n') == 1);
    CHECK_THAT(ran.err, ContainsSubstring("cannot be written: File too large"));
    CHECK(results(batch.path("out")).empty());
    CHECK(batch.run("out").exit == 0);
    // Where results go to standard output.
    const tests::Ran full = batch.telltale.in_shell(
        "\"$@\" >/dev/full", {"analyze", "--model", "tiny", "--json", batch.files[0]});
    CHECK(full.exit == 1);
    CHECK_THAT(full.err, ContainsSubstring("No space left on device"));
}

TEST_CASE("a table is made of a batch") {
    Batch batch(3);
    // A comma in the name, which the CSV must stand.
    batch.files.push_back(batch.telltale.put("of, nothing.csv", std::string_view("a,b\n")));
    batch.write_list();
    CHECK(batch.run("out", {"--shard", "1/2"}).exit == 0);
    CHECK(batch.run("out", {"--shard", "2/2"}).exit == 1);
    const Json made = batch.telltale.json({"collect", batch.path("out")});
    CHECK(made["rows"] == 4);
    const Json table = Json::parse(tests::text_of(batch.path("out/table.json")), nullptr, false);
    REQUIRE(table.size() == 4);
    CHECK(table[0]["file"].get<std::string>().ends_with("of, nothing.csv"));
    CHECK(table[0]["error"].is_string());
    CHECK(table[0]["mean_bpm"].is_null());
    for (std::size_t i = 0; i < 3; ++i) {
        const Json& row = table[i + 1];
        CHECK(row["file"] == batch.files[i]);
        const Json one =
            batch.telltale.json({"analyze", batch.files[i], "--model", "tiny"})["recordings"][0];
        CHECK(row["recording"] == one["recording"]);
        CHECK(row["beats"] == one["summary"]["beats"]);
        CHECK(row["beats_V"] == one["summary"]["classes"]["V"]);
        CHECK(row["duration_s"] == 10.0);
        CHECK(row["mean_bpm"] == one["rhythm"]["heart_rate"]["mean_bpm"]);
        CHECK(row["ventricular_burden_percent"] == one["rhythm"]["ventricular"]["burden_percent"]);
        CHECK(row["rmssd_ms"] == one["rhythm"]["hrv"]["rmssd_ms"]);
        CHECK(row["unreadable_percent"] == 0.0);
        CHECK(row["af_percent"].is_null());  // no rhythm model was asked
        CHECK(row["error"].is_null());
    }
    const std::string csv = tests::text_of(batch.path("out/table.csv"));
    CHECK(std::ranges::count(csv, '\n') == 5);
    CHECK_THAT(csv, ContainsSubstring("of, nothing.csv\","));
    // Not of how it was cut, and it does not take itself for a result.
    CHECK(batch.run("whole").exit == 1);
    for (int i = 0; i < 2; ++i) (void)batch.telltale.json({"collect", batch.path("whole")});
    CHECK(results(batch.path("whole")) == results(batch.path("out")));
    batch.telltale.refuses({"collect", batch.path("models")}, "no results here");
    batch.telltale.refuses({"collect", batch.path("absent")}, "cannot be read");
}
