#include "train/recipes/recipe.hpp"

#include <array>
#include <utility>

#include "data/files.hpp"
#include "train/recipes/recipe_reader.hpp"

namespace telltale::train {

namespace {

constexpr std::array<std::pair<std::string_view, Keep>, 3> keep_names = {
    {{"macro_f1", Keep::macro_f1}, {"accuracy", Keep::accuracy}, {"loss", Keep::loss}}};
constexpr std::array<std::pair<std::string_view, Schedule>, 4> schedule_names = {
    {{"constant", Schedule::constant},
     {"cosine", Schedule::cosine},
     {"plateau", Schedule::plateau},
     {"step", Schedule::step}}};
constexpr std::array<std::pair<std::string_view, Start>, 2> start_names = {
    {{"pytorch", Start::pytorch}, {"keras", Start::keras}}};
constexpr std::array<std::pair<std::string_view, SplitKind>, 4> split_names = {
    {{"official", SplitKind::official},
     {"beats", SplitKind::beats},
     {"patients", SplitKind::patients},
     {"ds1-ds2", SplitKind::ds1_ds2}}};
constexpr std::array<std::pair<std::string_view, Balancing>, 5> balance_names = {
    {{"none", Balancing::none},
     {"over", Balancing::over},
     {"under", Balancing::under},
     {"hybrid", Balancing::hybrid},
     {"smote", Balancing::smote}}};
constexpr std::array<std::pair<std::string_view, classify::Denoise>, 2> denoise_names = {
    {{"none", classify::Denoise::none}, {"db4", classify::Denoise::db4}}};
constexpr std::array<std::pair<std::string_view, classify::Scaling>, 3> scaling_names = {
    {{"none", classify::Scaling::none},
     {"min_max", classify::Scaling::min_max},
     {"z_score", classify::Scaling::z_score}}};

/// How the beats of `mitbih` are cut; the other sets are cut already, and know none of these keys.
void read_windows(RecipeReader& read, DataOptions& data) {
    if (data.set != "mitbih") return;
    std::vector<std::string> classes;
    read.get("data", "classes", classes);
    if (!classes.empty()) data.classes = std::move(classes);
    read.get("data", "sampling_rate", data.sampling_rate, 50, 2000);
    read.get("data", "before", data.before, 0, 10);
    read.get("data", "after", data.after, 0, 10);
    read.get("data", "band_pass_low", data.band_pass_low, classify::lowest_corner_hz, 100);
    read.get("data", "band_pass_high", data.band_pass_high, 1, 1000);
    if (data.band_pass_low > 0) read.require("data", "band_pass_high");
    if (data.band_pass_high > 0) read.require("data", "band_pass_low");
    read.choose("data", "denoise", data.denoise, denoise_names);
    read.choose("data", "scaling", data.scaling, scaling_names);
}

}  // namespace

Result<Recipe> open_recipe(const std::filesystem::path& path) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    return parse_recipe({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                        path.string());
}

std::string_view name_of(Keep keep) {
    for (const auto& [name, value] : keep_names) {
        if (value == keep) return name;
    }
    return "";
}

Result<Recipe> parse_recipe(std::string_view text, std::string_view file) {
    const auto root = parse_toml(text, file);
    if (!root) return std::unexpected(root.error());
    Recipe r;
    RecipeReader read(*root, file);
    read_head(read, text, file, r);

    read.require("data", "set");
    read.get("data", "set", r.data.set);
    read_windows(read, r.data);
    read.choose("data", "split", r.split.kind, split_names);
    read.get("data", "test", r.split.test, 0.01, 0.9);
    read.get("data", "validation", r.split.validation, 0.0, 0.9);
    read.get("data", "validation_records", r.split.validation_groups);

    read.require("network", "name");
    read.get("network", "name", r.network);
    read.choose("network", "start", r.start, start_names);

    read.choose("balance", "method", r.balance.method, balance_names);
    read.get("balance", "per_class", r.balance.per_class, 1, 1e7);
    read.get("balance", "neighbours", r.balance.neighbours, 1, 100);
    read.get("balance", "largest", r.balance.largest, 1, 1e7);
    read.get("balance", "before_split", r.balance.before_split);
    read.get("balance", "redraw", r.redraw);
    if (r.balance.method == Balancing::hybrid) read.require("balance", "per_class");

    read.get("augment", "stretch", r.augment.stretch, 0, 0.5);
    read.get("augment", "noise", r.augment.noise, 0, 10);
    read.get("augment", "amplitude", r.augment.amplitude, 0, 0.9);
    read.get("augment", "wander", r.augment.wander, 0, 10);
    read.get("augment", "shift", r.augment.shift, 0, 1000);
    read.get("augment", "copies", r.augment.copies, 0, 100);
    read.get("augment", "copies_only", r.augment.copies_only);

    read.require("training", "epochs");
    read.get("training", "epochs", r.epochs, 1, 100000);
    read.get("training", "batch", r.batch, 1, 65536);
    read.get("training", "learning_rate", r.learning_rate, 1e-12, 10);
    read.get("training", "weight_decay", r.weight_decay, 0, 10);
    read.get("training", "clip", r.clip, 0, 1e6);
    read.get("training", "ema", r.ema, 0, 0.999999);
    read.get("training", "label_smoothing", r.label_smoothing, 0, 0.9);
    read.get("training", "class_weights", r.class_weights);
    read.get("training", "mixed_precision", r.mixed_precision);
    read.choose("training", "schedule", r.schedule, schedule_names);
    read.get("training", "warmup", r.warmup, 0, 1000);
    read.get("training", "factor", r.factor, 1e-6, 1);
    read.get("training", "every", r.every, 1, 100000);
    read.get("training", "patience", r.patience, 1, 100000);
    read.get("training", "stop_after", r.stop_after, 0, 100000);
    read.choose("training", "keep", r.keep, keep_names);
    for (const auto& [key, figure] :
         {std::pair{"accuracy", &r.published.accuracy},
          std::pair{"macro_f1", &r.published.macro_f1}, std::pair{"auc", &r.published.auc}}) {
        double value = -1;
        read.get("published", key, value, 0, 1);
        if (value >= 0) *figure = value;
    }
    if (auto error = read.finish()) return std::unexpected(std::move(*error));
    return r;
}

}  // namespace telltale::train
