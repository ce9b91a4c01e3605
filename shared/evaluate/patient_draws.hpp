// How far a figure would move with other patients: the percentile bootstrap over whole patients
// (Efron, Tibshirani 1993, chapter 13). Beats of one patient are alike, so an interval from single
// beats would be far too narrow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace telltale::evaluate {

/// 95 % of the draws lie from `low` to `high`.
struct Interval {
    double low = 0, high = 0;
};

/// `figure` of a draw: as many patients as there are, by index, some more than once. Draws in which
/// the figure does not exist are left out; nothing where fewer than half of them have it, or there
/// are fewer than 5 patients. Equal arguments give equal intervals on every machine.
[[nodiscard]] std::optional<Interval> patient_interval(
    std::size_t patients,
    const std::function<std::optional<double>(std::span<const std::size_t>)>& figure,
    std::size_t draws = 1000, std::uint64_t seed = 1);

}  // namespace telltale::evaluate
