// Run-by-run comparison of two annotation lists (ANSI/AAMI EC57), counted as the WFDB program
// `rxr` counts: couplets, short runs of 3 to 5 and long runs of 6 or more ectopic beats.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "evaluate/comparison.hpp"
#include "recording/annotation.hpp"

namespace telltale::evaluate {

enum class RunKind : std::uint8_t {
    /// Beats of classes V and F; an episode of ventricular fibrillation ("[" to "]") is a long run.
    ventricular,
    /// Beats of class S; in atrial fibrillation or flutter (rhythm "(AFIB" or "(AFL") also N, and
    /// the onset of such an episode is a long run, however soon it is interrupted.
    supraventricular,
};

/// Runs of one length: those of the reference, found in the test list or missed, and those of the
/// test list, true or false.
struct RunCount {
    std::int64_t found = 0, missed = 0;
    std::int64_t true_runs = 0, false_runs = 0;

    [[nodiscard]] Ratio sensitivity() const { return {found, found + missed}; }
    [[nodiscard]] Ratio predictivity() const { return {true_runs, true_runs + false_runs}; }
    bool operator==(const RunCount&) const = default;
};

struct RunComparison {
    RunCount couplets, short_runs, long_runs;
    bool operator==(const RunComparison&) const = default;
};

/// A run is found if the other list has one of the same or a longer kind from one match window
/// before its first beat to one after its last. As in rxr, a run whose window begins before the
/// record counts as found.
[[nodiscard]] RunComparison compare_runs(std::span<const Annotation> reference,
                                         std::span<const Annotation> test, RunKind kind,
                                         double sampling_rate, std::int64_t length,
                                         const ComparisonOptions& options = {});

/// Counts of several records added up.
[[nodiscard]] RunComparison sum(std::span<const RunComparison> records);

}  // namespace telltale::evaluate
