// telltale analyze: find the beats of recordings and name them.
#include <algorithm>
#include <chrono>
#include <format>
#include <optional>
#include <set>

#include "classify/analysis.hpp"
#include "cli/beat_sets.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/model_files.hpp"
#include "cli/output.hpp"
#include "cli/recording_run.hpp"
#include "data/files.hpp"
#include "formats/ecg_leads.hpp"
#include "formats/formats.hpp"
#include "messages/json.hpp"
#include "recording/clock.hpp"
#include "report/findings.hpp"
#include "report/html_report.hpp"
#include "report/report.hpp"
#include "waves/intervals_message.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Writes the reports asked for; a file that was read is never overwritten.
Result<std::vector<std::string>> write_reports(const Recording& recording,
                                               const report::Input& input,
                                               const report::Findings& findings,
                                               const fs::path& stem, const AnalyzeOptions& options,
                                               const std::set<fs::path>& read_files,
                                               workspace::Workspace& workspace) {
    std::vector<std::string> written;
    const auto write = [&](const std::string& ending, const auto& content) -> Result<void> {
        const fs::path path = options.out / (stem.string() + ending);
        if (read_files.contains(fs::weakly_canonical(path)))
            return fail(path.string(), "",
                        "this file was just read and would be overwritten; choose another --out");
        if (auto done = data::write_file(path, content); !done) return done;
        written.push_back(path.string());
        return {};
    };
    const auto export_as = [&](const char* kind, const char* ending) -> Result<void> {
        const auto bytes = workspace.export_as(kind);
        if (!bytes) return std::unexpected(bytes.error());
        return write(ending, std::span<const std::byte>(*bytes));
    };
    for (const std::string& format : options.formats) {
        Result<void> done;
        if (format == "csv")
            done = write(".beats.csv", std::string_view(report::beats_csv(input)));
        else if (format == "json")
            done = write(".beats.json", std::string_view(report::beats_json(input)));
        else if (format == "html")
            done =
                write(".html", std::string_view(report::html_report(recording, input, findings)));
        else if (format == "waves") {
            done = export_as("waves", ".waves");
            if (done) done = export_as("waves_csv", ".waves.csv");
        } else
            done = write(".atr", std::span<const std::byte>(
                                     formats::write_wfdb_annotations(report::annotations(input))));
        if (!done) return std::unexpected(done.error());
    }
    return written;
}

struct Run {
    const AnalyzeOptions& options;
    RunModels& models;
};

Result<Json> analyze_recording(const Recording& recording, const fs::path& stem,
                               const std::set<fs::path>& read_files, const Run& run) {
    const auto started = Clock::now();
    auto done = run_recording(recording, run.options.lead, run.models);
    if (!done) {
        Error error = done.error();
        if (formats::lacks_ecg(error)) error.message += " (--lead NAME)";
        return std::unexpected(std::move(error));
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    report::Input& input = done->report.input;
    input.warnings = recording.warnings;
    std::ranges::copy(done->warnings, std::back_inserter(input.warnings));
    const auto findings =
        report::find(recording, input, {.pause_s = run.options.pause_s}, &done->quality);
    if (!findings) return std::unexpected(findings.error());
    const auto written = write_reports(recording, input, *findings, stem, run.options, read_files,
                                       done->workflow->workspace());
    if (!written) return std::unexpected(written.error());
    for (const std::string& warning : input.warnings) warn(recording.name, warning);
    const auto measured = done->workflow->workspace().intervals_info();
    if (!run.options.json) {
        std::string counts;
        std::vector<std::string> names = input.classes;
        names.insert(names.end(), input.more_classes.begin(), input.more_classes.end());
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto count =
                std::ranges::count(input.beats, static_cast<int>(i), &report::Beat::label);
            // Of those that the model does not know, what was found: paced beats.
            if (i >= input.classes.size() && count == 0) continue;
            counts += std::format("{} {} {}", i == 0 ? "" : ",", names[i], count);
        }
        print(std::format("{}: {} on lead {}, {} beats:{} ({:.2f} s)", recording.name,
                          elapsed(recording.duration()), input.lead, input.beats.size(), counts,
                          seconds));
        if (const std::string rhythm = report::course_in_words(findings->rhythm); !rhythm.empty())
            print(std::format("  {}", rhythm));
        if (const std::string words = report::in_words(findings->rhythm); !words.empty())
            print(std::format("  {}", words));
        if (measured) print(std::format("  {}", waves::in_words(*measured)));
        for (const std::string& file : *written) print(std::format("  wrote {}", file));
        return Json();
    }
    Json json = Json::parse(report::beats_json(input), nullptr, false);
    json.update(report::to_json(*findings, recording));
    if (measured) json["intervals"] = Json::parse(messages::text(*measured), nullptr, false);
    if (run.options.no_beats)
        for (const char* list : {"beats", "clusters"}) json.erase(list);
    json["seconds"] = seconds;
    json["files"] = *written;
    return json;
}

// Beats that are cut out already: their classes, and the comparison with their own labels.
Result<Json> analyze_beats(const formats::BeatSet& set, const std::set<fs::path>& read_files,
                           const Run& run) {
    auto named = name_beats(set, run.models.model, run.models.session);
    if (!named) return std::unexpected(named.error());
    const std::vector<std::string>& classes = run.models.model.card.classes;
    for (const std::string& warning : set.warnings) warn(set.name, warning);
    std::vector<std::string> written;
    if (!run.options.out.empty()) {
        const fs::path path = run.options.out / (set.name + ".beats.csv");
        if (read_files.contains(fs::weakly_canonical(path)))
            return fail(path.string(), "",
                        "this file was just read and would be overwritten; choose another --out");
        const std::string text = beats_csv(set, *named, classes);
        if (auto done = data::write_file(path, std::string_view(text)); !done)
            return std::unexpected(done.error());
        written.push_back(path.string());
    }
    if (!run.options.json) {
        print(std::format("{}: {} beats of {} values", set.name, set.size(), set.width));
        for (std::size_t c = 0; c < classes.size(); ++c)
            print(std::format("  {} {}", classes[c], std::ranges::count(named->given, c)));
        if (named->confusion)
            print(evaluate::to_text(*named->confusion));
        else
            print("  the labels are no classes of the model: nothing to compare with");
        for (const std::string& file : written) print(std::format("  wrote {}", file));
        return Json();
    }
    Json json = describe(set);
    if (!run.options.no_beats) json["rows"] = Json::array();
    for (std::size_t i = 0; i < set.size() && !run.options.no_beats; ++i)
        json["rows"].push_back(
            {{"label", set.label_names[static_cast<std::size_t>(set.labels[i])]},
             {"class", classes[named->given[i]]},
             {"probability", named->probabilities[i * classes.size() + named->given[i]]}});
    if (named->confusion) json["comparison"] = evaluate::to_json(*named->confusion);
    json["model"] = run.models.model.card.name;
    json["classes"] = classes;
    json["files"] = written;
    return json;
}

}  // namespace

int analyze(const AnalyzeOptions& asked) {
    AnalyzeOptions options = asked;
    options.json = options.json || options.json_lines;
    if (options.out.empty() && !options.formats.empty()) options.out = ".";
    if (!options.out.empty() && options.formats.empty()) options.formats = {"csv"};
    if (!options.out.empty()) {
        std::error_code code;
        fs::create_directories(options.out, code);
        if (!fs::is_directory(options.out)) {
            complain({options.out.string(), "", "this folder cannot be made"});
            return exit_bad_input;
        }
    }
    auto models =
        RunModels::open(options.model, options.rhythm_model, options.wave_model, options.threads);
    if (!models) {
        complain(models.error());
        return exit_bad_input;
    }

    Json recordings = Json::array();
    Json beat_sets = Json::array();
    Json errors = Json::array();
    bool damaged = false;  // some recording is analysed, but not whole
    std::string current;   // the file that is read
    const auto add_error = [&](const Error& error) {
        complain(error);
        errors.push_back(error.to_string());
        if (options.json_lines) print_json_line({{"file", current}, {"error", error.to_string()}});
    };
    const auto add_result = [&](Json& list, Json result) {
        result["file"] = current;
        if (options.json_lines)
            print_json_line(result);
        else
            list.push_back(std::move(result));
    };
    std::set<std::string> stems;  // of reports written so far
    for (const std::string& file : options.files) {
        current = file;
        const auto files = load(file);
        if (!files) {
            add_error(files.error());
            continue;
        }
        std::set<fs::path> read_files;
        for (const LoadedFile& loaded : *files)
            read_files.insert(fs::weakly_canonical(loaded.name));
        formats::ReadOptions read_options{.beat_sets = true};
        if (options.rate > 0) read_options.sampling_rate = options.rate;
        const formats::ReadResult result = read(*files, read_options);
        for (const Error& error : result.errors) add_error(error);
        if (result.recordings.empty() && result.beat_sets.empty() && result.errors.empty())
            add_error({file, "", "no recording in this file"});
        for (const formats::BeatSet& set : result.beat_sets) {
            auto done = analyze_beats(set, read_files, {options, *models});
            if (!done) {
                Error error = done.error();
                if (error.file.empty() || error.file == set.name) error.file = file;
                add_error(error);
            } else if (options.json) {
                add_result(beat_sets, std::move(*done));
            }
        }
        for (const Recording& recording : result.recordings) {
            damaged = damaged || recording.damaged;
            // Files of the same name from different folders do not overwrite each other's reports.
            const std::string base = fs::path(file).stem().string();
            std::string stem = base;
            for (int number = 2; !stems.insert(stem).second; ++number)
                stem = std::format("{}-{}", base, number);
            auto done = analyze_recording(recording, stem, read_files, {options, *models});
            if (!done) {
                Error error = done.error();
                if (error.file.empty() || error.file == recording.name) error.file = file;
                add_error(error);
                continue;
            }
            if (options.json) add_result(recordings, std::move(*done));
        }
    }
    const int exit = errors.empty() && !damaged ? exit_ok : exit_bad_input;
    if (options.json && !options.json_lines) {
        Json json = {{"recordings", recordings}, {"errors", errors}};
        if (!beat_sets.empty()) json["beat_sets"] = beat_sets;
        print_json(json);
    }
    return exit;
}

}  // namespace telltale::cli
