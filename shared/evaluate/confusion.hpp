// Counts of true against given classes, and the figures made from them: what every results table,
// model card and report of a classifier here prints.
//
// Which figures exist. Sensitivity needs beats of the class, predictive value beats called so, and
// F1 one of the two: a class that neither occurs nor is given has none of them, and a class that
// occurs without a single right answer has F1 0. Macro-F1 is the mean F1 of the classes that occur.
// One that is given without occurring has F1 0, but is not in the mean: those beats already lower
// the sensitivity of the classes that they are of, and where a part of the data lacks a rare class
// (as validation patients do) a single false call would otherwise cost as much as a thousand.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace telltale::evaluate {

class Confusion {
public:
    explicit Confusion(std::vector<std::string> classes);

    /// Counts beats of one class that were given one; both are indices of classes().
    void add(std::size_t truth, std::size_t given, std::size_t beats = 1) {
        counts_[truth * size() + given] += beats;
    }
    /// Adds the counts of another one of the same classes.
    void add(const Confusion& other);

    [[nodiscard]] const std::vector<std::string>& classes() const { return classes_; }
    [[nodiscard]] std::size_t size() const { return classes_.size(); }
    [[nodiscard]] std::size_t at(std::size_t truth, std::size_t given) const {
        return counts_[truth * size() + given];
    }
    [[nodiscard]] std::size_t beats() const;
    [[nodiscard]] std::size_t right() const;                 ///< Beats given their true class.
    [[nodiscard]] std::size_t support(std::size_t c) const;  ///< Beats truly of the class.
    [[nodiscard]] std::size_t given(std::size_t c) const;    ///< Beats called so.

    /// Shares from 0 to 1; nothing where there is nothing to divide by.
    [[nodiscard]] std::optional<double> accuracy() const;
    [[nodiscard]] std::optional<double> sensitivity(std::size_t c) const;
    [[nodiscard]] std::optional<double> predictive_value(std::size_t c) const;
    /// 2 tp / (2 tp + fp + fn)
    [[nodiscard]] std::optional<double> f1(std::size_t c) const;
    /// Mean F1 of the classes that occur.
    [[nodiscard]] std::optional<double> macro_f1() const;

private:
    std::vector<std::string> classes_;
    std::vector<std::size_t> counts_;
};

/// {beats, accuracy, macro_f1, classes: {N: {se, ppv, f1, support}, ...}, confusion: [[...]]}; rows
/// of the confusion are the truth, a figure that does not exist is null.
[[nodiscard]] nlohmann::ordered_json to_json(const Confusion& confusion);

/// The same as a table for people, without a line feed at its end.
[[nodiscard]] std::string to_text(const Confusion& confusion);

}  // namespace telltale::evaluate
