#include <torch/torch.h>

#include "train/commands/train.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <nlohmann/json.hpp>
#include <utility>

#include "data/files.hpp"
#include "train/commands/common.hpp"
#include "train/data/split.hpp"
#include "train/loop/threads.hpp"
#include "train/loop/training.hpp"
#include "train/report/report.hpp"
#include "train/rhythm/course.hpp"
#include "train/sequence/contrast.hpp"
#include "train/sequence/course.hpp"
#include "train/sequence/variants.hpp"
#include "train/tracking/tracking.hpp"
#include "train/waves/course.hpp"
#ifdef TELLTALE_WITH_EXPORT
#include "train/export/export.hpp"
#endif

namespace telltale::train {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

std::string default_cache() {
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
        return (fs::path(cache) / "telltale" / "beats").string();
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
        return (fs::path(home) / ".cache" / "telltale" / "beats").string();
    return {};
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

}  // namespace telltale::train
