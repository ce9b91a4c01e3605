// telltale evaluate detector: the beat detector against reference annotations.
#include <array>
#include <ctime>
#include <format>

#include "beats/detector.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "data/files.hpp"
#include "evaluate/ec57_report.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;

struct Measured {
    evaluate::RecordReport report;
    double seconds = 0;  // of detection: processor time, which other programs do not lengthen
};

Result<Measured> measure(const Recording& recording, const EvaluateDetectorOptions& options,
                         const evaluate::ComparisonOptions& rules) {
    constexpr std::array<std::size_t, 1> first = {0};
    const std::clock_t started = std::clock();
    const auto beats =
        options.leads == "first" ? beats::detect(recording, first) : beats::detect(recording);
    const double seconds = static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
    if (!beats) return std::unexpected(beats.error());
    std::vector<Annotation> found;
    found.reserve(beats->size());
    for (const beats::Beat& beat : *beats)
        found.push_back({.sample = beat.sample, .code = Code::normal});
    return Measured{evaluate::compare_record(recording.name, recording.annotations, found,
                                             recording.sampling_rate,
                                             static_cast<std::int64_t>(recording.length()), rules),
                    seconds};
}

// A record's or the gross counts as they stand at the top of the JSON.
Json counts(const Json& record) {
    const Json& qrs = record["qrs"];
    return {{"reference_beats", record["beats"]},
            {"tp", qrs["tp"]},
            {"fn", qrs["fn"]},
            {"fp", qrs["fp"]},
            {"se", qrs["se"]},
            {"ppv", qrs["ppv"]}};
}

}  // namespace

int evaluate_detector(const EvaluateDetectorOptions& options) {
    const auto headers = annotated_records(options.data);
    if (!headers) {
        complain(headers.error());
        return exit_bad_input;
    }
    evaluate::Ec57Report report{
        .title = std::format("The beat detector on {}, {} lead{}",
                             data::canonical(options.data).filename().string(), options.leads,
                             options.leads == "first" ? "" : "s"),
        .options = {.match_window_s = options.window_ms / 1000},
        .classes = false,
        .records = {}};
    Json problems = Json::array();
    double seconds = 0;
    std::int64_t samples = 0;
    for (const auto& header : *headers) {
        ProgressLine progress;
        progress.show(std::format("{} ({} of {})", header.stem().string(),
                                  report.records.size() + 1, headers->size()));
        const formats::ReadResult read = open(header);
        const auto measured = read.recordings.empty()
                                  ? Result<Measured>(std::unexpected(read.errors[0]))
                                  : measure(read.recordings[0], options, report.options);
        if (!measured) {
            complain(measured.error());
            problems.push_back(measured.error().to_string());
            continue;
        }
        seconds += measured->seconds;
        samples += static_cast<std::int64_t>(read.recordings[0].length());
        report.records.push_back(measured->report);
    }
    if (auto written = write_html(options.html, report); !written) {
        complain(written.error());
        return exit_bad_input;
    }
    if (options.json) {
        const Json whole = evaluate::to_json(report);
        Json json = {{"records", report.records.size()}};
        json.update(counts(whole["gross"]));
        json["seconds"] = seconds;
        json["samples"] = samples;
        json["window_ms"] = options.window_ms;
        json["leads"] = options.leads;
        json["rules"] = whole["rules"];
        json["average"] = whole["average"];
        Json& by_record = json["by_record"] = Json::array();
        for (const Json& record : whole["records"]) {
            Json one = {{"record", record["record"]}};
            one.update(counts(record));
            one["rr_rms_error_ms"] = record["rr_rms_error_ms"];
            one["errors"] = record["errors"];
            by_record.push_back(std::move(one));
        }
        json["errors"] = std::move(problems);
        print_json(json);
    } else {
        print(evaluate::to_text(report, options.errors));
        print(std::format("{} records, {} samples; detection took {:.3f} s of processor time",
                          report.records.size(), samples, seconds));
    }
    return problems.empty() ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
