// telltale analyze: find the beats of recordings and name them.
#include <format>
#include <set>

#include "cli/analyze_file.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/recording_run.hpp"
#include "data/files.hpp"

namespace telltale::cli {

namespace fs = std::filesystem;

int analyze(const AnalyzeOptions& asked) {
    if (!asked.list.empty()) return analyze_list(asked);
    AnalyzeOptions options = asked;
    options.json = options.json || options.json_lines;
    if (options.out.empty() && !options.formats.empty()) options.out = ".";
    if (!options.out.empty() && options.formats.empty()) options.formats = {"csv"};
    if (!options.out.empty()) {
        if (auto made = data::make_folder(options.out); !made) {
            complain(made.error());
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
    const FileSink sink{
        .next_stem =
            [&](const std::string& name) {
                // Of a folder's recordings each has its own name. Files of the same name from
                // different folders do not overwrite each other's reports.
                std::error_code none;
                std::string base = fs::is_directory(current, none)
                                       ? fs::path(name).filename().string()
                                       : fs::path(current).stem().string();
                if (base.empty() || base == "." || base == "..") base = "recording";
                std::string stem = base;
                for (int number = 2; !stems.insert(stem).second; ++number)
                    stem = std::format("{}-{}", base, number);
                return stem;
            },
        .error = add_error,
        .unwritten = add_error,
        .damaged = [&](const Recording&) { damaged = true; },
        .recording = [&](Json one) { add_result(recordings, std::move(one)); },
        .beat_set = [&](Json one) { add_result(beat_sets, std::move(one)); },
    };
    for (const std::string& file : options.files) {
        current = file;
        if (const auto loaded = load(file))
            analyze_file(file, *loaded, options, *models, sink);
        else
            add_error(loaded.error());
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
