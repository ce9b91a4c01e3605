#include "results.hpp"

#include <algorithm>
#include <array>
#include <cmath>
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

constexpr std::string_view nothing = "–";
constexpr std::array<std::string_view, 4> sequence_classes_told = {"N", "S", "V", "F"};

/// A member of a member ...: null where one is missing.
const Json& at(const Json& json, std::initializer_list<std::string_view> keys) {
    static const Json null;
    const Json* here = &json;
    for (const std::string_view key : keys) {
        const auto found = here->is_object() ? here->find(std::string(key)) : here->end();
        if (found == here->end()) return null;
        here = &*found;
    }
    return *here;
}

std::optional<double> number(const Json& json, std::initializer_list<std::string_view> keys) {
    const Json& found = at(json, keys);
    return found.is_number() ? std::optional(found.get<double>()) : std::nullopt;
}

std::string text(const Json& json, std::initializer_list<std::string_view> keys) {
    const Json& found = at(json, keys);
    return found.is_string() ? found.get<std::string>() : std::string();
}

/// The file's JSON; null where there is no such file.
Result<Json> read_json(const fs::path& path) {
    if (!fs::exists(path)) return Json();
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const auto* begin = reinterpret_cast<const char*>(bytes->data());
    Json json = Json::parse(begin, begin + bytes->size(), nullptr, false);
    if (json.is_discarded()) return fail(path.string(), "", "is not JSON");
    return json;
}

/// A model's file, where there is one.
struct ModelFile {
    std::uintmax_t bytes = 0;
    classify::Card card;
};

Result<std::optional<ModelFile>> read_model(const fs::path& path) {
    if (!fs::exists(path)) return std::nullopt;
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    auto card = classify::read_card(*bytes, path.string());
    if (!card) return std::unexpected(card.error());
    return ModelFile{bytes->size(), std::move(*card)};
}

/// What is known of one recipe.
struct Entry {
    std::string recipe, title, protocol;
    Published published;
    Json run, speed;
    std::optional<ModelFile> model;
};

template <class R>
Result<Entry> read_entry(const fs::path& models, const R& recipe) {
    Entry e{.recipe = recipe.name, .title = recipe.title, .protocol = recipe.protocol};
    const fs::path folder = models / "runs" / recipe.name;
    for (const auto& [name, into] : {std::pair{"run.json", &e.run}, {"speed.json", &e.speed}}) {
        auto json = read_json(folder / name);
        if (!json) return std::unexpected(json.error());
        *into = std::move(*json);
    }
    auto model = read_model(models / (recipe.model + ".onnx"));
    if (!model) return std::unexpected(model.error());
    e.model = std::move(*model);
    return e;
}

std::string grouped(double value) {
    std::string digits = std::format("{:.0f}", value);
    for (auto i = std::ssize(digits) - 3; i > 0; i -= 3) {
        digits.insert(static_cast<std::size_t>(i), "\u00a0");
    }
    return digits;
}

std::string duration(double seconds) {
    if (seconds < 90) return std::format("{:.0f} s", seconds);
    const auto minutes = static_cast<long>(std::lround(seconds / 60));
    return minutes < 60 ? std::format("{} min", minutes)
                        : std::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::string percent(double share) {
    return std::format("{:.2f} %", 100 * share);
}

std::string figure(std::optional<double> value, int digits = 3) {
    return value ? std::format("{:.{}f}", *value, digits) : std::string(nothing);
}

std::string or_nothing(std::string text) {
    return text.empty() ? std::string(nothing) : text;
}

/// The mean of the classes that have one.
std::optional<double> mean_auc(const Json& run) {
    const Json& areas = at(run, {"test", "auc"});
    if (!areas.is_object() || areas.empty()) return std::nullopt;
    double sum = 0;
    for (const Json& area : areas) {
        if (!area.is_number()) return std::nullopt;
        sum += area.get<double>();
    }
    return sum / static_cast<double>(areas.size());
}

/// Accuracy, F1 and AUC of a run's test part, beside the published ones if given.
std::string reached(const Entry* e, const Published& published) {
    if (e == nullptr) return std::string(nothing);
    const auto accuracy = number(e->run, {"test", "accuracy"});
    if (!accuracy) return "not trained yet";
    std::string out = percent(*accuracy);
    if (published.accuracy > 0) {
        out += std::format(" ({:+.2f})", 100 * (*accuracy - published.accuracy));
    }
    out += std::format(", F1 {}", figure(number(e->run, {"test", "macro_f1"})));
    if (const auto area = mean_auc(e->run)) out += std::format(", AUC {:.3f}", *area);
    if (const auto limit = number(e->run, {"limit"})) {
        out += std::format("; a trial on {} beats", grouped(*limit));
    }
    return out;
}

std::string machine(const Json& facts) {
    const std::string gpu = text(facts, {"machine", "gpu"}), cpu = text(facts, {"machine", "cpu"});
    const std::string device = text(facts, {"device"});
    std::string out = device == "cuda" && !gpu.empty() ? gpu : !cpu.empty() ? cpu : device;
    if (device == "cuda") return out;
    if (const auto threads = number(facts, {"threads"})) {
        out += std::format(", {:.0f} thread{}", *threads, *threads == 1 ? "" : "s");
    }
    return out;
}

std::string training(const Entry& e) {
    const auto seconds = number(e.run, {"training_seconds"});
    if (!seconds) return std::string(nothing);
    std::string out = duration(*seconds);
    if (const auto epochs = number(e.run, {"epochs"})) {
        out += std::format(", {:.0f} epochs", *epochs);
    }
    const std::string where = machine(e.run);
    return where.empty() ? out : out + "; " + where;
}

std::string size(const Entry& e) {
    if (!e.model) return std::string(nothing);
    return std::format("{} kB", grouped(std::round(static_cast<double>(e.model->bytes) / 1000)));
}

std::string parameters(const Entry& e) {
    const auto count = number(e.run, {"parameters"});
    if (count) return grouped(*count);
    return e.model ? grouped(static_cast<double>(e.model->card.parameters)) : std::string(nothing);
}

std::string speed(const Entry& e) {
    const auto rate = number(e.speed, {"beats_per_s"});
    return rate ? grouped(*rate) : std::string(nothing);
}

/// A published system: a recipe SYSTEM-published and, of the same network, SYSTEM-honest.
struct System {
    std::optional<Entry> published, honest;
};

std::string systems_table(const std::map<std::string, System>& systems) {
    std::string out =
        "| system | published | ours, by its protocol | ours, honest | parameters | training | "
        "size | beats a second |\n|---|---|---|---|---:|---|---:|---:|\n";
    for (const auto& [name, system] : systems) {
        const Entry* asked = system.published ? &*system.published : nullptr;
        const Entry* honest = system.honest ? &*system.honest : nullptr;
        // Facts that both have in common are those of the model that carries the system's name.
        const Entry& e = asked != nullptr ? *asked : *honest;
        out += std::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", name,
                           or_nothing(published_figures(e.published)), reached(asked, e.published),
                           reached(honest, {}), parameters(e), training(e), size(e), speed(e));
    }
    return out;
}

/// Scores of each class, as run.json has them: {"se", "ppv", "f1", "support"}.
void add_classes(std::string& out, std::string_view label, const Json& scores) {
    const Json& classes = at(scores, {"classes"});
    if (!classes.is_object()) return;
    for (const auto& [name, one] : classes.items()) {
        out += std::format("| {} | {} | {} | {} | {} | {} | {} |\n", label, name,
                           figure(number(one, {"ppv"})), figure(number(one, {"se"})),
                           figure(number(one, {"f1"})), figure(number(scores, {"auc", name})),
                           grouped(number(one, {"support"}).value_or(0)));
        label = "";
    }
}

std::string system_section(const std::string& name, const System& system) {
    const auto has_run = [](const std::optional<Entry>& e) { return e && e->run.is_object(); };
    std::string out = std::format("\n### {}\n\n", name);
    const Entry& titled = system.published ? *system.published : *system.honest;
    out += titled.title + ".";
    if (!titled.published.source.empty()) {
        out += " Published: " + titled.published.source + ".";
    }
    out += "\n\n";
    for (const auto& [label, e] :
         {std::pair{"By its protocol", &system.published}, {"Honest", &system.honest}}) {
        if (*e) out += std::format("- {}: {}\n", label, (*e)->protocol);
    }
    if (!has_run(system.published) && !has_run(system.honest)) return out;
    out += "\n| test part | class | precision | recall | F1 | AUC | beats |\n"
           "|---|---|---:|---:|---:|---:|---:|\n";
    for (const auto& [label, e] :
         {std::pair{"its protocol", &system.published}, {"honest", &system.honest}}) {
        if (has_run(*e)) add_classes(out, label, at((*e)->run, {"test"}));
    }
    return out;
}

// --- Telltale's own models -------------------------------------------------------------------

/// A card's figure of this protocol.
std::optional<double> metric(const Entry& e, std::string_view protocol, std::string_view name) {
    if (!e.model) return std::nullopt;
    for (const classify::Metric& m : e.model->card.metrics) {
        if (m.protocol == protocol && m.name == name) return m.value;
    }
    return std::nullopt;
}

std::string accuracy_cell(std::optional<double> value) {
    return value ? percent(*value) : std::string(nothing);
}

std::string own_table(const std::vector<Entry>& entries) {
    std::string out = "| model | judged on | accuracy |";
    for (const std::string_view c : sequence_classes_told) out += std::format(" F1 {} |", c);
    out += " parameters | training | size | beats a second |\n"
           "|---|---|---:|---:|---:|---:|---:|---:|---|---:|---:|\n";
    for (const Entry& e : entries) {
        const Json& folds = at(e.run, {"cross_validation"});
        out += std::format("| {} | {} patients' records, held out in turn | {} |", e.recipe,
                           at(e.run, {"records"}).size(),
                           accuracy_cell(number(folds, {"accuracy"})));
        for (const std::string_view c : sequence_classes_told) {
            out += std::format(" {} |", figure(number(folds, {"classes", c, "f1"})));
        }
        out += std::format(" {} | {} | {} | {} |\n", parameters(e), training(e), size(e), speed(e));
        if (!metric(e, "ds2", "accuracy")) continue;
        out += std::format("| | DS2, 22 patients never seen | {} |",
                           accuracy_cell(metric(e, "ds2", "accuracy")));
        for (const std::string_view c : sequence_classes_told) {
            out += std::format(" {} |", figure(metric(e, "ds2", std::format("{}_f1", c))));
        }
        out += " | | | |\n";
    }
    return out;
}

Result<std::string> ablations(const fs::path& folder, const std::string& recipe) {
    const auto json = read_json(folder / "ablations.json");
    if (!json) return std::unexpected(json.error());
    if (!json->is_array() || json->empty()) return std::string();
    std::string out = std::format("\n### What each part of {} is worth\n\n", recipe) +
                      "Cross-validated on the same folds of training patients.\n\n"
                      "| variant | features | parameters | accuracy |";
    for (const std::string_view c : sequence_classes_told) out += std::format(" F1 {} |", c);
    out += "\n|---|---:|---:|---:|---:|---:|---:|---:|\n";
    for (const Json& variant : *json) {
        out += std::format("| {} | {} | {} | {} |", text(variant, {"name"}),
                           grouped(number(variant, {"features"}).value_or(0)),
                           grouped(number(variant, {"parameters"}).value_or(0)),
                           accuracy_cell(number(variant, {"accuracy"})));
        for (const std::string_view c : sequence_classes_told) {
            out += std::format(" {} |", figure(number(variant, {"classes", c, "f1"})));
        }
        out += "\n";
    }
    return out;
}

/// The list of looks at DS2, one heading deeper than in its own file.
Result<std::string> looks(const fs::path& folder) {
    const fs::path path = folder / "ds2-looks.md";
    if (!fs::exists(path)) return std::string();
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    const std::string content(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    return "\n" + std::string(content.starts_with("# ") ? "##" : "") + content;
}

}  // namespace

std::string published_figures(const Published& p) {
    std::string out = p.accuracy > 0 ? percent(p.accuracy) : "";
    if (p.macro_f1 > 0) out += std::format("{}F1 {:.3f}", out.empty() ? "" : ", ", p.macro_f1);
    if (p.auc > 0) out += std::format("{}AUC {:.3f}", out.empty() ? "" : ", ", p.auc);
    return out;
}

Result<std::string> model_of_recipe(const fs::path& recipe) {
    if (is_sequence_recipe(recipe)) {
        return open_sequence_recipe(recipe).transform([](const auto& r) { return r.model; });
    }
    return open_recipe(recipe).transform([](const auto& r) { return r.model; });
}

Result<std::string> results_page(const fs::path& models) {
    std::vector<fs::path> files;
    std::error_code code;
    for (const auto& file : fs::directory_iterator(models / "recipes", code)) {
        if (file.path().extension() == ".toml") files.push_back(file.path());
    }
    if (code) return fail((models / "recipes").string(), "", code.message());
    std::ranges::sort(files);

    std::map<std::string, System> systems;
    std::vector<Entry> own;
    for (const fs::path& file : files) {
        if (is_sequence_recipe(file)) {
            const auto recipe = open_sequence_recipe(file);
            if (!recipe) return std::unexpected(recipe.error());
            auto entry = read_entry(models, *recipe);
            if (!entry) return std::unexpected(entry.error());
            own.push_back(std::move(*entry));
            continue;
        }
        const auto recipe = open_recipe(file);
        if (!recipe) return std::unexpected(recipe.error());
        auto entry = read_entry(models, *recipe);
        if (!entry) return std::unexpected(entry.error());
        entry->published = recipe->published;
        constexpr std::string_view published = "-published", honest = "-honest";
        const std::string_view name = recipe->name;
        if (name.ends_with(published)) {
            systems[std::string(name.substr(0, name.size() - published.size()))].published =
                std::move(*entry);
        } else if (name.ends_with(honest)) {
            systems[std::string(name.substr(0, name.size() - honest.size()))].honest =
                std::move(*entry);
        }
    }

    std::string out =
        "# Results\n\n"
        "Written by `telltale results` from the recipes, the runs' files and the models. A test "
        "holds\nthat it is what they say. Do not edit it.\n\n"
        "## Published systems\n\n"
        "Each is trained twice. *By its protocol* repeats what was published, so that the figures "
        "can be\ncompared; where that protocol lets beats of one patient stand on both sides, the "
        "figure says little\nabout a new patient. *Honest* splits first, by patient where the data "
        "have patients, and learns from\nthe training part alone: expect that on a new patient. "
        "F1 is the mean of the classes that occur, AUC\nthe mean of one class against the rest, "
        "the number in brackets the difference from the published\naccuracy in points.\n\n";
    out += systems_table(systems);
    out += "\nSize is that of the model file. Beats a second are those of ONNX Runtime alone, on "
           "one thread of the\nmachine that runs/*/speed.json names. Parameters, training, size "
           "and speed are of the model by its\nprotocol.\n";
    for (const auto& [name, system] : systems) out += system_section(name, system);

    if (own.empty()) return out;
    out += "\n## Telltale's own models\n\nThey name each beat from the beats around it, and learn "
           "from whole patients only.\n\n";
    out += own_table(own);
    for (const Entry& e : own) {
        const fs::path folder = models / "runs" / e.recipe;
        for (const auto& part : {ablations(folder, e.recipe), looks(folder)}) {
            if (!part) return std::unexpected(part.error());
            out += *part;
        }
    }
    return out;
}

}  // namespace telltale::train
