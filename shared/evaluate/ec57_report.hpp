// What a comparison of beats gave, for readers: one or many records as plain text, as JSON and as
// one HTML file, with every error and its time.
//
//     Ec57Report report{.title = "gqrs against the reference", .options = options};
//     report.records.push_back(compare_record("100", reference, test, 360, 650000, options));
//     print(to_text(report));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/comparison.hpp"
#include "evaluate/runs.hpp"

namespace telltale::evaluate {

/// One record: beats as bxb compares them, runs as rxr does.
struct RecordReport {
    Comparison beats;
    RunComparison ventricular, supraventricular;
    double sampling_rate = 0;  ///< Hz

    /// The error's time in s from the start of the record.
    [[nodiscard]] double seconds(const Mismatch& mismatch) const {
        return sampling_rate > 0 ? static_cast<double>(mismatch.sample) / sampling_rate : 0;
    }
};

struct Ec57Report {
    std::string title;
    ComparisonOptions options;
    /// False where only the places of beats are compared (a detector): no class appears, and only
    /// missed and falsely found beats are errors.
    bool classes = true;
    std::vector<RecordReport> records;
};

/// Beats and runs of one record. Arguments as of compare().
[[nodiscard]] RecordReport compare_record(std::string name, std::span<const Annotation> reference,
                                          std::span<const Annotation> test, double sampling_rate,
                                          std::int64_t length,
                                          const ComparisonOptions& options = {});

/// The errors of a record that count in this report, in time order.
[[nodiscard]] std::vector<Mismatch> errors(const Ec57Report& report, const RecordReport& record);

/// "literature" or "bxb", and which codes make which class, in words.
[[nodiscard]] std::string_view name(ClassMap map);
[[nodiscard]] std::string_view in_words(ClassMap map);
/// "V missed", "N found as V", "V found where there is no beat".
[[nodiscard]] std::string in_words(const Mismatch& mismatch);

/// A table of the records with the gross count and the average; then the matrix and the runs.
/// `with_errors` adds a line for each error.
[[nodiscard]] std::string to_text(const Ec57Report& report, bool with_errors = false);

/// {"title", "rules", "records": [...], "gross", "average"}. A record and "gross" hold "beats"
/// (their number), "qrs", "v" and "s" with tp, fn, fp, se, ppv (shares from 0 to 1; null where
/// nothing was counted), "matrix", "runs", "rr_rms_error_ms"; a record also "errors", each with
/// "time_s", "time", "sample", "reference", "test". "average" is the mean over the records that
/// have a figure.
[[nodiscard]] nlohmann::ordered_json to_json(const Ec57Report& report);

/// Well-formed XHTML in UTF-8 that refers to nothing outside itself.
[[nodiscard]] std::string to_html(const Ec57Report& report);

}  // namespace telltale::evaluate
