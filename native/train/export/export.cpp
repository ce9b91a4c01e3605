#include "train/export/export.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <format>
#include <nlohmann/json.hpp>

#include "data/files.hpp"
#include "data/mitdb.hpp"
#include "runtime/probe.hpp"
#include "train/export/onnx.hpp"
#include "train/loop/checkpoint.hpp"
#include "train/loop/random.hpp"
#include "train/networks/module.hpp"
#include "train/networks/networks.hpp"
#include "train/recipes/recipe.hpp"
#include "train/rhythm/rhythm_model.hpp"
#include "train/sequence/recipe.hpp"
#include "train/waves/recipe.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;  // the classes in their order

constexpr std::size_t probe_beats_per_class = 50;

Result<Json> read_json(const fs::path& path) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto* text = reinterpret_cast<const char*>(bytes->data());
    Json json = Json::parse(text, text + bytes->size(), nullptr, false);
    if (!json.is_object()) return fail(path.string(), "", "is not a JSON object");
    return json;
}

/// Accuracy, macro-F1 and the F1 of each class as the card's metrics.
void add_metrics(std::vector<classify::Metric>& metrics, const std::string& protocol,
                 const Json& json) {
    const auto add = [&](const std::string& name, const Json& object, const char* key) {
        const auto found = object.find(key);
        if (found != object.end() && found->is_number()) {
            metrics.push_back({protocol, name, found->get<double>()});
        }
    };
    add("accuracy", json, "accuracy");
    add("macro_f1", json, "macro_f1");
    const auto classes = json.find("classes");
    if (classes == json.end() || !classes->is_object()) return;
    for (const auto& [name, scores] : classes->items()) {
        if (!scores.is_object()) continue;
        add(name + "_f1", scores, "f1");
    }
    // EC57's figures of `evaluate classifier`, each with its interval by drawing patients.
    for (const auto& [key, without] :
         {std::pair{"summary", ""}, {"summary_without_232", " without 232"}}) {
        const auto summary = json.find(key);
        if (summary == json.end() || !summary->is_object()) continue;
        for (const char* const figure : {"S F1", "V F1"}) {
            const auto found = summary->find(figure);
            if (found == summary->end()) continue;
            const std::string name = std::format("EC57 {}{}", figure, without);
            add(name, *found, "value");
            add(name + ", low", *found, "low");
            add(name + ", high", *found, "high");
        }
    }
}

/// The data set's name of its own test protocol.
std::string test_protocol(const Recipe& recipe) {
    return recipe.split.kind == SplitKind::ds1_ds2 ? "ds2 (" + recipe.data.set + " windows)"
                                                   : recipe.data.set + "-test";
}

/// Whose beats a recipe learns from or chooses by, of records that somebody might judge it on.
std::vector<std::string> training_records(const Recipe& recipe) {
    const auto names = [](const auto& list) {
        return std::vector<std::string>(list.begin(), list.end());
    };
    if (recipe.data.set != "heartbeat" && recipe.data.set != "mitbih") return {};
    return recipe.split.kind == SplitKind::ds1_ds2 ? names(data::ds1_record_names)
                                                   : names(data::mitdb_record_names);
}

/// What a run is exported as.
struct Described {
    Network network;
    classify::Card card;
    std::vector<double> bias;  ///< Added to the last layer's, one a class; empty: nothing.
};

/// The recipe that a run was started with, or the newer one asked for if only its words differ.
template <class R>
Result<R> recipe_of_run(const ExportOptions& options, Checkpoint& checkpoint,
                        Result<R> (*parse)(std::string_view, std::string_view),
                        Result<R> (*open)(const fs::path&)) {
    auto recipe = parse(checkpoint.texts["recipe"], checkpoint.texts["recipe_name"] + ".toml");
    if (!recipe) return recipe;
    if (!checkpoint.texts["seed"].empty()) recipe->seed = std::stoull(checkpoint.texts["seed"]);
    if (options.recipe.empty()) return recipe;
    auto newer = open(options.recipe);
    if (!newer) return newer;
    newer->seed = recipe->seed;
    if (essence(*newer) != essence(*recipe)) {
        return fail(options.recipe.string(), "",
                    "asks for another training than this run's; only its [model] section may "
                    "differ");
    }
    return newer;
}

Result<Described> describe_windows(const ExportOptions& options, Checkpoint& checkpoint,
                                   const Json& summary) {
    const auto recipe = recipe_of_run(options, checkpoint, parse_recipe, open_recipe);
    if (!recipe) return std::unexpected(recipe.error());
    const auto set = data_set_outline(recipe->data);
    if (!set) return std::unexpected(set.error());
    auto network =
        make_network(recipe->network, set->shape, static_cast<std::int64_t>(set->classes.size()));
    if (!network) return std::unexpected(network.error());

    classify::Card card = card_of(*recipe);
    card.classes = set->classes;
    card.input = set->input;
    card.training_data = set->source;
    card.training_records = training_records(*recipe);
    if (checkpoint.texts["limit"] != "0") {
        card.protocol += std::format("; a trial on at most {} beats of the training part",
                                     checkpoint.texts["limit"]);
    }
    if (summary.contains("test")) {
        add_metrics(card.metrics, test_protocol(*recipe), summary["test"]);
    }
    return Described{std::move(*network), std::move(card), {}};
}

Result<Described> describe_sequence(const ExportOptions& options, Checkpoint& checkpoint,
                                    const Json& summary) {
    const auto recipe =
        recipe_of_run(options, checkpoint, parse_sequence_recipe, open_sequence_recipe);
    if (!recipe) return std::unexpected(recipe.error());
    if (!checkpoint.tensors.contains("finished/student")) {
        return fail(options.run.string(), "",
                    "holds the cross-validation only; continue it with --resume");
    }
    Network network = sequence_network(*recipe);
    classify::Card card = card_of(*recipe);
    card.classes = {"N", "S", "V", "F"};
    card.input.kind = classify::InputKind::sequence;
    card.input.lead_choice = {"MLII", "II"};
    card.input.groups = recipe->groups;
    card.input.length = static_cast<std::size_t>(network.shape(network.input()).channels);
    card.input.name = "features";
    card.input.leads = static_cast<std::size_t>(recipe->leads);
    card.input.shape.assign(recipe->joins_leads() ? 3 : 2, -1);
    card.input.shape.push_back(network.shape(network.input()).channels);
    card.output.embedding = "embedding";
    card.output.embedding_length =
        static_cast<std::size_t>(network.shape(*network.embedding()).channels);
    card.input.chunk = 1024;
    card.input.context = 64;
    if (summary.contains("temperature") && summary["temperature"].is_number()) {
        card.output.temperature = summary["temperature"].get<double>();
    }
    if (summary.contains("doubt") && summary["doubt"].contains("below") &&
        summary["doubt"]["below"].is_number()) {
        card.output.doubtful_below = summary["doubt"]["below"].get<double>();
    }
    // The records of the Supraventricular Arrhythmia Database are those from 800 on.
    const auto records = recipe->records();
    const auto supraventricular = static_cast<std::size_t>(
        std::ranges::count_if(records, [](const std::string& r) { return r >= "800"; }));
    card.training_data = std::format(
        "MIT-BIH Arrhythmia Database, {} records{}, and synthetic patients made from them",
        records.size() - supraventricular,
        supraventricular == 0 ? ""
                              : std::format("; MIT-BIH Supraventricular Arrhythmia Database, {} "
                                            "records",
                                            supraventricular));
    card.training_records = recipe->records();
    card.default_for = recipe->default_for;
    if (summary.contains("cross_validation")) {
        const Json& folds = summary["cross_validation"];
        add_metrics(card.metrics, "cross-validation on the training patients", folds);
        for (const auto& [key, leads] :
             {std::pair{"databases", "all leads"}, {"databases_first_lead", "first lead"}}) {
            if (!folds.contains(key)) continue;
            for (const auto& [database, scores] : folds[key].items())
                add_metrics(card.metrics, std::format("{}, held out by folds, {}", database, leads),
                            scores);
        }
    }
    Described described{std::move(network), std::move(card), {}};
    if (summary.contains("bias"))
        for (const Json& of_class : summary["bias"])
            described.bias.push_back(of_class.get<double>());
    return described;
}

Result<Described> describe_rhythm(const ExportOptions& options, Checkpoint& checkpoint,
                                  const Json& summary) {
    const auto recipe = recipe_of_run(options, checkpoint, parse_rhythm_recipe, open_rhythm_recipe);
    if (!recipe) return std::unexpected(recipe.error());
    if (!checkpoint.tensors.contains("finished/final")) {
        return fail(options.run.string(), "",
                    "holds the cross-validation only; continue it with --resume");
    }
    classify::Card card = rhythm_card(*recipe);
    card.training_data =
        "MIT-BIH Malignant Ventricular Ectopy and Arrhythmia Databases, recordings of the "
        "PhysioNet "
        "Challenge 2017, half of the QT Database, MIT-BIH Supraventricular Arrhythmia Database 800 "
        "to 839, noise of the Noise Stress Test Database, and rhythms made up";
    if (summary.contains("learnt_from"))
        for (const Json& name : summary["learnt_from"])
            card.training_records.push_back(name.get<std::string>());
    const auto metric = [&](const std::string& protocol, const std::string& name,
                            const std::string& pointer) {
        const Json::json_pointer at(pointer);
        if (summary.contains(at) && summary[at].is_number())
            card.metrics.push_back({protocol, name, summary[at].get<double>()});
    };
    const std::string vfdb = "vfdb without 418, by folds of records", by = "/folds/";
    metric(vfdb, "VT or VF, time Se %", by + "vfdb without 418/rhythms/VT+VFL/se");
    metric(vfdb, "VT or VF, time +P %", by + "vfdb without 418/rhythms/VT+VFL/ppv");
    const std::string mitdb = "MIT-BIH, even records, by folds of records";
    metric(mitdb, "AF, time Se %", by + "mitdb, even records/rhythms/AFIB/se");
    metric(mitdb, "AF, time +P %", by + "mitdb, even records/rhythms/AFIB/ppv");
    const std::string challenge = "Challenge 2017, by folds of recordings";
    metric(challenge, "F1 of A", by + "cinc2017/f1/A");
    metric(challenge, "mean F1 of A, N, O", by + "cinc2017/mean_f1");
    return Described{rhythm_network(*recipe), std::move(card), {}};
}

Result<Described> describe_waves(const ExportOptions& options, Checkpoint& checkpoint,
                                 const Json& summary) {
    const auto recipe = recipe_of_run(options, checkpoint, parse_wave_recipe, open_wave_recipe);
    if (!recipe) return std::unexpected(recipe.error());
    if (!checkpoint.tensors.contains("finished/final"))
        return fail(options.run.string(), "",
                    "holds the cross-validation only; continue it with --resume");
    classify::Card card = wave_card(*recipe);
    card.training_data =
        "LUDB, 200 patients, 12 leads of 10 s each, with noise of the Noise Stress Test Database";
    if (summary.contains("scores"))
        for (const auto& [protocol, score] : summary["scores"].items())
            for (const auto& [wave, points] : score.items()) {
                const auto add = [&](const std::string& name, const Json& value) {
                    if (value.is_number())
                        card.metrics.push_back({protocol, name, value.get<double>()});
                };
                add(wave + " F1 %", points["f1"]);
                for (const char* point : {"onset", "end"}) {
                    add(std::format("{} {} mean ms", wave, point), points[point]["mean_ms"]);
                    add(std::format("{} {} SD ms", wave, point), points[point]["sd_ms"]);
                }
            }
    return Described{wave_network(*recipe), std::move(card), {}};
}

}  // namespace

Result<void> write_probe_beats(const fs::path& run, const DataSet& data,
                               std::span<const std::size_t> test, std::uint64_t seed) {
    std::vector<std::size_t> order(test.begin(), test.end());
    Random(seed).shuffle(std::span(order));
    std::vector<std::size_t> taken(data.classes.size());
    std::vector<float> values;
    std::int64_t beats = 0;
    for (const std::size_t row : order) {
        if (taken[data.labels[row]]++ >= probe_beats_per_class) continue;
        values.insert(values.end(), data.row(row).begin(), data.row(row).end());
        ++beats;
    }
    Checkpoint c;
    c.tensors["beats"] =
        torch::tensor(values).view({beats, data.shape.channels, data.shape.length});
    return write_checkpoint(run / "probe.pt", c);
}

Result<void> export_run(const ExportOptions& options) {
    auto checkpoint = read_checkpoint(options.run / "checkpoint.pt");
    if (!checkpoint) return std::unexpected(checkpoint.error());
    if (!data::exists(options.run / "run.json") || !data::exists(options.run / "probe.pt")) {
        return fail(options.run.string(), "",
                    "holds no finished training; continue it with --resume");
    }
    const auto summary = read_json(options.run / "run.json");
    if (!summary) return std::unexpected(summary.error());
    const std::string& text = checkpoint->texts["recipe"];
    auto described = is_sequence_recipe_text(text)
                         ? describe_sequence(options, *checkpoint, *summary)
                     : is_rhythm_recipe_text(text) ? describe_rhythm(options, *checkpoint, *summary)
                     : is_wave_recipe_text(text)   ? describe_waves(options, *checkpoint, *summary)
                                                 : describe_windows(options, *checkpoint, *summary);
    if (!described) return std::unexpected(described.error());
    const Network& network = described->network;
    classify::Card& card = described->card;
    card.licence = "Apache-2.0";
    card.output.name = "logits";
    card.parameters = network.parameters();
    for (const auto& [protocol, path] : options.evaluations) {
        const auto json = read_json(path);
        if (!json) return std::unexpected(json.error());
        add_metrics(card.metrics, protocol, *json);
    }
    Module module(network);
    if (auto r = get_module(*checkpoint, "best/", module); !r) return r;
    if (!described->bias.empty()) {
        const torch::NoGradGuard guard;
        module.weight(network[network.output()], "bias")
            .add_(torch::tensor(described->bias, torch::kFloat32));
    }

    const auto bytes = onnx_model(
        network,
        [&](const Layer& layer, std::string_view suffix) {
            const torch::Tensor t = module.weight(layer, suffix).detach().contiguous();
            return std::vector<float>(t.const_data_ptr<float>(),
                                      t.const_data_ptr<float>() + t.numel());
        },
        card);
    if (!bytes) return std::unexpected(bytes.error());
    if (auto r = data::write_file(options.out, *bytes); !r) return r;
    if (options.probe.empty()) return {};

    const auto kept = read_checkpoint(options.run / "probe.pt");
    if (!kept) return std::unexpected(kept.error());
    const auto found = kept->tensors.find("beats");
    if (found == kept->tensors.end()) {
        return fail((options.run / "probe.pt").string(), "", "holds no beats");
    }
    const torch::NoGradGuard guard;
    module.eval();
    const torch::Tensor x = found->second.contiguous();
    const torch::Tensor y = module.forward(x).contiguous();
    const auto tensor = [](const std::string& name, const torch::Tensor& t) {
        return runtime::ProbeTensor{
            name,
            t.sizes().vec(),
            {t.const_data_ptr<float>(), t.const_data_ptr<float>() + t.numel()}};
    };
    const runtime::Probe probe{.inputs = {tensor(card.input.name, x)},
                               .output = tensor(card.output.name, y)};
    return data::write_file(options.probe, runtime::write_probe(probe));
}

}  // namespace telltale::train
