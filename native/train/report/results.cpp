#include "train/report/results.hpp"

#include <algorithm>
#include <format>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "classify/card.hpp"
#include "data/files.hpp"
#include "train/recipes/recipe.hpp"
#include "train/report/run_files.hpp"

namespace telltale::train {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string percent(std::optional<double> share) {
    return share ? std::format("{:.2f} %", 100 * *share) : "";
}
std::string score(std::optional<double> value) {
    return value ? std::format("{:.3f}", *value) : "";
}

std::string duration(std::optional<double> seconds) {
    if (!seconds) return "";
    if (*seconds < 90) return std::format("{:.0f} s", *seconds);
    if (*seconds < 5400) return std::format("{:.0f} min", *seconds / 60);
    return std::format("{:.1f} h", *seconds / 3600);
}

/// Or that there is none.
std::string cell(const TestFigures& f) {
    const std::string text = to_text(f);
    return text.empty() ? "not trained yet" : text;
}

/// How far ours lies above what was published, in points (hundredths of one).
std::string difference(const TestFigures& ours, const TestFigures& published) {
    std::string text;
    const auto add = [&](std::string_view name, std::optional<double> a, std::optional<double> b) {
        if (!a || !b) return;
        text += std::format("{}{}{:+.2f}", text.empty() ? "" : ", ", name, 100 * (*a - *b));
    };
    add("", ours.accuracy, published.accuracy);
    add("F1 ", ours.macro_f1, published.macro_f1);
    add("AUC ", ours.auc, published.auc);
    return text;
}

/// What a run with --limit learnt from: "200 000 of 585 085 beats (34.2 %)".
std::string part_of_data(const Json& run) {
    const auto limit = number_at(run, "/limit"), all = number_at(run, "/training_beats");
    if (!limit) return "";
    if (!all) return std::format("{} beats only", grouped(*limit));
    return std::format("{} of {} beats ({:.1f} %)", grouped(*limit), grouped(*all),
                       100 * *limit / *all);
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

/// A published system: its recipe, the run of it, and the same network's honest run.
struct System {
    Recipe recipe;
    std::string honest_name;
    Json run, honest;  ///< null where not trained yet
};

Result<std::vector<System>> read_systems(const Page& page) {
    constexpr std::string_view published = "-published";
    std::vector<fs::path> files;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(page.models / "recipes", code)) {
        if (entry.path().stem().string().ends_with(published)) files.push_back(entry.path());
    }
    if (code) return fail((page.models / "recipes").string(), "", code.message());
    std::ranges::sort(files);
    std::vector<System> systems;
    for (const fs::path& file : files) {
        auto recipe = open_recipe(file);
        if (!recipe) return std::unexpected(recipe.error());
        std::string honest_name =
            recipe->name.substr(0, recipe->name.size() - published.size()) + "-honest";
        auto run = page.run(recipe->name);
        if (!run) return std::unexpected(run.error());
        auto honest = page.run(honest_name);
        if (!honest) return std::unexpected(honest.error());
        systems.push_back(
            {std::move(*recipe), std::move(honest_name), std::move(*run), std::move(*honest)});
    }
    return systems;
}

void add_systems(Page& page, const std::vector<System>& systems) {
    page.text +=
        "| system | published | Telltale, same protocol | difference, points | Telltale, honest | "
        "parameters | trained in | file | beats/s |\n|---|---|---|---|---|---|---|---|---|\n";
    std::vector<std::string> machines;
    for (const System& s : systems) {
        const TestFigures ours = figures_of(s.run, "test");
        const auto trained_on_part = [](const Json& run) {
            const std::string part = part_of_data(run);
            return part.empty() ? "" : std::format(" (trained on {})", part);
        };
        page.text += std::format(
            "| `{}` on `{}` | {} | {}{} | {} | {}{} | {} | {} | {} | {} |\n", s.recipe.model,
            s.recipe.data.set, cell(s.recipe.published), cell(ours), trained_on_part(s.run),
            difference(ours, s.recipe.published), cell(figures_of(s.honest, "test")),
            trained_on_part(s.honest),
            number_at(s.run, "/parameters") ? grouped(*number_at(s.run, "/parameters")) : "",
            duration(number_at(s.run, "/training_seconds")), page.size_of(s.recipe.model),
            page.beats_per_s(s.recipe.model));
        for (const Json* run : {&s.run, &s.honest}) {
            std::string machine = text_at(*run, "/machine");
            if (const std::string gpu = text_at(*run, "/gpu"); !gpu.empty()) machine += ", " + gpu;
            if (!machine.empty() && std::ranges::find(machines, machine) == machines.end())
                machines.push_back(machine);
        }
    }
    page.text +=
        "\nA point is a hundredth. F1 is the mean F1 of the classes that the test part holds, AUC "
        "the mean of the classes' areas under the curve, one against the rest. Times are those of "
        "a clock on the wall, other work of the machine included. Beats/s are those of ONNX "
        "Runtime on one thread";
    if (const std::string machine = text_at(page.speed, "/machine"); !machine.empty())
        page.text += " of " + machine;
    page.text += ".";
    for (std::size_t i = 0; i < machines.size(); ++i)
        page.text += (i == 0 ? " Trained on: " : "; ") + machines[i];
    if (!machines.empty()) page.text += ".";
    page.text += "\n\n### Protocols\n\n";
    for (const System& s : systems) {
        page.text += std::format("- `{}`. {}\n", s.recipe.name, s.recipe.protocol);
        const auto twin = open_recipe(page.models / "recipes" / (s.honest_name + ".toml"));
        if (twin) page.text += std::format("- `{}`. {}\n", s.honest_name, twin->protocol);
    }
}

/// A class's beats, sensitivity, predictive value and F1 in a run's test part, as cells.
std::string class_cells(const Json& run, const std::string& name) {
    const auto of = run.find("test");
    if (of == run.end() || !of->is_object() || !of->contains("classes")) return " | | | |";
    const Json& classes = (*of)["classes"];
    if (!classes.is_object() || !classes.contains(name)) return " | | | |";
    const Json& scores = classes[name];
    const auto beats = number_at(scores, "/support");
    // A class without beats has no sensitivity, whatever an old file says.
    const bool occurs = beats.value_or(0) > 0;
    const auto figure = [&](const char* key) {
        const auto value = occurs ? number_at(scores, key) : std::nullopt;
        return value ? std::format("{:.2f} %", 100 * *value) : std::string("-");
    };
    return std::format(" {} | {} | {} | {} |", grouped(beats.value_or(0)), figure("/se"),
                       figure("/ppv"), occurs ? score(number_at(scores, "/f1")) : "-");
}

void add_classes(Page& page, const std::vector<System>& systems) {
    std::string tables;
    for (const System& s : systems) {
        std::vector<std::string> names;
        for (const Json* run : {&s.run, &s.honest}) {
            const Json::json_pointer at("/test/classes");
            if (!run->contains(at) || !(*run)[at].is_object()) continue;
            for (const auto& [name, scores] : (*run)[at].items()) {
                if (std::ranges::find(names, name) == names.end()) names.push_back(name);
            }
        }
        if (names.empty()) continue;
        tables += std::format(
            "\n`{}` on `{}`:\n\n| class | same protocol: beats | Se | +P | F1 | honest: beats | Se "
            "| +P | F1 |\n|---|---|---|---|---|---|---|---|---|\n",
            s.recipe.model, s.recipe.data.set);
        for (const std::string& name : names) {
            tables += std::format("| {} |{}{}\n", name, class_cells(s.run, name),
                                  class_cells(s.honest, name));
        }
    }
    if (tables.empty()) return;
    page.text +=
        "\n### Class by class\n\nEach run's test part: beats, sensitivity (Se), positive "
        "predictive value (+P) and F1.\n" +
        tables;
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
        "they have not seen. EC57 F1 counts missed and falsely found beats too; its 95 % interval "
        "is by drawing patients.\n\n| model | protocol | accuracy | F1 of each class |\n"
        "|---|---|---|---|\n";
    for (const char* name : {"telltale-ds1", "telltale"}) {
        const auto path = page.models / (std::string(name) + ".onnx");
        if (!data::exists(path)) continue;
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
            if (!m.name.starts_with("EC57 ")) continue;
            if (m.name.ends_with(", low"))
                f1 += std::format(" [{:.2f}, ", m.value);
            else if (m.name.ends_with(", high"))
                f1 += std::format("{:.2f}]", m.value);
            else
                f1 += std::format("; {} {:.3f}", m.name, m.value);
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
        const std::string speed = page.beats_per_s(name);
        page.text += std::format(
            "\n`{}`: {} parameters, trained in {} (cross-validation, teachers and the distilled "
            "network), {}{}.\n",
            name, grouped(number_at(*run, "/parameters").value_or(0)),
            duration(number_at(*run, "/training_seconds")), page.size_of(name),
            speed.empty() ? "" : std::format(", {} beats/s", speed));
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
    // The file is kept by hand, a line a look; its heading becomes one of this page's.
    const fs::path looks = page.models / "runs" / "telltale-ds1" / "ds2-looks.md";
    if (data::exists(looks)) {
        const auto bytes = data::read_file(looks);
        if (!bytes) return std::unexpected(bytes.error());
        const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
        if (!text.starts_with("# "))
            return fail(looks.string(), "line 1", "expected a heading, \"# ...\"");
        page.text += std::format("\n##{}{}", text, text.ends_with('\n') ? "" : "\n");
    }
    const auto ablations = read_json(page.models / "runs" / "telltale-ds1" / "ablations.json");
    if (!ablations) return std::unexpected(ablations.error());
    if (ablations->is_array()) {
        page.text +=
            "\n### What each part is worth\n\nCross-validation within DS1; with other seeds S "
            "moves by some hundredths.\n\n| variant | accuracy | F1 of each class |\n"
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

    const auto systems = read_systems(page);
    if (!systems) return std::unexpected(systems.error());
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
    add_systems(page, *systems);
    add_classes(page, *systems);
    if (auto r = add_telltale(page); !r) return std::unexpected(r.error());
    return std::move(page.text);
}

}  // namespace telltale::train
