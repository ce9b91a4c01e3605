// Reads a recipe's keys with their types and ranges checked.
#pragma once

#include <toml++/toml.hpp>

#include <array>
#include <cmath>
#include <format>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "recording/error.hpp"
#include "train/recipes/recipe_head.hpp"

namespace telltale::train {

inline std::string line_of(const toml::node& node) {
    return std::format("line {}", node.source().begin.line);
}

/// Reads keys out of a TOML document, remembers what was asked for, and keeps the first error.
class RecipeReader {
public:
    RecipeReader(const toml::table& root, std::string_view file) : root_(root), file_(file) {}

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

    /// A list of at most `most` whole numbers, each from `low` to `high`.
    void get(std::string_view section, std::string_view key, std::vector<std::int64_t>& out,
             std::int64_t low, std::int64_t high, std::size_t most) {
        const toml::node* node = find(section, key);
        if (node == nullptr) return;
        const toml::array* list = node->as_array();
        std::vector<std::int64_t> read;
        if (list != nullptr)
            for (const toml::node& item : *list)
                if (const auto value = item.value_exact<std::int64_t>();
                    value && *value >= low && *value <= high)
                    read.push_back(*value);
        if (list == nullptr || read.size() != list->size() || read.size() > most) {
            error(*node, std::format("'{}.{}' must be a list of at most {} whole numbers from {} "
                                     "to {}",
                                     section, key, most, low, high));
            return;
        }
        out = std::move(read);
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

/// A TOML document; what is wrong with it is told by its line.
[[nodiscard]] Result<toml::table> parse_toml(std::string_view text, std::string_view file);

/// Reads what recipes of every kind begin with.
void read_head(RecipeReader& read, std::string_view text, std::string_view file, RecipeHead& head);

}  // namespace telltale::train
