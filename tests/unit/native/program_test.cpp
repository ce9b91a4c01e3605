// The real program on synthetic recordings, good and bad.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <filesystem>
#include <format>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "classify/card.hpp"
#include "classify/features.hpp"
#include "data/files.hpp"
#include "data/heartbeat.hpp"
#include "formats/formats.hpp"
#include "program_folder.hpp"
#include "runtime/probe.hpp"
#include "support/data.hpp"
#include "support/tiny_onnx.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using Catch::Matchers::ContainsSubstring;
using tests::content;
using tests::lines;
using tests::Program;
using tests::tiny_model;
using Json = nlohmann::json;

namespace {

// A network over features of five consecutive beats, of four classes.
std::vector<std::byte> sequence_model(const std::string& name,
                                      const std::vector<std::string>& trained_on,
                                      const std::string& twin, const std::string& default_for) {
    classify::Card card;
    card.name = name;
    card.version = "1";
    card.classes = {"N", "S", "V", "F"};
    card.input.kind = classify::InputKind::sequence;
    card.input.groups = {"F", "M"};
    card.input.length = classify::feature_count(card.input.groups);
    card.input.chunk = 16;
    card.input.context = 4;
    card.input.name = "features";
    card.input.shape = {-1, -1, static_cast<std::int64_t>(card.input.length)};
    card.output.name = "logits";
    card.output.doubtful_below = 0.5;
    card.training_records = trained_on;
    card.twin = twin;
    card.default_for = default_for;
    tests::TinyNetwork network{.input_shape = card.input.shape,
                               .classes = 4,
                               .bias = {1, 0, 0, 0},
                               .input = "features",
                               .kernel = 5,
                               .metadata = {{"telltale", classify::card_json(card)}}};
    for (std::size_t i = 0; i < 4 * card.input.length * 5; ++i)
        network.weights.push_back(static_cast<float>(i * 37 % 41) * 0.01F - 0.2F);
    return tests::tiny_onnx(network);
}

}  // namespace

TEST_CASE("help and usage") {
    const Program telltale;
    for (const std::string command :
         {"analyze", "info", "convert", "synth", "models", "evaluate", "export"}) {
        const tests::Ran help = telltale({command, "--help"});
        CHECK(help.exit == 0);
        CHECK_THAT(help.out, ContainsSubstring(command));
    }
    CHECK_THAT(telltale({"--help"}).out, ContainsSubstring("not a medical device"));
    CHECK_THAT(telltale({"--version"}).out, ContainsSubstring("ONNX Runtime"));
    CHECK(telltale({}).exit == 2);
    CHECK(telltale({"dance"}).exit == 2);
    CHECK(telltale({"analyze"}).exit == 2);
    CHECK(telltale({"analyze", "x.hea", "--format", "pdf"}).exit == 2);
    CHECK(telltale({"evaluate", "classifier", "--data", ".", "--split", "ds3"}).exit == 2);
    CHECK(telltale({"synth", "--out", "x", "--rate", "-1"}).exit == 2);
    CHECK(telltale({"synth", "--out", "x", "--rate", "fast"}).exit == 2);
}

TEST_CASE("synth makes a record that info reads") {
    const Program telltale;
    const Json made = telltale.json({"synth", "--out", telltale.path("demo"), "--duration", "30",
                                     "--pvc", "0.2", "--leads", "3", "--rate", "250"});
    CHECK(made["files"].size() == 3);
    CHECK(made["samples"] == 7500);
    const Json info = telltale.json({"info", telltale.path("demo")});
    const Json& recording = info["files"][0]["recordings"][0];
    CHECK(recording["sampling_rate"] == 250);
    CHECK(recording["samples"] == 7500);
    CHECK(recording["leads"].size() == 3);
    CHECK(recording["damaged"] == false);
    std::size_t beats = 0;
    for (const auto& [code, count] : recording["beats"].items()) beats += count.get<std::size_t>();
    CHECK(made["beats"] == beats);
    CHECK(recording["beats"].contains("V"));
    // The same seed again gives the same file.
    telltale.json({"synth", "--out", telltale.path("again/demo"), "--duration", "30", "--pvc",
                   "0.2", "--leads", "3", "--rate", "250"});
    CHECK(content(telltale.path("demo.dat")) == content(telltale.path("again/demo.dat")));
}

TEST_CASE("analyze takes the ECG among other channels, and refuses where there is none") {
    const Program telltale;
    const Recording ecg = synth::make({.duration_s = 20, .sampling_rate = 250, .leads = 1});
    std::string psg = "time_s,EEG Fpz-Cz (uV),Resp,ECG ECGI (mV)\n",
                none = "time_s,EEG Fpz-Cz (uV),Resp\n";
    for (std::size_t i = 0; i < ecg.length(); ++i) {
        const double t = static_cast<double>(i) / 250;
        const std::string others =
            std::format("{:.3f},{:.2f},{:.4f}", t, 20 * std::sin(60 * t), std::sin(1.5 * t));
        psg += others + std::format(",{}\n", ecg.leads[0].samples[i]);
        none += others + "\n";
    }
    telltale.put("psg.csv", std::string_view(psg));
    telltale.put("none.csv", std::string_view(none));
    const Json json = telltale.json({"analyze", telltale.path("psg.csv"), "--model", "tiny"});
    CHECK(json["recordings"][0]["lead"] == "ECG ECGI");
    CHECK(json["recordings"][0]["summary"]["beats"] > 15);
    telltale.refuses(
        {"analyze", telltale.path("none.csv"), "--model", "tiny"},
        "none of its channels is known to be an ECG: EEG Fpz-Cz (its name is that of an EEG)");
    const Json asked =
        telltale.json({"analyze", telltale.path("none.csv"), "--model", "tiny", "--lead", "Resp"});
    CHECK(asked["recordings"][0]["lead"] == "Resp");
    const Json info = telltale.json({"info", telltale.path("psg.csv")});
    CHECK(info["files"][0]["recordings"][0]["leads"][0]["ecg"] == false);
    CHECK(info["files"][0]["recordings"][0]["leads"][2]["ecg"] == true);
}

TEST_CASE("analyze prints a line a recording, and leaves out the beats if asked") {
    const Program telltale;
    for (const char* name : {"a", "b"}) (void)telltale.record(name, 20);
    const tests::Ran ran =
        telltale({"analyze", telltale.path("a"), telltale.path("absent.hea"), telltale.path("b"),
                  "--model", "tiny", "--json-lines", "--no-beats"});
    CHECK(ran.exit == 1);
    std::vector<Json> lines;
    for (std::string_view rest = ran.out; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        lines.push_back(Json::parse(rest.substr(0, end), nullptr, false));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    REQUIRE(lines.size() == 3);
    for (const std::size_t i : {0, 2}) {
        CHECK(lines[i]["summary"]["beats"] > 10);
        CHECK(lines[i].contains("rhythm"));
        CHECK(lines[i].contains("quality"));
        CHECK(lines[i].contains("file"));
        CHECK_FALSE(lines[i].contains("beats"));
        CHECK_FALSE(lines[i].contains("clusters"));
    }
    CHECK(lines[1]["error"].get<std::string>().contains("absent.hea"));
    const Json whole =
        telltale.json({"analyze", telltale.path("a"), "--model", "tiny", "--no-beats"});
    CHECK_FALSE(whole["recordings"][0].contains("beats"));
    CHECK(telltale({"analyze", telltale.path("a"), "--json", "--json-lines"}).exit == 2);
}

TEST_CASE("what a file says is shown without its control characters") {
    const Program telltale;
    const std::string text = "time_s,II\u202E\xcb (mV)\n0,1\n0.004,2\n0.008,3\n";
    telltale.put("esc.csv", std::string_view(text));
    const tests::Ran ran = telltale({"info", telltale.path("esc.csv")});
    CHECK(ran.out.contains("II\uFFFD\u00CB"));
    CHECK_FALSE(ran.out.contains("\u202E"));
    // What the command line says is shown so too.
    const tests::Ran absent = telltale({"info", "\x1b[31mabsent.hea"});
    CHECK(absent.exit == 1);
    CHECK_FALSE((absent.out + absent.err).contains('\x1b'));
    CHECK(
        telltale.json(
            {"info", telltale.path("esc.csv")})["files"][0]["recordings"][0]["leads"][0]["name"] ==
        "II\uFFFD\u00CB");
}

TEST_CASE("analyze names the beats and writes reports") {
    const Program telltale;
    const std::string record = telltale.record("one");
    const Json json = telltale.json({"analyze", record + ".dat", "--model", "tiny", "--out",
                                     telltale.path("out"), "--format", "csv,json,atr"});
    REQUIRE(json["recordings"].size() == 1);
    CHECK(json["errors"].empty());
    const Json& recording = json["recordings"][0];
    CHECK(recording["files"].size() == 3);
    const std::size_t beats = recording["beats"].size();
    CHECK(beats > 50);
    CHECK(lines(telltale.path("out/one.beats.csv")) == beats + 1);
    const auto atr = content(telltale.path("out/one.atr"));
    const auto annotations = formats::read_wfdb_annotations({"one.atr", atr});
    REQUIRE(annotations);
    CHECK(static_cast<std::size_t>(std::ranges::count_if(
              *annotations, [](const Annotation& a) { return is_beat(a.code); })) == beats);

    // By record name, by header, by path of the model: the same.
    for (const std::string& file : {record, record + ".hea", record + ".atr"}) {
        const Json same =
            telltale.json({"analyze", file, "--model", telltale.path("models/tiny.onnx")});
        CHECK(same["recordings"][0]["beats"] == recording["beats"]);
    }
    CHECK(recording["lead"] == "II");
    const Json other = telltale.json({"analyze", record, "--model", "tiny", "--lead", "V1"});
    CHECK(other["recordings"][0]["lead"] == "V1");
    telltale.refuses({"analyze", record, "--model", "tiny", "--lead", "aVX"}, "'aVX'");
}

TEST_CASE("a folder's recordings have reports of their own names") {
    const Program telltale;
    std::filesystem::create_directory(telltale.path("two"));
    (void)telltale.record("two/100", 20);
    (void)telltale.record("two/101", 20);
    for (const char* const folder : {"two", "two/"}) {
        const Json json = telltale.json({"analyze", telltale.path(folder), "--model", "tiny",
                                         "--out", telltale.path("out"), "--format", "csv"});
        CHECK(json["errors"].empty());
        for (const char* const name : {"out/100.beats.csv", "out/101.beats.csv"}) {
            CHECK(std::filesystem::exists(telltale.path(name)));
            std::filesystem::remove(telltale.path(name));
        }
    }
}

TEST_CASE("a file that was read is never overwritten") {
    const Program telltale;
    const std::string record = telltale.record("one", 20);
    const auto before = content(record + ".atr");
    telltale.refuses(
        {"analyze", record, "--model", "tiny", "--format", "atr", "--out", telltale.path("")},
        "would be overwritten");
    CHECK(content(record + ".atr") == before);
}

TEST_CASE("one bad file does not stop the rest") {
    const Program telltale;
    const std::string good = telltale.record("good", 20);
    const std::string other = telltale.record("other", 20);
    const Json json =
        telltale.json({"analyze", telltale.path("absent.hea"), good,
                       telltale.put("empty.csv", std::string_view("")), other, "--model", "tiny"},
                      1);
    CHECK(json["recordings"].size() == 2);
    CHECK(json["errors"].size() == 2);
    const Json info = telltale.json({"info", telltale.path("absent.hea"), good}, 1);
    CHECK(info["files"].size() == 2);
    CHECK(info["files"][0]["errors"].size() == 1);
    CHECK(info["files"][1]["recordings"].size() == 1);
}

TEST_CASE("bad input is told, and costs no memory") {
    const Program telltale;
    const std::string good = telltale.record("good", 20);
    const std::string header = tests::text_of(good + ".hea");
    const auto renamed = [&](const std::string& name) {
        std::string text = header;
        for (std::size_t at = 0; (at = text.find("good", at)) != std::string::npos;)
            text.replace(at, 4, name);
        return text;
    };
    const std::vector<std::vector<std::string>> commands = {{"info"},
                                                            {"analyze", "--model", "tiny"}};
    const auto refused = [&](const std::string& file, const std::string& why) {
        for (std::vector<std::string> arguments : commands) {
            arguments.push_back(file);
            telltale.refuses(arguments, why);
        }
    };

    // A signal file cut short: what there is is analysed, and it is said.
    auto signal = content(good + ".dat");
    signal.resize(signal.size() / 2);
    telltale.put("half.dat", std::span<const std::byte>(signal));
    refused(telltale.put("half.hea", std::string_view(renamed("half"))), "cut short");
    CHECK(telltale.json({"analyze", "--model", "tiny", telltale.path("half.hea")}, 1)["recordings"]
              .size() == 1);

    refused(telltale.put("lost.hea", std::string_view(renamed("lost"))),
            "signal file 'lost.dat' is missing");

    // Forty leads are many but no fault.
    std::string forty = "forty 40 360 720\n";
    for (int i = 0; i < 40; ++i) forty += std::format("forty.dat 16 200 16 0 0 0 0 ECG {}\n", i);
    telltale.put("forty.hea", std::string_view(forty));
    telltale.put("forty.dat", std::span<const std::byte>(std::vector<std::byte>(40 * 720 * 2)));
    const Json many = telltale.json({"info", telltale.path("forty.hea")});
    CHECK(many["files"][0]["recordings"][0]["leads"].size() == 40);
    const tests::Ran ran = telltale({"analyze", "--model", "tiny", telltale.path("forty.hea")});
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.err, ContainsSubstring("expects lead MLII or II"));
    // With data for two of them only, they are.
    telltale.put("forty.dat", std::span<const std::byte>(std::vector<std::byte>(2 * 720 * 2)));
    refused(telltale.path("forty.hea"), "cut short");

    telltale.put("zero.dat", std::string_view(""));
    refused(
        telltale.put("zero.hea", std::string_view("zero 1 360 0\nzero.dat 16 200 16 0 0 0 0 II\n")),
        "empty");

    std::string csv = "time_s,II (mV)\n";
    for (int i = 0; i < 7200; ++i) {
        const double phase = (i % 300 - 150) / 8.0;
        csv += std::format(
            "{:.6f},{}\n", i / 360.0,
            i >= 1000 && i < 1100 ? "NaN" : std::format("{:.4f}", std::exp(-phase * phase)));
    }
    refused(telltale.put("nan.csv", std::string_view(csv)), "not a number");

    telltale.put("huge.dat", std::span<const std::byte>(std::vector<std::byte>(2000)));
    refused(telltale.put("huge.hea", std::string_view("huge 1 360 1000000000000\n"
                                                      "huge.dat 16 200 16 0 0 0 0 II\n")),
            "cut short");

    refused(telltale.put("text.dat", std::string_view("this is a text and no signal\n")),
            "expected text.hea beside it");
    telltale.put("prose.dat", std::string_view("this is a text and no signal, by any means\n"));
    refused(telltale.put("prose.hea",
                         std::string_view("prose 1 360 10\nprose.dat 16 200 16 0 0 0 0 II\n")),
            "text file");

    refused(telltale.path("absent.hea"), "no such file");
    refused(telltale.path("models"), "its content is of no kind that is read here");
    refused("/dev/zero", "not a regular file");
}

TEST_CASE("bad models are told") {
    const Program telltale;
    const std::string record = telltale.record("one", 20);
    const auto refused = [&](const std::string& name, const std::string& why) {
        telltale.refuses({"analyze", record, "--model", name}, why);
    };
    refused("absent", "no model is named 'absent'");
    refused(telltale.path("absent.onnx"), "no such file");
    refused(telltale.put("text.onnx", std::string_view("not a model at all")),
            "expected an ONNX model");
    refused(telltale.put("bare.onnx", tests::tiny_onnx({.input_shape = {-1, 187},
                                                        .classes = 1,
                                                        .weights = std::vector<float>(187),
                                                        .bias = {0},
                                                        .metadata = {}})),
            "holds no card");
    auto cut = tiny_model("cut");
    cut.resize(cut.size() - 5);
    refused(telltale.put("cut.onnx", cut), "cut.onnx");
}

TEST_CASE("models are listed with what their cards say") {
    const Program telltale;
    const Json json = telltale.json({"models"});
    REQUIRE(json["models"].size() == 1);
    CHECK(json["models"][0]["name"] == "tiny");
    CHECK(json["models"][0]["classes"].size() == 5);
    CHECK(json["models"][0]["parameters"] == 940);
    CHECK(json["models"][0]["metrics"][0]["value"] == 0.5);
    telltale.put("models/broken.onnx", std::string_view("nothing"));
    const Json both = telltale.json({"models"}, 1);
    CHECK(both["models"].size() == 2);
    CHECK(both["models"][0].contains("error"));
}

TEST_CASE("a network runs without a word to anybody") {
    const Program telltale;
    const std::string record = telltale.record("one", 20), home = telltale.path("home");
    // ONNX Runtime's telemetry would start programs that are not there, and write to the home.
    const tests::Ran ran = telltale.in_shell(
        std::format("mkdir {0}; HOME={0} XDG_CACHE_HOME={0} PATH=/nowhere \"$@\"", home),
        {"analyze", record, "--model", "tiny"});
    CHECK(ran.exit == 0);
    CHECK(ran.err.empty());
    CHECK(std::filesystem::is_empty(home));
}

TEST_CASE("convert writes what it read") {
    const Program telltale;
    const std::string record = telltale.record("one", 20);
    telltale.json({"convert", record + ".hea", telltale.path("one.csv")});
    telltale.json(
        {"convert", telltale.path("one.csv"), telltale.path("two.hea"), "--wfdb-format", "16"});
    const Json one = telltale.json({"info", record})["files"][0]["recordings"][0];
    const Json two = telltale.json({"info", telltale.path("two")})["files"][0]["recordings"][0];
    CHECK(one["samples"] == two["samples"]);
    CHECK(two["leads"].size() == 2);
    telltale.refuses({"convert", record, telltale.path("one.xyz")}, "expected .hea, .edf or .csv");
    telltale.refuses({"convert", record, telltale.path("no/such/folder.csv")}, "cannot be written");
}

TEST_CASE("annotations are compared with annotations") {
    const Program telltale;
    const std::string record = telltale.record("one");
    telltale.json(
        {"analyze", record, "--model", "tiny", "--out", telltale.path("out"), "--format", "atr"});
    const std::string reference = record + ".atr", test = telltale.path("out/one.atr");
    const Json same = telltale.json({"evaluate", "compare", reference, reference});
    CHECK(same["gross"]["qrs"]["se"] == 1.0);
    CHECK(same["records"][0]["errors"].empty());
    CHECK(same["rules"]["class_map"] == "literature");

    const Json json = telltale.json({"evaluate", "compare", reference, test, "--map", "bxb",
                                     "--html", telltale.path("report.html")});
    CHECK(json["rules"]["class_map"] == "bxb");
    CHECK(json["gross"]["beats"] == same["gross"]["beats"]);
    std::size_t wrong = 0;
    for (std::size_t r = 0; r < 7; ++r)
        for (std::size_t t = 0; t < 7; ++t)
            if (r != t) wrong += json["records"][0]["matrix"][r][t].get<std::size_t>();
    CHECK(json["records"][0]["errors"].size() == wrong);
    CHECK_THAT(tests::text_of(telltale.path("report.html")),
               ContainsSubstring("Classes by the bxb map"));
    // Folders: records of the same name are paired.
    const Json both = telltale.json(
        {"evaluate", "compare", telltale.path(""), telltale.path("out"), "--map", "bxb"});
    CHECK(both["records"][0]["matrix"] == json["records"][0]["matrix"]);
    const tests::Ran ran = telltale({"evaluate", "compare", reference, test, "--errors"});
    CHECK(ran.exit == 0);
    CHECK(static_cast<std::size_t>(std::ranges::count(ran.out, '\n')) > wrong / 2 + 10);

    telltale.refuses({"evaluate", "compare", reference, telltale.path("out")}, "two folders");
    telltale.refuses({"evaluate", "compare", reference, telltale.path("absent.atr")},
                     "no such file");
    telltale.refuses({"evaluate", "compare", telltale.path(""), telltale.path("models")},
                     "nothing to compare");
    telltale.put("alone.atr", std::span<const std::byte>(content(reference)));
    telltale.refuses({"evaluate", "compare", telltale.path("alone.atr"), test}, "--rate");
    CHECK(telltale
              .json({"evaluate", "compare", telltale.path("alone.atr"), test, "--rate",
                     "360"})["records"]
              .size() == 1);
}

TEST_CASE("the detector is evaluated on synthetic records") {
    const Program telltale;
    (void)telltale.record("a");
    (void)telltale.record("b", 30);
    const Json json = telltale.json({"evaluate", "detector", "--data", telltale.path("")});
    CHECK(json["records"] == 2);
    CHECK(json["samples"] == 360 * 90);
    CHECK(json["reference_beats"] == json["tp"].get<int>() + json["fn"].get<int>());
    CHECK(json["se"].get<double>() > 0.95);
    CHECK(json["ppv"].get<double>() > 0.95);
    CHECK(json["by_record"].size() == 2);
    CHECK(telltale.json({"evaluate", "detector", "--leads", "all", "--data",
                         telltale.path("")})["leads"] == "all");
    telltale.refuses({"evaluate", "detector", "--data", telltale.path("models")},
                     "no record with reference annotations");
    telltale.refuses({"evaluate", "detector", "--data", telltale.path("absent")}, "no such folder");
}

TEST_CASE("a sequence model goes through the program, and is not measured on its own records") {
    const Program telltale;
    (void)telltale.record("a");
    (void)telltale.record("b", 30);
    telltale.put("models/seq.onnx", sequence_model("seq", {"a", "b"}, "seq-twin", "recordings"));
    telltale.put("models/seq-twin.onnx", sequence_model("seq-twin", {"a"}, "", ""));
    // No model is named: the one whose card says so is taken, though another may come earlier.
    const Json analysed = telltale.json({"analyze", telltale.path("a.hea")})["recordings"][0];
    CHECK(analysed["model"]["name"] == "seq");
    REQUIRE(analysed["beats"].size() > 30);
    for (const Json& beat : analysed["beats"]) {
        REQUIRE(beat["probabilities"].size() == 4);
        const double best = std::max(
            {beat["probabilities"][0].get<double>(), beat["probabilities"][1].get<double>(),
             beat["probabilities"][2].get<double>(), beat["probabilities"][3].get<double>()});
        CHECK(beat["doubtful"] == (best < 0.5));
    }
    const std::string data = telltale.path("");
    // On both records model and twin are refused; on b the twin stands in and says so.
    telltale.refuses({"evaluate", "classifier", "--data", data}, "was trained on 2 of these 2");
    const Json twin = telltale.json({"evaluate", "classifier", "--data", data, "--records", "b"});
    CHECK(twin["model"] == "seq-twin");
    CHECK(twin["note"].get<std::string>().contains("seq was trained on 1 of these 1 records"));
    CHECK(twin["by_record"].size() == 1);
    CHECK(twin["classes"]["F"]["support"] == 0);
    CHECK(twin["ec57"]["qrs_se"] == 1);
    const Json own = telltale.json(
        {"evaluate", "classifier", "--data", data, "--trained-on", "--beats", "detected"});
    CHECK(own["model"] == "seq");
    CHECK(own["note"].get<std::string>().contains("say nothing of new patients"));
    CHECK(own["beats_from"] == "detected");
    CHECK(own["missed"].get<int>() < 5);
    telltale.refuses({"evaluate", "classifier", "--data", data, "--records", "c"}, "no such file");
    telltale.refuses({"evaluate", "classifier", "--data", data, "--annotator", "xyz"},
                     "expected NAME.hea with NAME.xyz");
    const Json models = telltale.json({"models"})["models"];
    CHECK(std::ranges::count_if(models, [](const Json& m) {
              return m["default_for"] == "recordings" && m["twin"] == "seq-twin";
          }) == 1);
}

TEST_CASE("a technician is played who answers a model's questions") {
    const Program telltale;
    (void)telltale.record("a");
    (void)telltale.record("b", 30);
    telltale.put("models/seq.onnx", sequence_model("seq", {}, "", "recordings"));
    const std::string data = telltale.path("");
    const auto assisted = [&](std::vector<std::string> more) {
        std::vector<std::string> arguments = {"evaluate", "assisted", "--data", data};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return telltale.json(arguments);
    };
    const Json json = assisted({"--answers", "8,0,4"});
    CHECK(json["answers"] == Json({0, 4, 8}));
    REQUIRE(json["by_record"].size() == 2);
    CHECK(json["by_record"][0]["record"] == "a");
    for (const char* name : {"S", "V"}) {
        CAPTURE(name);
        const Json& of = json["classes"][name];
        REQUIRE(of["f1"].size() == 3);
        REQUIRE(of["f1_unasked"].size() == 3);
        // The counts are those of the records together.
        for (std::size_t i = 0; i < 3; ++i)
            CHECK(of["right"][i].get<int>() ==
                  json["by_record"][0]["classes"][name]["right"][i].get<int>() +
                      json["by_record"][1]["classes"][name]["right"][i].get<int>());
    }
    // No answers: what `evaluate classifier` says of the same beats.
    const Json alone = telltale.json({"evaluate", "classifier", "--data", data});
    for (const char* name : {"S", "V"})
        CHECK(json["classes"][name]["f1"][0] == alone["classes"][name]["f1"]);
    // The same again, bit for bit; and with a technician who is always wrong something else.
    CHECK(assisted({"--answers", "0,4,8"}) == json);
    CHECK(assisted({"--answers", "0,4,8", "--errors", "1", "--seed", "3"})["classes"] !=
          json["classes"]);
    CHECK(assisted({"--answers", "4", "--beats", "detected", "--records", "a"})["given"][0] <= 4);
    CHECK(telltale({"evaluate", "assisted", "--data", data, "--errors", "2"}).exit == 2);
    telltale.refuses({"evaluate", "assisted", "--data", data, "--records", "c"}, "no such file");
}

TEST_CASE("a classifier is evaluated on MIT-BIH") {
    TELLTALE_REAL_DATA(mitdb, "mitdb");
    const Program telltale;
    const auto evaluate = [&](std::vector<std::string> more) {
        std::vector<std::string> arguments = {"evaluate", "classifier", "--model",
                                              "tiny",     "--data",     mitdb.string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return telltale.json(arguments);
    };
    const auto support = [](const Json& json) {
        std::vector<int> counts;
        for (const char* name : {"N", "S", "V", "F", "Q"})
            counts.push_back(json["classes"][name]["support"].get<int>());
        return counts;
    };
    const Json test = evaluate({"--split", "heartbeat-test"});
    CHECK(test["beats"] == 21892);
    CHECK(support(test) == std::vector<int>{18118, 556, 1448, 162, 1608});
    // Every annotated beat of the 22 records.
    const Json ds2 = evaluate({"--split", "ds2"});
    CHECK(ds2["beats"].get<int>() + ds2["left_out"].get<int>() == 49712);
    CHECK(ds2["by_record"].size() == 22);
    CHECK(ds2["ec57"]["qrs_se"] == 1);
    const Json detected = evaluate({"--split", "ds2", "--beats", "detected"});
    CHECK(detected["beats"].get<int>() + detected["missed"].get<int>() > 49000);
    const Json two = evaluate({"--records", "100,232"});
    CHECK(two["by_record"].size() == 2);
    CHECK(two["beats"].get<int>() + two["left_out"].get<int>() == 2273 + 1780);
}

// `telltale export` beside a trainer that writes a model and what another runtime is said to have
// answered: the true answers or others. (The real trainer's export is tested with the trainer.)
TEST_CASE("export keeps a model only if ONNX Runtime agrees with its trainer") {
    const Program telltale;
    std::filesystem::copy(TELLTALE_PROGRAM, telltale.path("telltale"));
    telltale.put("telltale-train",
                 std::string_view("#!/bin/sh\n"
                                  "cd \"$(dirname \"$0\")\" || exit 1\n"
                                  "[ \"$1\" = export ] || exit 2\n"
                                  "[ -e \"$2\" ] || exit 1\n"
                                  "cp made.onnx \"$4\" && cp made.probe \"$6\"\n"));
    std::filesystem::permissions(telltale.path("telltale-train"), std::filesystem::perms::all);
    telltale.put("made.onnx", tiny_model("made"));
    telltale.put("run", std::string_view("a run"));
    // V's logit is the window's sum less 40, the others are their biases: a window of ones gives
    // 147, the other one nearly 0, as N has.
    std::vector<float> windows(374, 1.0F);
    std::fill(windows.begin() + 187, windows.end(), 0.0F);
    windows.back() = 40.0F;
    runtime::Probe probe{.inputs = {{"beats", {2, 1, 187}, windows}},
                         .output = {"logits", {2, 5}, {0, -9, 147, -9, -9, 0, -9, 0, -9, -9}}};
    const auto run = [&](const std::string& from) {
        telltale.put("made.probe", runtime::write_probe(probe));
        return tests::run_program({"export", from, "--out", telltale.path("out.onnx"), "--json"},
                                  telltale.path("models"), telltale.path("telltale"));
    };
    const auto left = [&] {
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(telltale.path("")))
            files += entry.path().string().find(".part") != std::string::npos;
        return files;
    };

    // Too far for logits up to 147, though the beat is as certain as before.
    probe.output.values[1] += 0.02F;
    const tests::Ran bad = run("run");
    CHECK(bad.exit == 1);
    CHECK_THAT(bad.err, ContainsSubstring("on 2 beats ONNX Runtime"));
    CHECK_THAT(bad.err, ContainsSubstring("differ by 0 in probabilities (at most 0.0001 may be), "
                                          "0.02 in logits (at most 0.015); no file is written"));
    CHECK(Json::parse(bad.out)["file"].is_null());
    CHECK_FALSE(std::filesystem::exists(telltale.path("out.onnx")));
    // Little for such logits, but it moves what the second beat is said to be.
    probe.output.values[1] = -9;
    probe.output.values[7] = 0.001F;
    const tests::Ran uncertain = run("run");
    CHECK(uncertain.exit == 1);
    CHECK_THAT(uncertain.err, ContainsSubstring("differ by 0.00025 in probabilities"));
    CHECK_FALSE(std::filesystem::exists(telltale.path("out.onnx")));
    probe.output.values[7] = 0;
    probe.output.values[1] = std::numeric_limits<float>::quiet_NaN();
    CHECK(run("run").exit == 1);
    CHECK_FALSE(std::filesystem::exists(telltale.path("out.onnx")));
    CHECK(run("no-run").exit == 1);

    // More than 1e-4, and right for logits of that size.
    probe.output.values[1] = -9.01F;
    const tests::Ran good = run("run");
    INFO(good.err);
    CHECK(good.exit == 0);
    const Json said = Json::parse(good.out);
    CHECK(said["probabilities_differ"].get<double>() < said["probabilities_limit"]);
    CHECK(said["probabilities_limit"] == 1e-4);
    CHECK(said["logits_differ"].get<double>() == Catch::Approx(0.01).epsilon(1e-3));
    CHECK(said["logits_limit"].get<double>() == Catch::Approx(0.0147));
    CHECK(content(telltale.path("out.onnx")) == tiny_model("made"));
    CHECK(left() == 0);
}

TEST_CASE("without its data a classifier's evaluation says what it expects") {
    const Program telltale;
    telltale.refuses({"evaluate", "classifier", "--model", "tiny", "--split", "ds1", "--data",
                      telltale.path("")},
                     "100.hea");
    telltale.refuses({"evaluate", "classifier", "--model", "tiny", "--split", "ecg5000-test",
                      "--data", telltale.path("")},
                     "not a row of ECG5000");
}
