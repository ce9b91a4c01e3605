// What `analyze` does with one argument, or with one line of a list: every recording in it and
// every set of beats goes through the models, and its reports are written.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/recording_run.hpp"

namespace telltale::cli {

/// Where what is found goes, in the order in which it is found.
struct FileSink {
    /// Of the next one's reports, without ending; it is told the recording's name.
    std::function<std::string(const std::string&)> next_stem;
    std::function<void(const Error&)> error;        ///< The input is at fault.
    std::function<void(const Error&)> unwritten;    ///< A report cannot be written.
    std::function<void(const Recording&)> damaged;  ///< It is analysed, but it is not whole.
    std::function<void(Json)> recording, beat_set;  ///< With options.json; else lines of text.
};

/// `loaded` is what load(file) gave. A recording's JSON is that of report::beats_json() with its
/// findings, the seconds that it took and the files that were written.
void analyze_file(const std::string& file, const std::vector<LoadedFile>& loaded,
                  const AnalyzeOptions& options, RunModels& models, const FileSink& sink);

}  // namespace telltale::cli
