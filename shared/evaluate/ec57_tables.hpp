// The rows and columns that the text, JSON and HTML of a report have in common.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/ec57_report.hpp"

namespace telltale::evaluate {

struct RunLength {
    const char* key;
    const char* words;
    RunCount RunComparison::* count;
};
inline constexpr std::array<RunLength, 3> run_lengths = {{
    {"couplets", "couplets", &RunComparison::couplets},
    {"short_runs", "runs of 3 to 5", &RunComparison::short_runs},
    {"long_runs", "runs of 6 and more", &RunComparison::long_runs},
}};

struct RunClass {
    const char* key;
    RunComparison RecordReport::* runs;
};
inline constexpr std::array<RunClass, 2> run_classes = {{
    {"ventricular", &RecordReport::ventricular},
    {"supraventricular", &RecordReport::supraventricular},
}};

[[nodiscard]] std::vector<Comparison> comparisons(const Ec57Report& report);
/// All records added up.
[[nodiscard]] RecordReport gross(const Ec57Report& report);
/// Mean over the records that have such runs.
[[nodiscard]] std::optional<double> run_average(const Ec57Report& report, const RunClass& kind,
                                                const RunLength& length,
                                                Ratio (RunCount::*figure)() const);

/// A table of text; the first column is words, the others numbers.
struct Table {
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
};
/// One row a record, then gross and average.
[[nodiscard]] Table beat_table(const Ec57Report& report);
/// The gross matrix, reference against test.
[[nodiscard]] Table matrix_table(const Ec57Report& report);
/// Runs of each kind and length: gross counts, gross and average figures.
[[nodiscard]] Table run_table(const Ec57Report& report);

/// What was compared and how, in sentences.
[[nodiscard]] std::string rules(const Ec57Report& report);

}  // namespace telltale::evaluate
