// telltale-train: the trainer's own program. `telltale train` and `telltale export` start it.
#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "data/files.hpp"
#include "kept_memory.hpp"
#include "recipe_list.hpp"
#include "report.hpp"
#include "results.hpp"
#include "rhythm/course.hpp"
#include "sequence/contrast.hpp"
#include "sequence/course.hpp"
#include "sequence/variants.hpp"
#include "split.hpp"
#include "threads.hpp"
#include "tracking.hpp"
#include "training.hpp"
#include "waves/course.hpp"
#include "write_data_set.hpp"
#ifdef TELLTALE_WITH_EXPORT
#include "export.hpp"
#endif

namespace {

using namespace telltale;
using namespace telltale::train;
namespace fs = std::filesystem;

constexpr int bad_input = 1;
constexpr int bad_usage = 2;

int failed(const Error& error) {
    std::fprintf(stderr, "telltale: %s\n", error.to_string().c_str());
    return bad_input;
}

/// Where the project's own recipes are: $TELLTALE_MODELS/recipes, else beside the sources.
fs::path recipe_folder() {
    if (const char* models = std::getenv("TELLTALE_MODELS"); models != nullptr && *models != 0) {
        return fs::path(models) / "recipes";
    }
    return TELLTALE_REPOSITORY "/models/recipes";
}

/// A recipe's file by its path, or by its name in the recipes' folder.
fs::path find_recipe(const std::string& recipe) {
    const fs::path named = recipe_folder() / (recipe + ".toml");
    return !data::is_file(recipe) && data::exists(named) ? named : fs::path(recipe);
}

/// Where cut beats are kept: $XDG_CACHE_HOME/telltale/beats or ~/.cache/telltale/beats; nowhere
/// where neither is known.
fs::path default_cache() {
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
        return fs::path(cache) / "telltale" / "beats";
    }
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
        return fs::path(home) / ".cache" / "telltale" / "beats";
    }
    return {};
}

struct TrainArguments {
    std::string recipe, data, out, variants, mlflow, device = "cpu",
                                                     cache = default_cache().string();
    bool list = false;
    bool resume = false;
    bool folds_only = false;
    bool leaky = false;
    std::size_t limit = 0;
    std::int64_t seed = -1;
    int threads = 1;
};

/// Tells the MLflow server of this run, if one is named. `recipe` is of either kind.
auto start_tracking(const TrainArguments& a, const auto& recipe, Display& display) {
    return Tracking::start(
        a.mlflow,
        {.server = {},
         .run = recipe.name,
         .parameters = settings(recipe.text, recipe.seed),
         .tags = {{"telltale.network", recipe.network}, {"telltale.device", a.device}}},
        [&display](std::string_view line) { display.say(line); });
}

int run_sequence(const TrainArguments& a, const fs::path& path) {
    if (a.device != "cpu" || a.limit > 0) {
        return failed({path.string(), "", "sequence recipes know neither --device nor --limit"});
    }
    if (!a.mlflow.empty() && (a.leaky || !a.variants.empty())) {
        return failed({path.string(), "",
                       "--mlflow is told of whole trainings: neither of --leaky-contrast nor of "
                       "--variants"});
    }
    auto recipe = open_sequence_recipe(path);
    if (!recipe) return failed(recipe.error());
    if (a.seed >= 0) recipe->seed = static_cast<std::uint64_t>(a.seed);
    use_threads(a.threads);
    Display display;
    if (a.leaky) {
        const auto scores = leaky_contrast(*recipe, a.data, display);
        if (!scores) return failed(scores.error());
        nlohmann::ordered_json json{{"recipe", recipe->name}, {"test", to_json(*scores)}};
        const fs::path file = fs::path(a.out) / "leaky.json";
        std::error_code code;
        fs::create_directories(a.out, code);
        if (auto r = data::write_file(file, json.dump(2) + '\n'); !r) return failed(r.error());
        display.say("heartbeat's test beats: " + score_line(*scores));
        std::printf("%s\n", json.dump().c_str());
        return 0;
    }
    auto tracking = start_tracking(a, *recipe, display);
    if (!tracking) return failed(tracking.error());
    const CourseOptions options{.data = a.data,
                                .out = a.out,
                                .resume = a.resume,
                                .folds_only = a.folds_only,
                                .stop_after_steps = 0,
                                .on_step = [&](const CourseStep& s) {
                                    tracking->metrics(s.step, {{s.stage + "/loss", s.loss},
                                                               {"beats_per_s", s.beats_per_s}});
                                }};
    if (!a.variants.empty()) {
        const auto text = data::read_file(a.variants);
        if (!text) return failed(text.error());
        const auto variants = parse_variants(
            *recipe, {reinterpret_cast<const char*>(text->data()), text->size()}, a.variants);
        if (!variants) return failed(variants.error());
        const auto figures = compare_variants(*variants, options, display);
        if (!figures) return failed(figures.error());
        std::printf("%s\n", figures->dump().c_str());
        return 0;
    }
    const auto course = follow(*recipe, options, display);
    if (!course) {
        tracking->failed();
        return failed(course.error());
    }
    const evaluate::Confusion& scores = course->held_out.real;
    Figures figures = {{"held_out_accuracy", scores.accuracy().value_or(0)},
                       {"held_out_macro_f1", scores.macro_f1().value_or(0)}};
    for (std::size_t c = 0; c < scores.size(); ++c) {
        if (const auto f1 = scores.f1(c))
            figures.emplace_back("held_out_f1_" + scores.classes()[c], *f1);
    }
    tracking->metrics(recipe->student_steps, figures);
    tracking->finish(a.out, scores);
    std::printf("%s\n", course->summary.dump().c_str());
    return 0;
}

/// A recipe whose networks are judged by folds: rhythms and waves.
template <class Recipe, class Options, class Follow>
int run_folds(const TrainArguments& a, const fs::path& path, Result<Recipe> recipe, Follow follow) {
    if (a.device != "cpu" || a.limit > 0 || a.leaky || !a.variants.empty())
        return failed({path.string(), "",
                       "this recipe knows none of --device, --limit, --leaky-contrast and "
                       "--variants"});
    if (!recipe) return failed(recipe.error());
    if (a.seed >= 0) recipe->seed = static_cast<std::uint64_t>(a.seed);
    use_threads(a.threads);
    Display display;
    auto tracking = start_tracking(a, *recipe, display);
    if (!tracking) return failed(tracking.error());
    const Options options{.data = a.data,
                          .out = a.out,
                          .resume = a.resume,
                          .folds_only = a.folds_only,
                          .on_step = [&](const std::string& stage, int step, double loss) {
                              tracking->metrics(step, {{stage + "/loss", loss}});
                          }};
    const auto summary = follow(*recipe, options, display);
    if (!summary) {
        tracking->failed();
        return failed(summary.error());
    }
    std::printf("%s\n", summary->dump().c_str());
    return 0;
}

Figures figures_of(const Epoch& e) {
    return {{"loss", e.loss},
            {"accuracy", e.accuracy},
            {"validation_loss", e.validation_loss},
            {"validation_accuracy", e.validation_accuracy},
            {"validation_macro_f1", e.validation_macro_f1},
            {"learning_rate", e.learning_rate},
            {"beats_per_s", e.beats_per_s},
            {"seconds", e.seconds}};
}

int run_train(const TrainArguments& a) {
    const fs::path path = find_recipe(a.recipe);
    if (is_sequence_recipe(path)) return run_sequence(a, path);
    if (is_rhythm_recipe(path))
        return run_folds<RhythmRecipe, RhythmCourseOptions>(a, path, open_rhythm_recipe(path),
                                                            follow_rhythm);
    if (is_wave_recipe(path))
        return run_folds<WaveRecipe, WaveCourseOptions>(a, path, open_wave_recipe(path),
                                                        follow_waves);
    if (a.leaky || a.folds_only || !a.variants.empty()) {
        return failed({path.string(), "",
                       "only sequence recipes know --leaky-contrast, --folds-only and --variants"});
    }
    auto recipe = open_recipe(path);
    if (!recipe) return failed(recipe.error());
    if (a.seed >= 0) recipe->seed = static_cast<std::uint64_t>(a.seed);
    if (a.device == "cuda" && !torch::cuda::is_available()) {
        return failed({"", "--device cuda", "this LibTorch finds no CUDA device"});
    }
    use_threads(a.threads);
    Display display;
    auto set = load_data_set(
        recipe->data, a.data, [&](std::string_view line) { display.say(line); }, a.cache);
    if (!set) return failed(set.error());
    if (recipe->balance.before_split) {
        display.say(recipe->split.kind == SplitKind::official
                        ? "balancing before the split, as published: copies and mixtures of the "
                          "beats that choose the model are learnt"
                        : "balancing before the split, as published: copies and mixtures of test "
                          "beats are learnt");
        *set = balanced_data_set(*set, recipe->balance, recipe->seed, a.threads);
    }
    SplitOptions split_options = recipe->split;
    split_options.seed = recipe->seed;
    const auto parts = split(*set, split_options);
    if (!parts) return failed(parts.error());
    for (const auto& [name, rows] :
         {std::pair{"training", &parts->train}, std::pair{"validation", &parts->validation},
          std::pair{"test", &parts->test}}) {
        std::string line = std::format("{:10} {:6} beats:", name, rows->size());
        const auto counts = class_counts(*set, *rows);
        for (std::size_t c = 0; c < counts.size(); ++c) {
            line += std::format("  {} {}", set->classes[c], counts[c]);
        }
        display.say(line);
    }
    auto tracking = start_tracking(a, *recipe, display);
    if (!tracking) return failed(tracking.error());
    const TrainOptions options{
        .out = a.out,
        .device = a.device == "cuda" ? torch::kCUDA : torch::kCPU,
        .threads = a.threads,
        .resume = a.resume,
        .limit = a.limit,
        .on_epoch = [&](const Epoch& e) { tracking->metrics(e.epoch, figures_of(e)); }};
    const auto run = train::train(*recipe, *set, *parts, options, display);
    if (!run) {
        tracking->failed();
        return failed(run.error());
    }

    // The test part is touched here, once, by the model that the validation part chose.
    const Evaluation test = train::evaluate(*run->module, *set, parts->test, options.device);
    const RunReport report{.recipe = *recipe,
                           .data = *set,
                           .split = *parts,
                           .run = *run,
                           .test = test,
                           .device = a.device,
                           .threads = a.threads,
                           .limit = a.limit};
    if (auto r = write_report(a.out, report); !r) return failed(r.error());
#ifdef TELLTALE_WITH_EXPORT
    if (auto r = write_probe_beats(a.out, *set, parts->test, recipe->seed); !r) {
        return failed(r.error());
    }
#endif
    const double accuracy = test.confusion.accuracy().value_or(0),
                 macro_f1 = test.confusion.macro_f1().value_or(0);
    display.say(
        std::format("best epoch {} by validation {}; test part: accuracy {:.2f} %, macro-F1 {:.4f}",
                    run->best_epoch, name_of(recipe->keep), 100 * accuracy, macro_f1));
    display.say(evaluate::to_text(test.confusion));
    const auto figures = summary(report);
    tracking->metrics(run->best_epoch, {{"test_accuracy", accuracy}, {"test_macro_f1", macro_f1}});
    tracking->finish(a.out, test.confusion);
    std::printf("%s\n", figures.dump().c_str());
    return 0;
}

int run_list() {
    const auto list = recipe_list(recipe_folder().parent_path());
    if (!list) return failed(list.error());
    std::printf("%s", list->c_str());
    return 0;
}

struct DataSetArguments {
    std::string name, data, out, format = "csv";
};

int run_data_set(const DataSetArguments& a) {
    Display display;
    const auto log = [&](std::string_view line) { display.say(line); };
    const auto names = data_set_names();
    const bool known = std::ranges::find(names, a.name) != names.end();
    DataOptions options{.set = a.name};
    std::optional<Recipe> recipe;
    if (!known) {
        const fs::path path = find_recipe(a.name);
        if (!data::is_file(path)) {
            std::string all;
            for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
            return failed({a.name, "",
                           std::format("is neither a data set nor a recipe, expected one of {}, or "
                                       "one that `telltale train --list` lists",
                                       all)});
        }
        if (is_sequence_recipe(path) || is_rhythm_recipe(path) || is_wave_recipe(path)) {
            return failed({path.string(), "", "learns from whole records, not from cut beats"});
        }
        auto read = open_recipe(path);
        if (!read) return failed(read.error());
        recipe = std::move(*read);
        options = recipe->data;
    }
    const auto set = load_data_set(options, a.data, log);
    if (!set) return failed(set.error());
    std::vector<NamedPart> parts = official_parts(*set);
    if (recipe) {
        SplitOptions split_options = recipe->split;
        split_options.seed = recipe->seed;
        const auto parted = split(*set, split_options);
        if (!parted) return failed(parted.error());
        parts = split_parts(recipe->name, *parted);
    }
    const auto files =
        write_data_set(*set, recipe ? recipe->name : set->name, parts,
                       a.format == "npy" ? DataFormat::npy : DataFormat::csv, a.out, log);
    if (!files) return failed(files.error());
    for (const fs::path& file : *files) std::printf("%s\n", file.c_str());
    return 0;
}

int run_results(const std::string& models, const std::string& out) {
    const auto page = results_page({.models = models});
    if (!page) return failed(page.error());
    if (auto r = data::write_file(out, *page); !r) return failed(r.error());
    std::printf("wrote %s\n", out.c_str());
    return 0;
}

#ifdef TELLTALE_WITH_EXPORT
struct ExportArguments {
    std::string run, out, probe, recipe;
    std::vector<std::string> evaluations;
};

int run_export(const ExportArguments& a) {
    ExportOptions options{.run = a.run, .out = a.out, .probe = a.probe, .recipe = a.recipe};
    for (const std::string& evaluation : a.evaluations) {
        const std::size_t equals = evaluation.find('=');
        if (equals == std::string::npos) {
            throw CLI::ValidationError("--evaluation", "'" + evaluation + "' is not NAME=FILE");
        }
        options.evaluations.emplace_back(evaluation.substr(0, equals),
                                         evaluation.substr(equals + 1));
    }
    if (auto r = export_run(options); !r) return failed(r.error());
    // With a probe it is `telltale export` that asks, and that has the last word.
    if (a.probe.empty()) std::printf("wrote %s\n", a.out.c_str());
    return 0;
}
#endif

int run(int argc, char** argv) {
    CLI::App app{"Telltale's trainer: trains networks on ECG beats and exports them as ONNX."};
    app.require_subcommand(1);

    TrainArguments t;
    auto* train = app.add_subcommand("train", "train a recipe");
    train->add_option("recipe", t.recipe, "a recipe's file, or its name (see --list)");
    train->add_flag("--list", t.list, "list the recipes that come with Telltale");
    train->add_option("--data", t.data, "folder with the public databases")
        ->envname("TELLTALE_DATA");
    train->add_option("--out", t.out, "folder of this run: checkpoint, metrics, report");
    train
        ->add_option("--cache", t.cache,
                     "folder where cut beats are kept for the next time; \"\": nowhere")
        ->capture_default_str();
    train->add_option("--device", t.device, "cpu or cuda")
        ->check(CLI::IsMember({"cpu", "cuda"}))
        ->capture_default_str();
    train->add_flag("--resume", t.resume, "continue from the run's checkpoint");
    train->add_flag("--folds-only", t.folds_only,
                    "sequence recipes: end after the cross-validation");
    train->add_flag("--leaky-contrast", t.leaky,
                    "sequence recipes: only the figures of one network in heartbeat's leaky "
                    "protocol, into leaky.json");
    train->add_option("--variants", t.variants,
                      "sequence recipes: cross-validate the recipe and the variants of it that "
                      "this file tells of, and nothing else");
    train->add_option("--limit", t.limit, "learn from at most so many beats (for a quick try)");
    train->add_option("--mlflow", t.mlflow,
                      "http://host:port of an MLflow tracking server to tell of this run");
    train->add_option("--seed", t.seed, "another seed than the recipe's")
        ->check(CLI::NonNegativeNumber);
    train->add_option("--threads", t.threads, "CPU threads; one is often fastest on a busy machine")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();

    DataSetArguments d;
    auto* data_set = app.add_subcommand("dataset", "write a data set as files, to train elsewhere");
    data_set
        ->add_option(
            "name", d.name,
            "a data set (heartbeat, heartbeat-ptb, ecg5000, mitbih), or a recipe: its beats "
            "in the parts of its split, before any balancing")
        ->required();
    data_set->add_option("--data", d.data, "folder with the public databases")
        ->envname("TELLTALE_DATA")
        ->required();
    data_set->add_option("--out", d.out, "folder to write to")->required();
    data_set->add_option("--format", d.format, "csv or npy (NumPy)")
        ->check(CLI::IsMember({"csv", "npy"}))
        ->capture_default_str();

    std::string results_models = recipe_folder().parent_path().string(), results_out;
    auto* results = app.add_subcommand(
        "results", "write the results page from the recipes, runs and models of a folder");
    results->add_option("--models", results_models, "folder with *.onnx, recipes/ and runs/")
        ->capture_default_str();
    results->add_option("--out", results_out, "the page; README.md in the models' folder");

    auto* list = app.add_subcommand("list", "list the recipes that come with Telltale");

#ifdef TELLTALE_WITH_EXPORT
    ExportArguments e;
    auto* exporting =
        app.add_subcommand("export", "write a run's best model as ONNX, with its card");
    exporting->add_option("run", e.run, "folder of a finished run")->required();
    exporting->add_option("--out", e.out, "the .onnx file to write")->required();
    exporting->add_option("--probe", e.probe,
                          "also write test beats with LibTorch's answers there");
    exporting->add_option(
        "--recipe", e.recipe,
        "take the card's words from this recipe; all but [model] must be as trained");
    exporting->add_option("--evaluation", e.evaluations,
                          "NAME=FILE: add the figures of a file that `telltale evaluate classifier "
                          "--json` printed to the card, under that name (may be repeated)");
#endif

    try {
        app.parse(argc, argv);
        if (list->parsed() || t.list) return run_list();
        if (data_set->parsed()) return run_data_set(d);
        if (results->parsed()) {
            if (results_out.empty())
                results_out = (fs::path(results_models) / "README.md").string();
            return run_results(results_models, results_out);
        }
        if (train->parsed()) {
            for (const auto& [name, value] :
                 {std::pair{"RECIPE", &t.recipe}, std::pair{"--data", &t.data},
                  std::pair{"--out", &t.out}}) {
                if (value->empty()) throw CLI::RequiredError(name);
            }
            return run_train(t);
        }
#ifdef TELLTALE_WITH_EXPORT
        if (exporting->parsed()) return run_export(e);
#endif
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : bad_usage;
    } catch (const std::exception& error) {
        // LibTorch throws; what it says may run to a page, its first line tells what is wrong.
        std::string text = error.what();
        text.resize(std::min(text.size(), text.find('\n')));
        std::fprintf(stderr, "telltale: %s\n", text.c_str());
        return bad_input;
    }
    return bad_usage;
}

}  // namespace

int main(int argc, char** argv) {
    keep_freed_memory();
    const int code = run(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    return failed({"standard output", "", "cannot be written"});
}
