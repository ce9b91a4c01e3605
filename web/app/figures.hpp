// Groups of figures, as the side panel shows them.
#pragma once

#include <cstdint>
#include <format>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "findings.hpp"
#include "view_math.hpp"

namespace telltale::window {

inline double at(std::int64_t sample) {
    return static_cast<double>(sample);
}

/// Builds a group of figures; what is absent leaves no line.
class Group {
public:
    explicit Group(std::string title) { group_.title = std::move(title); }

    Group& add(std::string label, std::optional<std::string> value,
               std::optional<double> go_to = {}) {
        if (value) group_.figures.push_back({std::move(label), std::move(*value), go_to});
        return *this;
    }
    Group& value(std::string label, std::optional<double> value, int digits, std::string_view unit,
                 std::optional<double> go_to = {}) {
        if (!value) return *this;
        std::string shown = std::format("{:.{}f}", *value, digits);
        if (!unit.empty()) shown += std::format(" {}", unit);
        return add(std::move(label), std::move(shown), go_to);
    }
    Group& count(std::string label, std::size_t value, std::optional<double> go_to = {}) {
        return add(std::move(label), grouped(value), go_to);
    }
    /// How many there are, and the first of them to go to.
    template <class T>
    Group& count(std::string label, const std::optional<std::vector<T>>& list) {
        if (!list) return *this;
        std::optional<double> first;
        if (!list->empty()) first = at(list->front().first);
        return count(std::move(label), list->size(), first);
    }
    void into(std::vector<FigureGroup>& groups) {
        if (!group_.figures.empty()) groups.push_back(std::move(group_));
    }

private:
    FigureGroup group_;
};

}  // namespace telltale::window
