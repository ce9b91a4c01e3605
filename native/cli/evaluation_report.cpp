// What an evaluation says, for people and as JSON.
#include <algorithm>
#include <array>
#include <format>
#include <functional>
#include <string_view>
#include <utility>

#include "cli/evaluate_records.hpp"
#include "evaluate/patient_draws.hpp"

namespace telltale::cli {
namespace {

using evaluate::Comparison;
using evaluate::Figures;

std::string percent(std::optional<double> share) {
    return share ? std::format("{:.2f} %", 100 * *share) : "-";
}

Json describe(const evaluate::Figures& figures) {
    return {{"qrs_se", number_or_null(figures.qrs_sensitivity.value())},
            {"qrs_ppv", number_or_null(figures.qrs_predictivity.value())},
            {"v_se", number_or_null(figures.v_sensitivity.value())},
            {"v_ppv", number_or_null(figures.v_predictivity.value())},
            {"v_fpr", number_or_null(figures.v_false_positive_rate.value())},
            {"s_se", number_or_null(figures.s_sensitivity.value())},
            {"s_ppv", number_or_null(figures.s_predictivity.value())},
            {"s_fpr", number_or_null(figures.s_false_positive_rate.value())}};
}

Json matrix_of(const evaluate::Comparison& comparison) {
    Json rows = Json::array();
    for (const auto& row : comparison.matrix) rows.push_back(row);
    return rows;
}

/// Record 232 holds 1 382 of the 1 837 S beats of DS2: its patient alone decides S there.
constexpr std::string_view ruling_record = "232";

std::optional<double> f1_of(const evaluate::Ratio& se, const evaluate::Ratio& ppv) {
    if (se.whole == 0 && ppv.whole == 0) return std::nullopt;
    if (se.part == 0 || se.whole == 0 || ppv.whole == 0) return 0;
    const double a = *se.value(), b = *ppv.value();
    return 2 * a * b / (a + b);
}

/// One of EC57's figures of S or V over records: missed beats count, false ones too.
struct Summary {
    std::string name;
    std::optional<double> value;
    std::optional<evaluate::Interval> interval;
};

/// Of the records that `take` says; a record stands for a patient.
std::vector<Summary> summaries(const Evaluation& evaluation,
                               const std::function<bool(const std::string&)>& take) {
    std::vector<Comparison> records;
    for (const RecordCounts& r : evaluation.records)
        if (take(r.record)) records.push_back(r.ec57);
    using Measure = std::optional<double> (*)(const Figures&);
    constexpr std::array<std::pair<const char*, Measure>, 6> measures = {{
        {"S Se", [](const Figures& f) { return f.s_sensitivity.value(); }},
        {"S +P", [](const Figures& f) { return f.s_predictivity.value(); }},
        {"S F1", [](const Figures& f) { return f1_of(f.s_sensitivity, f.s_predictivity); }},
        {"V Se", [](const Figures& f) { return f.v_sensitivity.value(); }},
        {"V +P", [](const Figures& f) { return f.v_predictivity.value(); }},
        {"V F1", [](const Figures& f) { return f1_of(f.v_sensitivity, f.v_predictivity); }},
    }};
    std::vector<Summary> result;
    for (const auto& [name, measure] : measures) {
        const auto of_draw = [&](std::span<const std::size_t> drawn) {
            Comparison sum;
            for (const std::size_t i : drawn)
                for (std::size_t a = 0; a < evaluate::label_count; ++a)
                    for (std::size_t b = 0; b < evaluate::label_count; ++b)
                        sum.matrix[a][b] += records[i].matrix[a][b];
            return measure(evaluate::figures(sum));
        };
        result.push_back({name, measure(evaluate::figures(evaluate::sum(records))),
                          evaluate::patient_interval(records.size(), of_draw)});
    }
    return result;
}

std::vector<Summary> all_records(const Evaluation& evaluation) {
    return summaries(evaluation, [](const std::string&) { return true; });
}

/// Nothing where the record is not one of them.
std::vector<Summary> without_ruling_record(const Evaluation& evaluation) {
    if (!std::ranges::contains(evaluation.records, ruling_record, &RecordCounts::record)) return {};
    return summaries(evaluation, [](const std::string& r) { return r != ruling_record; });
}

void print_summary(const std::string& what, const std::vector<Summary>& of) {
    if (of.empty()) return;
    std::string line = what + ":";
    for (const Summary& s : of) {
        line += std::format("  {} {}", s.name, percent(s.value));
        if (s.interval)
            line += std::format(" [{:.0f}, {:.0f}]", 100 * s.interval->low, 100 * s.interval->high);
    }
    print(line);
}

Json describe(const std::vector<Summary>& of) {
    Json json = Json::object();
    for (const Summary& s : of) {
        Json& one = json[s.name];
        one["value"] = number_or_null(s.value);
        one["low"] = s.interval ? Json(s.interval->low) : Json(nullptr);
        one["high"] = s.interval ? Json(s.interval->high) : Json(nullptr);
    }
    return json;
}

void print_calibration(const evaluate::Reliability& reliability) {
    if (reliability.beats() == 0) return;
    print(std::format("calibration: expected error {:.4f}; probability said, beats, share right",
                      reliability.error()));
    const auto& rows = reliability.rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].beats == 0) continue;
        const auto n = static_cast<double>(rows[i].beats);
        print(std::format(
            "  {:.2f} to {:.2f} {:>8} said {:.3f}, right {:.3f}", evaluate::Reliability::bounds[i],
            i + 1 < rows.size() ? evaluate::Reliability::bounds[i + 1] : 1.0, rows[i].beats,
            rows[i].probability / n, static_cast<double>(rows[i].right) / n));
    }
}

Json describe(const evaluate::Reliability& reliability) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < reliability.rows().size(); ++i) {
        const auto& row = reliability.rows()[i];
        rows.push_back({{"from", evaluate::Reliability::bounds[i]},
                        {"beats", row.beats},
                        {"right", row.right},
                        {"probability_sum", row.probability}});
    }
    return {{"expected_error", reliability.error()}, {"rows", std::move(rows)}};
}

}  // namespace

void print_records(const Evaluation& evaluation) {
    if (evaluation.detected)
        print(std::format("detector: {} beats missed, {} found where there is none",
                          evaluation.ec57.false_negatives(), evaluation.ec57.false_positives()));
    if (evaluation.doubtful > 0) {
        const std::size_t wrong =
            evaluation.confusion.beats() - evaluation.confusion.right() + evaluation.left_out;
        print(evaluation.detected
                  ? std::format("doubtful: {} beats", evaluation.doubtful)
                  : std::format("doubtful: {} beats, with {} of the {} wrong ones",
                                evaluation.doubtful, evaluation.doubtful_wrong, wrong));
    }
    print_calibration(evaluation.reliability);
    if (!evaluation.aami) return;
    print_summary("EC57, 95 % intervals by drawing patients", all_records(evaluation));
    print_summary(std::format("the same without record {}", ruling_record),
                  without_ruling_record(evaluation));
    const Figures gross = evaluate::figures(evaluation.ec57);
    print(std::format(
        "EC57, gross: QRS Se {} +P {}; V Se {} +P {} FPR {}; S Se {} +P {} FPR {}",
        percent(gross.qrs_sensitivity.value()), percent(gross.qrs_predictivity.value()),
        percent(gross.v_sensitivity.value()), percent(gross.v_predictivity.value()),
        percent(gross.v_false_positive_rate.value()), percent(gross.s_sensitivity.value()),
        percent(gross.s_predictivity.value()), percent(gross.s_false_positive_rate.value())));
    print(std::format("{:>10} {:>7} {:>7} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9}", "record", "beats",
                      "missed", "false", "accuracy", "V Se", "V +P", "S Se", "S +P"));
    for (const RecordCounts& record : evaluation.records) {
        const evaluate::Figures figures = evaluate::figures(record.ec57);
        print(std::format(
            "{:>10} {:>7} {:>7} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9}", record.record,
            record.ec57.true_positives() + record.ec57.false_negatives(),
            record.ec57.false_negatives(), record.ec57.false_positives(),
            percent(record.confusion.accuracy()), percent(figures.v_sensitivity.value()),
            percent(figures.v_predictivity.value()), percent(figures.s_sensitivity.value()),
            percent(figures.s_predictivity.value())));
    }
}

void describe_records(const Evaluation& evaluation, Json& json) {
    json["beats_from"] = evaluation.detected ? "detected" : "annotated";
    if (evaluation.detected) {
        json["missed"] = evaluation.ec57.false_negatives();
        json["extra"] = evaluation.ec57.false_positives();
    }
    json["doubtful"] = evaluation.doubtful;
    if (!evaluation.detected) {
        json["doubtful_wrong"] = evaluation.doubtful_wrong;
        json["calibration"] = describe(evaluation.reliability);
    }
    if (evaluation.aami) {
        json["ec57"] = describe(evaluate::figures(evaluation.ec57));
        json["summary"] = describe(all_records(evaluation));
        if (const auto without = without_ruling_record(evaluation); !without.empty())
            json["summary_without_232"] = describe(without);
        json["ec57"]["labels"] = "NSVFQOX";
        json["ec57"]["matrix"] = matrix_of(evaluation.ec57);
    }
    json["by_record"] = Json::array();
    for (const RecordCounts& record : evaluation.records) {
        Json one = {{"record", record.record}};
        one.update(evaluate::to_json(record.confusion));
        one["left_out"] = record.left_out;
        one["doubtful"] = record.doubtful;
        if (evaluation.aami) {
            one["missed"] = record.ec57.false_negatives();
            one["extra"] = record.ec57.false_positives();
            one["ec57"] = describe(evaluate::figures(record.ec57));
        }
        json["by_record"].push_back(std::move(one));
    }
}

}  // namespace telltale::cli
