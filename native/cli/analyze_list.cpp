// telltale analyze --list: a shard of many recordings, each done once.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <format>
#include <set>

#include "cli/analyze_file.hpp"
#include "cli/batch.hpp"
#include "cli/commands.hpp"
#include "cli/fingerprint.hpp"
#include "data/files.hpp"
#include "runtime/session.hpp"

namespace telltale::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// One line an input, however many processes write to it at once.
class Manifest {
public:
    explicit Manifest(fs::path path)
        : path_(std::move(path)),
          file_(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)) {}
    Manifest(const Manifest&) = delete;
    Manifest& operator=(const Manifest&) = delete;
    ~Manifest() {
        if (file_ >= 0) ::close(file_);
    }
    // In one piece, which the system does not mix with others'.
    [[nodiscard]] Result<void> add(const Json& json) {
        const std::string line = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
        if (file_ >= 0 &&
            ::write(file_, line.data(), line.size()) == static_cast<ssize_t>(line.size()))
            return {};
        return fail(path_.string(), "", std::format("cannot be written: {}", std::strerror(errno)));
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
    int file_;
};

// What processes left that were killed while they wrote. Younger ones may still be written.
void remove_old_parts(const fs::path& folder) {
    constexpr std::time_t day = 86400;
    std::error_code code;
    for (auto it = fs::directory_iterator(folder, code); !code && it != fs::directory_iterator();
         it.increment(code)) {
        if (it->path().filename().string().find(data::part_mark) == std::string::npos) continue;
        struct stat status{};
        if (::stat(it->path().c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
            std::time(nullptr) - status.st_mtime > day)
            ::unlink(it->path().c_str());
    }
}

// All that an input's results depend on besides the input.
Fingerprint of_settings(const AnalyzeOptions& options, const RunModels& models) {
    Fingerprint settings;
    settings.take(TELLTALE_VERSION);
    settings.take(runtime::runtime_version());
    settings.take(models.model.onnx);
    if (models.rhythm) settings.take(models.rhythm->model.onnx);
    if (models.waves) settings.take(models.waves->model.onnx);
    settings.take(options.lead);
    settings.take(options.rate);
    settings.take(options.pause_s);
    for (const std::string& format : options.formats) settings.take(format);
    return settings;
}

struct Outcome {
    std::string error;               // a sentence, or several; empty where all is well
    bool skipped = false;            // its results were there and valid
    std::optional<Error> unwritten;  // its results cannot be written
};

class ListRun {
public:
    ListRun(const AnalyzeOptions& options, RunModels& models)
        : options_(options), models_(models), settings_(of_settings(options, models)) {}

    Outcome one(const std::string& file) {
        const std::string stem = result_stem(file);
        const fs::path path = options_.out / (stem + ".json");
        ResultHead head{.fingerprint = {}, .file = file, .files = {}, .errors = {}};
        const auto loaded = load(file);
        Fingerprint fingerprint = settings_;
        auto taken = loaded ? take_files(fingerprint, *loaded) : std::unexpected(loaded.error());
        if (!taken) {
            // What was found when it could be read stays.
            head.errors = {taken.error().to_string()};
            if (const auto there = read_result_head(path); there && !there->fingerprint.empty())
                return {.error = head.errors[0], .skipped = false, .unwritten = {}};
            return written(path, head, {}, {});
        }
        head.fingerprint = fingerprint.text();
        if (const auto there = read_result_head(path); there && valid(*there, head.fingerprint))
            return {.error = sentences(there->errors), .skipped = true, .unwritten = {}};

        std::vector<Json> recordings, beat_sets;
        std::optional<Error> unwritten;
        std::size_t stems = 0;
        const auto add = [&](std::vector<Json>& to, Json json) {
            for (const Json& report : json["files"])
                head.files.push_back(fs::path(report.get<std::string>()).filename().string());
            // These differ from run to run and from place to place.
            for (const char* key : {"seconds", "files"}) json.erase(key);
            to.push_back(std::move(json));
        };
        const FileSink sink{
            .next_stem =
                [&](const std::string&) {
                    return ++stems == 1 ? stem : std::format("{}-{}", stem, stems);
                },
            .error = [&](const Error& e) { head.errors.push_back(e.to_string()); },
            .unwritten = [&](const Error& e) { unwritten = e; },
            .damaged =
                [&](const Recording& recording) {
                    head.errors.push_back(
                        Error(file, "", "read in part: " + sentences(recording.warnings))
                            .to_string());
                },
            .recording = [&](Json json) { add(recordings, std::move(json)); },
            .beat_set = [&](Json json) { add(beat_sets, std::move(json)); },
        };
        analyze_file(file, *loaded, options_, models_, sink);
        if (unwritten)
            return {.error = unwritten->to_string(), .skipped = false, .unwritten = unwritten};
        return written(path, head, recordings, beat_sets);
    }

private:
    static std::string sentences(const std::vector<std::string>& texts) {
        std::string all;
        for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
        return all;
    }
    [[nodiscard]] bool valid(const ResultHead& head, const std::string& fingerprint) const {
        return head.fingerprint == fingerprint &&
               std::ranges::all_of(head.files, [&](const std::string& report) {
                   return data::is_file(options_.out / report);
               });
    }
    // Last of all that an input leaves: where it stands, the reports are whole.
    static Outcome written(const fs::path& path, const ResultHead& head,
                           const std::vector<Json>& recordings,
                           const std::vector<Json>& beat_sets) {
        const std::string text = result_json(head, recordings, beat_sets);
        auto done = data::write_file(path, std::string_view(text));
        if (!done)
            return {.error = done.error().to_string(), .skipped = false, .unwritten = done.error()};
        return {.error = sentences(head.errors), .skipped = false, .unwritten = {}};
    }

    const AnalyzeOptions& options_;
    RunModels& models_;
    Fingerprint settings_;
};

AnalyzeOptions for_list(AnalyzeOptions options) {
    options.json = true;
    options.no_beats = true;
    // Many processes share the machine, and no result may depend on how many processors it has.
    if (options.threads == 0) options.threads = 1;
    std::ranges::sort(options.formats);
    options.formats.erase(std::ranges::unique(options.formats).begin(), options.formats.end());
    return options;
}

}  // namespace

int analyze_list(const AnalyzeOptions& asked) {
    const AnalyzeOptions options = for_list(asked);
    const auto refuse = [](const Error& error) {
        complain(error);
        return exit_bad_input;
    };
    const auto files = read_list(options.list, options.shard);
    if (!files) return refuse(files.error());
    if (auto made = data::make_folder(options.out); !made) return refuse(made.error());
    auto models =
        RunModels::open(options.model, options.rhythm_model, options.wave_model, options.threads);
    if (!models) return refuse(models.error());
    remove_old_parts(options.out);
    Manifest manifest(options.out / (options.shard.of == 1
                                         ? "manifest.jsonl"
                                         : std::format("manifest-{}of{}.jsonl",
                                                       options.shard.number, options.shard.of)));
    ListRun run(options, *models);
    std::size_t analyzed = 0, skipped = 0;
    Json errors = Json::array();
    for (const std::string& file : *files) {
        const auto started = Clock::now();
        const Outcome outcome = run.one(file);
        Json line{
            {"file", file}, {"result", result_stem(file) + ".json"}, {"ok", outcome.error.empty()}};
        if (!outcome.error.empty()) line["error"] = outcome.error;
        line["seconds"] = std::chrono::duration<double>(Clock::now() - started).count();
        line["skipped"] = outcome.skipped;
        const auto added = manifest.add(line);
        // Where one result cannot be written, the others cannot either.
        if (outcome.unwritten) return refuse(*outcome.unwritten);
        if (!added) return refuse(added.error());
        ++(outcome.skipped ? skipped : analyzed);
        if (!outcome.error.empty()) {
            complain({"", "", outcome.error});
            errors.push_back(outcome.error);
        }
        if (asked.json_lines) print_json_line(line);
        if (!asked.json && !asked.json_lines)
            print(std::format("{}: {}", file,
                              !outcome.error.empty() ? "not well"
                              : outcome.skipped      ? "unchanged"
                                                     : result_stem(file) + ".json"));
    }
    if (asked.json)
        print_json(Json{{"files", files->size()},
                        {"analyzed", analyzed},
                        {"skipped", skipped},
                        {"errors", errors},
                        {"manifest", manifest.path().string()}});
    else if (!asked.json_lines)
        print(std::format("{} analysed, {} unchanged, {} of these not well", analyzed, skipped,
                          errors.size()));
    return errors.empty() ? exit_ok : exit_bad_input;
}

}  // namespace telltale::cli
