#include "evaluate/ec57_report.hpp"

#include <algorithm>
#include <cmath>
#include <format>
#include <nlohmann/json.hpp>
#include <utility>

#include "evaluate/ec57_tables.hpp"
#include "recording/clock.hpp"

namespace telltale::evaluate {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(std::optional<double> value) {
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Json json_of(const Ratio& se, const Ratio& ppv) {
    return {{"tp", se.part},
            {"fn", se.whole - se.part},
            {"fp", ppv.whole - ppv.part},
            {"se", json_of(se.value())},
            {"ppv", json_of(ppv.value())}};
}

Json json_of(const RunComparison& runs) {
    Json json;
    for (const RunLength& length : run_lengths) {
        const RunCount& n = runs.*length.count;
        json[length.key] = {{"found", n.found},
                            {"missed", n.missed},
                            {"true", n.true_runs},
                            {"false", n.false_runs},
                            {"se", json_of(n.sensitivity().value())},
                            {"ppv", json_of(n.predictivity().value())}};
    }
    return json;
}

Json json_of(const RecordReport& record, bool classes) {
    const Figures f = figures(record.beats);
    Json json{{"beats", record.beats.true_positives() + record.beats.false_negatives()},
              {"qrs", json_of(f.qrs_sensitivity, f.qrs_predictivity)}};
    if (classes) {
        json["v"] = json_of(f.v_sensitivity, f.v_predictivity);
        json["v"]["fpr"] = json_of(f.v_false_positive_rate.value());
        json["s"] = json_of(f.s_sensitivity, f.s_predictivity);
        json["s"]["fpr"] = json_of(f.s_false_positive_rate.value());
        json["matrix"] = record.beats.matrix;
        json["runs"] = {{"ventricular", json_of(record.ventricular)},
                        {"supraventricular", json_of(record.supraventricular)}};
    }
    json["rr_rms_error_ms"] = f.rr_rms_error_s ? json_of(1000 * *f.rr_rms_error_s) : Json(nullptr);
    return json;
}

Json average_json(const Ec57Report& report) {
    const auto pair = [](std::optional<double> se, std::optional<double> ppv) {
        return Json{{"se", json_of(se)}, {"ppv", json_of(ppv)}};
    };
    const Average a = average(comparisons(report));
    Json json{{"qrs", pair(a.qrs_sensitivity, a.qrs_predictivity)}};
    if (report.classes) {
        json["v"] = pair(a.v_sensitivity, a.v_predictivity);
        json["v"]["fpr"] = json_of(a.v_false_positive_rate);
        json["s"] = pair(a.s_sensitivity, a.s_predictivity);
        json["s"]["fpr"] = json_of(a.s_false_positive_rate);
        Json& runs = json["runs"];
        for (const RunClass& kind : run_classes)
            for (const RunLength& length : run_lengths)
                runs[kind.key][length.key] =
                    pair(run_average(report, kind, length, &RunCount::sensitivity),
                         run_average(report, kind, length, &RunCount::predictivity));
    }
    json["rr_rms_error_ms"] = a.rr_rms_error_s ? json_of(1000 * *a.rr_rms_error_s) : Json(nullptr);
    return json;
}

}  // namespace

RecordReport compare_record(std::string name, std::span<const Annotation> reference,
                            std::span<const Annotation> test, double sampling_rate,
                            std::int64_t length, const ComparisonOptions& options) {
    RecordReport record{.beats = compare(reference, test, sampling_rate, length, options),
                        .ventricular = compare_runs(reference, test, RunKind::ventricular,
                                                    sampling_rate, length, options),
                        .supraventricular = compare_runs(reference, test, RunKind::supraventricular,
                                                         sampling_rate, length, options),
                        .sampling_rate = sampling_rate};
    record.beats.record = std::move(name);
    return record;
}

std::vector<Mismatch> errors(const Ec57Report& report, const RecordReport& record) {
    std::vector<Mismatch> result = record.beats.mismatches;
    const auto absent = [](Label l) { return l == Label::O || l == Label::X; };
    if (!report.classes)
        std::erase_if(result,
                      [&](const Mismatch& m) { return !absent(m.reference) && !absent(m.test); });
    return result;
}

std::string_view name(ClassMap map) {
    return map == ClassMap::literature ? "literature" : "bxb";
}

std::string_view in_words(ClassMap map) {
    return map == ClassMap::literature ? "N: N L R B e j n; S: A a J S; V: V E r; F: F; Q: / f Q ?"
                                       : "N: N L R B; S: A a J S e j n; V: V E r; F: F; Q: / f Q ?";
}

std::string in_words(const Mismatch& m) {
    const auto absent = [](Label l) { return l == Label::O || l == Label::X; };
    if (absent(m.test))
        return std::format("{} missed{}", letter(m.reference),
                           m.test == Label::X ? ", the tested list being shut down" : "");
    if (absent(m.reference))
        return std::format("{} found where there is no beat{}", letter(m.test),
                           m.reference == Label::X ? ", the reference being shut down" : "");
    return std::format("{} found as {}", letter(m.reference), letter(m.test));
}

Json to_json(const Ec57Report& report) {
    Json rules{{"standard", "ANSI/AAMI EC57, counted as WFDB's bxb and rxr count"},
               {"match_window_ms", 1000 * report.options.match_window_s},
               {"start_s", report.options.start_s}};
    if (report.classes) {
        rules["class_map"] = name(report.options.class_map);
        rules["classes"] = in_words(report.options.class_map);
        rules["matrix"] = "rows are the reference, columns the tested list, in the order NSVFQOX";
    }
    Json records = Json::array();
    for (const RecordReport& record : report.records) {
        Json json{{"record", record.beats.record}, {"sampling_rate", record.sampling_rate}};
        json.update(json_of(record, report.classes));
        Json& list = json["errors"] = Json::array();
        for (const Mismatch& m : errors(report, record))
            list.push_back({{"time_s", record.seconds(m)},
                            {"time", elapsed(record.seconds(m), 3)},
                            {"sample", m.sample},
                            {"reference", std::string(1, letter(m.reference))},
                            {"test", std::string(1, letter(m.test))}});
        records.push_back(std::move(json));
    }
    return {{"title", report.title},
            {"rules", std::move(rules)},
            {"records", std::move(records)},
            {"gross", json_of(gross(report), report.classes)},
            {"average", average_json(report)}};
}

}  // namespace telltale::evaluate
