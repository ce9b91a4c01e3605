#include "train/sequence/recipe.hpp"

#include <algorithm>
#include <array>
#include <format>
#include <sstream>

#include "classify/features.hpp"
#include "data/files.hpp"
#include "train/recipes/recipe_reader.hpp"
#include "train/sequence/patient.hpp"

namespace telltale::train {

namespace {

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> result;
    for (std::string word; stream >> word;) result.push_back(word);
    return result;
}

/// An error in what the folds or groups say, if there is one.
std::optional<std::string> contradiction(const SequenceRecipe& r) {
    if (r.folds.size() < 2) return "'data.folds' needs at least two folds";
    std::map<std::string, std::size_t> fold_of;
    for (std::size_t f = 0; f < r.folds.size(); ++f) {
        if (r.folds[f].empty()) return "'data.folds' holds an empty fold";
        for (const std::string& record : r.folds[f]) {
            const auto [at, fresh] = fold_of.emplace(person_of(record), f);
            if (!fresh && at->second != f) {
                return std::format("'data.folds' has the person of record {} in two folds", record);
            }
            if (std::ranges::count(r.records(), record) > 1) {
                return std::format("'data.folds' names record {} twice", record);
            }
        }
    }
    if (r.groups.empty()) return "'input.groups' names no features";
    for (const std::string& group : r.groups) {
        if (classify::feature_count(std::vector{group}) > 0) continue;
        std::string known;
        for (const std::string_view name : classify::feature_groups()) {
            known += std::format("{}{}", known.empty() ? "" : ", ", name);
        }
        return std::format("'input.groups' names '{}', expected some of {}", group, known);
    }
    double synthetic = 0;
    for (const auto& [kind, share] : r.shares) synthetic += share;
    if (r.events_s + r.events_v > 1)
        return "'training.events_s' and 'training.events_v' are more than 1 together";
    if (synthetic > 0.95) return "[synthetic] leaves fewer than 5 % of real chunks";
    return std::nullopt;
}

}  // namespace

std::vector<std::string> SequenceRecipe::records() const {
    std::vector<std::string> all;
    for (const auto& fold : folds) all.insert(all.end(), fold.begin(), fold.end());
    std::ranges::sort(all);
    return all;
}

bool is_sequence_recipe(const std::filesystem::path& path) {
    const auto bytes = data::read_file(path);
    return bytes &&
           is_sequence_recipe_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

bool is_sequence_recipe_text(std::string_view text) {
    const auto root = parse_toml(text, "");
    return root && (*root)["data"]["set"].value<std::string_view>() == sequence_data_set;
}

Result<SequenceRecipe> open_sequence_recipe(const std::filesystem::path& path) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    return parse_sequence_recipe({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                                 path.string());
}

Result<SequenceRecipe> parse_sequence_recipe(std::string_view text, std::string_view file) {
    const auto root = parse_toml(text, file);
    if (!root) return std::unexpected(root.error());
    SequenceRecipe r;
    RecipeReader read(*root, file);
    read_head(read, text, file, r);
    read.get("model", "default_for", r.default_for);

    std::string set;
    std::vector<std::string> folds;
    read.require("data", "set");
    read.require("data", "folds");
    read.get("data", "set", set);
    read.get("data", "folds", folds);
    for (const std::string& fold : folds) r.folds.push_back(words(fold));

    read.require("input", "groups");
    read.get("input", "groups", r.groups);
    read.get("input", "leads", r.leads, 1, 12);

    read.get("synthetic", "patients", r.patients, 0, 100);
    for (const RhythmKind kind : all_rhythm_kinds) {
        read.get("synthetic", name_of(kind), r.shares[kind], 0, 1);
    }

    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> networks = {
        {{"bigru", "bigru"}, {"beat", "beat"}}};
    std::string_view network = r.network;
    read.choose("network", "name", network, networks);
    r.network = network;
    read.get("network", "embedding", r.embedding, 4, 1024);
    read.get("network", "units", r.units, 4, 1024);

    read.get("training", "steps", r.steps, 1, 1000000);
    read.get("training", "batch", r.batch, 2, 4096);
    read.get("training", "chunk", r.chunk, 1, 4096);
    read.get("training", "learning_rate", r.learning_rate, 1e-12, 10);
    read.get("training", "weight_decay", r.weight_decay, 0, 10);
    read.get("training", "warmup", r.warmup, 0, 1);
    read.get("training", "clip", r.clip, 0, 1e6);
    read.get("training", "ema", r.ema, 0, 0.999999);
    read.get("training", "label_smoothing", r.label_smoothing, 0, 0.9);
    read.get("training", "weight_s", r.weight_s, 0, 100);
    read.get("training", "weight_v", r.weight_v, 0, 100);
    read.get("training", "weight_f", r.weight_f, 0, 100);
    read.get("training", "events", r.events, 0, 1);
    read.get("training", "events_s", r.events_s, 0, 1);
    read.get("training", "events_v", r.events_v, 0, 1);
    read.get("training", "single", r.single, 0, 1);
    read.get("training", "second_lead", r.second_lead, 0, 1);
    read.get("training", "noise", r.noise, 0, 10);
    read.get("training", "replaced", r.replaced, 0, 0.9);
    read.get("training", "fold_seeds", r.fold_seeds, 1, 100);
    read.get("training", "teachers", r.teachers, 0, 100);
    read.get("training", "student_steps", r.student_steps, 1, 1000000);
    read.get("training", "soft", r.soft, 0, 1);

    read.get("training", "fit_bias", r.fit_bias);

    read.get("doubt", "share", r.doubtful_share, 0, 0.5);
    if (auto error = read.finish()) return std::unexpected(std::move(*error));
    if (auto wrong = contradiction(r)) return fail(std::string(file), "", std::move(*wrong));
    return r;
}

Network sequence_network(const SequenceRecipe& r) {
    const auto features = static_cast<std::int64_t>(classify::feature_count(r.groups));
    Network net({.channels = features, .length = any_length});
    const auto per_beat = [&](Value x, std::int64_t channels) {
        return net.conv(x, {.channels = channels});
    };
    Value e = net.batch_norm(net.input());
    e = net.dropout(net.relu(net.batch_norm(per_beat(e, r.embedding))), 0.2);
    e = net.relu(per_beat(e, r.embedding));
    if (r.joins_leads()) e = net.relu(per_beat(net.over_leads(e), r.embedding));
    Value x = e;
    if (r.network == "bigru") {
        const Value in = net.relu(per_beat(net.dropout(e, 0.3), r.units));
        const Value z = net.gru(in, {.units = r.units, .bidirectional = true, .sequences = true});
        x = net.concat(z, e);
    }
    x = net.relu(per_beat(net.dropout(x, 0.3), r.units));
    net.embedding(x);
    net.output(per_beat(x, static_cast<std::int64_t>(sequence_classes)));
    return net;
}

}  // namespace telltale::train
