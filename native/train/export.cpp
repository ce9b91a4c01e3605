#include "export.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <format>
#include <nlohmann/json.hpp>

#include "checkpoint.hpp"
#include "data/files.hpp"
#include "module.hpp"
#include "networks.hpp"
#include "onnx.hpp"
#include "random.hpp"
#include "recipe.hpp"
#include "runtime/probe.hpp"

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
}

/// The data set's name of its own test protocol.
std::string test_protocol(const Recipe& recipe) {
    return recipe.split.kind == SplitKind::ds1_ds2 ? "ds2 (" + recipe.data + " windows)"
                                                   : recipe.data + "-test";
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
    auto recipe =
        parse_recipe(checkpoint->texts["recipe"], checkpoint->texts["recipe_name"] + ".toml");
    if (!recipe) return std::unexpected(recipe.error());
    if (!options.recipe.empty()) {
        auto newer = open_recipe(options.recipe);
        if (!newer) return std::unexpected(newer.error());
        newer->seed = recipe->seed;
        if (essence(*newer) != essence(*recipe)) {
            return fail(options.recipe.string(), "",
                        "asks for another training than this run's; only its [model] section may "
                        "differ");
        }
        recipe = std::move(newer);
    }
    if (!fs::exists(options.run / "run.json") || !fs::exists(options.run / "probe.pt")) {
        return fail(options.run.string(), "",
                    "holds no finished training; continue it with --resume");
    }
    const auto summary = read_json(options.run / "run.json");
    if (!summary) return std::unexpected(summary.error());
    const auto set = data_set_outline(recipe->data);
    if (!set) return std::unexpected(set.error());
    const auto network =
        make_network(recipe->network, set->shape, static_cast<std::int64_t>(set->classes.size()));
    if (!network) return std::unexpected(network.error());
    Module module(*network);
    if (auto r = get_module(*checkpoint, "best/", module); !r) return r;

    classify::Card card;
    card.name = recipe->model;
    card.title = recipe->title;
    card.version = recipe->version;
    card.description = recipe->description;
    card.classes = set->classes;
    card.input = set->input;
    card.output.name = "logits";
    card.training_data = set->source;
    card.protocol = recipe->protocol;
    if (checkpoint->texts["limit"] != "0") {
        card.protocol += std::format("; a trial on at most {} beats of the training part",
                                     checkpoint->texts["limit"]);
    }
    card.licence = "Apache-2.0";
    card.citation = recipe->citation;
    card.parameters = network->parameters();
    if (summary->contains("test")) {
        add_metrics(card.metrics, test_protocol(*recipe), (*summary)["test"]);
    }
    for (const auto& [protocol, path] : options.evaluations) {
        const auto json = read_json(path);
        if (!json) return std::unexpected(json.error());
        add_metrics(card.metrics, protocol, *json);
    }

    const auto bytes = onnx_model(
        *network,
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
