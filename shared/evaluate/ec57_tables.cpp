#include "evaluate/ec57_tables.hpp"

#include <format>

namespace telltale::evaluate {
namespace {

std::string percent(std::optional<double> share) {
    return share ? std::format("{:.3f}", 100 * *share) : "-";
}

std::string milliseconds(std::optional<double> seconds) {
    return seconds ? std::format("{:.2f}", 1000 * *seconds) : "-";
}

std::vector<std::string> row_of(std::string name, const Comparison& c, bool classes) {
    const Figures f = figures(c);
    std::vector<std::string> row = {std::move(name),
                                    std::to_string(c.true_positives() + c.false_negatives()),
                                    std::to_string(c.false_negatives()),
                                    std::to_string(c.false_positives()),
                                    percent(f.qrs_sensitivity.value()),
                                    percent(f.qrs_predictivity.value())};
    if (classes)
        for (const Ratio& ratio : {f.v_sensitivity, f.v_predictivity, f.v_false_positive_rate,
                                   f.s_sensitivity, f.s_predictivity, f.s_false_positive_rate})
            row.push_back(percent(ratio.value()));
    row.push_back(milliseconds(f.rr_rms_error_s));
    return row;
}

}  // namespace

std::vector<Comparison> comparisons(const Ec57Report& report) {
    std::vector<Comparison> result;
    for (const RecordReport& record : report.records) result.push_back(record.beats);
    return result;
}

RecordReport gross(const Ec57Report& report) {
    std::vector<RunComparison> ventricular, supraventricular;
    for (const RecordReport& record : report.records) {
        ventricular.push_back(record.ventricular);
        supraventricular.push_back(record.supraventricular);
    }
    return {.beats = sum(comparisons(report)),
            .ventricular = sum(ventricular),
            .supraventricular = sum(supraventricular)};
}

std::optional<double> run_average(const Ec57Report& report, const RunClass& kind,
                                  const RunLength& length, Ratio (RunCount::*figure)() const) {
    double total = 0;
    int count = 0;
    for (const RecordReport& record : report.records)
        if (const auto value = ((record.*kind.runs.*length.count).*figure)().value()) {
            total += *value;
            ++count;
        }
    if (count == 0) return std::nullopt;
    return total / count;
}

Table beat_table(const Ec57Report& report) {
    Table table{.head = {"record", "beats", "missed", "false", "QRS Se %", "+P %"}, .rows = {}};
    if (report.classes)
        for (const char* name : {"V Se %", "+P %", "FPR %", "S Se %", "+P %", "FPR %"})
            table.head.emplace_back(name);
    table.head.emplace_back("RR error ms");
    for (const RecordReport& record : report.records)
        table.rows.push_back(row_of(record.beats.record, record.beats, report.classes));
    table.rows.push_back(row_of("gross", gross(report).beats, report.classes));
    const Average a = average(comparisons(report));
    std::vector<std::string> row = {
        "average", "", "", "", percent(a.qrs_sensitivity), percent(a.qrs_predictivity)};
    if (report.classes)
        for (const auto& value : {a.v_sensitivity, a.v_predictivity, a.v_false_positive_rate,
                                  a.s_sensitivity, a.s_predictivity, a.s_false_positive_rate})
            row.push_back(percent(value));
    row.push_back(milliseconds(a.rr_rms_error_s));
    table.rows.push_back(std::move(row));
    return table;
}

Table matrix_table(const Ec57Report& report) {
    constexpr std::string_view letters = "NSVFQOX";
    const Comparison total = gross(report).beats;
    Table table{.head = {"reference"}, .rows = {}};
    for (const char c : letters) table.head.emplace_back(1, c);
    for (std::size_t r = 0; r < label_count; ++r) {
        table.rows.push_back({std::string(1, letters[r])});
        for (const std::int64_t n : total.matrix[r]) table.rows.back().push_back(std::to_string(n));
    }
    return table;
}

Table run_table(const Ec57Report& report) {
    Table table{
        .head = {"runs", "found", "missed", "Se %", "average", "true", "false", "+P %", "average"},
        .rows = {}};
    const RecordReport total = gross(report);
    for (const RunClass& kind : run_classes)
        for (const RunLength& length : run_lengths) {
            const RunCount& n = total.*kind.runs.*length.count;
            table.rows.push_back(
                {std::format("{} {}", kind.key, length.words), std::to_string(n.found),
                 std::to_string(n.missed), percent(n.sensitivity().value()),
                 percent(run_average(report, kind, length, &RunCount::sensitivity)),
                 std::to_string(n.true_runs), std::to_string(n.false_runs),
                 percent(n.predictivity().value()),
                 percent(run_average(report, kind, length, &RunCount::predictivity))});
        }
    return table;
}

std::string rules(const Ec57Report& report) {
    std::string text = std::format(
        "Beats are paired by the rules of ANSI/AAMI EC57 as WFDB's bxb applies them, within {:g} "
        "ms, from {}.",
        1000 * report.options.match_window_s,
        report.options.start_s > 0 ? std::format("{:g} s on", report.options.start_s)
                                   : "the first sample on");
    if (report.classes)
        text += std::format(
            " Runs are counted as rxr counts them. Classes by the {} map ({}). O: no beat there; "
            "X: no beat there, and that list was shut down.",
            name(report.options.class_map), in_words(report.options.class_map));
    return text;
}

}  // namespace telltale::evaluate
