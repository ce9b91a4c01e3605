// How good a classifier is: counts of true against predicted classes, and what follows from them.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace telltale::train {

/// Of one class against the rest; 0 where nothing can be said (no such beat, or none predicted).
struct ClassScores {
    double sensitivity = 0;  ///< Recall.
    double precision = 0;
    double f1 = 0;
    std::size_t support = 0;  ///< True members.
};

class Confusion {
public:
    explicit Confusion(std::size_t classes) : classes_(classes), counts_(classes * classes) {}

    void add(std::size_t truth, std::size_t predicted) { ++counts_[truth * classes_ + predicted]; }

    [[nodiscard]] std::size_t classes() const { return classes_; }
    [[nodiscard]] std::size_t at(std::size_t truth, std::size_t predicted) const {
        return counts_[truth * classes_ + predicted];
    }
    [[nodiscard]] std::size_t total() const;
    [[nodiscard]] double accuracy() const;
    [[nodiscard]] ClassScores of(std::size_t c) const;
    /// Mean F1 of the classes that the truth holds.
    [[nodiscard]] double macro_f1() const;

private:
    std::size_t classes_;
    std::vector<std::size_t> counts_;
};

/// How well one class's probability tells its beats from the rest.
struct Roc {
    double area = 0;                                ///< Under the curve.
    std::vector<std::pair<double, double>> points;  ///< (false positive rate, sensitivity), rising.
};

/// One class against the rest. `logits` are [rows, classes] in the order of `rows`; beats of equal
/// probability count half. Nothing where one side is empty.
[[nodiscard]] std::optional<Roc> roc(std::span<const float> logits,
                                     std::span<const std::uint8_t> labels,
                                     std::span<const std::size_t> rows, std::size_t positive,
                                     std::size_t classes);

/// {accuracy, macro_f1, classes: {N: {se, ppv, f1, support}, ...}, confusion: [[...]]}
[[nodiscard]] nlohmann::ordered_json to_json(const Confusion& confusion,
                                             std::span<const std::string> names);

}  // namespace telltale::train
