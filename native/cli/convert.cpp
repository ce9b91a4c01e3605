// telltale convert and telltale synth: recordings out.
#include <format>

#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "data/files.hpp"
#include "formats/formats.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;
using Written = std::vector<std::string>;

// Header, signal file and, if there are any, annotations; `base` is the path without ending.
Result<Written> write_wfdb(Recording recording, const fs::path& base, formats::WfdbFormat format,
                           formats::Comments comments) {
    recording.name = base.filename().string();
    const auto files = formats::write_wfdb(recording, format, comments);
    if (!files) return std::unexpected(files.error());
    Written written;
    const auto write = [&](const char* ending, const auto& content) -> Result<void> {
        fs::path path = base;
        path += ending;
        written.push_back(path.string());
        return data::write_file(path, content);
    };
    if (auto done = write(".dat", std::span<const std::byte>(files->data)); !done)
        return std::unexpected(done.error());
    if (!recording.annotations.empty())
        if (auto done = write(".atr", std::span<const std::byte>(
                                          formats::write_wfdb_annotations(recording.annotations)));
            !done)
            return std::unexpected(done.error());
    if (auto done = write(".hea", std::string_view(files->header)); !done)
        return std::unexpected(done.error());
    return written;
}

Result<Written> write_csv(const Recording& recording, const fs::path& path) {
    const std::string text = formats::write_csv(recording);
    if (auto done = data::write_file(path, std::string_view(text)); !done)
        return std::unexpected(done.error());
    return Written{path.string()};
}

Result<Written> write_edf(const Recording& recording, const fs::path& path) {
    const auto bytes = formats::write_edf(recording);
    if (!bytes) return std::unexpected(bytes.error());
    if (auto done = data::write_file(path, std::span<const std::byte>(*bytes)); !done)
        return std::unexpected(done.error());
    return Written{path.string()};
}

int report_written(const Result<Written>& written, const Recording& recording, bool json) {
    if (!written) {
        complain(written.error());
        return exit_bad_input;
    }
    std::size_t beats = 0;
    for (const Annotation& annotation : recording.annotations) beats += is_beat(annotation.code);
    if (json) {
        print_json(Json{{"files", *written},
                        {"samples", recording.length()},
                        {"sampling_rate", recording.sampling_rate},
                        {"leads", recording.leads.size()},
                        {"beats", beats}});
        return exit_ok;
    }
    for (const std::string& file : *written) print(std::format("wrote {}", file));
    return exit_ok;
}

}  // namespace

int convert(const ConvertOptions& options) {
    formats::ReadOptions read_options;
    if (options.rate > 0) read_options.sampling_rate = options.rate;
    const formats::ReadResult result = open(options.in, read_options);
    for (const Error& error : result.errors) complain(error);
    if (result.recordings.empty()) return exit_bad_input;
    if (result.recordings.size() > 1) {
        complain({options.in.string(), "",
                  std::format("it holds {} recordings, expected one to convert",
                              result.recordings.size())});
        return exit_bad_input;
    }
    const Recording& recording = result.recordings[0];
    for (const std::string& warning : recording.warnings) warn(recording.name, warning);
    const std::string ending = options.out.extension().string();
    Result<Written> written;
    if (ending == ".csv") {
        written = write_csv(recording, options.out);
    } else if (ending == ".edf") {
        written = write_edf(recording, options.out);
    } else if (ending == ".hea" || ending == ".dat" || ending.empty()) {
        fs::path base = options.out;
        base.replace_extension();
        written = write_wfdb(
            recording, base,
            options.wfdb_format == 16 ? formats::WfdbFormat::f16 : formats::WfdbFormat::f212,
            options.comments ? formats::Comments::keep : formats::Comments::leave_out);
    } else {
        written = fail(options.out.string(), "",
                       "this ending is of no format that is written, expected .hea, .edf or .csv");
    }
    const int exit = report_written(written, recording, options.json);
    return result.errors.empty() && !recording.damaged ? exit : exit_bad_input;
}

int synth(const SynthOptions& options) {
    synth::Options recording_options = options.recording;
    fs::path base = options.out;
    std::error_code code;
    if (fs::is_directory(base, code) || base.filename().empty()) {
        fs::create_directories(base, code);
        base /= recording_options.name;
    } else {
        base.replace_extension();
        if (base.has_parent_path()) fs::create_directories(base.parent_path(), code);
    }
    recording_options.name = base.filename().string();
    const Recording recording = synth::make(recording_options);
    fs::path csv = base;
    csv += ".csv";
    return report_written(
        options.format == "csv"
            ? write_csv(recording, csv)
            : write_wfdb(recording, base, formats::WfdbFormat::f212, formats::Comments::keep),
        recording, options.json);
}

}  // namespace telltale::cli
