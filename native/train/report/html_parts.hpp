// Pieces of the page that a run leaves: text, tables and pictures without outside references.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/loop/scores.hpp"

namespace telltale::train {

[[nodiscard]] std::string escaped(std::string_view text);

/// The page up to its heading; page_end closes it.
[[nodiscard]] std::string page_start(std::string_view title);
inline constexpr std::string_view page_end = "</body></html>\n";

/// A table, which scrolls by itself where the page is narrower. Cells are HTML.
class Table {
public:
    Table(std::string_view caption, const std::vector<std::string>& heads);
    /// The first cell is the row's head.
    void row(const std::vector<std::string>& cells);
    [[nodiscard]] std::string html() const;

private:
    std::string rows_;
};

struct Curve {
    std::string name;
    std::vector<std::pair<double, double>> points;
    std::size_t colour = 0;  ///< Any number; few are far apart.
};

/// Curves in one frame with the extremes written at its axes, which hold [low, high] at least.
[[nodiscard]] std::string plot(std::string_view title, const std::vector<Curve>& curves, double low,
                               double high);

/// The losses of a training's networks, from its metrics.jsonl: {"stage", "step", "loss"} a line.
[[nodiscard]] std::string loss_by_step(const std::string& lines);

/// Samples drawn small, with a line at the sample `mark` if there is one.
[[nodiscard]] std::string beat_picture(std::span<const float> samples, std::string_view caption,
                                       std::optional<std::size_t> mark = {});

/// Rows: truth. Counts, or shares of the truth.
[[nodiscard]] std::string confusion_table(const Confusion& confusion, bool shares);

/// Precision, recall, F1, AUC and beats of each class, and the ROC curves beside them. `logits` are
/// [rows, classes]; classes beyond them (never answered) have no curve.
[[nodiscard]] std::string class_scores(const Confusion& confusion, std::span<const float> logits,
                                       std::span<const std::uint8_t> labels,
                                       std::span<const std::size_t> rows, std::size_t classes);

}  // namespace telltale::train
