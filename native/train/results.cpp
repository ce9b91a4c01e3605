#include "results.hpp"

#include <algorithm>
#include <format>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "classify/card.hpp"
#include "data/files.hpp"
#include "recipe.hpp"
#include "sequence/recipe.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A number at a path of a file, if it is there.
std::optional<double> number_at(const Json& json, const std::string& pointer) {
    const Json::json_pointer at(pointer);
    if (!json.contains(at) || !json[at].is_number()) return std::nullopt;
    return json[at].get<double>();
}

std::string text_at(const Json& json, const std::string& pointer) {
    const Json::json_pointer at(pointer);
    if (!json.contains(at) || !json[at].is_string()) return {};
    return json[at].get<std::string>();
}

/// A JSON file; null where there is none.
Result<Json> read_json(const fs::path& path) {
    if (!fs::exists(path)) return Json();
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto* text = reinterpret_cast<const char*>(bytes->data());
    Json json = Json::parse(text, text + bytes->size(), nullptr, false);
    if (json.is_discarded()) return fail(path.string(), "", "is not JSON");
    return json;
}

std::string percent(std::optional<double> share) {
    return share ? std::format("{:.2f} %", 100 * *share) : "";
}
std::string score(std::optional<double> value) {
    return value ? std::format("{:.3f}", *value) : "";
}

/// Thousands apart: 1 234 567.
std::string grouped(double value) {
    std::string digits = std::format("{:.0f}", value);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, " ");
    return digits;
}

std::string duration(std::optional<double> seconds) {
    if (!seconds) return "";
    if (*seconds < 90) return std::format("{:.0f} s", *seconds);
    if (*seconds < 5400) return std::format("{:.0f} min", *seconds / 60);
    return std::format("{:.1f} h", *seconds / 3600);
}

struct Figures {
    std::optional<double> accuracy, macro_f1, auc;
};

/// "98.05 %, F1 0.896, AUC 0.998", what there is of it.
std::string cell(const Figures& f) {
    std::string text = percent(f.accuracy);
    if (f.macro_f1) text += std::format("{}F1 {}", text.empty() ? "" : ", ", score(f.macro_f1));
    if (f.auc) text += std::format("{}AUC {}", text.empty() ? "" : ", ", score(f.auc));
    return text.empty() ? "not trained yet" : text;
}

Figures figures_of(const Json& run) {
    Figures f{number_at(run, "/test/accuracy"), number_at(run, "/test/macro_f1"), std::nullopt};
    const Json::json_pointer at("/test/auc");
    if (run.contains(at) && run[at].is_object() && !run[at].empty()) {
        double sum = 0;
        for (const auto& area : run[at]) sum += area.is_number() ? area.get<double>() : 0.0;
        f.auc = sum / static_cast<double>(run[at].size());
    }
    return f;
}

struct Page {
    fs::path models;
    Json speed;
    std::string text;

    Result<Json> run(const std::string& name) const {
        return read_json(models / "runs" / name / "run.json");
    }
    [[nodiscard]] std::string beats_per_s(const std::string& model) const {
        const Json::json_pointer at("/models");
        if (!speed.contains(at)) return "";
        for (const Json& entry : speed[at]) {
            if (text_at(entry, "/name") == model) {
                const auto value = number_at(entry, "/beats_per_s");
                return value ? grouped(*value) : "";
            }
        }
        return "";
    }
    [[nodiscard]] std::string size_of(const std::string& model) const {
        std::error_code code;
        const auto size = fs::file_size(models / (model + ".onnx"), code);
        return code ? "" : std::format("{} kB", grouped(static_cast<double>(size) / 1000));
    }
};

Result<void> add_systems(Page& page, const std::vector<Recipe>& published) {
    page.text +=
        "| system | published | Telltale, same protocol | Telltale, honest | parameters | trained "
        "in | file | beats/s |\n|---|---|---|---|---|---|---|---|\n";
    std::string notes;
    for (const Recipe& recipe : published) {
        const std::string honest_name =
            recipe.name.substr(0, recipe.name.size() - std::string_view("published").size()) +
            "honest";
        const auto run = page.run(recipe.name);
        if (!run) return std::unexpected(run.error());
        const auto honest = page.run(honest_name);
        if (!honest) return std::unexpected(honest.error());
        std::string time = duration(number_at(*run, "/training_seconds"));
        const auto limit = number_at(*run, "/limit");
        if (limit) time += std::format(", on {} beats only", grouped(*limit));
        const auto honest_limit = number_at(*honest, "/limit");
        page.text += std::format(
            "| `{}` on `{}` | {} | {}{} | {}{} | {} | {} | {} | {} |\n", recipe.model,
            recipe.data.set,
            cell({recipe.published.accuracy, recipe.published.macro_f1, recipe.published.auc}),
            cell(figures_of(*run)), limit ? " (a part of the data)" : "", cell(figures_of(*honest)),
            honest_limit ? " (a part of the data)" : "",
            number_at(*run, "/parameters") ? grouped(*number_at(*run, "/parameters")) : "", time,
            page.size_of(recipe.model), page.beats_per_s(recipe.model));
        notes += std::format("- `{}`. {}\n", recipe.name, recipe.protocol);
        const auto twin = open_recipe(page.models / "recipes" / (honest_name + ".toml"));
        if (twin) notes += std::format("- `{}`. {}\n", honest_name, twin->protocol);
    }
    page.text +=
        "\nF1 is the mean of the classes' F1, AUC the mean of the classes' areas under the curve, "
        "one against the rest. Times are those of a clock on the wall, other work of the machine "
        "included. Beats/s are those of ONNX Runtime on one thread";
    if (const std::string machine = text_at(page.speed, "/machine"); !machine.empty())
        page.text += " of " + machine;
    page.text += ".\n\n### Protocols\n\n" + notes;
    return {};
}

/// Per class: "N 0.989, S 0.662".
std::string class_f1(const Json& scores) {
    std::string text;
    const auto classes = scores.find("classes");
    if (classes == scores.end() || !classes->is_object()) return text;
    for (const auto& [name, values] : classes->items()) {
        const auto f1 = number_at(values, "/f1");
        if (f1) text += std::format("{}{} {}", text.empty() ? "" : ", ", name, score(f1));
    }
    return text;
}

Result<void> add_telltale(Page& page) {
    page.text +=
        "\n## Telltale's own models\n\nSequence models of features of beats, judged on patients "
        "they have not seen.\n\n| model | protocol | accuracy | F1 of each class |\n"
        "|---|---|---|---|\n";
    for (const char* name : {"telltale-ds1", "telltale"}) {
        const auto path = page.models / (std::string(name) + ".onnx");
        if (!fs::exists(path)) continue;
        const auto bytes = data::read_file(path);
        if (!bytes) return std::unexpected(bytes.error());
        const auto card = classify::read_card(*bytes, path.string());
        if (!card) return std::unexpected(card.error());
        std::vector<std::string> protocols;
        std::map<std::string, std::pair<std::string, std::string>> rows;
        for (const classify::Metric& m : card->metrics) {
            if (!rows.contains(m.protocol)) protocols.push_back(m.protocol);
            auto& [accuracy, f1] = rows[m.protocol];
            if (m.name == "accuracy") accuracy = percent(m.value);
            if (m.name.ends_with("_f1") && m.name != "macro_f1")
                f1 += std::format("{}{} {:.3f}", f1.empty() ? "" : ", ",
                                  m.name.substr(0, m.name.size() - 3), m.value);
        }
        for (const std::string& protocol : protocols) {
            page.text += std::format("| `{}` | {} | {} | {} |\n", name, protocol,
                                     rows[protocol].first, rows[protocol].second);
        }
    }
    for (const char* name : {"telltale-ds1", "telltale"}) {
        const auto run = page.run(name);
        if (!run) return std::unexpected(run.error());
        if (run->is_null()) continue;
        page.text += std::format(
            "\n`{}`: {} parameters, trained in {} (cross-validation, teachers and the distilled "
            "network), {}, {} beats/s.\n",
            name, grouped(number_at(*run, "/parameters").value_or(0)),
            duration(number_at(*run, "/training_seconds")), page.size_of(name),
            page.beats_per_s(name));
    }
    const auto leaky = read_json(page.models / "runs" / "telltale" / "leaky.json");
    if (!leaky) return std::unexpected(leaky.error());
    if (!leaky->is_null()) {
        page.text += std::format(
            "\nFor contrast, a network of the same recipe in the leaky protocol of `heartbeat` "
            "(its official test beats, paced records left out, the same patients on both sides, no "
            "synthetic patients): accuracy {}, F1 {}.\n",
            percent(number_at(*leaky, "/test/accuracy")), class_f1((*leaky)["test"]));
    }
    const auto ablations = read_json(page.models / "runs" / "telltale-ds1" / "ablations.json");
    if (!ablations) return std::unexpected(ablations.error());
    if (ablations->is_array()) {
        page.text +=
            "\n### What each part is worth\n\nCross-validation within DS1, one seed each; seeds "
            "differ by some hundredths in S.\n\n| variant | accuracy | F1 of each class |\n"
            "|---|---|---|\n";
        for (const Json& variant : *ablations) {
            page.text += std::format("| {} | {} | {} |\n", text_at(variant, "/name"),
                                     percent(number_at(variant, "/accuracy")), class_f1(variant));
        }
    }
    return {};
}

}  // namespace

Result<std::string> results_page(const ResultsOptions& options) {
    Page page{.models = options.models, .speed = {}, .text = {}};
    auto speed = read_json(options.models / "runs" / "speed.json");
    if (!speed) return std::unexpected(speed.error());
    page.speed = std::move(*speed);

    std::vector<fs::path> files;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(options.models / "recipes", code)) {
        if (entry.path().stem().string().ends_with("-published")) files.push_back(entry.path());
    }
    if (code) return fail((options.models / "recipes").string(), "", code.message());
    std::ranges::sort(files);
    std::vector<Recipe> published;
    for (const fs::path& file : files) {
        auto recipe = open_recipe(file);
        if (!recipe) return std::unexpected(recipe.error());
        published.push_back(std::move(*recipe));
    }
    page.text =
        "# Results\n\n"
        "Made by `./dev telltale results` from the recipes, runs and models in this folder; do not "
        "edit.\n\n"
        "## Published systems\n\n"
        "\"Same protocol\" repeats what was published, leakage included: beats of one patient, or "
        "mixtures of them, are on both sides. \"Honest\" is the same network trained on some "
        "patients and tested on others (ECG5000 has one patient only), balanced within the "
        "training part, every choice made there, the test part used once. What a person drops on "
        "the page is always a patient not seen.\n\n";
    if (auto r = add_systems(page, published); !r) return std::unexpected(r.error());
    if (auto r = add_telltale(page); !r) return std::unexpected(r.error());
    return std::move(page.text);
}

}  // namespace telltale::train
