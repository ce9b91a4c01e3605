// Counts of true against given classes, and the figures made from them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace telltale::cli {

class Confusion {
public:
    explicit Confusion(std::vector<std::string> classes);

    /// Counts beats of one class that were given one; both are indices of classes.
    void add(std::size_t truth, std::size_t given, std::size_t beats = 1) {
        counts_[truth * size() + given] += beats;
    }

    /// Adds the counts of another one of the same classes.
    void add(const Confusion& other);

    [[nodiscard]] std::size_t size() const { return classes_.size(); }
    [[nodiscard]] std::size_t beats() const;
    [[nodiscard]] std::size_t right() const;                 ///< Beats given their true class.
    [[nodiscard]] std::size_t support(std::size_t c) const;  ///< Beats truly of the class.
    [[nodiscard]] std::size_t given(std::size_t c) const;    ///< Beats called so.
    /// Shares from 0 to 1; nothing where there is nothing to divide by.
    [[nodiscard]] std::optional<double> accuracy() const;
    [[nodiscard]] std::optional<double> sensitivity(std::size_t c) const;
    [[nodiscard]] std::optional<double> predictive_value(std::size_t c) const;
    /// 2 tp / (2 tp + fp + fn); nothing for a class that neither occurs nor is given.
    [[nodiscard]] std::optional<double> f1(std::size_t c) const;
    /// The mean F1 of the classes that have one.
    [[nodiscard]] std::optional<double> macro_f1() const;

    /// accuracy, macro_f1, classes and confusion (rows: truth).
    void describe(Json& json) const;
    /// The same as a table for people.
    [[nodiscard]] std::string table() const;

private:
    [[nodiscard]] std::size_t count(std::size_t truth, std::size_t given) const {
        return counts_[truth * size() + given];
    }
    std::vector<std::string> classes_;
    std::vector<std::size_t> counts_;
};

}  // namespace telltale::cli
