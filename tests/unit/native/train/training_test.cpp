#include "torch_and_catch.hpp"

#include "train/loop/training.hpp"

#include <unistd.h>

#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <limits>

#include "classify/card.hpp"
#include "data/files.hpp"
#include "rows.hpp"
#include "runtime/agreement.hpp"
#include "runtime/probe.hpp"
#include "runtime/session.hpp"
#include "train/export/export.hpp"
#include "train/loop/checkpoint.hpp"
#include "train/report/report.hpp"

using namespace telltale;
using namespace telltale::train;
using Catch::Matchers::ContainsSubstring;
using telltale::train::tests::bumps;

namespace {

namespace fs = std::filesystem;

/// A folder that goes away with the test.
class Folder {
public:
    Folder() {
        static int count = 0;
        path_ = fs::temp_directory_path() / std::format("telltale-test-{}-{}", getpid(), ++count);
        fs::create_directories(path_);
    }
    ~Folder() {
        std::error_code code;
        fs::remove_all(path_, code);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path operator/(const char* name) const { return path_ / name; }

private:
    fs::path path_;
};

/// cnn-skip needs 16 values at least; bumps of 32 are learnt in a few epochs.
Recipe small_recipe() {
    Recipe r;
    r.name = "small";
    r.text =
        "[model]\nname = \"m\"\n[data]\nset = \"d\"\n[network]\nname = \"n\"\n"
        "[training]\nepochs = 4\n";
    r.network = "cnn-skip";
    r.balance = {.method = Balancing::hybrid, .per_class = 60};
    r.redraw = true;
    r.epochs = 4;
    r.batch = 16;
    r.schedule = Schedule::cosine;
    r.ema = 0.9;
    r.augment.noise = 0.02;
    return r;
}

Result<Run> run(const Recipe& recipe, const DataSet& set, const TrainOptions& options) {
    const auto parts = split(set, {.validation = 0.2, .seed = recipe.seed});
    REQUIRE(parts);
    Display display(true);
    return train::train(recipe, set, *parts, options, display);
}

void check_same(const Run& a, const Run& b) {
    REQUIRE(a.history.size() == b.history.size());
    for (std::size_t i = 0; i < a.history.size(); ++i) {
        CAPTURE(i);
        CHECK(a.history[i].loss == b.history[i].loss);
        CHECK(a.history[i].validation_loss == b.history[i].validation_loss);
        CHECK(a.history[i].learning_rate == b.history[i].learning_rate);
    }
    CHECK(a.best_epoch == b.best_epoch);
    for (const auto& item : a.module->named_parameters()) {
        CAPTURE(item.key());
        CHECK(item.value().equal(b.module->named_parameters()[item.key()]));
    }
}

}  // namespace

TEST_CASE("a small recipe is learnt to a known accuracy in seconds") {
    at::set_num_threads(1);
    const DataSet set = bumps({300, 120, 80}, 32);
    const Folder folder;
    Recipe recipe = small_recipe();
    recipe.epochs = 6;
    // Too small for a normal number: 1e-40. A training counts it as nothing, others do not.
    const torch::Tensor small = torch::full({1}, 1e-20F);
    double square = -1;
    const auto result = run(recipe, set, {.out = folder / "run", .on_epoch = [&](const Epoch&) {
                                              square = (small * small).item<double>();
                                          }});
    REQUIRE(result);
    CHECK(square == 0);
    CHECK((small * small).item<double>() > 0);
    CHECK(result->finished);
    CHECK(result->history.front().loss > result->history.back().loss);
    const auto parts = split(set, {.validation = 0.2, .seed = recipe.seed});
    const Evaluation test = train::evaluate(*result->module, set, parts->test, torch::kCPU);
    CHECK(test.confusion.accuracy().value_or(0) >= 0.98);
    CHECK(test.logits.size() == parts->test.size() * 3);

    // The same weights come back from the checkpoint.
    const auto checkpoint = read_checkpoint(folder / "run/checkpoint.pt");
    REQUIRE(checkpoint);
    Module copy(result->module->network());
    REQUIRE(get_module(*checkpoint, "best/", copy));
    const Evaluation again = train::evaluate(copy, set, parts->test, torch::kCPU);
    CHECK(again.logits == test.logits);

    std::ifstream metrics(folder / "run/metrics.jsonl");
    std::size_t lines = 0;
    for (std::string line; std::getline(metrics, line);) ++lines;
    CHECK(lines == 6);
}

TEST_CASE("mixed precision learns too, and is resumed to the same numbers") {
    at::set_num_threads(1);
    const DataSet set = bumps({150, 60, 40}, 32);
    const Folder folder;
    Recipe recipe = small_recipe();
    const auto exact = run(recipe, set, {.out = folder / "exact"});
    recipe.mixed_precision = true;
    const auto mixed = run(recipe, set, {.out = folder / "mixed"});
    REQUIRE(exact);
    REQUIRE(mixed);
    CHECK(mixed->history.back().validation_accuracy >= 0.95);
    // It was in use, and only nearly the same.
    CHECK(mixed->history[0].loss != exact->history[0].loss);
    CHECK(std::abs(mixed->history[0].loss - exact->history[0].loss) < 0.05);
    for (const auto& item : mixed->module->named_parameters()) {
        CHECK(item.value().scalar_type() == torch::kFloat);
    }
    REQUIRE(run(recipe, set, {.out = folder / "part", .stop_after_epoch = 2}));
    const auto resumed = run(recipe, set, {.out = folder / "part", .resume = true});
    REQUIRE(resumed);
    check_same(*resumed, *mixed);

    // Recurrent and dense layers, too.
    const DataSet longer = bumps({60, 30}, 64);
    for (const char* network : {"cnn-lstm", "cnn-gru-se", "cnn-bilstm", "ann-14"}) {
        CAPTURE(network);
        recipe.network = network;
        recipe.epochs = 1;
        CHECK(run(recipe, longer, {.out = folder / network}));
    }
}

TEST_CASE("class weights turn the attention to rare classes") {
    at::set_num_threads(1);
    // So noisy that the rare class is not told apart for certain.
    const DataSet set = bumps({600, 40}, 32, 6, 1.2);
    const Folder folder;
    Recipe recipe = small_recipe();
    recipe.balance = {};
    recipe.keep = Keep::loss;
    const auto found = [&](bool weighted) {
        recipe.class_weights = weighted;
        const auto result = run(recipe, set, {.out = folder / (weighted ? "weighted" : "plain")});
        REQUIRE(result);
        const auto parts = split(set, {.validation = 0.2, .seed = recipe.seed});
        const auto on_train = train::evaluate(*result->module, set, parts->train, torch::kCPU);
        return on_train.confusion.sensitivity(1).value_or(-1);
    };
    CHECK(found(true) > found(false) + 0.1);
}

TEST_CASE("a trial on few beats is judged on few too") {
    at::set_num_threads(1);
    const DataSet set = bumps({400, 200}, 32);
    const Folder folder;
    Recipe recipe = small_recipe();
    recipe.epochs = 1;
    recipe.balance = {.method = Balancing::smote};
    const auto result = run(recipe, set, {.out = folder / "few", .limit = 60});
    REQUIRE(result);
    // 480 rows without the test part, a fifth of them to judge by: 384 to 96, so 60 to 15. Accuracy
    // is then a fraction of at most 15 rows.
    const double accuracy = result->history[0].validation_accuracy;
    bool fraction = false;
    for (int of = 1; of <= 15; ++of) {
        const double hits = accuracy * of;
        fraction = fraction || std::abs(hits - std::round(hits)) < 1e-9;
    }
    CHECK(fraction);
}

TEST_CASE("copies are learnt along with the rows that they are of, and may alone be changed") {
    at::set_num_threads(1);
    const DataSet set = bumps({60, 60}, 32);
    const Folder folder;
    const auto steps = [&](const char* name) {
        const auto checkpoint = read_checkpoint(folder / name / "checkpoint.pt");
        REQUIRE(checkpoint);
        for (const auto& [key, tensor] : checkpoint->tensors) {
            if (key.starts_with("adam/") && key.ends_with("step")) {
                return tensor.item<std::int64_t>();
            }
        }
        return std::int64_t{0};
    };
    Recipe recipe = small_recipe();
    recipe.epochs = 1;
    recipe.augment = {};
    recipe.redraw = false;
    recipe.balance = {};
    const auto plain = run(recipe, set, {.out = folder / "plain"});
    REQUIRE(plain);
    recipe.augment.copies = 2;
    REQUIRE(run(recipe, set, {.out = folder / "copies"}));
    // A fifth is the test part and a fifth of the rest judges: 76 or 77 rows in batches of 16.
    CHECK(steps("plain") == 5);
    CHECK(steps("copies") == 15);
    // Nothing is a copy here, so that nothing is changed.
    recipe.augment = {.noise = 0.5, .copies_only = true};
    const auto unchanged = run(recipe, set, {.out = folder / "unchanged"});
    REQUIRE(unchanged);
    check_same(*plain, *unchanged);
    recipe.augment.copies = 1;
    const auto changed = run(recipe, set, {.out = folder / "changed"});
    REQUIRE(changed);
    CHECK(changed->history[0].loss != plain->history[0].loss);
}

TEST_CASE("a training that was interrupted and resumed gives what one without a break gives") {
    at::set_num_threads(1);
    const DataSet set = bumps({90, 40, 30}, 32);
    for (const Schedule schedule : {Schedule::cosine, Schedule::plateau}) {
        const Folder folder;
        Recipe recipe = small_recipe();
        recipe.schedule = schedule;
        recipe.patience = 1;
        const auto whole = run(recipe, set, {.out = folder / "whole"});
        REQUIRE(whole);
        const auto twice = run(recipe, set, {.out = folder / "twice"});
        REQUIRE(twice);
        check_same(*whole, *twice);

        const auto part = run(recipe, set, {.out = folder / "parts", .stop_after_epoch = 2});
        REQUIRE(part);
        CHECK(!part->finished);
        CHECK(part->history.size() == 2);
        const auto rest = run(recipe, set, {.out = folder / "parts", .resume = true});
        REQUIRE(rest);
        CHECK(rest->finished);
        check_same(*whole, *rest);

        recipe.seed = 2;
        const auto other = run(recipe, set, {.out = folder / "other"});
        REQUIRE(other);
        CHECK(other->history[0].loss != whole->history[0].loss);
    }
}

TEST_CASE("a checkpoint is neither overwritten nor continued by mistake") {
    const DataSet set = bumps({40, 20}, 32);
    const Folder folder;
    Recipe recipe = small_recipe();
    recipe.epochs = 1;
    REQUIRE(run(recipe, set, {.out = folder / "run"}));
    const auto again = run(recipe, set, {.out = folder / "run"});
    REQUIRE(!again);
    CHECK_THAT(again.error().to_string(), ContainsSubstring("--resume"));
    // Other words for the card are no other training; another batch is.
    recipe.text += "# a remark\n";
    REQUIRE(run(recipe, set, {.out = folder / "run", .resume = true}));
    recipe.text += "batch = 5\n";
    const auto other = run(recipe, set, {.out = folder / "run", .resume = true});
    REQUIRE(!other);
    CHECK_THAT(other.error().to_string(), ContainsSubstring("another recipe"));
    std::ofstream(folder / "run/checkpoint.pt") << "not a checkpoint";
    const auto damaged = run(recipe, set, {.out = folder / "run", .resume = true});
    REQUIRE(!damaged);
    CHECK_THAT(damaged.error().to_string(), ContainsSubstring("checkpoint"));
}

TEST_CASE("a loss that is not a number stops the training with an explanation") {
    DataSet set = bumps({40, 20}, 32);
    set.values[0] = std::numeric_limits<float>::quiet_NaN();
    const Folder folder;
    Recipe recipe = small_recipe();
    recipe.balance.method = Balancing::none;
    recipe.augment = {};
    bool learnt_from = false;
    const auto parts = split(set, {.validation = 0.2, .seed = recipe.seed});
    for (const std::size_t row : parts->train) learnt_from = learnt_from || row == 0;
    REQUIRE(learnt_from);
    const auto result = run(recipe, set, {.out = folder / "run"});
    REQUIRE(!result);
    CHECK_THAT(result.error().to_string(), ContainsSubstring("not a number"));
    CHECK_THAT(result.error().to_string(), ContainsSubstring("learning_rate"));
}

TEST_CASE("learning rates follow their schedules") {
    Recipe r;
    r.epochs = 10;
    r.learning_rate = 1;
    r.schedule = Schedule::cosine;
    r.warmup = 1;
    CHECK(learning_rate(r, 0, 100, 0) == 0.01);
    CHECK(learning_rate(r, 99, 100, 0) == 1.0);
    CHECK(std::abs(learning_rate(r, 550, 100, 0) - 0.5) < 1e-9);
    CHECK(learning_rate(r, 999, 100, 0) < 1e-4);
    r.schedule = Schedule::step;
    r.every = 3;
    r.factor = 0.5;
    CHECK(learning_rate(r, 299, 100, 0) == 1.0);
    CHECK(learning_rate(r, 300, 100, 0) == 0.5);
    CHECK(learning_rate(r, 600, 100, 0) == 0.25);
    r.schedule = Schedule::plateau;
    CHECK(learning_rate(r, 600, 100, 3) == 0.125);
}

TEST_CASE("early stopping ends a training that gets no better") {
    const DataSet set = bumps({40, 20}, 32);
    const Folder folder;
    Recipe recipe = small_recipe();
    recipe.learning_rate = 1e-12;
    recipe.schedule = Schedule::constant;
    recipe.ema = 0;
    recipe.epochs = 50;
    recipe.keep = Keep::accuracy;
    recipe.stop_after = 2;
    const auto result = run(recipe, set, {.out = folder / "run"});
    REQUIRE(result);
    CHECK(result->finished);
    CHECK(result->history.size() < 20);
    CHECK(static_cast<int>(result->history.size()) == result->best_epoch + 2);
}

TEST_CASE("times are written as people read them") {
    CHECK(clock_time(7) == "0:07");
    CHECK(clock_time(247.4) == "4:07");
    CHECK(clock_time(3729) == "1:02:09");
    CHECK(clock_time(-3) == "0:00");
}

TEST_CASE("a run becomes a model with its card, and a report") {
    at::set_num_threads(1);
    // Made-up rows in the shape of a real data set: an export knows it by its name.
    DataSet set = bumps({100, 60, 60, 40, 40}, 187);
    const auto outline = data_set_outline({.set = "heartbeat"});
    REQUIRE(outline);
    set.classes = outline->classes;
    set.name = "<heartbeat>";
    Recipe recipe = small_recipe();
    recipe.text =
        "[model]\nname = \"tiny\"\ntitle = \"A & B\"\n[data]\nset = \"heartbeat\"\n[network]\n"
        "name = \"cnn-skip\"\n[training]\nepochs = 2\n";
    recipe.epochs = 2;
    const Folder folder;
    const fs::path run_folder = folder / "run";
    const auto too_early = export_run({.run = run_folder, .out = folder / "m.onnx"});
    REQUIRE(!too_early);
    const auto parts = split(set, {.validation = 0.2, .seed = recipe.seed});
    Display display(true);
    const auto result = train::train(recipe, set, *parts, {.out = run_folder}, display);
    REQUIRE(result);
    const auto unfinished = export_run({.run = run_folder, .out = folder / "m.onnx"});
    REQUIRE(!unfinished);
    CHECK_THAT(unfinished.error().to_string(), ContainsSubstring("--resume"));

    const Evaluation test = train::evaluate(*result->module, set, parts->test, torch::kCPU);
    REQUIRE(write_report(run_folder, {.recipe = recipe,
                                      .data = set,
                                      .split = *parts,
                                      .run = *result,
                                      .test = test,
                                      .device = "cpu"}));
    REQUIRE(write_probe_beats(run_folder, set, parts->test, 1));
    std::ifstream page(run_folder / "report.html");
    const std::string text{std::istreambuf_iterator<char>(page), {}};
    CHECK_THAT(text, ContainsSubstring("Misclassified"));
    CHECK_THAT(text, ContainsSubstring("A &amp; B"));
    CHECK(text.find("http") == std::string::npos);  // nothing from outside

    REQUIRE(export_run({.run = run_folder, .out = folder / "m.onnx", .probe = folder / "m.probe"}));
    const auto onnx = data::read_file(folder / "m.onnx");
    REQUIRE(onnx);
    const auto card = classify::read_card(*onnx, "m.onnx");
    REQUIRE(card);
    CHECK(card->name == "tiny");
    CHECK(card->parameters == 583173);
    CHECK(card->input.window == classify::WindowKind::to_next_beats);
    REQUIRE(card->metrics.size() == 2 + 5);
    CHECK(card->metrics[0].protocol == "heartbeat-test");
    CHECK(card->metrics[0].value == *test.confusion.accuracy());
    CHECK(card->metrics[2].name == "N_f1");

    const auto bytes = data::read_file(folder / "m.probe");
    REQUIRE(bytes);
    const auto probe = runtime::read_probe(*bytes, "m.probe");
    REQUIRE(probe);
    REQUIRE(probe->output.shape == std::vector<std::int64_t>{60, 5});
    auto session = runtime::Session::open(*onnx, *card, "m.onnx", {.threads = 1});
    REQUIRE(session);
    classify::Batch batch;
    batch.beats = 60;
    batch.inputs.push_back(
        {probe->inputs[0].name, probe->inputs[0].shape, probe->inputs[0].values});
    const auto answer = session->run(batch);
    REQUIRE(answer);
    CHECK(runtime::compare_outputs(card->output, 5, probe->output.values, *answer).good());
}
