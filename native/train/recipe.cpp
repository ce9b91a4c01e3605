#include "recipe.hpp"

#include <toml++/toml.hpp>

#include <array>
#include <cmath>
#include <format>
#include <limits>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "data/files.hpp"

namespace telltale::train {

namespace {

std::string line_of(const toml::node& node) {
    return std::format("line {}", node.source().begin.line);
}

/// Reads keys out of a TOML document, remembers what was asked for, and keeps the first error.
class Reader {
public:
    Reader(const toml::table& root, std::string_view file) : root_(root), file_(file) {}

    template <class T>
    void get(std::string_view section, std::string_view key, T& out, double low = 0,
             double high = std::numeric_limits<double>::infinity()) {
        const toml::node* node = find(section, key);
        if (node == nullptr) return;
        const std::string name = std::format("{}.{}", section, key);
        if constexpr (std::is_same_v<T, bool>) {
            if (const auto v = node->value_exact<bool>())
                out = *v;
            else
                error(*node, std::format("'{}' must be true or false", name));
        } else if constexpr (std::is_same_v<T, std::string>) {
            if (const auto v = node->value_exact<std::string>())
                out = *v;
            else
                error(*node, std::format("'{}' must be a text in quotes", name));
        } else {
            const auto v = std::is_integral_v<T> && !node->is_integer() ? std::optional<double>()
                           : node->is_number()                          ? node->value<double>()
                                                                        : std::optional<double>();
            if (!v || !std::isfinite(*v) || *v < low || *v > high) {
                error(*node, std::format("'{}' must be {} from {} to {}", name,
                                         std::is_integral_v<T> ? "a whole number" : "a number", low,
                                         high));
            } else {
                out = static_cast<T>(*v);
            }
        }
    }

    void get(std::string_view section, std::string_view key, std::vector<std::string>& out) {
        const toml::node* node = find(section, key);
        if (node == nullptr) return;
        const toml::array* list = node->as_array();
        if (list == nullptr || !list->is_homogeneous<std::string>()) {
            error(*node, std::format("'{}.{}' must be a list of texts", section, key));
            return;
        }
        for (const toml::node& item : *list) out.push_back(**item.as_string());
    }

    template <class E, std::size_t N>
    void choose(std::string_view section, std::string_view key, E& out,
                const std::array<std::pair<std::string_view, E>, N>& names) {
        std::string text;
        const toml::node* node = find(section, key);
        if (node == nullptr) return;
        get(section, key, text);
        if (error_) return;
        std::string known;
        for (const auto& [name, value] : names) {
            if (name == text) {
                out = value;
                return;
            }
            known += std::format("{}{}", known.empty() ? "" : ", ", name);
        }
        error(*node, std::format("'{}.{}' is '{}', expected one of {}", section, key, text, known));
    }

    void require(std::string_view section, std::string_view key) {
        if (find(section, key) == nullptr && !error_) {
            error_ = Error{std::string(file_), std::format("[{}]", section),
                           std::format("'{}' is missing", key)};
        }
    }

    /// The first error, or the first key that nothing asked for.
    [[nodiscard]] std::optional<Error> finish() {
        for (const auto& [section, node] : root_) {
            if (error_) break;
            const std::string s(section.str());
            const toml::table* table = node.as_table();
            if (table == nullptr || !sections_.contains(s)) {
                error(node, std::format("there is no {} '{}' in a recipe",
                                        table == nullptr ? "top-level key" : "section", s));
                break;
            }
            for (const auto& [key, value] : *table) {
                const std::string name = std::format("{}.{}", s, key.str());
                if (!asked_.contains(name)) error(value, std::format("unknown key '{}'", name));
            }
        }
        return error_;
    }

    void error(const toml::node& node, std::string message) {
        if (!error_) error_ = Error{std::string(file_), line_of(node), std::move(message)};
    }

private:
    const toml::node* find(std::string_view section, std::string_view key) {
        sections_.emplace(section);
        asked_.insert(std::format("{}.{}", section, key));
        const toml::table* table = root_[section].as_table();
        return table == nullptr ? nullptr : table->get(key);
    }

    const toml::table& root_;
    std::string_view file_;
    std::set<std::string> sections_, asked_;
    std::optional<Error> error_;
};

constexpr std::array<std::pair<std::string_view, Keep>, 3> keep_names = {
    {{"macro_f1", Keep::macro_f1}, {"accuracy", Keep::accuracy}, {"loss", Keep::loss}}};
constexpr std::array<std::pair<std::string_view, Schedule>, 4> schedule_names = {
    {{"constant", Schedule::constant},
     {"cosine", Schedule::cosine},
     {"plateau", Schedule::plateau},
     {"step", Schedule::step}}};
constexpr std::array<std::pair<std::string_view, SplitKind>, 2> split_names = {
    {{"official", SplitKind::official}, {"ds1-ds2", SplitKind::ds1_ds2}}};
constexpr std::array<std::pair<std::string_view, Balancing>, 3> balance_names = {
    {{"none", Balancing::none}, {"over", Balancing::over}, {"hybrid", Balancing::hybrid}}};

}  // namespace

Result<Recipe> open_recipe(const std::filesystem::path& path) {
    const auto bytes = data::read_file(path);
    if (!bytes) return std::unexpected(bytes.error());
    return parse_recipe({reinterpret_cast<const char*>(bytes->data()), bytes->size()},
                        path.string());
}

std::string essence(const Recipe& recipe) {
    toml::table root;
    try {
        root = toml::parse(recipe.text);
    } catch (const toml::parse_error&) {
        return recipe.text;
    }
    root.erase("model");
    std::ostringstream stream;
    stream << toml::toml_formatter(root) << "\nseed " << recipe.seed << '\n';
    return stream.str();
}

std::string_view name_of(Keep keep) {
    for (const auto& [name, value] : keep_names) {
        if (value == keep) return name;
    }
    return "";
}

Result<Recipe> parse_recipe(std::string_view text, std::string_view file) {
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return fail(std::string(file), std::format("line {}", error.source().begin.line),
                    std::string(error.description()));
    }
    Recipe r;
    r.text = text;
    r.name = file.substr(file.find_last_of('/') + 1);
    if (r.name.ends_with(".toml")) r.name.resize(r.name.size() - 5);

    Reader read(root, file);
    read.require("model", "name");
    read.get("model", "name", r.model);
    read.get("model", "title", r.title);
    read.get("model", "version", r.version);
    read.get("model", "description", r.description);
    read.get("model", "protocol", r.protocol);
    read.get("model", "citation", r.citation);

    read.require("data", "set");
    read.get("data", "set", r.data);
    read.choose("data", "split", r.split.kind, split_names);
    read.get("data", "validation", r.split.validation, 0.0, 0.9);
    read.get("data", "validation_records", r.split.validation_groups);

    read.require("network", "name");
    read.get("network", "name", r.network);

    read.choose("balance", "method", r.balance.method, balance_names);
    read.get("balance", "per_class", r.balance.per_class, 1, 1e7);
    read.get("balance", "redraw", r.redraw);
    if (r.balance.method == Balancing::hybrid) read.require("balance", "per_class");

    read.get("augment", "stretch", r.augment.stretch, 0, 0.5);
    read.get("augment", "noise", r.augment.noise, 0, 10);
    read.get("augment", "amplitude", r.augment.amplitude, 0, 0.9);
    read.get("augment", "wander", r.augment.wander, 0, 10);
    read.get("augment", "shift", r.augment.shift, 0, 1000);
    read.get("augment", "copies_only", r.augment.copies_only);

    read.require("training", "epochs");
    read.get("training", "epochs", r.epochs, 1, 100000);
    read.get("training", "batch", r.batch, 1, 65536);
    read.get("training", "learning_rate", r.learning_rate, 1e-12, 10);
    read.get("training", "weight_decay", r.weight_decay, 0, 10);
    read.get("training", "clip", r.clip, 0, 1e6);
    read.get("training", "ema", r.ema, 0, 0.999999);
    read.get("training", "label_smoothing", r.label_smoothing, 0, 0.9);
    read.choose("training", "schedule", r.schedule, schedule_names);
    read.get("training", "warmup", r.warmup, 0, 1000);
    read.get("training", "factor", r.factor, 1e-6, 1);
    read.get("training", "every", r.every, 1, 100000);
    read.get("training", "patience", r.patience, 1, 100000);
    read.get("training", "stop_after", r.stop_after, 0, 100000);
    read.choose("training", "keep", r.keep, keep_names);
    read.get("training", "seed", r.seed, 0, 9e15);
    if (auto error = read.finish()) return std::unexpected(std::move(*error));
    return r;
}

}  // namespace telltale::train
