// telltale evaluate detector: the beat detector against reference annotations.
#include <array>
#include <chrono>
#include <format>

#include "beats/detector.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "evaluate/comparison.hpp"

namespace telltale::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Measured {
    evaluate::Comparison comparison;
    double seconds = 0;  // of detection
};

Result<Measured> measure(const Recording& recording, const EvaluateDetectorOptions& options) {
    constexpr std::array<std::size_t, 1> first = {0};
    const auto started = Clock::now();
    const auto beats =
        options.leads == "first" ? beats::detect(recording, first) : beats::detect(recording);
    const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    if (!beats) return std::unexpected(beats.error());
    std::vector<Annotation> found;
    found.reserve(beats->size());
    for (const beats::Beat& beat : *beats)
        found.push_back({.sample = beat.sample, .code = Code::normal});
    Measured measured;
    measured.comparison = evaluate::compare(recording.annotations, found, recording.sampling_rate,
                                            static_cast<std::int64_t>(recording.length()),
                                            {.match_window_s = options.window_ms / 1000});
    measured.comparison.record = recording.name;
    measured.seconds = seconds;
    return measured;
}

Json describe(const evaluate::Comparison& comparison) {
    const evaluate::Figures figures = evaluate::figures(comparison);
    const std::int64_t tp = comparison.true_positives();
    const std::int64_t fn = comparison.false_negatives();
    return {{"reference_beats", tp + fn},
            {"tp", tp},
            {"fn", fn},
            {"fp", comparison.false_positives()},
            {"se", number_or_null(figures.qrs_sensitivity.value())},
            {"ppv", number_or_null(figures.qrs_predictivity.value())}};
}

std::string line(std::string_view name, const evaluate::Comparison& comparison) {
    const evaluate::Figures figures = evaluate::figures(comparison);
    const auto percent = [](std::optional<double> share) {
        return share ? std::format("{:.3f} %", 100 * *share) : "-";
    };
    return std::format("{:>8}: {:>7} beats, {:>6} missed, {:>6} false, Se {:>9}, +P {:>9}", name,
                       comparison.true_positives() + comparison.false_negatives(),
                       comparison.false_negatives(), comparison.false_positives(),
                       percent(figures.qrs_sensitivity.value()),
                       percent(figures.qrs_predictivity.value()));
}

}  // namespace

int evaluate_detector(const EvaluateDetectorOptions& options) {
    const auto headers = annotated_records(options.data);
    if (!headers) {
        complain(headers.error());
        return exit_bad_input;
    }
    std::vector<evaluate::Comparison> records;
    Json by_record = Json::array();
    Json errors = Json::array();
    double seconds = 0;
    std::int64_t samples = 0;
    for (const auto& header : *headers) {
        ProgressLine progress;
        progress.show(std::format("{} ({} of {})", header.stem().string(), records.size() + 1,
                                  headers->size()));
        const formats::ReadResult read = open(header);
        const auto measured = read.recordings.empty()
                                  ? Result<Measured>(std::unexpected(read.errors[0]))
                                  : measure(read.recordings[0], options);
        if (!measured) {
            complain(measured.error());
            errors.push_back(measured.error().to_string());
            continue;
        }
        seconds += measured->seconds;
        samples += static_cast<std::int64_t>(read.recordings[0].length());
        Json record = {{"record", measured->comparison.record}};
        record.update(describe(measured->comparison));
        by_record.push_back(std::move(record));
        records.push_back(measured->comparison);
        if (!options.json) print(line(measured->comparison.record, measured->comparison));
    }
    const evaluate::Comparison total = evaluate::sum(records);
    if (options.json) {
        Json json = {{"records", records.size()}};
        json.update(describe(total));
        json["seconds"] = seconds;
        json["samples"] = samples;
        json["window_ms"] = options.window_ms;
        json["leads"] = options.leads;
        json["by_record"] = std::move(by_record);
        json["errors"] = errors;
        print_json(json);
    } else {
        print(line("gross", total));
        print(std::format("{} records, {} samples; detection took {:.3f} s", records.size(),
                          samples, seconds));
    }
    return errors.empty() ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
