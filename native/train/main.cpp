// telltale-train: the trainer's own program. `telltale train` and `telltale export` start it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <format>
#include <optional>
#include <string>

#include "data/files.hpp"
#include "train/commands/common.hpp"
#include "train/commands/train.hpp"
#include "train/data/split.hpp"
#include "train/data/write_data_set.hpp"
#include "train/loop/kept_memory.hpp"
#include "train/loop/progress.hpp"
#include "train/recipes/recipe.hpp"
#include "train/recipes/recipe_list.hpp"
#include "train/report/results.hpp"
#include "train/rhythm/recipe.hpp"
#include "train/sequence/recipe.hpp"
#include "train/waves/recipe.hpp"
#ifdef TELLTALE_WITH_EXPORT
#include "train/export/export.hpp"
#endif

namespace {

using namespace telltale;
using namespace telltale::train;
namespace fs = std::filesystem;

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

int main(int argc, char** argv) try {
    keep_freed_memory();
    const int code = run(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    return failed({"standard output", "", "cannot be written"});
} catch (const std::exception& error) {
    std::fprintf(stderr, "telltale: %s\n", error.what());
    return bad_input;
}
