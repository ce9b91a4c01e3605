// The workflow: what follows what, what ends what, and what is told; networks' answers are made up.
#include "workspace/workflow.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>

#include "formats/formats.hpp"
#include "messages/json.hpp"
#include "support/beat_model.hpp"
#include "synth/synth.hpp"

using namespace telltale;
using nlohmann::json;

namespace {

const std::vector<std::string> aami = {"N", "S", "V", "F", "Q"};

/// A host that remembers what it was told.
struct Host {
    double time = 0;
    workspace::Workflow workflow{[this] { return time; }};
    std::vector<std::string> told;  // kinds, stages of progress by their words
    std::vector<json> messages;
    std::size_t runs = 0;
    std::function<Result<workspace::Answer>(const workspace::RunNetwork&)> network =
        [](const workspace::RunNetwork& asked) { return logits(asked, 0); };
    std::function<Result<workspace::Answer>(const workspace::NeedModel&)> model =
        [](const workspace::NeedModel&) {
            return workspace::Answer{.bytes = tests::beat_model(aami), .text = {}, .outputs = {}};
        };

    static Result<workspace::Answer> logits(const workspace::RunNetwork& asked, std::size_t best) {
        workspace::NetworkOutput output{.name = asked.outputs.front(), .shape = {}, .values = {}};
        for (std::size_t i = 0; i < asked.batch.beats; ++i)
            for (std::size_t c = 0; c < 5; ++c) output.values.push_back(c == best ? 3.0F : 0.0F);
        workspace::Answer answer;
        answer.outputs = {{.name = "embedding", .shape = {}, .values = {1}}, std::move(output)};
        return answer;
    }

    explicit Host(const std::string& rhythm = "") {
        workflow.set_models(
            {{.name = "names", .title = {}, .group = {}, .twin = {}, .training_records = {}},
             {.name = "other", .title = {}, .group = {}, .twin = {}, .training_records = {}}},
            "names", rhythm, "");
        (void)run();
        told.clear();
    }

    /// So many steps, or until nothing is to be done; false where it is not at its end.
    bool run(std::size_t steps = 100'000) {
        for (std::size_t i = 0; i < steps; ++i) {
            const workspace::Step step = workflow.step();
            if (std::holds_alternative<workspace::Idle>(step)) return true;
            std::visit([this](const auto& one) { take(one); }, step);
        }
        return false;
    }
    /// Until a network is to be run, and not yet run.
    workspace::RunNetwork until_network() {
        for (int i = 0; i < 100'000; ++i) {
            const workspace::Step step = workflow.step();
            if (const auto* asked = std::get_if<workspace::RunNetwork>(&step)) return *asked;
            if (std::holds_alternative<workspace::Idle>(step)) break;
            std::visit([this](const auto& one) { take(one); }, step);
        }
        FAIL("no network was asked for");
        return {};
    }

    void take(const workspace::TellMessage& one) {
        messages.push_back(json::parse(one.json));
        const std::string type = messages.back()["type"];
        const std::string word =
            type == "progress" ? messages.back()["stage"].get<std::string>() : type;
        if (type == "progress" && (word.empty() || (!told.empty() && told.back() == word))) return;
        told.push_back(word);
    }
    void take(const workspace::TellBeats& one) {
        beats = one.beats;
        told.emplace_back("beats");
    }
    void take(const workspace::TellLevel&) { say_once("level"); }
    void take(const workspace::TellDensity&) { say_once("density"); }
    void take(const workspace::TellReview& one) {
        review = one;
        told.emplace_back("review");
    }
    void take(const workspace::NeedFiles&) { answer(workspace::Answer{}); }
    void take(const workspace::NeedReview&) {
        answer(workspace::Answer{.bytes = {}, .text = kept, .outputs = {}});
    }
    void take(const workspace::NeedModel& one) { answer(model(one)); }
    void take(const workspace::OpenNetwork&) { answer(workspace::Answer{}); }
    void take(const workspace::RunNetwork& one) {
        ++runs;
        answer(network(one));
    }
    template <class T>
    void take(const T&) {}
    void answer(Result<workspace::Answer> given) {
        workflow.answer(workflow.ticket(), std::move(given));
    }
    void say_once(const char* word) {
        if (told.empty() || told.back() != word) told.emplace_back(word);
    }

    /// The last message of that kind.
    json last(std::string_view type) const {
        for (auto it = messages.rbegin(); it != messages.rend(); ++it)
            if ((*it)["type"] == type) return *it;
        return nullptr;
    }
    std::size_t count(std::string_view word) const {
        return static_cast<std::size_t>(std::ranges::count(told, word));
    }

    /// Hands over a synthetic recording of so many seconds as a CSV file.
    void add(double seconds, const std::string& name = "made.csv") {
        const std::string text =
            formats::write_csv(synth::make({.name = "made", .duration_s = seconds}));
        std::byte* room = workflow.workspace().intake().add_file(name, text.size());
        std::memcpy(room, text.data(), text.size());
    }
    void open(double seconds, std::size_t job = 1) {
        add(seconds);
        workflow.handle(
            messages::OpenJob{.job = job, .models = {}, .recordings = 1, .sessions = {}});
    }

    workspace::BeatArrays beats;
    workspace::TellReview review;
    std::string kept;
};

messages::Request relabel(std::size_t beat, std::string to) {
    return messages::EditRequest{
        .edit = messages::RelabelBeats{.beats = {beat}, .class_ = std::move(to)}};
}

}  // namespace

TEST_CASE("a recording is opened, its beats are found and named, and what they mean is told") {
    Host host;
    host.open(60);
    host.told.clear();
    host.time = 1;
    CHECK(host.run());
    CHECK(host.told == std::vector<std::string>{"recordings",
                                                "recording",
                                                "facts",
                                                "level",
                                                "beats",
                                                "edits",
                                                "Loading the model",
                                                "models",
                                                "outdated",
                                                "model",
                                                "Finding beats",
                                                "beats",
                                                "Loading the network",
                                                "Naming beats",
                                                "beats",
                                                "warnings",
                                                "summary",
                                                "edits",
                                                "Judging the signal",
                                                "quality",
                                                "Reading the rhythm",
                                                "rhythm",
                                                "Grouping the beats by shape",
                                                "clusters",
                                                "density",
                                                "done"});
    CHECK(host.last("done")["errors"].empty());
    CHECK(host.last("summary")["beats"] == host.beats.sample.size());
    CHECK(std::ranges::count(host.beats.label, 0) ==
          static_cast<std::ptrdiff_t>(host.beats.sample.size()));
    CHECK(host.last("progress")["stage"] == "");
    CHECK(host.run(1));  // nothing is left to do
}

TEST_CASE("a newer job ends the older, whose network's answer is not taken") {
    Host host;
    host.open(60);
    const auto asked = host.until_network();
    const std::uint64_t old = host.workflow.ticket();
    CHECK(host.workflow.waits_for(old));
    CHECK(std::holds_alternative<workspace::Idle>(host.workflow.step()));  // before the answer
    host.workflow.handle(messages::ModelJob{.job = 2, .name = "other", .lead = {}});
    CHECK_FALSE(host.workflow.waits_for(old));
    host.workflow.answer(old, Host::logits(asked, 2));
    CHECK(host.run());
    const json failed = host.last("failed");
    CHECK(failed["job"] == 1);
    CHECK(failed["cancelled"] == true);
    CHECK(host.last("done")["job"] == 2);
    CHECK(host.last("models")["current"] == "other");
    CHECK(std::ranges::count(host.beats.label, 2) == 0);
}

TEST_CASE("a cancelled job leaves the beats that were found, and no report joins them") {
    Host host;
    host.open(400);
    const auto asked = host.until_network();
    host.answer(Host::logits(asked, 0));
    (void)host.until_network();
    host.workflow.handle(messages::CancelRequest{});
    CHECK(host.run());
    CHECK(host.last("failed")["cancelled"] == true);
    CHECK(host.count("done") == 0);
    CHECK(host.last("rhythm").is_null());
    CHECK(std::ranges::count(host.beats.label, 0) > 0);
    CHECK(std::ranges::count(host.beats.label, 255) > 0);
    CHECK_FALSE(host.workflow.workspace().export_as("html"));
    // A change is kept; what it means is not told of beats that are named in part.
    host.workflow.handle(relabel(3, "V"));
    CHECK(host.run());
    CHECK(host.review.changed);
    CHECK(host.last("rhythm").is_null());
    // A cancel where nothing runs tells nothing.
    const std::size_t before = host.told.size();
    host.workflow.handle(messages::CancelRequest{});
    CHECK(host.run());
    CHECK(host.told.size() == before);
}

TEST_CASE("a change is told at once, and then what it means; groups stay where no beat moved") {
    Host host;
    host.open(60);
    CHECK(host.run());
    host.told.clear();
    host.workflow.handle(relabel(3, "V"));
    CHECK(host.run());
    CHECK(host.told ==
          std::vector<std::string>{"beats", "edits", "summary", "review", "rhythm", "rhythm"});
    CHECK(host.last("rhythm")["ventricular"]["total"] == 1);
    CHECK(host.last("summary")["counts"][2] == 1);
    host.told.clear();
    host.workflow.handle(messages::EditRequest{.edit = messages::RemoveBeats{.beats = {3}}});
    CHECK(host.run());
    CHECK(host.told == std::vector<std::string>{"beats", "edits", "summary", "review", "rhythm",
                                                "rhythm", "clusters", "density"});
    host.told.clear();
    host.workflow.handle(relabel(99'999, "V"));
    CHECK(host.run());
    CHECK(host.told == std::vector<std::string>{"notice"});
}

TEST_CASE("changes that follow each other are looked at together") {
    Host host;
    host.open(60);
    CHECK(host.run());
    host.told.clear();
    for (std::size_t beat = 0; beat < 5; ++beat) host.workflow.handle(relabel(beat, "V"));
    CHECK(host.run());
    CHECK(host.count("rhythm") == 2);  // at once, and with its variability
    CHECK(host.last("rhythm")["ventricular"]["total"] == 5);
}

TEST_CASE("a change during the analysis is in what is told at its end") {
    Host host;
    host.open(400);
    const auto asked = host.until_network();
    host.workflow.handle(relabel(3, "V"));
    host.answer(Host::logits(asked, 0));
    CHECK(host.run());
    CHECK(host.last("rhythm")["ventricular"]["total"] == 1);
    CHECK(host.last("done")["job"] == 1);
}

TEST_CASE("the newest question is answered, between jobs") {
    Host host;
    host.open(60);
    CHECK(host.run());
    host.workflow.handle(messages::ExplainRequest{.beat = 5});
    const auto first = host.until_network();
    const std::uint64_t old = host.workflow.ticket();
    host.workflow.handle(messages::ExplainRequest{.beat = 7});
    host.workflow.answer(old, Host::logits(first, 0));
    CHECK(host.run());
    CHECK(host.last("explanation")["sample"] == host.beats.sample[7]);
    CHECK(host.count("explanation") == 1);
    host.workflow.handle(messages::ExplainRequest{.beat = 5});
    host.workflow.handle(messages::CancelRequest{});
    CHECK(host.run());
    CHECK(host.count("explanation") == 1);
    host.workflow.handle(messages::ExplainRequest{.beat = 99'999});
    CHECK(host.run());
    CHECK(host.last("notice")["text"] == "there is no such beat");
}

TEST_CASE("a person is asked about beats until it ends; every change brings the next question") {
    Host host;
    host.workflow.handle(messages::AskRequest{.on = true});
    host.open(60);
    CHECK(host.run());
    CHECK(host.count("question") == 0);  // another recording: nobody has asked for it there
    host.workflow.handle(messages::AskRequest{.on = true});
    CHECK(host.run());
    REQUIRE(host.last("question").is_object());
    CHECK(host.last("question")["answers"].empty());
    REQUIRE(host.last("question").contains("next"));
    const auto beat = host.last("question")["next"]["beat"].get<std::size_t>();

    host.workflow.handle(
        messages::EditRequest{.edit = messages::AnswerBeat{.beat = beat, .class_ = "V"}});
    CHECK(host.run());
    CHECK(host.count("question") == 2);
    CHECK(host.last("question")["answers"][0]["class"] == "V");
    CHECK(host.beats.person[beat] == 1);
    // The beats that follow are in what is told of the rhythm.
    const auto followed = std::ranges::count(host.beats.person, 2);
    CHECK(host.last("question")["moved"] == followed);
    CHECK(host.last("rhythm")["ventricular"]["total"] == followed + 1);

    // Named anew, the questions go on.
    host.workflow.handle(messages::AnalyzeJob{.job = 2, .lead = {}});
    CHECK(host.run());
    CHECK(host.count("question") == 3);
    host.workflow.handle(messages::AskRequest{.on = false});
    host.workflow.handle(messages::EditRequest{.edit = messages::Undo{}});
    CHECK(host.run());
    CHECK(host.count("question") == 3);
    CHECK(std::ranges::count(host.beats.person, 0) ==
          static_cast<std::ptrdiff_t>(host.beats.sample.size()));
}

TEST_CASE("what the network judges the beats by is asked for, and kept") {
    Host host;
    host.model = [](const workspace::NeedModel&) {
        return workspace::Answer{.bytes = tests::beat_model(aami, 0, 2), .text = {}, .outputs = {}};
    };
    host.network = [](const workspace::RunNetwork& asked) {
        auto answer = Host::logits(asked, 0);
        CHECK(asked.outputs == std::vector<std::string>{"logits", "embedding"});
        answer->outputs.front().values.assign(2 * asked.batch.beats, 0.5F);
        return answer;
    };
    host.open(60);
    CHECK(host.run());
    CHECK(host.workflow.workspace().run().analysis()->embeddings().size() ==
          2 * host.beats.sample.size());
    // One that leaves it out is told of.
    host.network = [](const workspace::RunNetwork& asked) {
        auto answer = Host::logits(asked, 0);
        answer->outputs.erase(answer->outputs.begin());
        return answer;
    };
    host.workflow.handle(messages::AnalyzeJob{.job = 2, .lead = {}});
    CHECK(host.run());
    REQUIRE(host.last("failed").is_object());
    CHECK(host.last("failed")["errors"][0].get<std::string>().contains("\"embedding\""));
}

TEST_CASE("without the rhythm model all else is told, and why the rhythm is missing") {
    Host host("rhythms");
    host.model = [](const workspace::NeedModel& need) -> Result<workspace::Answer> {
        if (need.name == "rhythms") return fail("", "", "it did not load");
        return workspace::Answer{.bytes = tests::beat_model(aami), .text = {}, .outputs = {}};
    };
    host.open(60);
    CHECK(host.run());
    CHECK(host.last("warnings")["texts"].back() == "The rhythm is not judged: it did not load");
    CHECK_FALSE(host.last("rhythm").is_null());
    CHECK(host.last("done")["job"] == 1);
}

TEST_CASE("a model that a person gives is tried, and refused with what it was given") {
    Host host;
    bool good = false;
    host.network = [&](const workspace::RunNetwork& asked) -> Result<workspace::Answer> {
        if (asked.purpose != workspace::Purpose::trial || good) return Host::logits(asked, 0);
        return fail("", "", "Got invalid dimensions");
    };
    const messages::OpenJob drop{.job = 1, .models = {"mine.onnx"}, .sessions = {}};
    host.workflow.handle(drop);
    CHECK(host.run());
    const std::string why = host.last("failed")["errors"].back();
    CHECK(
        why.starts_with("mine.onnx: its network is not what its card says. It was given "
                        "\"beats\" ["));
    CHECK(why.ends_with(", 1, 187]: Got invalid dimensions"));
    CHECK(host.last("models")["current"] == "names");

    good = true;
    host.workflow.handle(drop);
    CHECK(host.run());
    CHECK(host.last("models")["current"] == "mine");
    CHECK(host.last("models")["list"].back()["group"] == "Your own");
    CHECK(host.last("notice")["text"] == "The model mine is ready.");

    host.model = [](const workspace::NeedModel&) { return workspace::Answer{}; };
    host.workflow.handle(drop);
    CHECK(host.run());
    CHECK(host.last("failed")["errors"].size() == 1);
}

TEST_CASE("what cannot be opened is said, and what is on screen stays") {
    Host host;
    host.open(60);
    CHECK(host.run());
    const std::string text = "no recording";
    std::memcpy(host.workflow.workspace().intake().add_file("x.txt", text.size()), text.data(),
                text.size());
    host.workflow.handle(
        messages::OpenJob{.job = 2, .models = {}, .recordings = 1, .sessions = {}});
    CHECK(host.run());
    CHECK(host.last("failed")["job"] == 2);
    CHECK(host.last("failed")["errors"].size() == 1);
    CHECK(host.workflow.workspace().recording()->name == "made");
    CHECK(host.workflow.workspace().export_as("csv"));
    host.workflow.handle(messages::ChooseJob{.job = 3, .index = 7, .lead = {}});
    CHECK(host.run());
    CHECK(host.last("failed")["errors"].back() == "There is no recording number 8.");
}

TEST_CASE("a kept review is there again, and is said once") {
    Host first;
    first.open(60);
    CHECK(first.run());
    first.workflow.handle(relabel(3, "V"));
    CHECK(first.run());
    Host again;
    again.kept = first.review.session;
    again.open(60);
    CHECK(again.run());
    CHECK(again.beats.person[3] == 1);
    CHECK_FALSE(again.review.changed);
    CHECK(again.last("notice")["text"] ==
          "Your earlier changes to this recording are here again: 1 renamed.");
    again.told.clear();
    again.workflow.handle(messages::AnalyzeJob{.job = 2, .lead = {}});
    CHECK(again.run());
    CHECK(again.count("notice") == 0);

    // Changes from another place are joined.
    again.workflow.handle(messages::EditRequest{.edit = messages::Undo{}});
    REQUIRE(again.workflow.adopt(first.review.session, "another tab"));
    CHECK(again.run());
    CHECK(again.beats.person[3] == 1);
    CHECK_FALSE(again.workflow.adopt("{}", "another tab"));
}

TEST_CASE("another model speaks beside the first") {
    Host host;
    host.network = [](const workspace::RunNetwork& asked) {
        return Host::logits(asked, asked.purpose == workspace::Purpose::second ? 2 : 0);
    };
    host.open(60);
    CHECK(host.run());
    host.workflow.handle(messages::SecondJob{.job = 2, .name = "other"});
    CHECK(host.run());
    const json said = host.last("second");
    CHECK(said["name"] == "other");
    CHECK(std::ranges::all_of(said["labels"], [](const json& label) { return label == 2; }));
    CHECK(std::ranges::count(host.beats.label, 2) == 0);
    host.workflow.handle(messages::SecondJob{.job = 3, .name = "nobody"});
    CHECK(host.run());
    CHECK(host.last("failed")["errors"].back() == "There is no model named nobody.");
    CHECK(host.last("second")["name"] == "");
}
