// telltale-train: the trainer's own program. `telltale train` and `telltale export` start it.
#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <format>
#include <nlohmann/json.hpp>
#include <string>

#include "data/files.hpp"
#include "networks.hpp"
#include "training.hpp"

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

/// A recipe by the path of its file, or by its name in the recipes' folder.
Result<Recipe> open_recipe(const std::string& recipe, const fs::path& folder) {
    fs::path path = recipe;
    if (!fs::exists(path) && fs::exists(folder / (recipe + ".toml"))) {
        path = folder / (recipe + ".toml");
    }
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    return parse_recipe({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                        path.string());
}

struct TrainArguments {
    std::string recipe, data, out, device = "cpu";
    std::string recipes = "models/recipes";
    bool resume = false;
    std::size_t limit = 0;
    std::int64_t seed = -1;
    int threads = 1;
};

int run_train(const TrainArguments& a) {
    auto recipe = open_recipe(a.recipe, a.recipes);
    if (!recipe) return failed(recipe.error());
    if (a.seed >= 0) recipe->seed = static_cast<std::uint64_t>(a.seed);
    if (a.device == "cuda" && !torch::cuda::is_available()) {
        return failed({"", "--device cuda", "this LibTorch finds no CUDA device"});
    }
    at::set_num_threads(a.threads);
    Display display;
    const auto set = load_data_set(recipe->data, a.data,
                                   [&](std::string_view line) { display.say(line); });
    if (!set) return failed(set.error());
    SplitOptions split_options = recipe->split;
    split_options.seed = recipe->seed;
    const auto parts = split(*set, split_options);
    if (!parts) return failed(parts.error());
    for (const auto& [name, rows] : {std::pair{"training", &parts->train},
                                     std::pair{"validation", &parts->validation},
                                     std::pair{"test", &parts->test}}) {
        std::string line = std::format("{:10} {:6} beats:", name, rows->size());
        const auto counts = class_counts(*set, *rows);
        for (std::size_t c = 0; c < counts.size(); ++c) {
            line += std::format("  {} {}", set->classes[c], counts[c]);
        }
        display.say(line);
    }
    const TrainOptions options{.out = a.out,
                               .device = a.device == "cuda" ? torch::kCUDA : torch::kCPU,
                               .resume = a.resume,
                               .limit = a.limit};
    const auto run = train::train(*recipe, *set, *parts, options, display);
    if (!run) return failed(run.error());

    // The test part is touched here, once, by the model that the validation part chose.
    const Evaluation test = evaluate(*run->module, *set, parts->test, options.device);
    const Epoch& best = run->history[static_cast<std::size_t>(run->best_epoch - 1)];
    double seconds = 0;
    for (const Epoch& e : run->history) seconds += e.seconds;
    nlohmann::ordered_json summary{
        {"recipe", recipe->name},
        {"data", set->name},
        {"network", recipe->network},
        {"parameters", run->module->network().parameters()},
        {"trainable_parameters", run->module->network().trainable_parameters()},
        {"seed", recipe->seed},
        {"epochs", run->history.size()},
        {"kept", {{"epoch", run->best_epoch},
                  {"by", name_of(recipe->keep)},
                  {"validation_loss", best.validation_loss},
                  {"validation_accuracy", best.validation_accuracy},
                  {"validation_macro_f1", best.validation_macro_f1}}},
        {"training_seconds", seconds},
        {"device", a.device},
        {"threads", a.threads},
        {"libtorch", TORCH_VERSION},
        {"test", to_json(test.confusion, set->classes)}};
    if (a.limit > 0) summary["limit"] = a.limit;
    if (auto r = data::write_file(fs::path(a.out) / "run.json", summary.dump(2) + '\n'); !r) {
        return failed(r.error());
    }
    display.say(std::format("best epoch {} by validation {}; test part: accuracy {:.2f} %, macro-F1 {:.4f}",
                            run->best_epoch, name_of(recipe->keep),
                            100 * test.confusion.accuracy(), test.confusion.macro_f1()));
    for (std::size_t c = 0; c < set->classes.size(); ++c) {
        const ClassScores s = test.confusion.of(c);
        display.say(std::format("  {:4} precision {:6.4f}  recall {:6.4f}  F1 {:6.4f}  of {}",
                                set->classes[c], s.precision, s.sensitivity, s.f1, s.support));
    }
    std::printf("%s\n", summary.dump().c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Telltale's trainer: trains networks on ECG beats and exports them as ONNX."};
    app.require_subcommand(1);

    TrainArguments t;
    auto* train = app.add_subcommand("train", "train a recipe");
    train->add_option("recipe", t.recipe, "a recipe's file, or its name")->required();
    train->add_option("--data", t.data, "folder with the public databases")->required();
    train->add_option("--out", t.out, "folder of this run: checkpoint, metrics")->required();
    train->add_option("--recipes", t.recipes, "folder of the recipes that have names")
        ->capture_default_str();
    train->add_option("--device", t.device, "cpu or cuda")->check(CLI::IsMember({"cpu", "cuda"}))
        ->capture_default_str();
    train->add_flag("--resume", t.resume, "continue from the run's checkpoint");
    train->add_option("--limit", t.limit, "learn from at most so many beats (for a quick try)");
    train->add_option("--seed", t.seed, "another seed than the recipe's")
        ->check(CLI::NonNegativeNumber);
    train->add_option("--threads", t.threads, "CPU threads; one is often fastest on a busy machine")
        ->check(CLI::Range(1, 1024))->capture_default_str();

    try {
        app.parse(argc, argv);
        if (train->parsed()) return run_train(t);
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
